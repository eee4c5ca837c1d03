import type { RecommendAnswer, RecommendItem, RecommendRequest } from '../bundles/offerContract';
import type { Store } from '../store/Store';
import { sideBySide } from './sideBySide';

/** Items asked about in one call: one transaction, and on PostgreSQL n8n's own thread ranks them. */
const ITEMS_A_CALL = 100;

/**
 * What to offer the customers and carts of items. What a customer is offered depends on what was offered before, so that
 * whoever is named twice is asked about in the order of the list.
 * @returns the answers in the order of the items
 * @throws JourneyError `bad_input` for settings that cannot be read
 */
export async function offersFor(store: Pick<Store, 'run'>, { settings, dryRun }: Pick<RecommendRequest, 'settings' | 'dryRun'>, items: readonly RecommendItem[]): Promise<RecommendAnswer[]> {
	return await sideBySide(items, ITEMS_A_CALL, (chunk) => store.run('offers.recommend', { settings, dryRun, items: chunk }), ({ ref }) => ref && JSON.stringify(ref));
}
