import { canonicalJson } from '../core/hash';
import { JSON_LIMIT_BYTES } from '../ingest/json';
import type { CustomerInput } from '../ingest/records';
import type { CustomerRow } from '../store/plans/customerPlans';
import { findText } from './findText';

type TextField = 'email' | 'phone' | 'first_name' | 'last_name' | 'time_zone' | 'locale' | 'country' | 'birth_date';

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
export function applyProfile(row: CustomerRow, input: CustomerInput, foreign: readonly string[], now: number): Applied {
	const change = new Change(row, input.updatedAt ?? now, input.updatedAt !== undefined);
	const texts: [TextField, string | undefined][] = [
		['email', foreign.includes('email') ? undefined : input.ref.email],
		['phone', foreign.includes('phone') ? undefined : input.ref.phone],
		['first_name', input.firstName],
		['last_name', input.lastName],
		['time_zone', input.timeZone],
		['locale', input.locale],
		['country', input.country],
		['birth_date', input.birthDate],
	];
	for (const [field, value] of texts) {
		if (value !== undefined && change.takes(field, row[field] === value)) change.texts.set(field, value);
	}
	for (const [name, value] of Object.entries(input.attributes ?? {})) {
		const before = Object.hasOwn(change.attributes, name) ? change.attributes[name] : null;
		if (change.takes(`attributes.${name}`, canonicalJson(before) === canonicalJson(value))) change.setAttribute(name, value);
	}
	return change.finish(input.createdAt);
}

class Change {
	readonly texts = new Map<TextField, string>();
	readonly attributes: Record<string, unknown>;
	private readonly times: Record<string, number>;
	private changed = false;
	private dirty = false;

	constructor(
		private readonly row: CustomerRow,
		private readonly at: number,
		private readonly hasOwnTime: boolean,
	) {
		this.times = JSON.parse(row.field_times) as Record<string, number>;
		this.attributes = JSON.parse(row.attributes) as Record<string, unknown>;
	}

	/** Notes the time of a field's value. @returns whether the field takes a new value */
	takes(field: string, same: boolean): boolean {
		// A field without a recorded time was never set by an update: anything is newer.
		const before = Object.hasOwn(this.times, field) ? this.times[field] : Number.NEGATIVE_INFINITY;
		if (this.at < before || (same && !this.hasOwnTime)) return false;
		if (this.at > before) {
			setOwn(this.times, field, this.at);
			this.dirty = true;
		}
		this.changed ||= !same;
		return !same;
	}

	/** null takes the attribute away; its time stays, so that an older value does not bring it back */
	setAttribute(name: string, value: unknown): void {
		if (value === null) delete this.attributes[name];
		else setOwn(this.attributes, name, value);
	}

	finish(createdAt: number | undefined): Applied {
		const { row } = this;
		const attributes = JSON.stringify(this.attributes);
		if (this.changed && attributes.length > row.attributes.length && Buffer.byteLength(attributes) > JSON_LIMIT_BYTES) {
			return { ok: false, message: `With these the customer's attributes would be ${Math.ceil(Buffer.byteLength(attributes) / 1024)} KiB of JSON, the limit is ${JSON_LIMIT_BYTES / 1024} KiB. Take attributes away (set them to null) or keep the data elsewhere.` };
		}
		for (const [field, value] of this.texts) row[field] = value;
		row.attributes = attributes;
		row.field_times = JSON.stringify(this.times);
		if (this.texts.has('first_name') || this.texts.has('last_name')) row.find_name = findText([row.first_name, row.last_name], ' ');
		// The earliest of what was said: records may come in any order.
		const earlier = createdAt !== undefined && createdAt < row.created_at;
		if (earlier) row.created_at = createdAt;
		return { ok: true, changed: this.changed, dirty: this.changed || this.dirty || earlier };
	}
}

/** Also for a name such as `__proto__`, which is an attribute like any other. */
function setOwn(object: Record<string, unknown>, name: string, value: unknown): void {
	Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
