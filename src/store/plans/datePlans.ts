import { both, deleteMany, insertMany, ofShop, per, selectMany } from '../plan';
import type { OrderRow } from './ingestPlans';
import type { SubscriptionRow } from './subscriptionPlans';

export interface DateWatchRow {
	id: number;
	journey_key: string;
	subject: string;
	/** JSON of DateEntry */
	definition: string;
	/** the store's zone that dates were read in */
	zone: string;
	/** what came near before it starts nobody */
	baseline_at: number;
	filled_to: number;
	filled: number;
	retired_at: number | null;
	/** what came near before it starts those whose date is still ahead; null: nobody */
	inside_before: number | null;
}

export interface DateDueRow {
	watch_id: number;
	due_at: number;
	subject_id: number;
	date: string;
	offset_days: number;
}

const SUBJECT_KEY = { watch_id: 'bigint', subject_id: 'bigint' } as const;

export const datePlans = {
	watches: ofShop('date_watch', both<object, DateWatchRow>('SELECT * FROM date_watch ORDER BY id')),
	addWatch: both<Omit<DateWatchRow, 'id' | 'filled_to' | 'filled' | 'retired_at'>>(
		'INSERT INTO date_watch (journey_key, subject, definition, zone, baseline_at, filled_to, filled, inside_before) VALUES (:journey_key, :subject, :definition, :zone, :baseline_at, 0, 0, :inside_before)',
	),
	/** `filled` 2: something changed while it was being filled, so at its end it begins anew. */
	setFilled: both<{ id: number; filled_to: number; filled: number; zone: string }>(
		`UPDATE date_watch SET zone = :zone, filled_to = CASE WHEN :filled = 1 AND filled = 2 THEN 0 ELSE :filled_to END,
			filled = CASE WHEN filled = 2 THEN (CASE WHEN :filled = 1 THEN 0 ELSE 2 END) ELSE :filled END WHERE id = :id`,
	),
	/** What the watches of a subject look at changed for many: they are filled anew, from the start or after the filling under way. */
	refillAll: both<{ subject: string }>('UPDATE date_watch SET filled_to = CASE filled WHEN 1 THEN 0 ELSE filled_to END, filled = CASE filled WHEN 1 THEN 0 ELSE 2 END WHERE subject = :subject AND retired_at IS NULL'),
	/** Begins filling anew where the first model of its name has just come. */
	refill: both<{ subject: string; first: string }>('UPDATE date_watch SET filled = 0, filled_to = 0 WHERE subject = :subject AND retired_at IS NULL AND 1 = (SELECT MAX(version) FROM model WHERE name = :first)'),
	setBaseline: both<{ id: number; baseline_at: number }>('UPDATE date_watch SET baseline_at = :baseline_at WHERE id = :id'),
	retire: both<{ id: number; now: number }>('UPDATE date_watch SET retired_at = :now WHERE id = :id'),
	removeWatch: both<{ id: number }>('DELETE FROM date_watch WHERE id = :id'),
	ofSubjects: selectMany<Pick<DateDueRow, 'watch_id' | 'subject_id'>, DateDueRow>('t.watch_id, t.due_at, t.subject_id, t.date, t.offset_days', 'date_due', SUBJECT_KEY),
	remove: deleteMany<Pick<DateDueRow, 'watch_id' | 'subject_id'>>('date_due', SUBJECT_KEY),
	add: insertMany<DateDueRow>('date_due', { watch_id: 'bigint', due_at: 'bigint', subject_id: 'bigint', date: 'text', offset_days: 'bigint' }, 'ON CONFLICT (watch_id, subject_id) DO NOTHING'),
	due: both<{ watch_id: number; now: number; limit: number }, DateDueRow>('SELECT * FROM date_due WHERE watch_id = :watch_id AND due_at <= :now ORDER BY due_at, subject_id LIMIT :limit'),
	next: both<{ watch_id: number }, { due_at: number }>('SELECT due_at FROM date_due WHERE watch_id = :watch_id ORDER BY due_at, subject_id LIMIT 1'),
	/** The earliest of all watches after an instant: one look at the front of each. */
	nextAfter: both<{ after: number }, { at: number | null }>(
		`SELECT MIN(at) AS at FROM (
			SELECT (SELECT due_at FROM date_due d WHERE d.watch_id = w.id AND d.due_at > :after ORDER BY d.due_at LIMIT 1) AS at FROM date_watch w WHERE w.retired_at IS NULL) AS next_instants`,
	),
	/** What is left of a definition that nobody uses any more, a few rows at a time. */
	clear: per<{ watch_id: number; limit: number }>({
		sqlite: 'DELETE FROM date_due WHERE (watch_id, due_at, subject_id) IN (SELECT watch_id, due_at, subject_id FROM date_due WHERE watch_id = :watch_id ORDER BY due_at, subject_id LIMIT :limit)',
		postgres: 'DELETE FROM date_due WHERE ctid = ANY(ARRAY(SELECT ctid FROM date_due WHERE watch_id = :watch_id ORDER BY due_at, subject_id LIMIT :limit))',
	}),
	customersAfter: both<{ after: number; limit: number }, { id: number }>('SELECT id FROM customer WHERE id > :after ORDER BY id LIMIT :limit'),
	subscriptionsAfter: both<{ after: number; limit: number }, { id: number }>('SELECT id FROM subscription WHERE id > :after ORDER BY id LIMIT :limit'),
	ordersAfter: both<{ after: number; limit: number }, { id: number }>('SELECT id FROM orders WHERE id > :after ORDER BY id LIMIT :limit'),
	subscriptions: per<{ ids: number[] }, SubscriptionRow>({
		sqlite: 'SELECT s.* FROM json_each(:ids) j CROSS JOIN subscription s ON s.id = j.value',
		postgres: 'SELECT * FROM subscription WHERE id = ANY(:ids::bigint[])',
	}),
	orders: per<{ ids: number[] }, OrderRow>({
		sqlite: "SELECT o.* FROM json_each(:ids) j CROSS JOIN orders o ON o.id = j.value AND o.kind = 'order'",
		postgres: "SELECT * FROM orders WHERE id = ANY(:ids::bigint[]) AND kind = 'order'",
	}),
	ordersOfCustomers: per<{ ids: number[] }, { id: number }>({
		sqlite: 'SELECT o.id FROM json_each(:ids) j CROSS JOIN orders o ON o.customer_id = j.value',
		postgres: 'SELECT id FROM orders WHERE customer_id = ANY(:ids::bigint[])',
	}),
};
