import { both, bulk, insertMany, ofList, per, selectMany, updateMany } from '../plan';
import type { CustomerRow } from './customerPlans';
import type { WaitRow } from './waitPlans';

export type EnrolmentStatus = 'entering' | 'active' | 'waiting' | 'completed' | 'exited' | 'failed';

export interface EnrolmentRow {
	id: number;
	journey_key: string;
	journey_version: number;
	customer_id: number;
	entry_key: string;
	generation: number;
	entered_at: number;
	status: EnrolmentStatus;
	step_key: string;
	visit: number;
	variant: string | null;
	/** JSON of the entry event: type, at, properties */
	event: string | null;
	ended_at: number | null;
	end_reason: string | null;
	goal_at: number | null;
	goal_value_e4: number | null;
	goal_currency: string | null;
	goal_event_id: string | null;
	/** id of the order that the goal was reached with, or that it was taken back with */
	goal_ref: string | null;
	/** what was given back of it; already out of `goal_value_e4` */
	goal_refunded_e4: number | null;
	/** when all of it was given back; a later goal inside the window counts again */
	goal_reversed_at: number | null;
	row_version: number;
}

export interface HistoryRow {
	enrolment_id: number;
	from_visit: number;
	step_key: string;
	visit: number;
	arrived_at: number;
	left_at: number | null;
	outcome: string | null;
}

/** A wait for events that no event has ended: a late one may still be noted there. */
export interface ListenedRow {
	enrolment_id: number;
	visit: number;
	/** JSON of Listened */
	listened: string;
}

const ENROLMENT_TYPES = {
	journey_key: 'text', journey_version: 'bigint', customer_id: 'bigint', entry_key: 'text', generation: 'bigint', entered_at: 'bigint', status: 'text', step_key: 'text', visit: 'bigint', variant: 'text', event: 'text',
} as const;

const ON_THE_WAY = "('entering', 'active', 'waiting')";
/** The first look tells for all at once where nobody has failed. */
const FAILED = '((SELECT MAX(id) FROM dead_letter) IS NOT NULL AND (SELECT 1 FROM dead_letter d WHERE d.enrolment_id = enrolment.id LIMIT 1) IS NOT NULL)';
/** Whoever has a dead letter somewhere has not come to the end. */
const COMPLETE = `UPDATE enrolment SET status = CASE WHEN ${FAILED} THEN 'failed' ELSE 'completed' END, ended_at = :now,
	end_reason = CASE WHEN ${FAILED} THEN 'step_failed' ELSE 'completed' END, row_version = row_version + 1 WHERE`;
/** Written so that each customer is looked up: a join may read every wait and every visit there is. */
const STANDS_NOWHERE = `status IN ${ON_THE_WAY} AND (SELECT 1 FROM wait w WHERE w.enrolment_id = enrolment.id LIMIT 1) IS NULL
	AND (SELECT 1 FROM enrolment_history h WHERE h.enrolment_id = enrolment.id AND h.left_at IS NULL LIMIT 1) IS NULL`;
/** Of a batch `w`. Both are kept from becoming joins, which may read every wait and every visit there is. */
const OF_BATCH = 'enrolment_id = ANY(ARRAY(SELECT enrolment_id FROM w))';
const VISIT_OF_BATCH = '(enrolment_id, visit) IN (SELECT enrolment_id, visit FROM w)';

/** An enrolment with its customer, as far as a released item shows them. */
export type Traveller = Pick<EnrolmentRow, 'variant' | 'event'> &
	Pick<CustomerRow, 'key' | 'email' | 'phone' | 'first_name' | 'last_name' | 'time_zone' | 'locale' | 'stage' | 'vip' | 'attributes'>;
const TRAVELLER = 't.variant, t.event, c.key, c.email, c.phone, c.first_name, c.last_name, c.time_zone, c.locale, c.stage, c.vip, c.attributes';
/** Somebody in a batch, without what is the same for most or says nothing; without a `key`: not on the journey any more. */
export type BriefRider = Pick<WaitRow, 'due_at' | 'enrolment_id' | 'visit'> & { spec: string | null; item: string | null } & Omit<Traveller, 'key' | 'vip' | 'attributes'> & { key: string | null; vip: 1 | null; attributes: string | null };

export const enrolmentPlans = {
	/** Of these, those who are still on their journey. */
	travellers: per<{ ids: number[] }, Traveller & { id: number }>({
		sqlite: `SELECT t.id, ${TRAVELLER} FROM json_each(:ids) j CROSS JOIN enrolment t ON t.id = j.value CROSS JOIN customer c WHERE c.id = t.customer_id AND c.erased_at IS NULL AND t.status IN ${ON_THE_WAY}`,
		postgres: `SELECT t.id, ${TRAVELLER} FROM enrolment t JOIN customer c ON c.id = t.customer_id AND c.erased_at IS NULL WHERE t.id = ANY((SELECT :ids::bigint[])::bigint[]) AND t.status IN ${ON_THE_WAY}`,
	}),
	/** Everybody in a batch, in no particular order; an empty object is NULL, for every value takes time to read. */
	riders: ofList<{ batch: number }, BriefRider>({
		postgres: `SELECT w.due_at, w.enrolment_id, w.visit, w.spec, NULLIF(w.item, '{}') AS item, t.variant, t.event, c.key, c.email, c.phone, c.first_name, c.last_name, c.time_zone, c.locale, c.stage,
				NULLIF(c.vip, 0) AS vip, NULLIF(c.attributes, '{}') AS attributes
			FROM release_batch b CROSS JOIN unnest(b.items) w LEFT JOIN enrolment t ON t.id = w.enrolment_id AND t.status IN ${ON_THE_WAY} LEFT JOIN customer c ON c.id = t.customer_id AND c.erased_at IS NULL WHERE b.id = :batch`,
	}),
	insert: insertMany<Omit<EnrolmentRow, 'id' | 'ended_at' | 'end_reason' | 'goal_at' | 'goal_value_e4' | 'goal_currency' | 'goal_event_id' | 'goal_ref' | 'goal_refunded_e4' | 'goal_reversed_at' | 'row_version'>, { id: number; journey_key: string; customer_id: number; entry_key: string; generation: number }>(
		'enrolment',
		ENROLMENT_TYPES,
		'ON CONFLICT (journey_key, customer_id, entry_key, generation) DO NOTHING RETURNING id, journey_key, customer_id, entry_key, generation',
	),
	/** Those of mailings: whose message waits, is being released, or was. */
	parkedMailings: selectMany<{ journey_key: string; customer_id: number; entry_key: string }, { entry_key: string; status: EnrolmentStatus; entered_at: number }>('t.entry_key, t.status, t.entered_at', 'enrolment', { journey_key: 'text', customer_id: 'bigint', entry_key: 'text' }),
	byIds: per<{ ids: number[] }, EnrolmentRow>({
		sqlite: 'SELECT e.* FROM json_each(:ids) j CROSS JOIN enrolment e ON e.id = j.value',
		postgres: 'SELECT * FROM enrolment WHERE id = ANY(:ids::bigint[])',
	}),
	/** All enrolments of these customers, also ended ones: re-entry rules look back. */
	ofCustomers: per<{ ids: number[] }, EnrolmentRow>({
		sqlite: 'SELECT e.* FROM json_each(:ids) j CROSS JOIN enrolment e ON e.customer_id = j.value ORDER BY e.id',
		postgres: 'SELECT * FROM enrolment WHERE customer_id = ANY(:ids::bigint[]) ORDER BY id',
	}),
	/** Compare-and-swap on `row_version` (the version read); the new version is one higher. */
	update: bulk<Pick<EnrolmentRow, 'id' | 'row_version' | 'entered_at' | 'status' | 'step_key' | 'visit' | 'event' | 'ended_at' | 'end_reason' | 'goal_at' | 'goal_value_e4' | 'goal_currency' | 'goal_event_id' | 'goal_ref' | 'goal_refunded_e4' | 'goal_reversed_at'>>(
		{ id: 'bigint', row_version: 'bigint', entered_at: 'bigint', status: 'text', step_key: 'text', visit: 'bigint', event: 'text', ended_at: 'bigint', end_reason: 'text', goal_at: 'bigint', goal_value_e4: 'bigint', goal_currency: 'text', goal_event_id: 'text', goal_ref: 'text', goal_refunded_e4: 'bigint', goal_reversed_at: 'bigint' },
		{
			sqlite: `UPDATE enrolment SET row_version = :row_version + 1, entered_at = :entered_at, status = :status, step_key = :step_key, visit = :visit, event = :event, ended_at = :ended_at, end_reason = :end_reason,
				goal_at = :goal_at, goal_value_e4 = :goal_value_e4, goal_currency = :goal_currency, goal_event_id = :goal_event_id,
				goal_ref = :goal_ref, goal_refunded_e4 = :goal_refunded_e4, goal_reversed_at = :goal_reversed_at WHERE id = :id AND row_version = :row_version`,
			postgres: `UPDATE enrolment AS t SET row_version = r.row_version + 1, entered_at = r.entered_at, status = r.status, step_key = r.step_key, visit = r.visit, event = r.event, ended_at = r.ended_at, end_reason = r.end_reason,
				goal_at = r.goal_at, goal_value_e4 = r.goal_value_e4, goal_currency = r.goal_currency, goal_event_id = r.goal_event_id,
				goal_ref = r.goal_ref, goal_refunded_e4 = r.goal_refunded_e4, goal_reversed_at = r.goal_reversed_at FROM rows r WHERE t.id = r.id AND t.row_version = r.row_version`,
		},
	),
	/** Whoever was about to enter has entered now. */
	enter: per<{ ids: number[]; now: number }>({
		sqlite: "UPDATE enrolment SET status = 'active', entered_at = :now, row_version = row_version + 1 WHERE id IN (SELECT value FROM json_each(:ids)) AND status = 'entering'",
		postgres: "UPDATE enrolment SET status = 'active', entered_at = :now, row_version = row_version + 1 WHERE id = ANY(:ids::bigint[]) AND status = 'entering'",
	}),
	/** Of these, those that stand at no step any more have come to the end of the canvas. */
	complete: per<{ ids: number[]; now: number }>({
		sqlite: `${COMPLETE} id IN (SELECT value FROM json_each(:ids)) AND ${STANDS_NOWHERE}`,
		postgres: `${COMPLETE} id = ANY((SELECT :ids::bigint[])::bigint[]) AND ${STANDS_NOWHERE}`,
	}),
	/**
	 * The same for those of a batch, who leave the visits they come from in the same statement, without their passing through
	 * this process. Whoever waits or stands elsewhere is looked up for all at once: a thousand look-ups, one for each, take
	 * twice as long.
	 */
	completeBatch: ofList<{ batch: number; now: number }>({
		postgres: `WITH w AS MATERIALIZED (SELECT w.enrolment_id, w.visit FROM release_batch b CROSS JOIN unnest(b.items) w WHERE b.id = :batch),
			gone AS (UPDATE enrolment_history SET left_at = :now, outcome = 'released' WHERE ${OF_BATCH} AND (${VISIT_OF_BATCH}) IS TRUE)
			${COMPLETE} id = ANY(ARRAY(SELECT enrolment_id FROM w)) AND status IN ${ON_THE_WAY}
			AND id NOT IN (SELECT enrolment_id FROM wait WHERE ${OF_BATCH})
			AND id NOT IN (SELECT enrolment_id FROM enrolment_history WHERE ${OF_BATCH} AND left_at IS NULL AND (${VISIT_OF_BATCH}) IS NOT TRUE)`,
	}),
	addHistory: insertMany<HistoryRow>(
		'enrolment_history',
		{ enrolment_id: 'bigint', from_visit: 'bigint', step_key: 'text', visit: 'bigint', arrived_at: 'bigint', left_at: 'bigint', outcome: 'text' },
		'ON CONFLICT (enrolment_id, from_visit, step_key) DO NOTHING',
	),
	historyOf: per<{ ids: number[] }, HistoryRow>({
		sqlite: 'SELECT h.* FROM json_each(:ids) j CROSS JOIN enrolment_history h ON h.enrolment_id = j.value',
		postgres: 'SELECT * FROM enrolment_history WHERE enrolment_id = ANY(:ids::bigint[])',
	}),
	leave: updateMany<{ enrolment_id: number; visit: number; left_at: number | null; outcome: string | null }>(
		'enrolment_history',
		{ enrolment_id: 'bigint', visit: 'bigint', left_at: 'bigint', outcome: 'text' },
		['enrolment_id', 'visit'],
	),
	/** Many who leave visits of the same number; in SQLite two fifths of the time of as many look-ups one by one. */
	leaveVisit: per<{ ids: number[]; visit: number; left_at: number; outcome: string }>({
		sqlite: 'UPDATE enrolment_history SET left_at = :left_at, outcome = :outcome WHERE enrolment_id IN (SELECT value FROM json_each(:ids)) AND visit = :visit',
		postgres: 'UPDATE enrolment_history SET left_at = :left_at, outcome = :outcome WHERE enrolment_id = ANY((SELECT :ids::bigint[])::bigint[]) AND visit = :visit',
	}),
	/** Waits for events that no event has ended; where their time did, a late event is noted (J20). */
	listened: per<{ ids: number[] }, ListenedRow>({
		sqlite: 'SELECT h.enrolment_id, h.visit, h.listened FROM json_each(:ids) j CROSS JOIN enrolment_history h ON h.enrolment_id = j.value WHERE h.listened IS NOT NULL AND h.late_match IS NULL',
		postgres: 'SELECT enrolment_id, visit, listened FROM enrolment_history WHERE enrolment_id = ANY(:ids::bigint[]) AND listened IS NOT NULL AND late_match IS NULL',
	}),
	noteListened: updateMany<Omit<ListenedRow, 'listened'> & { listened: string | null }>('enrolment_history', { enrolment_id: 'bigint', visit: 'bigint', listened: 'text' }, ['enrolment_id', 'visit']),
	noteLate: updateMany<{ enrolment_id: number; visit: number; late_match: string }>('enrolment_history', { enrolment_id: 'bigint', visit: 'bigint', late_match: 'text' }, ['enrolment_id', 'visit']),
	lateMatches: per<{ ids: number[] }, { enrolment_id: number; step_key: string; late_match: string }>({
		sqlite: 'SELECT h.enrolment_id, h.step_key, h.late_match FROM json_each(:ids) j CROSS JOIN enrolment_history h ON h.enrolment_id = j.value WHERE h.late_match IS NOT NULL',
		postgres: 'SELECT enrolment_id, step_key, late_match FROM enrolment_history WHERE enrolment_id = ANY(:ids::bigint[]) AND late_match IS NOT NULL',
	}),
	/** Who is on a journey, in the order of entering. */
	openOf: both<{ journey_key: string; after_at: number; after_id: number; limit: number }, { id: number; customer_id: number }>(
		"SELECT id, customer_id FROM enrolment WHERE journey_key = :journey_key AND (entered_at, id) > (:after_at, :after_id) AND status IN ('entering', 'active', 'waiting') ORDER BY entered_at, id LIMIT :limit",
	),
	countOpen: both<object, { journey_key: string; open: number }>("SELECT journey_key, COUNT(*) AS open FROM enrolment WHERE status IN ('entering', 'active', 'waiting') GROUP BY journey_key"),
	/** At most `limit`: enough to know whether an hourly limit is reached. */
	enteredSince: both<{ journey_key: string; since: number; limit: number }, { entries: number }>(
		'SELECT COUNT(*) AS entries FROM (SELECT 1 FROM enrolment WHERE journey_key = :journey_key AND entered_at > :since LIMIT :limit) AS recent',
	),
	/** Entries of a journey with an hourly limit are counted and made one transaction after the other. */
	lockEntries: per<{ journey_key: string }, { locked: number }>({
		sqlite: 'SELECT 1 AS locked WHERE :journey_key IS NOT NULL',
		postgres: "SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('customer-journeys entries'), hashtext(current_schema() || '.' || :journey_key))",
	}),
};

export interface RefusalRow {
	journey_key: string;
	customer_id: number | null;
	at: number;
	reason: string;
}

export const refusalPlans = {
	add: insertMany<RefusalRow>('refusal_log', { journey_key: 'text', customer_id: 'bigint', at: 'bigint', reason: 'text' }),
	ofCustomer: both<{ customer_id: number; limit: number }, RefusalRow>('SELECT journey_key, customer_id, at, reason FROM refusal_log WHERE customer_id = :customer_id ORDER BY at DESC, seq DESC LIMIT :limit'),
	/** The oldest rows come first in the table; a few at a time, so that nobody waits for it. */
	prune: both<{ before: number; limit: number }>('DELETE FROM refusal_log WHERE seq IN (SELECT seq FROM (SELECT seq, at FROM refusal_log ORDER BY seq LIMIT :limit) AS oldest WHERE at < :before)'),
};

export const goalPlans = {
	/** When the messages of enrolments left. */
	messagesOf: per<{ enrolments: string[] }, { enrolment: string; ts: number }>({
		sqlite: "SELECT t.enrolment, t.ts FROM json_each(:enrolments) j CROSS JOIN touch t ON t.enrolment = j.value WHERE t.state IN ('committed', 'handed_off', 'unknown')",
		postgres: "SELECT enrolment, ts FROM touch WHERE enrolment = ANY(:enrolments::text[]) AND state IN ('committed', 'handed_off', 'unknown')",
	}),
};

/** Point look-up of history rows by arrival. */
export const arrivalPlan = selectMany<{ enrolment_id: number; from_visit: number; step_key: string }, HistoryRow>(
	't.enrolment_id, t.from_visit, t.step_key, t.visit, t.arrived_at, t.left_at, t.outcome',
	'enrolment_history',
	{ enrolment_id: 'bigint', from_visit: 'bigint', step_key: 'text' },
);
