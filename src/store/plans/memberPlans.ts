import { both, deleteMany, insertMany, ofShop, per } from '../plan';

/** A segment that journeys listen to. */
export interface SegmentWatchRow {
	name: string;
	/** text of the rules and of all that they lead to */
	definition: string;
	baseline_at: number;
	/** customers up to here were looked at for the first time */
	filled_to: number;
	filled: number;
	/** customers up to here were looked at in the round that began at `sweep_at`; -1: the round is over */
	sweep_to: number;
	sweep_at: number;
}

export interface MemberRow {
	name: string;
	customer_id: number;
	/** UTC milliseconds */
	since: number;
}

export const memberPlans = {
	watches: ofShop('segment_watch', both<object, SegmentWatchRow>('SELECT * FROM segment_watch ORDER BY name')),
	watch: both<{ name: string }, SegmentWatchRow>('SELECT * FROM segment_watch WHERE name = :name'),
	/** A changed definition begins anew: the members it finds are its baseline. */
	putWatch: both<Pick<SegmentWatchRow, 'name' | 'definition' | 'baseline_at'>>(
		`INSERT INTO segment_watch (name, definition, baseline_at, filled_to, filled, sweep_to, sweep_at) VALUES (:name, :definition, :baseline_at, 0, 0, -1, :baseline_at)
		ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, baseline_at = excluded.baseline_at, filled_to = 0, filled = 0, sweep_to = -1, sweep_at = excluded.sweep_at`,
	),
	/** Only whoever saw the state that is there moves it on. */
	move: both<SegmentWatchRow & { filled_from: number; sweep_from: number }>(
		`UPDATE segment_watch SET filled_to = :filled_to, filled = :filled, sweep_to = :sweep_to, sweep_at = :sweep_at
		WHERE name = :name AND definition = :definition AND baseline_at = :baseline_at AND filled_to = :filled_from AND sweep_to = :sweep_from`,
	),
	unwatch: both<{ name: string }>('DELETE FROM segment_watch WHERE name = :name'),
	ofCustomers: per<{ name: string; ids: number[] }, { customer_id: number }>({
		sqlite: 'SELECT m.customer_id FROM json_each(:ids) j CROSS JOIN segment_member m ON m.name = :name AND m.customer_id = j.value',
		postgres: 'SELECT customer_id FROM segment_member WHERE name = :name AND customer_id = ANY(:ids::bigint[])',
	}),
	after: both<{ name: string; after: number; limit: number }, { customer_id: number }>('SELECT customer_id FROM segment_member WHERE name = :name AND customer_id > :after ORDER BY customer_id LIMIT :limit'),
	count: both<{ name: string }, { members: number }>('SELECT COUNT(*) AS members FROM segment_member WHERE name = :name'),
	add: insertMany<MemberRow>('segment_member', { name: 'text', customer_id: 'bigint', since: 'bigint' }, 'ON CONFLICT (name, customer_id) DO NOTHING'),
	remove: deleteMany<Pick<MemberRow, 'name' | 'customer_id'>>('segment_member', { name: 'text', customer_id: 'bigint' }),
	forget: both<{ customer_id: number }>('DELETE FROM segment_member WHERE customer_id = :customer_id'),
	/** What is left of a segment that nobody listens to any more, a few rows at a time. */
	clear: per<{ name: string; limit: number }>({
		sqlite: 'DELETE FROM segment_member WHERE (name, customer_id) IN (SELECT name, customer_id FROM segment_member WHERE name = :name ORDER BY customer_id LIMIT :limit)',
		postgres: 'DELETE FROM segment_member WHERE ctid = ANY(ARRAY(SELECT ctid FROM segment_member WHERE name = :name ORDER BY customer_id LIMIT :limit))',
	}),
};

/** Those who were inside when a journey was switched on, and are to start too. */
export interface SegmentStartRow {
	journey_key: string;
	definition: string;
	asked_at: number;
	after_id: number;
	done: number;
}

export const startPlans = {
	ofJourney: both<{ journey_key: string }, SegmentStartRow>('SELECT * FROM segment_start WHERE journey_key = :journey_key'),
	ask: both<Pick<SegmentStartRow, 'journey_key' | 'definition' | 'asked_at'>>(
		`INSERT INTO segment_start (journey_key, definition, asked_at, after_id, done) VALUES (:journey_key, :definition, :asked_at, 0, 0)
		ON CONFLICT (journey_key) DO UPDATE SET definition = excluded.definition, asked_at = excluded.asked_at, after_id = 0, done = 0`,
	),
	underWay: both<{ definition: string }, { journey_key: string }>('SELECT journey_key FROM segment_start WHERE definition = :definition AND done = 0 LIMIT 1'),
	move: both<Pick<SegmentStartRow, 'journey_key' | 'asked_at' | 'after_id' | 'done'> & { from: number }>(
		'UPDATE segment_start SET after_id = :after_id, done = :done WHERE journey_key = :journey_key AND asked_at = :asked_at AND after_id = :from',
	),
	withdraw: both<{ journey_key: string }>('DELETE FROM segment_start WHERE journey_key = :journey_key'),
};
