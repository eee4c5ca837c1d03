import type { ITriggerFunctions, Logger } from 'n8n-workflow';
import { isStale, refreshOffers, type RefreshedOffers } from '../bundles/refreshOffers';
import { refreshInThread } from '../bundles/offerThread';
import { SqliteInlineStore } from '../store/sqlite/inlineStore';
import type { StoreLocation } from '../store/open';
import { locationFor, type StoreHandle } from './storeAccess';
import { storeInstead } from './storeInstead';

/** Refreshes under way in this process, by store: a hundred runs at once mine once. */
const underWay = new Map<string, Promise<RefreshedOffers | undefined>>();
/** What went wrong last, by store: a shop too large for the memory setting is not mined in vain at every run. */
const failures = new Map<string, { at: number; error: unknown }>();
const AGAIN_AFTER_MS = 15 * 60_000;

/**
 * Sees to it that there is a model of what belongs together: the very first one is waited for, later ones are made once a day in
 * the background, and sooner where many orders come in, in a thread of their own.
 * @param location where the store lives, for the thread's own connection; asked only where it is needed
 * @returns a sentence for the marketer when there was none before
 * @throws what went wrong while there is no model yet; for a quarter of an hour the same again, without another attempt
 */
export async function freshOfferModel(store: StoreHandle, location: () => Promise<StoreLocation>, logger: Logger): Promise<string | undefined> {
	const { model, now } = await store.run('offers.model', {});
	if (model && !isStale(model, now)) return undefined;
	const opened = await store.store();
	// A store without a thread of its own belongs to a replay or a test, and is its alone.
	const isOwn = storeInstead() !== undefined || opened instanceof SqliteInlineStore;
	const failed = failures.get(opened.storeId);
	if (failed && now >= failed.at && now < failed.at + AGAIN_AFTER_MS) {
		if (model) return undefined;
		throw failed.error;
	}
	const refreshing = once(opened.storeId, now, isOwn ? () => refreshOffers(opened) : async () => await refreshInThread(await location()));
	if (model && !isOwn) {
		refreshing.catch((error: unknown) => logger.warn(`What belongs together could not be looked at anew; the offers go by what was known on ${new Date(model.fittedAt).toISOString()}: ${String(error)}`));
		return undefined;
	}
	const found = await refreshing;
	if (model) return undefined;
	if (!found) return 'What belongs together is being looked at for the first time, by another run: until then only upsell and upgrade are known.';
	return `Looked for the first time at what belongs together: ${found.links} links in the orders of ${found.customers} customers. It is done anew every day.`;
}

/** {@link freshOfferModel} for a trigger's loop: credentials can be read when it begins, and not from its timer. */
export async function offerModelKeeper(context: ITriggerFunctions): Promise<(store: StoreHandle) => Promise<void>> {
	// A replay's own store needs no other connection.
	const place = storeInstead() ? undefined : await locationFor(context);
	return async (store) => void (await freshOfferModel(store, async () => place as StoreLocation, context.logger));
}

function once(storeId: string, now: number, begin: () => Promise<RefreshedOffers | undefined>): Promise<RefreshedOffers | undefined> {
	const known = underWay.get(storeId);
	if (known) return known;
	failures.delete(storeId);
	const begun = begin()
		.catch((error: unknown) => {
			failures.set(storeId, { at: now, error });
			throw error;
		})
		.finally(() => underWay.delete(storeId));
	underWay.set(storeId, begun);
	return begun;
}
