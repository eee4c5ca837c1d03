import { ANY_OF_IDS, both, bulk, inGroups, per, selectByList } from '../plan';
import type { CustomerRow } from './customerPlans';
import { LINES_OF_ORDERS, PRODUCTS_OF_LINES } from './linesOfOrders';
import { GIVEN_BACK_OF, type AskedOf } from './refundPlans';

/** What a customer bought in a period. */
export interface Bought {
	customer_id: number;
	orders: number;
	/** Orders whose amounts count: those in the currency asked for. */
	priced: number;
	amount_e4: number;
	pieces: number;
	first_at: number;
	last_at: number;
}

const BOUGHT = { customer_id: 'bigint', orders: 'bigint', priced: 'bigint', amount_e4: 'bigint', pieces: 'bigint', first_at: 'bigint', last_at: 'bigint' } as const;

/** What most conditions on the profile look at: a fifth of what is known of a customer. */
export type MarkedCustomer = Pick<CustomerRow, 'id' | 'stage' | 'vip' | 'country' | 'attributes'>;

type Asked = { ids: number[]; since: number; until: number };
type Goods = { products: string[]; categories: string[] };

const OF_CUSTOMERS = {
	orders: 'json_each(:ids) j CROSS JOIN orders o ON o.customer_id = j.value AND o.ordered_at >= :since AND o.ordered_at <= :until',
	events: 'json_each(:ids) j CROSS JOIN event e ON e.customer_id = j.value AND e.occurred_at >= :since AND e.occurred_at <= :until',
};
const AN_ORDER = "o.kind = 'order' AND o.status <> 'cancelled'";
const PG_ORDERS = `orders o WHERE o.customer_id = ${ANY_OF_IDS} AND o.ordered_at >= :since AND o.ordered_at <= :until`;
const PG_LINES = PG_ORDERS.replace(' WHERE', ` ${LINES_OF_ORDERS} WHERE`);
const PG_GOODS = PG_ORDERS.replace(' WHERE', ` ${LINES_OF_ORDERS} ${PRODUCTS_OF_LINES} WHERE`);
const PG_EVENTS = `event e WHERE e.customer_id = ${ANY_OF_IDS} AND e.occurred_at >= :since AND e.occurred_at <= :until`;

/** Of what was given back of an order each line has its share: of which goods it was is not always said. */
const share = (asked: AskedOf) => `CASE WHEN coalesce(o.total_e4, o.lines_e4, 0) <= ${GIVEN_BACK_OF[asked]} THEN 0 ELSE CAST(ROUND(l.amount_e4 * l.times * (1.0 - 1.0 * ${GIVEN_BACK_OF[asked]} / coalesce(o.total_e4, o.lines_e4))) AS BIGINT) END`;
/** Gifts are not bought. */
const lineFacts = (asked: AskedOf) => `o.customer_id, COUNT(DISTINCT o.id) AS orders, COUNT(DISTINCT CASE WHEN o.currency = :currency THEN o.id END) AS priced,
	SUM(CASE WHEN o.currency <> :currency OR (o.status = 'refunded' AND o.refunded_e4 = 0) THEN 0 WHEN o.refunded_e4 = 0 THEN l.amount_e4 * l.times ELSE ${share(asked)} END) AS amount_e4,
	SUM(l.quantity * l.times) AS pieces, MIN(o.ordered_at) AS first_at, MAX(o.ordered_at) AS last_at`;
const A_PURCHASE = `${AN_ORDER} AND l.gift = 0 AND l.quantity > 0`;

type Lines = Asked & { currency: string };

function linesBought<P extends object>(asked: AskedOf) {
	return inGroups(per<P, Bought>({
		sqlite: `SELECT ${lineFacts(asked)} FROM ${OF_CUSTOMERS.orders} CROSS JOIN order_line l ON l.order_ref = o.id WHERE ${A_PURCHASE} GROUP BY o.customer_id`,
		postgres: `SELECT ${lineFacts(asked)} FROM ${PG_LINES} AND ${A_PURCHASE} GROUP BY o.customer_id`,
	}), 'ids', [], BOUGHT);
}

function goodsBought<P extends object>(asked: AskedOf) {
	return inGroups(per<P, Bought>({
		sqlite: `SELECT ${lineFacts(asked)} FROM ${OF_CUSTOMERS.orders} CROSS JOIN order_line l ON l.order_ref = o.id LEFT JOIN product p ON p.product_id = l.product_id
			WHERE ${A_PURCHASE} AND (l.product_id IN (SELECT value FROM json_each(:products)) OR p.name IN (SELECT value FROM json_each(:products)) OR p.category IN (SELECT value FROM json_each(:categories))) GROUP BY o.customer_id`,
		postgres: `SELECT ${lineFacts(asked)} FROM ${PG_GOODS}
			AND ${A_PURCHASE} AND (l.product_id = ANY(:products::text[]) OR p.name = ANY(:products::text[]) OR p.category = ANY(:categories::text[])) GROUP BY o.customer_id`,
	}), 'ids', [], BOUGHT);
}

/** Statements that rules are compiled to: what is asked for is a parameter, always, so that no rule is a part of a statement. */
export const segmentPlans = {
	idsAfter: both<{ after: number; limit: number }, { id: number }>('SELECT id FROM customer WHERE id > :after AND erased_at IS NULL ORDER BY id LIMIT :limit'),
	countCustomers: both<object, { customers: number }>('SELECT COUNT(*) AS customers FROM customer WHERE erased_at IS NULL'),
	marked: inGroups(selectByList<{ ids: number[] }, MarkedCustomer>('ids', 't.id, t.stage, t.vip, t.country, t.attributes', 'customer', 'id'), 'ids', ['stage', 'vip', 'country'], { id: 'bigint', attributes: 'text' }),
	/** The currency of most of the latest orders. */
	mainCurrency: both<object, { currency: string }>(
		"SELECT currency FROM (SELECT currency FROM orders WHERE kind = 'order' ORDER BY id DESC LIMIT 1000) AS latest GROUP BY currency ORDER BY COUNT(*) DESC, currency LIMIT 1",
	),
	linesBought: linesBought<Lines>('now'),
	goodsBought: goodsBought<Lines & Goods>('now'),
	/** The same with amounts as of a past instant. */
	linesBoughtThen: linesBought<Lines & { at: number }>('then'),
	goodsBoughtThen: goodsBought<Lines & Goods & { at: number }>('then'),
	/** For conditions on their properties. */
	events: per<Asked & { type: string }, { customer_id: number; occurred_at: number; properties: string }>({
		sqlite: `SELECT e.customer_id, e.occurred_at, e.properties FROM ${OF_CUSTOMERS.events} WHERE e.type = :type`,
		postgres: `SELECT e.customer_id, e.occurred_at, e.properties FROM ${PG_EVENTS} AND e.type = :type`,
	}),
	/** How many customers are in each field of RFM. */
	rfmCells: both<object, { r: number; f: number; m: number; rfm_group: string; customers: number; revenue_e4: number | null }>(
		'SELECT r, f, m, rfm_group, COUNT(*) AS customers, SUM(revenue_e4) AS revenue_e4 FROM feature WHERE r IS NOT NULL AND rfm_group IS NOT NULL GROUP BY r, f, m, rfm_group ORDER BY r DESC, f DESC, m DESC',
	),
	/** Which of these names products and categories have. */
	knownGoods: per<Goods, { name: string }>({
		sqlite: `SELECT j.value AS name FROM json_each(:products) j WHERE EXISTS (SELECT 1 FROM product p WHERE p.product_id = j.value) OR EXISTS (SELECT 1 FROM product p WHERE p.name = j.value)
			UNION SELECT j.value FROM json_each(:categories) j WHERE EXISTS (SELECT 1 FROM product p WHERE p.category = j.value)`,
		postgres: `SELECT n.name FROM unnest(:products::text[]) AS n(name) WHERE EXISTS (SELECT 1 FROM product p WHERE p.product_id = n.name) OR EXISTS (SELECT 1 FROM product p WHERE p.name = n.name)
			UNION SELECT n.name FROM unnest(:categories::text[]) AS n(name) WHERE EXISTS (SELECT 1 FROM product p WHERE p.category = n.name)`,
	}),
	/** Whether such an event is among the latest. */
	knownEvent: bulk<{ type: string }, { type: string }>(
		{ type: 'text' },
		{
			sqlite: 'SELECT :type AS type WHERE EXISTS (SELECT 1 FROM (SELECT e.type FROM event e ORDER BY e.seq DESC LIMIT 20000) AS latest WHERE latest.type = :type)',
			postgres: 'SELECT r.type FROM rows r WHERE EXISTS (SELECT 1 FROM (SELECT e.type FROM event e ORDER BY e.seq DESC LIMIT 20000) AS latest WHERE latest.type = r.type)',
		},
	),
	/** Categories to choose from. */
	categories: both<object, { category: string; products: number }>('SELECT category, COUNT(*) AS products FROM product WHERE category IS NOT NULL GROUP BY category ORDER BY products DESC, category LIMIT 500'),
	/** Kinds of event to choose from, among the latest. */
	eventTypes: both<object, { type: string; times: number }>('SELECT type, COUNT(*) AS times FROM (SELECT e.type FROM event e ORDER BY e.seq DESC LIMIT 20000) AS latest GROUP BY type ORDER BY times DESC, type LIMIT 200'),
};
