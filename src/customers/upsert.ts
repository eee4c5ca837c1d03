import type { CustomerInput } from '../ingest/records';
import { customerPlans, type CustomerRow } from '../store/plans/customerPlans';
import { write } from '../store/port';
import type { ItemAnswer, UpsertCustomers, UpsertedCustomer } from './contract';
import { customerView } from './profile';
import { lockCustomers, resolveCustomers } from './resolve';
import { refusal } from './refusal';

type TextField = 'email' | 'phone' | 'first_name' | 'last_name' | 'time_zone' | 'locale' | 'country' | 'birth_date';

/**
 * Creates or updates customers. Each field keeps the value with the latest event time (journeys.md section 5), so records
 * may arrive in any order; saying the same again changes nothing.
 */
export const upsertCustomers = write(async (tx, { items }: UpsertCustomers): Promise<ItemAnswer<UpsertedCustomer>[]> => {
	const resolved = await resolveCustomers(tx, items.map((item) => item.ref), { create: true, at: (index) => items[index].createdAt });
	const rows = await lockCustomers(tx, resolved.flatMap((one) => (one.found ? [one.id] : [])));
	const now = await tx.now();
	const changed = new Set<number>();
	const answers = items.map((item, index): ItemAnswer<UpsertedCustomer> => {
		const who = resolved[index];
		if (!who.found) return refusal(who.why);
		const row = rows.get(who.id) as CustomerRow;
		const touched = applyProfile(row, item, item.updatedAt ?? now);
		if (touched) {
			row.updated_at = now;
			changed.add(row.id);
		}
		return { ok: true, result: who.created ? 'created' : touched ? 'updated' : 'unchanged', customer: customerView(row), warnings: who.warnings };
	});
	await tx.each(customerPlans.updateProfile, [...changed].map((id) => rows.get(id) as CustomerRow));
	return answers;
});

/**
 * Writes the given fields into the row where they are newer than what is there.
 * @param at event time of the values, UTC milliseconds
 * @returns whether a value changed
 */
export function applyProfile(row: CustomerRow, input: CustomerInput, at: number): boolean {
	const times = JSON.parse(row.field_times) as Record<string, number>;
	const attributes = JSON.parse(row.attributes) as Record<string, unknown>;
	let changed = false;
	/** A field without a recorded time was never set by an update: anything is newer. */
	const newer = (field: string) => at >= (times[field] ?? Number.NEGATIVE_INFINITY);
	const texts: [TextField, string | undefined][] = [
		['email', input.ref.email],
		['phone', input.ref.phone],
		['first_name', input.firstName],
		['last_name', input.lastName],
		['time_zone', input.timeZone],
		['locale', input.locale],
		['country', input.country],
		['birth_date', input.birthDate],
	];
	for (const [field, value] of texts) {
		if (value === undefined || !newer(field)) continue;
		if (row[field] !== value) {
			row[field] = value;
			changed = true;
		}
		times[field] = at;
	}
	for (const [name, value] of Object.entries(input.attributes ?? {})) {
		const field = `attributes.${name}`;
		if (!newer(field)) continue;
		if (JSON.stringify(attributes[name]) !== JSON.stringify(value)) {
			if (value === null) delete attributes[name];
			else Object.defineProperty(attributes, name, { value, enumerable: true, configurable: true, writable: true });
			changed = true;
		}
		times[field] = at;
	}
	if (changed) {
		row.attributes = JSON.stringify(attributes);
		row.field_times = JSON.stringify(times);
	}
	return changed;
}
