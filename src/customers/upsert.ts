import { noteFilledIn } from '../features/changes';
import { tellEvents } from '../ingest/tellEvents';
import { onSoundItems } from '../ingest/soundItems';
import { datesChanged } from '../journeys/dates/changed';
import { leadsChanged, leadsRewritten } from '../scoring/rescore';
import { segmentsChanged } from '../segments/changed';
import { customerPlans, type CustomerRow } from '../store/plans/customerPlans';
import { write, type Tx } from '../store/port';
import { applyProfile } from './applyProfile';
import type { ItemAnswer, UpsertCustomers, UpsertedCustomer } from './contract';
import { loadOwnProfiles, saveOwnProfiles } from './merge/ownProfile';
import { customerView } from './profile';
import { lockResolved, resolveCustomers } from './resolve';
import { refusal } from './refusal';

/**
 * Creates or updates customers. Each field keeps the value with the latest event time (journeys.md section 5), so records
 * may arrive in any order; saying the same again changes nothing.
 */
export const upsertCustomers = write(onSoundItems(upsert));

async function upsert(tx: Tx, { items, backfill }: UpsertCustomers): Promise<ItemAnswer<UpsertedCustomer>[]> {
	const found = await resolveCustomers(tx, items.map((item) => item.ref), { create: true, at: (index) => items[index].createdAt });
	// One after the other, without waiting in between: the clock is read once the locks are held.
	const [{ resolved, customers }, now, own] = await Promise.all([lockResolved(tx, found), tx.now(), loadOwnProfiles(tx, found.flatMap((who) => (who.found ? [who.via ?? who.id] : []))), tx.lookAtShop()]);
	const dirty = new Set<number>();
	const moved = new Set<number>();
	const created = new Set(resolved.flatMap((who) => (who.found && who.created ? [who.id] : [])));
	const answers = items.map((item, index): ItemAnswer<UpsertedCustomer> => {
		const who = resolved[index];
		if (!who.found) return refusal(who.why);
		const row = customers.get(who.id) as CustomerRow;
		const livedAt = whereabouts(row);
		const applied = applyProfile(row, item, who.foreign ?? [], now);
		if (!applied.ok) return { ok: false, code: 'bad_input', message: applied.message };
		if (applied.changed) row.updated_at = now;
		if (applied.dirty) dirty.add(row.id);
		if (whereabouts(row) !== livedAt) moved.add(row.id);
		// Of a customer who was merged it is kept who said it, so that an unmerge gives each what is theirs.
		const profile = own.get(who.via ?? who.id);
		if (profile) applyProfile(profile, item, who.foreign ?? [], now);
		return { ok: true, result: who.created ? 'created' : applied.changed ? 'updated' : 'unchanged', customer: customerView(row), warnings: who.warnings };
	});
	await saveOwnProfiles(tx, own);
	tx.send(customerPlans.updateProfile, [...dirty].map((id) => customers.get(id) as CustomerRow));
	await datesChanged(tx, { customers: [...dirty], moved: [...moved] }, now, backfill === true);
	if (backfill) {
		await leadsRewritten(tx, dirty);
		await noteFilledIn(tx, created);
	} else await tellEvents(tx, await leadsChanged(tx, [...dirty], created, customers, now), customers, now, false);
	await segmentsChanged(tx, [...dirty, ...created], now, backfill === true);
	return answers;
}

/** What says which clock the customer lives by. */
const whereabouts = ({ time_zone, country, phone }: CustomerRow) => `${time_zone}\u0000${country}\u0000${phone}`;
