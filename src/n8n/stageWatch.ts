import type { StoreHandle } from './storeRegistry';

const PAGES_A_ROUND = 10;

/** Tells stages that time alone changed, page by page, for a journey that starts by them. */
export async function keepStagesUp(store: StoreHandle): Promise<{ nextDueAt: number | null }> {
	for (let page = 1; ; page++) {
		const { more, nextDueAt } = await store.run('lifecycle.keep', {});
		if (!more || page >= PAGES_A_ROUND) return { nextDueAt: more ? 0 : nextDueAt };
	}
}
