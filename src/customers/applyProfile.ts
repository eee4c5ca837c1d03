import type { CustomerInput } from '../ingest/records';
import type { ProfileRow } from '../store/plans/customerPlans';
import { findText } from './findText';
import { TimedFields, tooManyAttributes } from './timedFields';

type TextField = 'email' | 'phone' | 'first_name' | 'last_name' | 'time_zone' | 'locale' | 'country' | 'birth_date';

type Profile = Omit<ProfileRow, 'id' | 'updated_at'>;

/** What an update did to a row in memory. */
export type Applied =
	/** `changed`: a value; `dirty`: at least something that has to be written (the time of a value alone counts) */
	{ ok: true; changed: boolean; dirty: boolean } | { ok: false; message: string };

/**
 * Writes the given fields into the row where they are not older than what is there (journeys.md section 5: last write
 * wins per field by event time). Values without an event time of their own count as said now; saying again what is known
 * then changes nothing, not even its time, so that a file imported twice leaves the same store.
 * @param foreign identity types of the input that belong to somebody else
 */
export function applyProfile(row: Profile, input: CustomerInput, foreign: readonly string[], now: number): Applied {
	const fields = new TimedFields(row, input.updatedAt ?? now, input.updatedAt !== undefined);
	const given: [TextField, string | undefined][] = [
		['email', foreign.includes('email') ? undefined : input.ref.email],
		['phone', foreign.includes('phone') ? undefined : input.ref.phone],
		['first_name', input.firstName],
		['last_name', input.lastName],
		['time_zone', input.timeZone],
		['locale', input.locale],
		['country', input.country],
		['birth_date', input.birthDate],
	];
	const taken = given.filter((one): one is [TextField, string] => one[1] !== undefined && fields.takes(one[0], row[one[0]] === one[1]));
	fields.takeAttributes(input.attributes ?? {});
	const columns = fields.columns();
	if (!columns.ok) return { ok: false, message: tooManyAttributes("the customer's", columns.sizeKiB) };
	for (const [field, value] of taken) row[field] = value;
	row.attributes = columns.attributes;
	row.field_times = columns.field_times;
	if (taken.some(([field]) => field === 'first_name' || field === 'last_name')) row.find_name = findText([row.first_name, row.last_name], ' ');
	// The earliest of what was said: records may come in any order.
	const earlier = input.createdAt !== undefined && input.createdAt < row.created_at;
	if (input.createdAt !== undefined && earlier) row.created_at = input.createdAt;
	return { ok: true, changed: fields.changed, dirty: fields.changed || fields.dirty || earlier };
}
