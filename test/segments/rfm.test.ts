import { asOf, type ShopHistory } from '../../src/features/contract';
import { orderDaysOf } from '../../src/features/orderDaysBuilder';
import { ZoneClock } from '../../src/policy/zoneClock';
import { rfm } from '../../src/segments/rfm';
import type { RfmSettings } from '../../src/segments/rfmSettings';
import { equalWidths, quintiles, scoreOf } from '../../src/segments/rfmCuts';
import { DEFAULT_RFM_MAP, groupOf, RFM_GROUPS } from '../../src/segments/rfmGroups';
import { windowStart } from '../../src/segments/rfmSums';

const DAY = 86_400_000;
const UTC = ZoneClock.of('UTC') as ZoneClock;
const TODAY = 20_000;
const NOW = asOf(TODAY * DAY + DAY / 2, UTC);

/** [customer, days ago, amount in ten-thousandths] */
function shop(rows: [number, number, number][]): ShopHistory {
	const columns = { customers: Float64Array.from(rows, ([one]) => one), orderedAt: Float64Array.from(rows, ([, ago]) => (TODAY - ago) * DAY), paidE4: Float64Array.from(rows, ([, , paid]) => paid), currency: new Uint16Array(rows.length), currencies: ['EUR'] };
	const { history, currency } = orderDaysOf(columns, (ms) => UTC.localDay(ms));
	return { orders: history, currency };
}

function scores(history: ShopHistory, settings: Partial<RfmSettings> = {}) {
	const wanted = { ...rfm.defaults, ...settings };
	const model = rfm.fit(history, NOW, wanted);
	const columns = rfm.apply(JSON.parse(JSON.stringify(model)) as typeof model, history, NOW, wanted);
	const { labels, codes } = columns.rfm_group as { labels: readonly (string | null)[]; codes: Uint8Array };
	const of = (name: 'r' | 'f' | 'm' | 'orders' | 'window_orders' | 'revenue_e4') => [...(columns[name] as { numbers: Float64Array }).numbers];
	return { model, r: of('r'), f: of('f'), m: of('m'), orders: of('orders'), windowOrders: of('window_orders'), revenueE4: of('revenue_e4'), groups: [...codes].map((code) => labels[code]) };
}

describe('RFM', () => {
	const hundred: [number, number, number][] = Array.from({ length: 100 }, (_, index) => [index + 1, index, 10_000 * (index + 1)]);

	test('gives each score to a fifth of the buyers; the last to order and who paid most score 5', () => {
		const { r, m, model } = scores(shop(hundred));
		expect(model).toMatchObject({ method: 'quintiles', hint: null, buyers: 100 });
		for (const [values, name] of [[r, 'r'], [m, 'm']] as const) expect([name, ...[1, 2, 3, 4, 5].map((score) => values.filter((one) => one === score).length)]).toEqual([name, 20, 20, 20, 20, 20]);
		expect([r[0], r[99], m[0], m[99]]).toEqual([5, 1, 1, 5]);
	});

	test('keeps ties together: of 60 with one order and 40 with two nobody is torn away from the equals', () => {
		const rows = [...hundred, ...hundred.slice(60).map(([one, ago, paid]): [number, number, number] => [one, ago + 1, paid])];
		const { f } = scores(shop(rows));
		expect(new Set(f.slice(0, 60))).toEqual(new Set([1]));
		expect(new Set(f.slice(60))).toEqual(new Set([4]));
	});

	test('quintiles are what a rank over all says: one more than the fifths of the customers below', () => {
		const sets = [Float64Array.from({ length: 137 }, (_, index) => (index * 31) % 17), Float64Array.from({ length: 501 }, (_, index) => Math.exp((index * 37) % 29) * (index % 3 === 0 ? -1 : 1)), Float64Array.of(5), Float64Array.of(2, 2, 2, 2, 2, 2)];
		for (const values of sets) for (const value of values) expect(scoreOf(value, quintiles([values]))).toBe(1 + Math.floor((5 * values.filter((other) => other < value).length) / values.length));
	});

	test('the reason names the day of the last order by the clock of the shop', () => {
		const zone = ZoneClock.of('America/New_York') as ZoneClock;
		const at = Date.parse('2026-03-03T04:00:00Z');
		const { history: orders, currency } = orderDaysOf({ customers: Float64Array.of(1), orderedAt: Float64Array.of(at), paidE4: Float64Array.of(10_000), currency: new Uint16Array(1), currencies: ['USD'] }, (ms) => zone.localDay(ms));
		const [history, now] = [{ orders, currency }, asOf(at + DAY, zone)];
		expect(rfm.explain?.(rfm.fit(history, now, rfm.defaults), history, 0, now, rfm.defaults)).toMatch(/last order on 2026-03-02 /);
	});

	test('equal widths part the range, not the customers', () => {
		expect(equalWidths([Float64Array.of(0, 1), Float64Array.of(2, 100)])).toEqual([20, 40, 60, 80]);
		expect(equalWidths([new Float64Array(0)])).toEqual([0, 0, 0, 0]);
		expect(scores(shop(hundred), { method: 'equalWidth' }).m.filter((one) => one === 5)).toHaveLength(20);
	});

	test('fewer than 100 buyers are scored by fixed values, and told so', () => {
		const { model, r, f } = scores(shop([[1, 30, 100], [2, 31, 100], [3, 365, 100], [4, 366, 100], [4, 367, 100]]));
		expect(model).toMatchObject({ method: 'thresholds', buyers: 4 });
		expect(model.hint).toContain('Only 4 of 100 buyers');
		expect([r, f]).toEqual([[5, 4, 2, 1], [1, 1, 1, 2]]);
	});

	test('fixed values may be given', () => {
		const thresholds = { recencyDays: [1, 2, 3, 4] as const, orders: [10, 20, 30, 40] as const, revenueE4: [1, 2, 3, 4] as const };
		const { model, r, m } = scores(shop(hundred), { method: 'thresholds', thresholds });
		expect(model.hint).toBeNull();
		expect(r.slice(0, 7)).toEqual([5, 5, 4, 3, 2, 1, 1]);
		expect(new Set(m)).toEqual(new Set([5]));
	});

	test('counts only the window; who bought before it is lost, who never bought has no scores', () => {
		const history = shop([...hundred, [101, 800, 50_000], [102, 10, 7], [102, 900, 50_000]]);
		const { r, f, m, groups, orders, windowOrders, revenueE4 } = scores(history);
		expect([r[100], f[100], m[100], groups[100], orders[100], windowOrders[100]]).toEqual([1, 1, 1, 'lost', 1, 0]);
		expect([orders[101], windowOrders[101], revenueE4[101]]).toEqual([2, 1, 7]);
		const nobody = rfm.apply(rfm.fit(history, NOW, rfm.defaults), { currency: null, orders: { ...history.orders, numbers: Float64Array.of(9), offsets: Uint32Array.of(0, 0), firstAt: Float64Array.of(Number.NaN), lastAt: Float64Array.of(Number.NaN) } }, NOW, rfm.defaults);
		expect(nobody.r).toEqual({ numbers: Float64Array.of(Number.NaN) });
		expect((nobody.rfm_group as { codes: Uint8Array }).codes).toEqual(Uint8Array.of(0));
	});

	test('the window begins on the same date of the calendar, or on the last day of a shorter month', () => {
		const date = (day: number) => new Date(day * DAY).toISOString().slice(0, 10);
		const start = (today: string, windowMonths: number) => date(windowStart({ day: Date.parse(today) / DAY }, { windowMonths }));
		expect([start('2027-03-01', 24), start('2027-03-31', 1), start('2024-03-31', 1), start('2024-02-29', 12), start('2026-01-15', 1), start('2026-07-31', 120)]).toEqual(['2025-03-01', '2027-02-28', '2024-02-29', '2023-02-28', '2025-12-15', '2016-07-31']);
	});

	test('the first day of the window counts, the day before it does not', () => {
		const first = TODAY - windowStart(NOW, rfm.defaults);
		const { windowOrders, revenueE4 } = scores(shop([...hundred, [101, first, 500], [102, first + 1, 500]]));
		expect([windowOrders[100], revenueE4[100], windowOrders[101], revenueE4[101]]).toEqual([1, 500, 0, 0]);
	});

	test('groups are those of the map, a half of frequency and revenue counting up', () => {
		const rows = Array.from({ length: 200 }, (_, customer) => Array.from({ length: 1 + ((customer * 7) % 9) }, (_unused, order): [number, number, number] => [customer + 1, ((customer * 13) % 170) + 20 * order, 1_000 * (1 + ((customer * 29) % 97))])).flat();
		const { r, f, m, groups } = scores(shop(rows));
		expect(groups).toEqual(r.map((one, place) => groupOf(DEFAULT_RFM_MAP, one, f[place]!, m[place]!)));
		expect(r.filter((_, place) => (f[place]! + m[place]!) % 2 === 1).length).toBeGreaterThan(20);
	});

	test('every group can be reached', () => {
		expect(new Set(DEFAULT_RFM_MAP.flat())).toEqual(new Set(RFM_GROUPS));
		expect([groupOf(DEFAULT_RFM_MAP, 5, 5, 5), groupOf(DEFAULT_RFM_MAP, 5, 1, 1), groupOf(DEFAULT_RFM_MAP, 1, 1, 1), groupOf(DEFAULT_RFM_MAP, 1, 5, 4)]).toEqual(['champions', 'new', 'lost', 'cannot_lose']);
		// A half counts up.
		expect(groupOf(DEFAULT_RFM_MAP, 4, 2, 3)).toBe('loyal');
	});

	test('an empty shop, one customer, negative totals: scores, never NaN', () => {
		expect(scores(shop([]))).toMatchObject({ r: [], model: { buyers: 0, method: 'thresholds' } });
		for (const rows of [[[1, 3, -500]], [[1, 3, 0]], hundred.map(([one, ago]): [number, number, number] => [one, ago, -100])] as [number, number, number][][]) {
			const { r, f, m, revenueE4 } = scores(shop(rows));
			for (const value of [...r, ...f, ...m]) expect([1, 2, 3, 4, 5]).toContain(value);
			expect(revenueE4.every(Number.isFinite)).toBe(true);
		}
	});
});
