import { AsyncLocalStorage } from 'node:async_hooks';
import type { Store } from '../store/Store';
import type { StoreHandle } from './storeRegistry';

const chosen = new AsyncLocalStorage<Store>();

/**
 * Every node that runs inside `work` uses this store, whatever credential it has: a replay never touches the shop's own
 * store, needs no credential, and does not mind where the workflow is going to run. The caller closes the store.
 */
export function withStoreInstead<T>(store: Store, work: () => T): T {
	return chosen.run(store, work);
}

/** A handle on the store chosen for this asynchronous context; undefined outside a replay. */
export function storeInstead(): StoreHandle | undefined {
	const store = chosen.getStore();
	return store && { store: async () => store, run: (name, input) => store.run(name, input), release: () => undefined };
}
