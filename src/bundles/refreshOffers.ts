import { ZoneClock } from '../policy/zoneClock';
import type { Store } from '../store/Store';
import { DEFAULT_MODEL_SETTINGS, fitOffers, type OfferModel, type OfferModelSettings } from './offerModel';

export interface RefreshedOffers {
	/** Absent where the model was only printed, or somebody else was at it. */
	version?: number;
	links: number;
	customers: number;
	baskets: number;
}

/** A model is made anew after this long. */
export const STALE_MS = 24 * 3_600_000;

/**
 * Mines the store and keeps what it found as the newest model; one at a time. Heavy: run it in a thread of its own
 * ({@link refreshInThread}).
 * @returns undefined: another process is at it
 */
export async function refreshOffers(store: Store, settings: OfferModelSettings = DEFAULT_MODEL_SETTINGS): Promise<RefreshedOffers | undefined> {
	const { begun } = await store.run('offers.beginMining', {});
	if (!begun) return undefined;
	try {
		const { now } = await store.run('store.settings', {});
		for (let next: number | null = 0; next !== null; ) next = (await store.run('offers.settle', { after: next })).next;
		const model = await modelAt(store, now, settings);
		const { version } = await store.run('offers.saveModel', { model, settings, asOf: now });
		return { version, links: linksOf(model), customers: model.customers, baskets: model.baskets };
	} catch (error) {
		await store.run('offers.endMining', {});
		throw error;
	}
}

/** The model as of an instant. @param at UTC milliseconds */
export async function modelAt(store: Store, at: number, settings: OfferModelSettings = DEFAULT_MODEL_SETTINGS): Promise<OfferModel> {
	const { zone } = await store.run('store.settings', {});
	const clock = ZoneClock.of(zone) ?? (ZoneClock.of('UTC') as ZoneClock);
	const purchases = await store.run('bundles.purchases', { until: at });
	const learned = await store.run('offers.learned', { until: at });
	return { ...fitOffers(purchases, (ms) => clock.localDay(ms), clock.localDay(at), settings), learned };
}

const linksOf = ({ together, later }: OfferModel) => together.from.length + later.from.length;
