import { ZoneClock } from '../policy/zoneClock';
import type { Store } from '../store/Store';
import { keptPurchases } from './keptPurchases';
import type { OfferModelInfo } from './offerModels';
import type { LinkSettings } from './offerLinks';
import { DEFAULT_MODEL_SETTINGS, fitOffers, type OfferModel } from './offerModel';
import type { Purchases } from './purchases';

export interface RefreshedOffers {
	/** Absent where the model was only printed, or somebody else was at it. */
	version?: number;
	links: number;
	customers: number;
	baskets: number;
}

/** A model is made anew after this long. */
const STALE_MS = 24 * 3_600_000;
/** Where many orders come in, after this long; but the mining takes no more than a fiftieth of the time. */
const BUSY_MS = 3_600_000;
const SHARE_OF_TIME = 50;

/** Whether it is time to mine again. @param now UTC milliseconds */
export function isStale({ fittedAt, tookMs, manyChanged }: OfferModelInfo, now: number): boolean {
	const age = now - fittedAt;
	return age >= STALE_MS || (manyChanged && age >= Math.max(BUSY_MS, SHARE_OF_TIME * tookMs));
}

/**
 * Mines the store and keeps what it found as the newest model; one at a time. Of the orders only those of customers of whom
 * something changed since are read ({@link keptPurchases}). Heavy: run it in a thread of its own
 * ({@link refreshInThread}).
 * @returns undefined: another process is at it
 */
export async function refreshOffers(store: Store, settings: LinkSettings = DEFAULT_MODEL_SETTINGS): Promise<RefreshedOffers | undefined> {
	const { begun } = await store.run('offers.beginMining', {});
	if (!begun) return undefined;
	try {
		const { now } = await store.run('store.settings', {});
		for (let next: number | null = 0; next !== null; ) next = (await store.run('offers.settle', { after: next })).next;
		const startedAt = performance.now();
		const model = await fitted(store, await keptPurchases(store, now), now, settings);
		const { version } = await store.run('offers.saveModel', { model, settings, asOf: now, tookMs: Math.round(performance.now() - startedAt) });
		return { version, links: linksOf(model), customers: model.customers, baskets: model.baskets };
	} catch (error) {
		await store.run('offers.endMining', {});
		throw error;
	}
}

/** The model as of an instant, mined from every order there is, and not kept. @param at UTC milliseconds */
export async function modelAt(store: Store, at: number, settings: LinkSettings = DEFAULT_MODEL_SETTINGS): Promise<OfferModel> {
	return await fitted(store, await store.run('bundles.purchases', { until: at }), at, settings);
}

async function fitted(store: Store, purchases: Purchases, at: number, settings: LinkSettings): Promise<OfferModel> {
	const { zone } = await store.run('store.settings', {});
	const clock = ZoneClock.of(zone) ?? (ZoneClock.of('UTC') as ZoneClock);
	const learned = await store.run('offers.learned', { until: at });
	return { ...fitOffers(purchases, (ms) => clock.localDay(ms), clock.localDay(at), settings), learned };
}

const linksOf = ({ together, later }: OfferModel) => together.from.length + later.from.length;
