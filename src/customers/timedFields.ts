import { canonicalJson } from '../core/hash';
import { JSON_LIMIT_BYTES } from '../ingest/json';

/**
 * Fields of a record of which each keeps the value with the latest event time (journeys.md section 5), free attributes
 * among them. A value without an event time of its own counts as said now; saying again what is known then changes
 * nothing, not even the field's time, so that a file taken in twice leaves the same store.
 */
export class TimedFields {
	/** a value */
	changed = false;
	/** at least the time of a value */
	dirty = false;
	/** another value was left out because a newer one is known */
	outdated = false;
	private readonly times: Record<string, number>;
	private readonly attributes: Record<string, unknown>;

	/** @param at event time of the values that are said, UTC milliseconds */
	constructor(
		private readonly before: { field_times: string; attributes: string },
		private readonly at: number,
		private readonly hasOwnTime: boolean,
	) {
		this.times = JSON.parse(before.field_times) as Record<string, number>;
		this.attributes = JSON.parse(before.attributes) as Record<string, unknown>;
	}

	/** Notes the time of a field's value. @returns whether the field takes a new value */
	takes(field: string, same: boolean): boolean {
		// A field without a recorded time was never set by an update: anything is newer.
		const before = Object.hasOwn(this.times, field) ? this.times[field] : Number.NEGATIVE_INFINITY;
		if (this.at < before) this.outdated ||= !same;
		if (this.at < before || (same && !this.hasOwnTime)) return false;
		if (this.at > before) {
			setOwn(this.times, field, this.at);
			this.dirty = true;
		}
		this.changed ||= !same;
		return !same;
	}

	/** null takes an attribute away; its time stays, so that an older value does not bring it back */
	takeAttributes(given: Readonly<Record<string, unknown>>): void {
		for (const [name, value] of Object.entries(given)) {
			const before = Object.hasOwn(this.attributes, name) ? this.attributes[name] : null;
			if (!this.takes(`attributes.${name}`, canonicalJson(before) === canonicalJson(value))) continue;
			if (value === null) delete this.attributes[name];
			else setOwn(this.attributes, name, value);
		}
	}

	/** @returns the columns to be written, or how large the attributes have become when that is too large */
	columns(): { ok: true; attributes: string; field_times: string } | { ok: false; sizeKiB: number } {
		const attributes = JSON.stringify(this.attributes);
		const grown = this.changed && attributes.length > this.before.attributes.length;
		const bytes = grown ? Buffer.byteLength(attributes) : 0;
		if (bytes > JSON_LIMIT_BYTES) return { ok: false, sizeKiB: Math.ceil(bytes / 1024) };
		return { ok: true, attributes, field_times: JSON.stringify(this.times) };
	}
}

/** The sentence for attributes that have become too large. @param whose "the customer's" */
export function tooManyAttributes(whose: string, sizeKiB: number): string {
	return `With these ${whose} attributes would be ${sizeKiB} KiB of JSON, the limit is ${JSON_LIMIT_BYTES / 1024} KiB. Take attributes away (set them to null) or keep the data elsewhere.`;
}

/** Also for a name such as `__proto__`, which is an attribute like any other. */
function setOwn(object: Record<string, unknown>, name: string, value: unknown): void {
	Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
