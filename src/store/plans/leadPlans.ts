import { both, insertMany, ofShop, per } from '../plan';

export interface LeadScoreRow {
	name: string;
	version: number;
	/** JSON of LeadRules */
	body: string;
	saved_at: number;
	saved_by: string | null;
	filled_to: number;
}

export interface LeadRow {
	customer_id: number;
	score: string;
	version: number;
	as_of: number;
	/** JSON: points of each action at `as_of`, before limits */
	earned: string;
	/** At `as_of`. */
	points: number;
	level: string | null;
	level_since: number | null;
	crossings: number;
	check_at: number | null;
}

export interface DeedRow {
	customer_id: number;
	type: string;
	at: number;
	/** JSON object */
	properties: string;
}

const LEAD = { customer_id: 'bigint', score: 'text', version: 'bigint', as_of: 'bigint', earned: 'text', points: 'double precision', level: 'text', level_since: 'bigint', crossings: 'bigint', check_at: 'bigint' } as const;
const CHANGED = Object.keys(LEAD).filter((name) => name !== 'customer_id' && name !== 'score');

export const leadPlans = {
	/** Saving is looking what is there, then writing: one at a time. */
	lock: per<object, { locked: number }>({ sqlite: 'SELECT 1 AS locked', postgres: "SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('customer-journeys'), hashtext(current_schema() || '.lead_score'))" }),
	scores: ofShop('lead_score', both<object, LeadScoreRow>('SELECT * FROM lead_score ORDER BY name')),
	score: both<{ name: string }, LeadScoreRow>('SELECT * FROM lead_score WHERE name = :name'),
	saveScore: both<LeadScoreRow>(
		`INSERT INTO lead_score (name, version, body, saved_at, saved_by, filled_to) VALUES (:name, :version, :body, :saved_at, :saved_by, :filled_to)
		 ON CONFLICT (name) DO UPDATE SET version = excluded.version, body = excluded.body, saved_at = excluded.saved_at, saved_by = excluded.saved_by, filled_to = excluded.filled_to`,
	),
	setFilled: both<{ name: string; version: number; filled_to: number }>('UPDATE lead_score SET filled_to = :filled_to WHERE name = :name AND version = :version AND filled_to < :filled_to'),
	/** Who comes back gets a baseline like everybody who came before the score. */
	refillFrom: both<{ id: number }>('UPDATE lead_score SET filled_to = :id - 1 WHERE filled_to >= :id'),
	ofCustomers: per<{ ids: number[] }, LeadRow>({
		sqlite: 'SELECT l.* FROM json_each(:ids) j CROSS JOIN lead l ON l.customer_id = j.value',
		postgres: 'SELECT * FROM lead WHERE customer_id = ANY(:ids::bigint[])',
	}),
	save: insertMany<LeadRow>('lead', LEAD, `ON CONFLICT (customer_id, score) DO UPDATE SET ${CHANGED.map((name) => `${name} = excluded.${name}`).join(', ')}`),
	/** Their level is to be computed anew, and tells nobody. */
	stale: per<{ ids: number[] }>({
		sqlite: 'UPDATE lead SET level = NULL, check_at = 0 WHERE customer_id IN (SELECT value FROM json_each(:ids))',
		postgres: 'UPDATE lead SET level = NULL, check_at = 0 WHERE customer_id = ANY(:ids::bigint[])',
	}),
	/** What fell due while nobody listened tells nobody. */
	staleDue: both<{ score: string; now: number }>('UPDATE lead SET level = NULL, check_at = 0 WHERE check_at <= :now AND score = :score'),
	remove: per<{ ids: number[] }>({
		sqlite: 'DELETE FROM lead WHERE customer_id IN (SELECT value FROM json_each(:ids))',
		postgres: 'DELETE FROM lead WHERE customer_id = ANY(:ids::bigint[])',
	}),
	due: both<{ now: number; limit: number }, Pick<LeadRow, 'customer_id'>>('SELECT customer_id FROM lead WHERE check_at <= :now ORDER BY check_at LIMIT :limit'),
	nextCheck: both<{ after: number }, { at: number | null }>('SELECT MIN(check_at) AS at FROM lead WHERE check_at > :after'),
	/** The next customers in the order of their numbers. */
	customersAfter: both<{ after: number; limit: number }, { id: number }>('SELECT id FROM customer WHERE id > :after ORDER BY id LIMIT :limit'),
	firstOrders: per<{ ids: number[] }, { customer_id: number; at: number | null }>({
		sqlite: "SELECT j.value AS customer_id, (SELECT o.ordered_at FROM orders o WHERE o.customer_id = j.value AND o.kind = 'order' AND o.status <> 'cancelled' ORDER BY o.ordered_at LIMIT 1) AS at FROM json_each(:ids) j",
		postgres: "SELECT j.id AS customer_id, (SELECT o.ordered_at FROM orders o WHERE o.customer_id = j.id AND o.kind = 'order' AND o.status <> 'cancelled' ORDER BY o.ordered_at LIMIT 1) AS at FROM unnest(:ids::bigint[]) AS j(id)",
	}),
	/** What these customers did of these types, in no order; what is dated ahead counts from when it came in. */
	deeds: per<{ ids: number[]; types: string[] }, DeedRow>({
		sqlite: 'SELECT e.customer_id, e.type, min(e.occurred_at, e.ingested_at) AS at, e.properties FROM json_each(:ids) j CROSS JOIN event e ON e.customer_id = j.value WHERE e.type IN (SELECT value FROM json_each(:types))',
		postgres: 'SELECT customer_id, type, LEAST(occurred_at, ingested_at) AS at, properties FROM event WHERE customer_id = ANY(:ids::bigint[]) AND type = ANY(:types::text[])',
	}),
};
