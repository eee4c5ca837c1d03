import type { CheckSegment, SegmentAnswer } from '../segments/contract';
import type { Store } from '../store/Store';
import { sideBySide } from './sideBySide';

/** Items asked about in one call: a thousand are two halves. */
const ITEMS_A_CALL = 500;

/**
 * Whether the customers of items are in a segment.
 * @returns the answers in the order of the items
 * @throws JourneyError `unknown_segment`, `bad_input`
 */
export async function checkItems(store: Pick<Store, 'run'>, segment: CheckSegment['segment'], items: CheckSegment['items']): Promise<SegmentAnswer[]> {
	return await sideBySide(items, ITEMS_A_CALL, (chunk) => store.run('segments.check', { segment, items: chunk }));
}
