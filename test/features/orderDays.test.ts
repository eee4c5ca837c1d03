import { endOfDay, ofPlace, OrderDaysBuilder, orderDaysOf, placeOf, upTo, type OrderDays } from '../../src/features/orderDays';
import { ZoneClock } from '../../src/policy/zoneClock';

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
		expect(plain(history)).toEqual({ numbers: [2, 7], offsets: [0, 2, 4], firstAt: [4 * DAY, DAY], days: [4, 9, 1, 3], orders: [2, 1, 1, 2], netE4: [-40, 100, 50, 500], lastAt: [4 * DAY, 9 * DAY, DAY, 3 * DAY + 5] });
		expect(plain(orderDaysOf(columns([...rows].reverse()), utcDay).history)).toEqual(plain(history));
	});

	test('are the shop\'s own days', () => {
		const zone = ZoneClock.of('America/New_York') as ZoneClock;
		const night = Date.parse('2026-03-02T03:00:00Z');
		const { history } = orderDaysOf(columns([[1, night, 1], [1, night + 3 * 3_600_000, 1]]), (ms) => zone.localDay(ms));
		expect([...history.days]).toEqual([utcDay(night) - 1, utcDay(night)]);
	});

	test('are known up to any day, every customer keeping the place', () => {
		const { history } = orderDaysOf(columns(rows), utcDay);
		expect(plain(upTo(history, 3))).toEqual({ numbers: [2, 7], offsets: [0, 0, 2], firstAt: [Number.NaN, DAY], days: [1, 3], orders: [1, 2], netE4: [50, 500], lastAt: [DAY, 3 * DAY + 5] });
		expect(plain(upTo(history, 100))).toEqual(plain(history));
		expect([0, 3, 4, 8, 9].map((day) => endOfDay(history, 0, day))).toEqual([0, 0, 1, 1, 2]);
	});

	test('of one customer are a history of their own', () => {
		const { history } = orderDaysOf(columns(rows), utcDay);
		expect(plain(ofPlace(history, placeOf(history, 7)))).toEqual({ numbers: [7], offsets: [0, 2], firstAt: [DAY], days: [1, 3], orders: [1, 2], netE4: [50, 500], lastAt: [DAY, 3 * DAY + 5] });
		expect(placeOf(history, 3)).toBe(-1);
	});

	test('may be more than were expected: an import goes on while a refresh reads', () => {
		const builder = new OrderDaysBuilder(1, 2);
		for (let day = 0; day < 3_000; day++) builder.add(1, day, day * DAY, 10);
		builder.add(2, 5, 5 * DAY, 7);
		const history = builder.done();
		expect([history.days.length, history.days[2_999], history.netE4[2_999], history.lastAt[3_000]]).toEqual([3_001, 2_999, 10, 5 * DAY]);
		expect([...history.offsets]).toEqual([0, 3_000, 3_001]);
	});

	test('of nobody, and of 100,000 orders at one instant', () => {
		expect(orderDaysOf(columns([]), utcDay)).toMatchObject({ currency: null, history: { numbers: new Float64Array(0), offsets: Uint32Array.of(0) } });
		const { history } = orderDaysOf(columns(Array.from({ length: 100_000 }, () => [1, DAY, 2])), utcDay);
		expect(plain(history)).toEqual({ numbers: [1], offsets: [0, 1], firstAt: [DAY], days: [1], orders: [100_000], netE4: [200_000], lastAt: [DAY] });
	});
});
