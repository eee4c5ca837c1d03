import fc from 'fast-check';
import { asOf } from '../../src/features/contract';
import { LocalDays } from '../../src/features/localDays';
import { endOfDay, ofPlace, placeOf, type OrderDays } from '../../src/features/orderDays';
import { OrderDaysBuilder, orderDaysOf } from '../../src/features/orderDaysBuilder';
import { ZoneClock } from '../../src/policy/zoneClock';
import { knownAsOf } from './support/knownAsOf';

const DAY = 86_400_000;
const utcDay = (ms: number) => Math.floor(ms / DAY);

/** [customer, instant, amount in ten-thousandths, currency] */
function columns(rows: [number, number, number, string?][]) {
	const currencies = [...new Set(rows.map(([, , , currency = 'EUR']) => currency))];
	return {
		customers: Float64Array.from(rows, ([customer]) => customer),
		orderedAt: Float64Array.from(rows, ([, at]) => at),
		paidE4: Float64Array.from(rows, ([, , paid]) => paid),
		currency: Uint16Array.from(rows, ([, , , currency = 'EUR']) => currencies.indexOf(currency)),
		currencies,
	};
}

const plain = (history: OrderDays) => Object.fromEntries(Object.entries(history).map(([name, values]) => [name, [...(values as Float64Array)]]));

describe('Order days', () => {
	const rows: [number, number, number, string?][] = [[7, 3 * DAY + 5, 300], [2, 9 * DAY, 100], [7, 3 * DAY + 1, 200], [7, DAY, 50], [2, 4 * DAY, -40], [2, 4 * DAY, 70, 'USD']];

	test('are by customer and day, whatever order the orders come in; another currency is an order and no revenue', () => {
		const { history, currency } = orderDaysOf(columns(rows), utcDay);
		expect(currency).toBe('EUR');
		expect(plain(history)).toEqual({ numbers: [2, 7], offsets: [0, 2, 4], firstAt: [4 * DAY, DAY], lastAt: [9 * DAY, 3 * DAY + 5], days: [4, 9, 1, 3], orders: [2, 1, 1, 2], netE4: [-40, 100, 50, 500] });
		expect(plain(orderDaysOf(columns([...rows].reverse()), utcDay).history)).toEqual(plain(history));
	});

	test('are the shop\'s own days', () => {
		const zone = ZoneClock.of('America/New_York') as ZoneClock;
		const night = Date.parse('2026-03-02T03:00:00Z');
		const { history } = orderDaysOf(columns([[1, night, 1], [1, night + 3 * 3_600_000, 1]]), (ms) => zone.localDay(ms));
		expect([...history.days]).toEqual([utcDay(night) - 1, utcDay(night)]);
	});

	test('are found by the day up to which they are known', () => {
		const { history } = orderDaysOf(columns(rows), utcDay);
		expect([0, 3, 4, 8, 9].map((day) => endOfDay(history, 0, day))).toEqual([0, 0, 1, 1, 2]);
	});

	const instants = fc.array(fc.record({ at: fc.integer({ min: -3 * DAY, max: 900 * DAY }), paidE4: fc.integer({ min: -500, max: 500 }) }), { maxLength: 12 });
	test.each(['UTC', 'America/New_York', 'Asia/Kathmandu'])('as of an instant are those of the orders until then, one by one: %s', (name) => {
		const zone = ZoneClock.of(name) as ZoneClock;
		fc.assert(
			fc.property(fc.array(fc.record({ orders: instants, since: fc.integer({ min: 0, max: 900 * DAY }) }), { maxLength: 6 }), fc.integer({ min: 0, max: 900 * DAY }), (customers, until) => {
				const buyers = customers.map(({ orders, since }, place) => ({ number: 3 * place + 1, since, orders: orders.toSorted((a, b) => a.at - b.at) }));
				const known = buyers.map((buyer) => ({ ...buyer, orders: buyer.orders.filter(({ at }) => at <= until) })).filter(({ since, orders }) => since <= until || orders.length > 0);
				const one = new OrderDaysBuilder(0, known.length);
				for (const { number, orders } of known) {
					one.place(number);
					for (const { at, paidE4 } of orders) one.add(number, zone.localDay(at), at, paidE4);
				}
				const found = knownAsOf(buyers, asOf(until, zone));
				expect(plain(found.orders)).toEqual(plain(one.done()));
				expect([...(found.since as Float64Array)]).toEqual(known.map(({ since }) => since));
			}),
			{ seed: Number(process.env.FC_SEED ?? 20_261_122), numRuns: Number(process.env.FC_RUNS ?? 200) },
		);
	});

	test('local days of many instants are those of the zone, whatever the century', () => {
		const zone = ZoneClock.of('Europe/Berlin') as ZoneClock;
		const [from, many] = [Date.parse('2026-03-01T00:10:00Z'), 5_000];
		const hours = Float64Array.from({ length: many }, (_, hour) => (hour < 2_500 ? from + hour * 3_600_000 : (hour - 2_500) * 40 * DAY - 20_000 * DAY));
		const into = new Int32Array(many + 1);
		LocalDays.in(zone).ofAll(hours, into, 1);
		expect([...into]).toEqual([0, ...Array.from(hours, (at) => zone.localDay(at))]);
	});

	test('of one customer are a history of their own', () => {
		const { history } = orderDaysOf(columns(rows), utcDay);
		expect(plain(ofPlace(history, placeOf(history, 7)))).toEqual({ numbers: [7], offsets: [0, 2], firstAt: [DAY], lastAt: [3 * DAY + 5], days: [1, 3], orders: [1, 2], netE4: [50, 500] });
		expect(placeOf(history, 3)).toBe(-1);
	});

	test('may be more than were expected: an import goes on while a refresh reads', () => {
		const builder = new OrderDaysBuilder(1, 2);
		for (let day = 0; day < 3_000; day++) builder.add(1, day, day * DAY, 10);
		builder.add(2, 5, 5 * DAY, 7);
		const history = builder.done();
		expect([history.days.length, history.days[2_999], history.netE4[2_999], history.lastAt[1]]).toEqual([3_001, 2_999, 10, 5 * DAY]);
		expect([...history.offsets]).toEqual([0, 3_000, 3_001]);
	});

	test('of nobody, and of 100,000 orders at one instant', () => {
		expect(orderDaysOf(columns([]), utcDay)).toMatchObject({ currency: null, history: { numbers: new Float64Array(0), offsets: Uint32Array.of(0) } });
		const { history } = orderDaysOf(columns(Array.from({ length: 100_000 }, () => [1, DAY, 2])), utcDay);
		expect(plain(history)).toEqual({ numbers: [1], offsets: [0, 1], firstAt: [DAY], lastAt: [DAY], days: [1], orders: [100_000], netE4: [200_000] });
	});
});
