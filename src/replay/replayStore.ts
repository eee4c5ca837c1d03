import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refresh } from '../features/refresh';
import { COMPANY_POLICY } from '../policy/policies';
import { openStore } from '../store/open';
import type { Store } from '../store/Store';
import { refuseRefusals } from './refusals';
import type { SavedTest } from './savedTest';

/** A customer store that exists for one replay only, its clock standing still. */
export interface ReplayStore {
	store: Store;
	/** its SQLite file */
	file: string;
	/** Closes the store and deletes it. */
	remove(): Promise<void>;
}

/** @param atMs where its clock stands, UTC milliseconds */
export async function makeReplayStore(atMs: number): Promise<ReplayStore> {
	const folder = mkdtempSync(join(tmpdir(), 'customer-journeys-replay-'));
	const drop = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
	try {
		const file = join(folder, 'replay.sqlite');
		const store = await openStore({ kind: 'file', file }, { thread: false, testClock: { mode: 'frozen', atMs } });
		return { store, file, remove: async () => void (await store.close().finally(drop)) };
	} catch (error) {
		drop();
		throw error;
	}
}

/**
 * Puts in what a saved test says is there when it begins, and computes the customers' figures from it. All of it is history: it
 * starts nobody on a journey.
 * @throws JourneyError with the record that the store refuses, and `bad_policy`
 */
export async function fillStore(store: Store, { store: given, policy }: SavedTest): Promise<void> {
	if (policy) await store.run('policy.save', { name: COMPANY_POLICY, body: policy });
	const { customers, products, orders, consents, subscriptions } = given;
	if (customers.length > 0) refuseRefusals('store.customers', await store.run('customers.upsert', { items: customers }));
	if (products.length > 0) refuseRefusals('store.products', await store.run('products.upsert', { items: products }));
	if (orders.length > 0) refuseRefusals('store.orders', await store.run('orders.record', { items: orders, backfill: true }));
	if (subscriptions.length > 0) refuseRefusals('store.subscriptions', await store.run('subscriptions.upsert', { items: subscriptions, backfill: true }));
	if (consents.length > 0) refuseRefusals('store.consents', await store.run('consents.set', { items: consents }));
	await refresh(store, { owner: 'saved test' });
}
