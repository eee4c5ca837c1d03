import type { CheckSegment, SegmentAnswer } from '../segments/contract';
import type { Store } from '../store/Store';
import { chunksOf } from './chunks';

/** Items asked about in one call, and calls under way at the same time: a thousand items are two halves, which PostgreSQL answers side by side. */
const ITEMS_A_CALL = 500;
const CALLS_AT_ONCE = 2;

/**
 * Whether the customers of items are in a segment.
 * @returns the answers in the order of the items
 * @throws JourneyError `unknown_segment`, `bad_input`
 */
export async function checkItems(store: Pick<Store, 'run'>, segment: CheckSegment['segment'], items: CheckSegment['items']): Promise<SegmentAnswer[]> {
	const chunks = chunksOf(items, ITEMS_A_CALL);
	const answers: SegmentAnswer[][] = [];
	let next = 0;
	const work = async () => {
		for (let place = next++; place < chunks.length; place = next++) answers[place] = await store.run('segments.check', { segment, items: chunks[place] });
	};
	await Promise.all(Array.from({ length: CALLS_AT_ONCE }, work));
	return answers.flat();
}
