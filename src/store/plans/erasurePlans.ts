import { both } from '../plan';

/** What erasure blanks, table by table; counts stay under a pseudonym (journeys.md section 6). */
export const erasurePlans = {
	blankCustomer: both<{ id: number; pseudonym: string; now: number }>(
		`UPDATE customer SET key = :pseudonym, email = NULL, phone = NULL, first_name = NULL, last_name = NULL, time_zone = NULL, locale = NULL, country = NULL, birth_date = NULL,
			attributes = '{}', field_times = '{}', updated_at = :now, erased_at = :now WHERE id = :id`,
	),
	blankEvents: both<{ customer_id: number }>("UPDATE event SET properties = '{}', note = NULL WHERE customer_id = :customer_id"),
	blankConsents: both<{ customer_id: number }>('UPDATE consent SET proof = NULL WHERE customer_id = :customer_id'),
	blankDecisions: both<{ customer_id: number; pseudonym: string }>("UPDATE decision SET customer_key = :pseudonym, request = '{}', decision = CASE WHEN decision = 'delay' THEN 'drop' ELSE decision END, reason = CASE WHEN decision = 'delay' THEN 'erased' ELSE reason END, until_at = NULL WHERE customer_id = :customer_id"),
	releaseTouches: both<{ customer_id: number }>("UPDATE touch SET state = 'released', result_note = 'erased' WHERE customer_id = :customer_id AND state = 'reserved'"),
	blankEnrolments: both<{ customer_id: number }>('UPDATE enrolment SET event = NULL WHERE customer_id = :customer_id'),
	batchesWith: both<object, { id: number; items: string; size: number; epoch: number }>('SELECT id, items, size, epoch FROM release_batch'),
	setBatchItems: both<{ id: number; items: string; size: number }>('UPDATE release_batch SET items = :items, size = :size WHERE id = :id'),
	record: both<{ pseudonym: string; erased_at: number; requested_by: string | null; counts: string }, { id: number }>(
		'INSERT INTO erasure (pseudonym, erased_at, requested_by, counts) VALUES (:pseudonym, :erased_at, :requested_by, :counts) RETURNING id',
	),
	byId: both<{ id: number }, { pseudonym: string; erased_at: number; counts: string }>('SELECT pseudonym, erased_at, counts FROM erasure WHERE id = :id'),
};
