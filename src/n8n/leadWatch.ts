import { inPages } from './inPages';
import type { StoreHandle } from './storeRegistry';

/** Looks after lead scores: everybody's first level, then whatever time alone takes over a threshold. */
export async function tendLeads(store: StoreHandle): Promise<{ nextDueAt: number | null }> {
	return await inPages(() => store.run('leads.tend', {}), { most: 5, pauseMs: 100 });
}
