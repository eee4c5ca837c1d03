import { inPages } from './inPages';
import type { StoreHandle } from './storeRegistry';

/** Tells stages that time alone changed, page by page, for a journey that starts by them. */
export async function keepStagesUp(store: StoreHandle): Promise<{ nextDueAt: number | null }> {
	return await inPages(() => store.run('lifecycle.keep', {}), { most: 10 });
}
