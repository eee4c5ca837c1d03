import type { CustomerRow } from '../../store/plans/customerPlans';
import { ownProfilePlans } from '../../store/plans/mergePlans';
import type { Tx } from '../../store/port';
import { findText } from '../findText';

/** What one of several merged customers said of themselves; `attributes` and `field_times` are JSON texts as in the store. */
export type OwnProfile = Omit<CustomerRow, 'id' | 'updated_at' | 'erased_at' | 'merged_into'>;

/** Texts that keep the value with the latest event time. */
const TEXTS = ['email', 'phone', 'first_name', 'last_name', 'time_zone', 'locale', 'country', 'birth_date'] as const;

export function ownProfileOf(row: CustomerRow): OwnProfile {
	const { id: _id, updated_at: _updated, erased_at: _erased, merged_into: _merged, ...profile } = row;
	return profile;
}

/**
 * One profile made of several: each field is the newest by event time (journeys.md section 6); of two without a time, or of one instant,
 * the first one's that says anything. Key and stage are the first one's; one VIP makes all of them one.
 * @param profiles the survivor's first
 */
export function united(profiles: readonly OwnProfile[]): OwnProfile {
	const [first] = profiles;
	const result: OwnProfile = { ...first, vip: Math.max(...profiles.map((one) => one.vip)), created_at: Math.min(...profiles.map((one) => one.created_at)), stage: profiles.map((one) => one.stage).find((stage) => stage !== null) ?? null };
	const read = profiles.map((one) => ({ row: one, times: JSON.parse(one.field_times) as Record<string, number>, attributes: JSON.parse(one.attributes) as Record<string, unknown> }));
	const times: Record<string, number> = {};
	for (const field of TEXTS) {
		const best = newest(read.filter((one) => one.row[field] !== null || field in one.times), field);
		result[field] = best?.row[field] ?? null;
		if (best && field in best.times) times[field] = best.times[field];
	}
	const attributes: Record<string, unknown> = {};
	const names = new Set(read.flatMap((one) => [...Object.keys(one.attributes), ...Object.keys(one.times).flatMap((field) => (field.startsWith('attributes.') ? [field.slice('attributes.'.length)] : []))]));
	for (const name of names) {
		const field = `attributes.${name}`;
		const best = newest(read.filter((one) => Object.hasOwn(one.attributes, name) || Object.hasOwn(one.times, field)), field);
		if (!best) continue;
		// A newer "is gone" is kept as its time alone.
		if (Object.hasOwn(best.attributes, name)) setOwn(attributes, name, best.attributes[name]);
		if (Object.hasOwn(best.times, field)) setOwn(times, field, best.times[field]);
	}
	return { ...result, attributes: JSON.stringify(attributes), field_times: JSON.stringify(times), find_name: findText([result.first_name, result.last_name], ' ') };
}

interface Read {
	row: OwnProfile;
	times: Record<string, number>;
	attributes: Record<string, unknown>;
}

function newest(those: readonly Read[], field: string): Read | undefined {
	const timeOf = (one: Read) => (Object.hasOwn(one.times, field) ? one.times[field] : Number.NEGATIVE_INFINITY);
	let best: Read | undefined;
	for (const one of those) if (!best || timeOf(one) > timeOf(best)) best = one;
	return best;
}

function setOwn(object: Record<string, unknown>, name: string, value: unknown): void {
	Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Own profiles by customer; empty for customers who were never merged. */
export async function loadOwnProfiles(tx: Tx, ids: readonly number[]): Promise<Map<number, OwnProfile>> {
	const distinct = [...new Set(ids)];
	if (distinct.length === 0 || !(await tx.first(ownProfilePlans.any, {}))) return new Map();
	const rows = await tx.all(ownProfilePlans.byIds, { ids: distinct });
	return new Map(rows.map((row) => [row.customer_id, JSON.parse(row.profile) as OwnProfile]));
}

export async function saveOwnProfiles(tx: Tx, profiles: ReadonlyMap<number, OwnProfile>): Promise<void> {
	await tx.each(ownProfilePlans.save, [...profiles].sort(([a], [b]) => a - b).map(([customer_id, profile]) => ({ customer_id, profile: JSON.stringify(profile) })));
}
