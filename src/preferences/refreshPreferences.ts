import type { Store } from '../store/Store';
import { PreferenceLearner, PREFERENCES, preferencesOf } from './preferenceModel';
import type { PreferenceFacts, PreferenceModel } from './contract';

/** Customers in one transaction: short enough that nobody else waits. */
const PAGE = 1_000;
/** More customers teach no more about a shop. */
const LEARNED_PAGES = 100;

export interface PreferenceRefresh {
	/** Holds the lease of the refresh. */
	owner: string;
	/** UTC milliseconds */
	at: number;
	currency: string | null;
	/** Customers there are, for the progress. */
	customers: number;
	onProgress: (done: number, total: number) => Promise<void>;
}

/**
 * Learns of the shop what preferences are measured against, then writes those of everybody that changed: the last part of a
 * refresh, page by page under its lease. @returns how many customers' preferences were written
 */
export async function refreshPreferences(store: Store, { owner, at, currency, customers, onProgress }: PreferenceRefresh): Promise<number> {
	const learned = Math.ceil(customers / strideOf(customers));
	const total = learned + customers;
	let [done, written] = [0, 0];
	const model = await learnPreferences(store, { at, currency, customers, onProgress: async (looked) => await onProgress((done = Math.min(learned, looked)), total) });
	await store.run('figures.saveModels', { asOf: at, models: [{ name: PREFERENCES, model, settings: {}, way: String(currency) }] });
	for await (const page of pages(store, { at, currency }, 1)) {
		const rows = page.map((facts) => ({ customer_id: facts.customer, ...preferencesOf(model, facts, at) }));
		written += (await store.run('preferences.save', { owner, at, rows })).written;
		done = Math.min(total, done + page.length);
		await onProgress(done, total);
	}
	return written;
}

/** Learns of the shop what preferences are measured against, and keeps nothing. */
export async function learnPreferences(store: Store, { at, currency, customers, onProgress }: Omit<PreferenceRefresh, 'owner' | 'onProgress'> & { onProgress: (looked: number) => Promise<void> }): Promise<PreferenceModel> {
	const learner = new PreferenceLearner(at);
	let looked = 0;
	await onProgress(looked);
	for await (const page of pages(store, { at, currency }, strideOf(customers))) {
		page.forEach((facts) => learner.add(facts));
		await onProgress((looked += page.length));
	}
	return learner.learned();
}

/** In a large shop every so many-th page is learned from, so that old and new customers both are. */
const strideOf = (customers: number) => Math.max(1, Math.ceil(customers / PAGE / LEARNED_PAGES));

/** @param stride 3: of three pages the first */
async function* pages(store: Store, asked: { at: number; currency: string | null }, stride: number): AsyncGenerator<PreferenceFacts[]> {
	for (let after: number | null = 0; after !== null; ) {
		const { facts, next }: { facts: PreferenceFacts[]; next: number | null } = await store.run('preferences.facts', { after, limit: PAGE, ...asked });
		yield facts;
		// Numbers are given one after the other: so many further on are so many customers, or fewer.
		after = next === null ? null : next + (stride - 1) * PAGE;
	}
}
