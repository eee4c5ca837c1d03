import { both, inGroups, insertMany, per, updateMany } from '../plan';
import type { ProductRow } from './ingestPlans';
import { LINES_OF_ORDERS } from './linesOfOrders';

export interface OfferRow {
	id: number;
	customer_id: number;
	product_id: string;
	kind: string;
	/** instants are UTC milliseconds */
	offered_at: number;
	/** an order up to here accepts it */
	respond_until: number;
	ready_from: number;
	ready_until: number | null;
	/** 0: kept back from a customer of a control group */
	shown: number;
	explored: number;
	journey_key: string | null;
	outcome: 'accepted' | 'declined' | null;
	outcome_at: number | null;
	offer_key: string;
}

/** An offer, as far as the next ones depend on it. */
export type EarlierOffer = Pick<OfferRow, 'customer_id' | 'product_id' | 'offered_at' | 'shown' | 'offer_key'>;

/** What a customer has bought of a product, and given back. */
export interface OwnedRow {
	customer_id: number;
	product_id: string;
	bought_at: number | null;
	first_at: number | null;
	/** orders */
	times: number;
	returned_at: number | null;
	price_e4: number | null;
}

const PRODUCT = 'p.product_id, p.name, p.category, p.price_e4, p.currency, p.family, p.tier, p.successor_of, p.lifetime_days, p.in_stock, p.margin_e4, p.successor_since, p.updated_at';

/** What products of a catalogue mostly have in common, or have not at all. */
const ALIKE_PRODUCTS = ['currency', 'successor_of', 'lifetime_days', 'in_stock', 'successor_since'] as const;
const PRODUCTS_OWN = { product_id: 'text', name: 'text?', category: 'text?', price_e4: 'bigint?', family: 'text?', tier: 'bigint?', margin_e4: 'bigint?', updated_at: 'bigint' } as const;

/** Whole orders that were given back count as given back; gifts and cancelled orders are nothing. */
const OWNED = `SELECT o.customer_id, l.product_id,
	MAX(CASE WHEN o.kind = 'order' AND o.status <> 'refunded' THEN o.ordered_at END) AS bought_at,
	MIN(CASE WHEN o.kind = 'order' AND o.status <> 'refunded' THEN o.ordered_at END) AS first_at,
	COUNT(DISTINCT CASE WHEN o.kind = 'order' AND o.status <> 'refunded' THEN o.id END) AS times,
	MAX(CASE WHEN o.kind = 'refund' OR o.status = 'refunded' THEN o.ordered_at END) AS returned_at,
	MAX(CASE WHEN o.kind = 'order' THEN l.price_e4 END) AS price_e4`;
const OWNED_LINES = "o.status <> 'cancelled' AND o.ordered_at <= :at";
const NO_GIFT = "l.gift = 0 AND l.product_id <> ''";

export const offerPlans = {
	owned: inGroups(per<{ ids: number[]; at: number }, OwnedRow>({
		sqlite: `${OWNED} FROM json_each(:ids) j CROSS JOIN orders o ON o.customer_id = j.value AND ${OWNED_LINES} CROSS JOIN order_line l ON l.order_ref = o.id AND ${NO_GIFT} GROUP BY o.customer_id, l.product_id`,
		postgres: `${OWNED} FROM orders o ${LINES_OF_ORDERS} WHERE o.customer_id = ANY(:ids::bigint[]) AND ${OWNED_LINES} AND ${NO_GIFT} GROUP BY o.customer_id, l.product_id`,
	}), 'ids', [], { customer_id: 'bigint', product_id: 'text', bought_at: 'bigint?', first_at: 'bigint?', times: 'bigint', returned_at: 'bigint?', price_e4: 'bigint?' }),
	products: inGroups(per<{ ids: string[] }, ProductRow>({
		sqlite: `SELECT ${PRODUCT} FROM json_each(:ids) j CROSS JOIN product p ON p.product_id = j.value`,
		postgres: `SELECT ${PRODUCT} FROM product p WHERE p.product_id = ANY((SELECT :ids::text[])::text[])`,
	}), 'ids', ALIKE_PRODUCTS, PRODUCTS_OWN),
	ofFamilies: inGroups(per<{ keys: string[] }, ProductRow>({
		sqlite: `SELECT ${PRODUCT} FROM json_each(:keys) j CROSS JOIN product p ON p.family = j.value`,
		postgres: `SELECT ${PRODUCT} FROM product p WHERE p.family = ANY((SELECT :keys::text[])::text[])`,
	}), 'keys', ALIKE_PRODUCTS, PRODUCTS_OWN),
	successors: per<{ ids: string[] }, ProductRow>({
		sqlite: `SELECT ${PRODUCT} FROM json_each(:ids) j CROSS JOIN product p ON p.successor_of = j.value`,
		postgres: `SELECT ${PRODUCT} FROM product p WHERE p.successor_of = ANY(:ids::text[])`,
	}),
	since: inGroups(per<{ ids: number[]; since: number }, EarlierOffer>({
		sqlite: 'SELECT t.customer_id, t.product_id, t.offered_at, t.shown, t.offer_key FROM json_each(:ids) j CROSS JOIN offer t ON t.customer_id = j.value AND t.offered_at >= :since',
		postgres: 'SELECT t.customer_id, t.product_id, t.offered_at, t.shown, t.offer_key FROM offer t WHERE t.customer_id = ANY(:ids::bigint[]) AND t.offered_at >= :since',
	}), 'ids', ['shown'], { customer_id: 'bigint', product_id: 'text', offered_at: 'bigint', offer_key: 'text' }),
	/** Events by which customers said no; without a product they mean all that was offered. */
	declined: per<{ ids: number[]; since: number }, { customer_id: number; occurred_at: number; properties: string }>({
		sqlite: "SELECT e.customer_id, e.occurred_at, e.properties FROM json_each(:ids) j CROSS JOIN event e ON e.customer_id = j.value AND e.occurred_at >= :since AND e.type = 'offer_declined'",
		postgres: "SELECT customer_id, occurred_at, properties FROM event WHERE customer_id = ANY(:ids::bigint[]) AND occurred_at >= :since AND type = 'offer_declined'",
	}),
	add: insertMany<Omit<OfferRow, 'id' | 'outcome' | 'outcome_at'>>(
		'offer',
		{ customer_id: 'bigint', product_id: 'text', kind: 'text', offered_at: 'bigint', respond_until: 'bigint', ready_from: 'bigint', ready_until: 'bigint', shown: 'bigint', explored: 'bigint', journey_key: 'text', offer_key: 'text' },
		'ON CONFLICT (offer_key) DO NOTHING',
	),
	/** Offers of which nothing is known yet, page by page. */
	open: both<{ after: number; limit: number }, OfferRow>('SELECT * FROM offer WHERE outcome IS NULL AND id > :after ORDER BY id LIMIT :limit'),
	/** When customers bought products, for offers that wait for an answer. */
	bought: per<{ ids: number[]; since: number }, { customer_id: number; product_id: string; ordered_at: number }>({
		sqlite: `SELECT o.customer_id, l.product_id, o.ordered_at FROM json_each(:ids) j CROSS JOIN orders o ON o.customer_id = j.value AND o.ordered_at >= :since AND o.kind = 'order' AND o.status <> 'cancelled' CROSS JOIN order_line l ON l.order_ref = o.id AND ${NO_GIFT}`,
		postgres: `SELECT o.customer_id, l.product_id, o.ordered_at FROM orders o ${LINES_OF_ORDERS} WHERE o.customer_id = ANY(:ids::bigint[]) AND o.ordered_at >= :since AND o.kind = 'order' AND o.status <> 'cancelled' AND ${NO_GIFT}`,
	}),
	settle: updateMany<Pick<OfferRow, 'id' | 'outcome' | 'outcome_at'>>('offer', { id: 'bigint', outcome: 'text', outcome_at: 'bigint' }, ['id']),
	/** What came of offers, by product and whether they were made or kept back. */
	learned: both<{ since: number }, { product_id: string; shown: number; offers: number; accepted: number }>(
		`SELECT product_id, shown, COUNT(*) AS offers, SUM(CASE WHEN outcome = 'accepted' THEN 1 ELSE 0 END) AS accepted
		FROM offer WHERE offered_at >= :since AND outcome IS NOT NULL GROUP BY product_id, shown ORDER BY product_id, shown`,
	),
	/** The same by kind, with what is still open. */
	results: both<{ since: number; until: number }, { kind: string; shown: number; offers: number; accepted: number; declined: number }>(
		`SELECT kind, shown, COUNT(*) AS offers, SUM(CASE WHEN outcome = 'accepted' THEN 1 ELSE 0 END) AS accepted, SUM(CASE WHEN outcome = 'declined' THEN 1 ELSE 0 END) AS declined
		FROM offer WHERE offered_at >= :since AND offered_at <= :until GROUP BY kind, shown ORDER BY kind, shown`,
	),
	/** How often each product was offered. */
	spread: both<{ since: number; until: number }, { product_id: string; offers: number }>(
		'SELECT product_id, COUNT(*) AS offers FROM offer WHERE offered_at >= :since AND offered_at <= :until AND shown = 1 GROUP BY product_id ORDER BY offers DESC, product_id',
	),
	/** Products that may be offered at all. */
	active: both<object, { products: number }>('SELECT COUNT(*) AS products FROM product WHERE coalesce(in_stock, 1) <> 0'),
	/** Of an erased customer it stays that something was offered. */
	blank: both<{ customer_id: number }>("UPDATE offer SET outcome = coalesce(outcome, 'declined'), outcome_at = coalesce(outcome_at, offered_at) WHERE customer_id = :customer_id"),
};

export const offerModelPlans = {
	/** Two versions stay: somebody may be reading the one before. */
	prune: both<{ name: string }>('DELETE FROM model WHERE name = :name AND version < (SELECT MAX(version) - 1 FROM model WHERE name = :name)'),
	latestVersion: both<{ name: string }, { version: number; as_of: number; fitted_at: number; settings: string }>('SELECT version, as_of, fitted_at, settings FROM model WHERE name = :name ORDER BY version DESC LIMIT 1'),
};
