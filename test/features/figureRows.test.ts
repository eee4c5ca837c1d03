import { marksOf } from '../../src/features/figureRows';
import type { Column, FeatureName } from '../../src/features/contract';

const columns = (noReturn: number[], stages: number[]): ReadonlyMap<FeatureName, Column> =>
	new Map<FeatureName, Column>([['no_return', { numbers: Float64Array.from(noReturn) }], ['stage', { labels: [null, 'active', 'due'], codes: Uint8Array.from(stages) }]]);

describe('Marks of rows', () => {
	test('tell a row that changed, and only that one', () => {
		const before = marksOf(columns([0.1, 0.2, 0.3], [1, 1, 1]), 3);
		expect([...marksOf(columns([0.1, 0.2, 0.3], [1, 1, 1]), 3)]).toEqual([...before]);
		const changedIn = (after: Float64Array) => [...after].flatMap((mark, place) => (mark === before[place] ? [] : [place]));
		expect(changedIn(marksOf(columns([0.1, 0.2, 0.9], [1, 1, 1]), 3))).toEqual([2]);
		expect(changedIn(marksOf(columns([0.1, 0.2, 0.3], [1, 2, 1]), 3))).toEqual([1]);
		expect(changedIn(marksOf(columns([0.1, Number.NaN, 0.3], [1, 1, 0]), 3))).toEqual([1, 2]);
	});
});
