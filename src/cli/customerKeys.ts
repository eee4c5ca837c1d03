import type { Store } from '../store/Store';

const PAGE = 20_000;

/** Ids of the customers by their numbers in the store. */
export async function customerKeys(store: Store): Promise<Map<number, string>> {
	const names = new Map<number, string>();
	for (let after: number | null = 0; after !== null; ) {
		const page: { keys: { id: number; key: string }[]; next: number | null } = await store.run('figures.keys', { after, limit: PAGE });
		for (const { id, key } of page.keys) names.set(id, key);
		after = page.next;
	}
	return names;
}
