import type { Column, FeatureName } from '../../src/features/contract';
import { marksOf } from '../../src/features/marks';

const NOBODY = { thresholds: [], nextPurchase: false };
const columns = (noReturn: number[], stages: number[]): ReadonlyMap<FeatureName, Column> =>
	new Map<FeatureName, Column>([['no_return', { numbers: Float64Array.from(noReturn) }], ['stage', { labels: [null, 'active', 'due'], codes: Uint8Array.from(stages) }]]);

describe('Marks of rows', () => {
	test('tell a row that changed, and only that one', () => {
		const before = marksOf(columns([0.1, 0.2, 0.3], [1, 1, 1]), 3, NOBODY);
		const same = marksOf(columns([0.1, 0.2, 0.3], [1, 1, 1]), 3, NOBODY);
		expect([same.standing, same.drifting]).toEqual([before.standing, before.drifting]);
		const after = marksOf(columns([0.1, 0.2, 0.3], [1, 1, 2]), 3, NOBODY);
		expect([...after.standing].map((mark, place) => mark === before.standing[place])).toEqual([true, true, false]);
		expect(after.drifting).toEqual(before.drifting);
	});

	test('a drifting figure tells nothing of the rest, also not of the label beside it', () => {
		const before = marksOf(columns([0.1, 0.2, 0.3], [1, 1, 1]), 3, NOBODY);
		const after = marksOf(columns([0.1, 0.2, 0.4], [1, 1, 1]), 3, NOBODY);
		expect(after.standing).toEqual(before.standing);
		expect([...after.drifting].map((mark, place) => mark === before.drifting[place])).toEqual([true, true, false]);
		expect(marksOf(columns([0.1, 0.204, 0.3], [1, 1, 1]), 3, NOBODY)).toEqual(before);
	});

	test('the side of a value that a journey listens to counts at once, and so does whether the customer is expected', () => {
		const listened = { thresholds: [{ column: 'no_return' as const, above: 0.25 }], nextPurchase: false };
		const before = marksOf(columns([0.26, 0.26], [1, 1]), 2, listened);
		const after = marksOf(columns([0.261, 0.249], [1, 1]), 2, listened);
		expect([...after.standing].map((mark, place) => mark === before.standing[place])).toEqual([true, false]);
		const next = (days: number[]) => new Map<FeatureName, Column>([['next_at', { numbers: Float64Array.from(days) }]]);
		const expected = marksOf(next([5, 5, 5]), 3, NOBODY).standing;
		expect([...marksOf(next([5, 6, Number.NaN]), 3, NOBODY).standing].map((mark, place) => mark === expected[place])).toEqual([true, true, false]);
		const watched = marksOf(next([5, 5]), 2, { thresholds: [], nextPurchase: true }).standing;
		expect([...marksOf(next([5, 6]), 2, { thresholds: [], nextPurchase: true }).standing].map((mark, place) => mark === watched[place])).toEqual([true, false]);
	});
});
