import { grouped } from '../core/grouped';
import { featurePlans } from '../store/plans/featurePlans';
import type { ProductRow } from '../store/plans/ingestPlans';
import { offerPlans, type EarlierOffer, type OwnedRow } from '../store/plans/offerPlans';
import type { Tx } from '../store/port';
import type { Preferences } from '../preferences/contract';
import { preferencesLately } from '../preferences/lately';
import type { ZoneClock } from '../policy/zoneClock';
import { linkedCandidates } from './offerCandidates';
import type { OfferIndex } from './offerIndex';
import { foundFor, type Found } from './offerLikely';
import type { OfferSettings } from './offerSettings';
import { stepsWanted } from './offerSteps';
import type { Catalogue, OfferSubject, Owned } from './offerSubject';

const DAY_MS = 86_400_000;

/** Somebody to recommend something to, as far as the question tells. */
export interface Asked {
	/** The customer's number; null: nobody known. */
	id: number | null;
	key: string;
	cart: readonly string[];
	clock: ZoneClock;
	/** Offers of the same question are no offers made before. */
	offerKey(product: string): string;
}

/** A question with everything that the answer depends on. */
export interface Question {
	subject: OfferSubject;
	/** What may be offered, before anything is known of the products. */
	found: Found;
}

/**
 * Loads what a page of questions needs, a statement for each kind of thing; what does not depend on each other is asked for together.
 * @param at UTC milliseconds
 */
export async function loadPage(tx: Tx, asked: readonly Asked[], index: OfferIndex, settings: OfferSettings, at: number): Promise<{ questions: Question[]; catalogue: Catalogue }> {
	const ids = [...new Set(asked.flatMap(({ id }) => id ?? []))];
	const since = at - settings.notAgainDays * DAY_MS;
	const rests = ids.length > 0 && settings.notAgainDays > 0;
	const [boughtRows, offerRows, declinedRows, featureRows, lately] = await Promise.all([
		ids.length > 0 ? tx.all(offerPlans.owned, { ids, at }) : [],
		rests ? tx.all(offerPlans.since, { ids, since }) : [],
		rests ? tx.all(offerPlans.declined, { ids, since }) : [],
		ids.length > 0 ? tx.all(featurePlans.ofOffers, { ids }) : [],
		settings.favouriteFirst ? preferencesLately(tx, ids, 'purchases', at) : new Map<number, Partial<Preferences>>(),
	]);
	const ofCustomer = ({ customer_id }: { customer_id: number }) => customer_id;
	const [owned, offers, declined] = [grouped(boughtRows, ofCustomer), grouped(offerRows, ofCustomer), grouped(declinedRows, ofCustomer)];
	const features = new Map(featureRows.map((row) => [row.customer_id, row]));
	const questions = asked.map((one): Question => {
		const mine = <T>(map: Map<number, T[]>): T[] => (one.id === null ? [] : (map.get(one.id) ?? []));
		const feature = one.id === null ? undefined : features.get(one.id);
		const subject: OfferSubject = {
			key: one.key,
			cart: one.cart,
			clock: one.clock,
			...possessions(mine(owned), one.clock),
			restingUntil: resting(mine(offers), mine(declined), one, settings, at),
			rhythm: feature ? { pattern: feature.rhythm, nextFrom: feature.next_from, nextUntil: feature.next_until, lastOrderAt: feature.last_order_at } : null,
			favouriteCategory: one.id === null ? null : ((lately.get(one.id) ?? feature)?.favourite_category ?? null),
		};
		const today = one.clock.localDay(at);
		return { subject, found: foundFor(index, subject, today, settings, linkedCandidates(index, subject, today, settings.horizonDays)) };
	});
	return { questions, catalogue: await loadCatalogue(tx, questions) };
}

/** Owned is what was bought last and not given back since. */
function possessions(rows: readonly OwnedRow[], clock: ZoneClock): { owned: Map<string, Owned>; returned: Set<string> } {
	const owned = new Map<string, Owned>();
	const returned = new Set<string>();
	for (const { product_id: product, bought_at: boughtAt, first_at: firstAt, times, returned_at: returnedAt, price_e4: priceE4 } of rows) {
		if (returnedAt !== null && (boughtAt === null || returnedAt >= boughtAt)) returned.add(product);
		else if (boughtAt !== null) owned.set(product, { at: boughtAt, day: clock.localDay(boughtAt), firstDay: clock.localDay(firstAt ?? boughtAt), times, priceE4: priceE4 ?? 0 });
	}
	return { owned, returned };
}

function resting(offers: readonly EarlierOffer[], declined: readonly { occurred_at: number; properties: string }[], { offerKey }: Asked, { notAgainDays }: OfferSettings, at: number): Map<string, number> {
	const until = new Map<string, number>();
	const rest = (product: string, from: number) => until.set(product, Math.max(until.get(product) ?? 0, from + notAgainDays * DAY_MS));
	const earlier = offers.filter((one) => one.shown === 1 && one.offered_at <= at);
	for (const { product_id: product, offered_at: offeredAt, offer_key: key } of earlier) if (key !== offerKey(product)) rest(product, offeredAt);
	for (const { occurred_at: saidAt, properties } of declined) {
		if (saidAt > at) continue;
		const { product_id: product } = JSON.parse(properties) as { product_id?: unknown };
		if (product !== undefined && product !== null) rest(String(product), saidAt);
		else for (const one of earlier) if (one.offered_at <= saidAt) rest(one.product_id, saidAt);
	}
	return until;
}

async function loadCatalogue(tx: Tx, questions: readonly Question[]): Promise<Catalogue> {
	const wanted = new Set(questions.flatMap(({ subject, found: { linked, again, likely } }) => [...subject.cart, ...subject.owned.keys(), ...[...linked, ...again, ...likely].map(({ product }) => product)]));
	const products = new Map<string, ProductRow>();
	const keep = (rows: readonly ProductRow[]) => rows.forEach((row) => products.set(row.product_id, row));
	if (wanted.size > 0) keep(await tx.all(offerPlans.products, { ids: [...wanted] }));
	const names = new Set<string>();
	const owned = new Set<string>();
	for (const { subject } of questions) {
		const steps = stepsWanted(subject, (id) => products.get(id));
		for (const name of steps.families) names.add(name);
		for (const id of steps.owned) owned.add(id);
	}
	const families = new Map<string, ProductRow[]>();
	const successors = new Map<string, ProductRow[]>();
	const put = (map: Map<string, ProductRow[]>, key: string | null, row: ProductRow) => void (key !== null && map.set(key, [...(map.get(key) ?? []), row]));
	const [ofFamilies, next] = await Promise.all([names.size === 0 ? [] : tx.all(offerPlans.ofFamilies, { keys: [...names] }), owned.size === 0 ? [] : tx.all(offerPlans.successors, { ids: [...owned] })]);
	for (const row of ofFamilies) put(families, row.family, row);
	for (const row of next) put(successors, row.successor_of, row);
	keep(ofFamilies);
	keep(next);
	return { product: (id) => products.get(id), family: (name) => families.get(name) ?? [], successors: (id) => successors.get(id) ?? [] };
}
