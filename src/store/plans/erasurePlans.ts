import { both, bulk, per } from '../plan';
import { ITEMS_FROM_JSON } from './batchPlans';

/** What erasure blanks, table by table; counts stay under a pseudonym (journeys.md section 6). */
export const erasurePlans = {
	blankCustomer: both<{ id: number; pseudonym: string; now: number }>(
		`UPDATE customer SET key = :pseudonym, email = NULL, phone = NULL, first_name = NULL, last_name = NULL, time_zone = NULL, locale = NULL, country = NULL, birth_date = NULL,
			attributes = '{}', field_times = '{}', find_ids = '', find_name = '', updated_at = :now, erased_at = :now WHERE id = :id`,
	),
	/** Ids of events are the shop's own and may say who it was. */
	forgetSeen: both<{ customer_id: number }>('DELETE FROM seen WHERE (source, event_id) IN (SELECT source, event_id FROM event WHERE customer_id = :customer_id)'),
	forgetConflicts: both<{ customer_id: number }>('DELETE FROM ingest_conflict WHERE (source, event_id) IN (SELECT source, event_id FROM event WHERE customer_id = :customer_id)'),
	/** A birthday that comes near says when somebody was born. */
	forgetDates: both<{ customer_id: number }>("DELETE FROM date_due WHERE subject_id = :customer_id AND watch_id IN (SELECT id FROM date_watch WHERE subject = 'customer')"),
	blankEvents: both<{ customer_id: number }>("UPDATE event SET properties = '{}', event_id = 'erased:' || seq, note = NULL WHERE customer_id = :customer_id"),
	blankConsents: both<{ customer_id: number }>('UPDATE consent SET source = NULL, wording = NULL, wording_hash = NULL, proof = NULL WHERE customer_id = :customer_id'),
	blankEnrolments: both<{ customer_id: number }>("UPDATE enrolment SET event = NULL, entry_key = 'erased:' || id, goal_event_id = NULL, goal_ref = NULL WHERE customer_id = :customer_id"),
	decisionsOf: both<{ customer_id: number }, { idem_key: string; body_hash: string; customer_key: string; decision: string; request: string; answer: string }>('SELECT idem_key, body_hash, customer_key, decision, request, answer FROM decision WHERE customer_id = :customer_id'),
	blankDecision: bulk<{ old_key: string; idem_key: string; body_hash: string; customer_key: string; decision: string; reason: string | null; answer: string }>(
		{ old_key: 'text', idem_key: 'text', body_hash: 'text', customer_key: 'text', decision: 'text', reason: 'text', answer: 'text' },
		{
			sqlite: `UPDATE decision SET idem_key = :idem_key, body_hash = :body_hash, customer_key = :customer_key, decision = :decision, reason = coalesce(:reason, reason), until_at = NULL, request = '{}', answer = :answer WHERE idem_key = :old_key`,
			postgres: `UPDATE decision AS t SET idem_key = r.idem_key, body_hash = r.body_hash, customer_key = r.customer_key, decision = r.decision, reason = coalesce(r.reason, t.reason), until_at = NULL, request = '{}', answer = r.answer FROM rows r WHERE t.idem_key = r.old_key`,
		},
	),
	forgetAnswers: both<{ customer_id: number }>('DELETE FROM decision_history WHERE customer_id = :customer_id'),
	releaseTouches: both<{ customer_id: number }>("UPDATE touch SET state = 'released', result_note = 'erased' WHERE customer_id = :customer_id AND state = 'reserved'"),
	touchesOf: both<{ customer_id: number }, { idem_key: string }>('SELECT idem_key FROM touch WHERE customer_id = :customer_id'),
	blankTouches: both<{ customer_id: number }>('UPDATE touch SET provider_id = NULL WHERE customer_id = :customer_id'),
	renameTouch: bulk<{ old_key: string; idem_key: string }>(
		{ old_key: 'text', idem_key: 'text' },
		{
			sqlite: 'UPDATE touch SET idem_key = :idem_key WHERE idem_key = :old_key',
			postgres: 'UPDATE touch AS t SET idem_key = r.idem_key FROM rows r WHERE t.idem_key = r.old_key',
		},
	),
	blankResults: both<{ customer_id: number }>('UPDATE touch_result SET note = NULL, event_id = NULL WHERE touch_seq IN (SELECT seq FROM touch WHERE customer_id = :customer_id)'),
	/** All of what each of them waits for stands in the items. */
	setBatchItems: per<{ id: number; items: string; size: number }>({
		sqlite: 'UPDATE release_batch SET items = :items, spec = NULL, size = :size WHERE id = :id',
		postgres: `UPDATE release_batch SET items = ${ITEMS_FROM_JSON}, spec = NULL, size = :size WHERE id = :id`,
	}),
	record: both<{ pseudonym: string; erased_at: number; requested_by: string | null; counts: string }, { id: number }>(
		'INSERT INTO erasure (pseudonym, erased_at, requested_by, counts) VALUES (:pseudonym, :erased_at, :requested_by, :counts) RETURNING id',
	),
	act: both<{ id: number }, { id: number; pseudonym: string; erased_at: number; requested_by: string | null; counts: string }>('SELECT * FROM erasure WHERE id = :id'),
	byId: both<{ id: number }, { pseudonym: string; erased_at: number; counts: string }>('SELECT pseudonym, erased_at, counts FROM erasure WHERE id = :id'),
};
