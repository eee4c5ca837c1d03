import { CHANGED } from '../features/columnKinds';
import { ReadyModels } from '../features/readyModels';
import { changePlans } from '../store/plans/columnPlans';
import { offerPlans, offerModelPlans } from '../store/plans/offerPlans';
import { datePlans } from '../store/plans/datePlans';
import { modelPlans } from '../store/plans/featurePlans';
import { read, write, type Tx } from '../store/port';
import { metaPlans } from '../store/storeClock';
import { OfferIndex } from './offerIndex';
import { OFFER_MODEL, type LearnedColumns, type OfferModel } from './offerModel';

const DAY_MS = 86_400_000;
/** What came of offers longer ago than this says little about today. */
const LEARN_DAYS = 365;
/** Whoever mines has so long for it until others may try. */
const LEASE_MS = 30 * 60_000;
const LEASE_KEY = 'offers.mining';

const ready = new ReadyModels(OFFER_MODEL, (body) => new OfferIndex(body as OfferModel));

const EMPTY: OfferModel = {
	products: [],
	repeated: { product: [], p25: [], p75: [] },
	together: { from: [], to: [], confidence: [], lift: [], customers: [] },
	later: { from: [], to: [], confidence: [], lift: [], customers: [], p25: [], p50: [], p75: [], stability: [] },
	learned: { product: [], offered: [], accepted: [], held: [], heldBought: [] },
	likely: null,
	customers: 0,
	baskets: 0,
};

/** The store's model of the newest version; an empty one where nothing was mined yet. */
export async function offerIndex(tx: Tx): Promise<OfferIndex> {
	return (await ready.newest(tx)) ?? new OfferIndex(EMPTY);
}

/** Changes of orders since they were last read that make a model old within the day. */
const MANY_CHANGED = 1_000;

/** Which model is in use. Instants are UTC milliseconds. */
export interface OfferModelInfo {
	version: number;
	asOf: number;
	fittedAt: number;
	/** How long the mining took. */
	tookMs: number;
	/** So many customers' orders changed since then that it should be looked at again before the day is over. */
	manyChanged: boolean;
}

/** @returns null as long as nothing was mined; `now`: the store's clock */
export const offerModelInfo = read(async (tx: Tx, _input: Record<string, never>): Promise<{ model: OfferModelInfo | null; now: number }> => {
	const row = await tx.first(offerModelPlans.latestVersion, { name: OFFER_MODEL });
	const now = await tx.now();
	if (!row) return { model: null, now };
	const changes = (await tx.first(changePlans.upTo, { what: CHANGED.orders, limit: MANY_CHANGED }))?.changes ?? 0;
	const { tookMs = 0 } = JSON.parse(row.settings) as { tookMs?: number };
	return { model: { version: row.version, asOf: row.as_of, fittedAt: row.fitted_at, tookMs, manyChanged: changes >= MANY_CHANGED }, now };
});

/** One miner at a time. @returns false: another one is at it */
export const beginMining = write(async (tx: Tx, _input: Record<string, never>): Promise<{ begun: boolean }> => {
	const now = await tx.now();
	await tx.run(metaPlans.reserve, { key: LEASE_KEY, value: '0' });
	const until = Number((await tx.first(metaPlans.lock, { key: LEASE_KEY }))?.value ?? 0);
	if (until > now && until <= now + LEASE_MS) return { begun: false };
	await tx.run(metaPlans.set, { key: LEASE_KEY, value: String(now + LEASE_MS) });
	return { begun: true };
});

/** Ends it without a model, such as after an error. */
export const endMining = write(async (tx: Tx, _input: Record<string, never>): Promise<Record<string, never>> => {
	await tx.run(metaPlans.set, { key: LEASE_KEY, value: '0' });
	return {};
});

/** Keeps a model as the newest version, and ends the mining. */
export const saveOfferModel = write(async (tx: Tx, { model, settings, asOf, tookMs }: { model: OfferModel; settings: object; asOf: number; tookMs: number }): Promise<{ version: number }> => {
	const now = await tx.now();
	await tx.run(modelPlans.save, { name: OFFER_MODEL, body: JSON.stringify(model), settings: JSON.stringify({ ...settings, tookMs }), as_of: asOf, fitted_at: now });
	await tx.run(offerModelPlans.prune, { name: OFFER_MODEL });
	await tx.run(metaPlans.set, { key: LEASE_KEY, value: '0' });
	// Orders from before the first model get their moments now.
	await tx.run(datePlans.refill, { subject: 'moment', first: OFFER_MODEL });
	const { version } = (await tx.first(offerModelPlans.latestVersion, { name: OFFER_MODEL })) as { version: number };
	return { version };
});

/** What came of the offers of the last year, for the next model. */
export const learnedOffers = read(async (tx: Tx, { until }: { until: number }): Promise<LearnedColumns> => {
	const rows = await tx.all(offerPlans.learned, { since: until - LEARN_DAYS * DAY_MS });
	const byProduct = new Map<string, { offered: number; accepted: number; held: number; heldBought: number }>();
	for (const { product_id: product, shown, offers, accepted } of rows) {
		const before = byProduct.get(product) ?? { offered: 0, accepted: 0, held: 0, heldBought: 0 };
		byProduct.set(product, shown === 1 ? { ...before, offered: offers, accepted } : { ...before, held: offers, heldBought: accepted });
	}
	const all = [...byProduct];
	return { product: all.map(([product]) => product), offered: all.map(([, one]) => one.offered), accepted: all.map(([, one]) => one.accepted), held: all.map(([, one]) => one.held), heldBought: all.map(([, one]) => one.heldBought) };
});
