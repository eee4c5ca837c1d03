import { JourneyError } from '../../core/errors';
import { uniteAssignments } from '../../experiments/unite';
import { keepableText } from '../../ingest/text';
import { enrolmentName } from '../../journeys/place';
import { consentPlans, customerPlans, type CustomerRow } from '../../store/plans/customerPlans';
import { assignmentPlans } from '../../store/plans/experimentPlans';
import { erasurePlans } from '../../store/plans/erasurePlans';
import { FOLLOWS } from '../../store/plans/follows';
import { mergePlans, moveRows, noteRows } from '../../store/plans/mergePlans';
import { write, type Tx } from '../../store/port';
import { findText } from '../findText';
import { customerView } from '../profile';
import { lockResolved, resolveCustomers } from '../resolve';
import { customersMoved } from '../../features/changes';
import { forgetMembership, segmentsChanged } from '../../segments/changed';
import { leadsMoved } from '../../scoring/rescore';
import { datesChanged } from '../../journeys/dates/changed';
import type { CustomerRef } from '../identity';
import { countsByKind } from './counts';
import type { MergeCustomers, MergedCustomers } from './contract';
import { renameRequests } from './heldRequests';
import { moveJourneys } from './moveJourneys';
import { loadOwnProfiles, ownProfileOf, saveOwnProfiles, united } from './ownProfile';
import type { Restore } from './restore';
import { isMailing } from './twins';
import { withdraw, withdrawalsOf } from './uniteConsents';

/**
 * Makes two customers one (journeys.md section 6, J39-J42, P63): everything of the other comes to the survivor, the other's
 * ids and addresses lead there from now on, and nothing starts, ends or goes on because of it except that nobody is on the
 * same way twice. Each row's origin is kept, so that `unmerge` can take them apart again.
 * @throws JourneyError `unknown_customer`, `customer_erased`
 */
export const mergeCustomers = write(merge);

async function merge(tx: Tx, input: MergeCustomers): Promise<MergedCustomers> {
	const { survivor, other } = await bothOf(tx, input.survivor, input.other);
	if (survivor.id === other.id) return { result: 'unchanged', customer: customerView(survivor), merged: null, counts: {} };
	const now = await tx.now();
	const move = { from: other.id, to: survivor.id };
	const by = input.by === undefined ? null : keepableText(input.by).slice(0, 200);
	const { id: mergeId } = (await tx.first(mergePlans.record, { survivor_id: survivor.id, absorbed_id: other.id, merged_at: now, merged_by: by, restore: '{}' })) as { id: number };
	const assignments = (await tx.all(assignmentPlans.ofCustomers, { ids: [other.id] })).map((row) => ({ ...row }));
	const { moved, enrolments, ended } = await moveJourneys(tx, survivor.id, other.id, now);
	const keys = { enrolments: new Set(moved.map((one) => enrolmentName(tx.storeId, one.id))), mailings: new Set(moved.filter(isMailing).map((one) => one.entry_key)) };
	await renameRequests(tx, other.id, other.key, survivor.key, keys);
	const withdrawals = withdrawalsOf(await consentsOf(tx, survivor.id), await consentsOf(tx, other.id), survivor.id, mergeId, now);
	const rows: Record<string, number> = {};
	for (const table of Object.keys(FOLLOWS)) {
		await tx.run(noteRows[table], { merge_id: mergeId, ...move });
		rows[table] = await tx.run(moveRows[table], move);
	}
	await uniteAssignments(tx, survivor.id, other.id, now);
	await tx.run(mergePlans.setCustomerKey, { customer_id: survivor.id, customer_key: survivor.key });
	await withdraw(tx, withdrawals, survivor.id, now);
	const restore: Restore = { enrolments, ended, assignments };
	await tx.run(mergePlans.setRestore, { id: mergeId, restore: JSON.stringify(restore) });
	await customersMoved(tx, [survivor.id, other.id], [other.id]);
	await leadsMoved(tx, [survivor.id], { gone: [other.id] });
	const customer = await becomeOne(tx, survivor, other, now);
	return { result: 'merged', customer: customerView(customer), merged: other.key, counts: { journeys: moved.length, ended: ended.length, ...countsByKind(rows) } };
}

/** Both customers, locked. What a reference names beside the customer is nobody's business here. */
async function bothOf(tx: Tx, survivor: CustomerRef, other: CustomerRef): Promise<{ survivor: CustomerRow; other: CustomerRow }> {
	const found = await resolveCustomers(tx, [survivor, other], { create: false, keep: false });
	const { resolved, customers } = await lockResolved(tx, found);
	const [one, two] = resolved.map((who, place) => {
		if (who.found) return customers.get(who.id) as CustomerRow;
		const which = place === 0 ? 'The customer who stays' : 'The other customer';
		if (who.why === 'customer_erased') throw new JourneyError('customer_erased', `${which} was erased: nothing was merged.`);
		throw new JourneyError('unknown_customer', `${which} is not in the store: nothing was merged. Check the field.`);
	});
	return { survivor: one, other: two };
}

const consentsOf = async (tx: Tx, id: number) => await tx.all(consentPlans.ofMany, { ids: [id] });

/** The profiles become one, the names lead to the survivor, and of the other a stub is left. */
async function becomeOne(tx: Tx, survivor: CustomerRow, other: CustomerRow, now: number): Promise<CustomerRow> {
	const known = await loadOwnProfiles(tx, [survivor.id, other.id]);
	await saveOwnProfiles(tx, new Map([survivor, other].map((row) => [row.id, known.get(row.id) ?? ownProfileOf(row)])));
	const together: CustomerRow = { ...survivor, ...united([ownProfileOf(survivor), ownProfileOf(other)]), key: survivor.key, updated_at: now };
	await tx.run(mergePlans.moveIdentities, { from: other.id, to: survivor.id });
	await tx.run(mergePlans.makeStub, { id: other.id, key: `merged-${tx.storeId}-${other.id}`, survivor: survivor.id, now });
	await tx.run(erasurePlans.forgetDates, { customer_id: other.id });
	await forgetMembership(tx, other.id);
	await writeProfile(tx, together);
	return together;
}

/** Writes a profile that was made of others. */
export async function writeProfile(tx: Tx, row: CustomerRow): Promise<void> {
	const identities = await tx.all(customerPlans.identitiesOf, { customer_id: row.id });
	await tx.each(customerPlans.updateProfile, [row]);
	await datesChanged(tx, { customers: [row.id], moved: [row.id] }, await tx.now(), true);
	await tx.run(mergePlans.setFound, { id: row.id, find_ids: findText([...new Set([row.key, ...identities.map(({ value }) => value)])]), stage: row.stage, vip: row.vip });
	await segmentsChanged(tx, [row.id], await tx.now(), true);
}
