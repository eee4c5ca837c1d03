import type { AsOf, FeatureName, ShopHistory } from '../../src/features/contract';
import { FAMILIES } from '../../src/features/families';
import { computeColumns, valueAt } from '../../src/features/figureRows';
import { OrderDaysBuilder } from '../../src/features/orderDaysBuilder';
import { byChance, DAY_MS, FIRST_DAY, onDay, seeded, shop } from '../rhythm/support';

interface Buyer {
	number: number;
	days: readonly number[];
	paidE4: readonly number[];
}

const LAST_DAY = FIRST_DAY + 900;
/** Four years with one leap day: every date falls on the same day of the calendar. */
const FOUR_YEARS = 1_461;
const INSTANTS: readonly FeatureName[] = ['first_order_at', 'last_order_at', 'next_at', 'next_from', 'next_until', 'stage_since', 'stage_pending_since', 'stage_check_at'];
const MONEY: readonly FeatureName[] = ['revenue_e4', 'ltv_e4', 'margin_e4'];
/** What a model of many parameters was climbed to is the same up to where the climbing ends. */
const CLIMBED: readonly FeatureName[] = ['p_alive', 'expected_orders', 'ltv_e4', 'no_return', 'next_at', 'next_from', 'next_until', 'value_tier'];
/** Drawn to what is usual by a penalty that weighs less the more customers there are. */
const PENALISED: readonly FeatureName[] = ['next_at', 'next_from', 'next_until', 'no_return'];

const random = seeded(11);
const BUYERS: readonly Buyer[] = shop(400, 900, random, byChance, 0.05).map((days, place) => ({ number: place + 1, days, paidE4: days.map(() => 10_000 * (1 + Math.floor(200 * random()))) }));

function historyOf(buyers: readonly Buyer[]): ShopHistory {
	const builder = new OrderDaysBuilder(10_000, buyers.length);
	for (const { number, days, paidE4 } of [...buyers].sort((a, b) => a.number - b.number)) {
		builder.place(number);
		days.forEach((day, place) => builder.add(number, day, day * DAY_MS + DAY_MS / 3, paidE4[place]));
	}
	return { orders: builder.done(), currency: 'EUR' };
}

type Row = Partial<Record<FeatureName, number | string | null>>;

/** Every figure of every customer, by the customer's number. */
function figuresOf(buyers: readonly Buyer[], asOf: AsOf): Map<number, Row> {
	const history = historyOf(buyers);
	const families = FAMILIES.map((family) => ({ family, settings: family.defaults, learnedAt: asOf.at, model: JSON.parse(JSON.stringify(family.fit(history, asOf, family.defaults))) as object }));
	const columns = computeColumns(families, history, asOf);
	return new Map(Array.from(history.orders.numbers, (number, place) => [number, Object.fromEntries([...columns].map(([name, column]) => [name, valueAt(column, place, false)]))]));
}

const plain = figuresOf(BUYERS, onDay(LAST_DAY));

/** @param expected what a figure of the shop as it was has to be now @param loose names that need not be the same to the last digit, and how much they may differ */
function expectFigures(found: ReadonlyMap<number, Row>, numberNow: (number: number) => number, expected: (name: FeatureName, value: number) => number, loose: readonly FeatureName[], leftOut: readonly FeatureName[] = []): void {
	expect(plain.size).toBe(BUYERS.length);
	let [different, compared] = [0, 0];
	for (const [number, row] of plain) {
		const now = found.get(numberNow(number)) as Row;
		for (const [name, value] of Object.entries(row) as [FeatureName, number | string | null][]) {
			if (leftOut.includes(name)) continue;
			const wanted = typeof value === 'number' ? expected(name, value) : value;
			if (!loose.includes(name)) {
				if (typeof wanted === 'number' && Math.abs((now[name] as number) - wanted) <= 1e-9 * Math.abs(wanted)) continue;
				expect([number, name, now[name]]).toEqual([number, name, wanted]);
				continue;
			}
			compared++;
			const close = typeof wanted === 'number' && typeof now[name] === 'number' ? Math.abs(now[name] - wanted) <= (INSTANTS.includes(name) ? 1.5 * DAY_MS : 2e-3 * Math.max(1e-3, Math.abs(wanted))) : now[name] === wanted;
			if (!close) different++;
		}
	}
	// On the edge of a tier or a day a hair decides.
	expect(different).toBeLessThanOrEqual(compared / 200);
}

test('every kind of figure is compared, and says something of most customers', () => {
	const said = (name: FeatureName) => [...plain.values()].filter((row) => row[name] !== null && row[name] !== undefined).length;
	for (const name of [...INSTANTS.filter((one) => !one.startsWith('stage_pending')), ...MONEY, 'r', 'f', 'm', 'rfm_group', 'rhythm', 'stage', 'p_alive', 'value_tier'] as FeatureName[]) expect([name, said(name) > 100]).toEqual([name, true]);
	expect([...plain.values()].filter(({ vip }) => vip === 1).length).toBeGreaterThan(10);
});

test('customers under other numbers: each keeps every figure', () => {
	const other = (number: number) => 10_000 - 7 * number;
	expectFigures(figuresOf(BUYERS.map((one) => ({ ...one, number: other(one.number) })), onDay(LAST_DAY)), other, (_, value) => value, CLIMBED);
});

test('every customer twice: both have the figures of the one', () => {
	const twice = figuresOf(BUYERS.flatMap((one) => [one, { ...one, number: one.number + 1_000 }]), onDay(LAST_DAY));
	// A tenth of the buyers, rounded down, is one more of twice as many where it was rounded.
	for (const more of [0, 1_000]) expectFigures(twice, (number) => number + more, (_, value) => value, [...CLIMBED, 'vip'], PENALISED);
});

test('four years later: all instants move by four years, and nothing else changes', () => {
	const later = figuresOf(BUYERS.map((one) => ({ ...one, days: one.days.map((day) => day + FOUR_YEARS) })), onDay(LAST_DAY + FOUR_YEARS));
	expectFigures(later, (number) => number, (name, value) => (INSTANTS.includes(name) ? value + FOUR_YEARS * DAY_MS : value), CLIMBED);
});

test('in cents instead of euros: money is a hundred times as much, and nothing else changes', () => {
	const inCents = figuresOf(BUYERS.map((one) => ({ ...one, paidE4: one.paidE4.map((amount) => 100 * amount) })), onDay(LAST_DAY));
	expectFigures(inCents, (number) => number, (name, value) => (MONEY.includes(name) ? 100 * value : value), CLIMBED);
});
