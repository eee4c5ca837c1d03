import type { StoreHandle } from './storeRegistry';

/** Pages of some hundred customers in one go; other work on the store comes between two pages. */
const PAGES_A_ROUND = 5;
/** Between two goes, so that a first look at millions leaves the store to others half of the time. */
const PAUSE_MS = 100;

/** Looks after lead scores: everybody's first level, then whatever time alone takes over a threshold. */
export async function tendLeads(store: StoreHandle): Promise<{ nextDueAt: number | null }> {
	for (let page = 1; ; page++) {
		const { more, nextDueAt, now } = await store.run('leads.tend', {});
		if (!more) return { nextDueAt };
		if (page >= PAGES_A_ROUND) return { nextDueAt: now + PAUSE_MS };
	}
}
