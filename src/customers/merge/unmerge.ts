import { JourneyError } from '../../core/errors';
import { MustRunAgain } from '../../core/runAgain';
import { customersMoved } from '../../features/changes';
import { leadsMoved } from '../../scoring/rescore';
import { OPEN } from '../../journeys/slice';
import { enrolmentName, loadEnrolments } from '../../journeys/place';
import type { CustomerRow } from '../../store/plans/customerPlans';
import { assignmentPlans } from '../../store/plans/experimentPlans';
import { enrolmentPlans } from '../../store/plans/enrolmentPlans';
import { waitPlans } from '../../store/plans/waitPlans';
import { FOLLOWS, FOLLOWS_ENROLMENT } from '../../store/plans/follows';
import { mergePlans, ownProfilePlans, returnLateRows, returnOfEnrolments, returnRows, type MergeRow } from '../../store/plans/mergePlans';
import { write, type Tx } from '../../store/port';
import { loadCustomers, lockRows } from '../locking';
import { customerView } from '../profile';
import { resolveCustomers } from '../resolve';
import type { UnmergeCustomers, UnmergedCustomers } from './contract';
import { countsByKind } from './counts';
import { familyOf } from './family';
import { renameRequests } from './heldRequests';
import { changeInBatches, rowsInBatches } from './inBatches';
import { writeProfile } from './merge';
import { loadOwnProfiles, united, type OwnProfile } from './ownProfile';
import type { EndedTwin, Restore } from './restore';
import { isMailing, MERGED_DUPLICATE } from './twins';
import { mergeProof } from './uniteConsents';

/**
 * Takes a merge back: who was merged is a customer again, with everything that came over and with what came in since
 * through the own ids and addresses. What was decided for the united customer since (enrolments, messages, limits) stays
 * with the survivor: it was decided on both.
 * @throws JourneyError `unknown_customer`; `bad_input` when nobody was merged under that name
 */
export const unmergeCustomers = write(unmerge);

async function unmerge(tx: Tx, { other }: UnmergeCustomers): Promise<UnmergedCustomers> {
	const { root, absorbed, merge, family } = await standingMerge(tx, other);
	const now = await tx.now();
	const restore = JSON.parse(merge.restore) as Restore;
	const back = { from: root.id, to: absorbed.id };
	const rows: Record<string, number> = {};
	for (const table of Object.keys(FOLLOWS)) {
		rows[table] = (await tx.run(returnRows[table], { merge_id: merge.id, ...back })) + (await tx.run(returnLateRows[table], { ...back, origins: family }));
	}
	await customersMoved(tx, [root.id, absorbed.id]);
	await leadsMoved(tx, [root.id], { back: absorbed.id });
	await tx.run(mergePlans.removeConsents, { customer_id: root.id, proof: mergeProof(merge.id) });
	const profiles = await loadOwnProfiles(tx, await familyOf(tx, root.id));
	const key = (profiles.get(absorbed.id) as OwnProfile).key;
	const journeys = await returnJourneys(tx, restore, root, { id: absorbed.id, key });
	await tx.each(assignmentPlans.save, restore.assignments.map((row) => ({ ...row, customer_id: absorbed.id })));
	await tx.run(mergePlans.returnIdentities, { ...back, origins: family });
	await tx.run(mergePlans.unmakeStub, { id: absorbed.id, key, now });
	await tx.run(mergePlans.setCustomerKey, { customer_id: absorbed.id, customer_key: key });
	await tx.run(mergePlans.undo, { id: merge.id, now });
	await tx.run(mergePlans.forgetRows, { merge_id: merge.id });
	await tx.run(mergePlans.forgetLateRows, { origin_id: absorbed.id });
	const [left, split] = [await takeApart(tx, root, await familyOf(tx, root.id), profiles, now), await takeApart(tx, absorbed, family, profiles, now)];
	return { result: 'unmerged', customer: customerView(left), other: customerView(split), counts: { journeys, ...countsByKind(rows) } };
}

interface Standing {
	root: CustomerRow;
	absorbed: CustomerRow;
	merge: MergeRow;
	/** the absorbed, and who had been merged into them before */
	family: number[];
}

async function standingMerge(tx: Tx, ref: UnmergeCustomers['other']): Promise<Standing> {
	const [who] = await resolveCustomers(tx, [ref], { create: false, keep: false });
	if (!who.found) throw new JourneyError(who.why, who.why === 'customer_erased' ? 'This customer was erased: there is nothing left to take apart.' : 'Nobody with this id, e-mail or phone is in the store. Check the field.');
	const notMerged = new JourneyError('bad_input', 'This id, e-mail or phone did not come over by a merge: name one that the merged customer had before.', { field: 'other' });
	if (who.via === undefined) throw notMerged;
	await lockRows(tx, [who.id, ...(await familyOf(tx, who.id))]);
	const [again] = await resolveCustomers(tx, [ref], { create: false, keep: false });
	if (!again.found || again.id !== who.id || again.via !== who.via) throw new MustRunAgain('The customer went to somebody else while the locks were waited for');
	const merge = await tx.first(mergePlans.standing, { absorbed_id: who.via });
	const rows = await loadCustomers(tx, [who.id, who.via]);
	const [root, absorbed] = [rows.get(who.id), rows.get(who.via)];
	if (!merge || !root || !absorbed || root.erased_at !== null) throw notMerged;
	return { root, absorbed, merge, family: await familyOf(tx, who.via) };
}

/** @returns how many enrolments went back */
async function returnJourneys(tx: Tx, { enrolments, ended }: Restore, root: CustomerRow, to: { id: number; key: string }): Promise<number> {
	const ids = enrolments.map(({ id }) => id);
	const before = await loadEnrolments(tx, ids);
	const own = enrolments.filter(({ id }) => before.get(id)?.customer_id === root.id);
	for (const table of FOLLOWS_ENROLMENT) await tx.run(returnOfEnrolments[table], { from: root.id, to: to.id, ids: own.map(({ id }) => id) });
	const mine = new Set(own.map(({ id }) => id));
	await changeInBatches(tx, root.id, (row) => (mine.has(row.enrolment_id) ? { ...row, customer_id: to.id } : row));
	await tx.each(mergePlans.moveEnrolments, own.map((one) => ({ ...one, from_id: root.id, to_id: to.id, excluded: null })));
	const names = { enrolments: new Set(own.map(({ id }) => enrolmentName(tx.storeId, id))), mailings: new Set([...before.values()].filter(isMailing).map((one) => one.entry_key)) };
	await renameRequests(tx, to.id, root.key, to.key, names);
	await letGoOn(tx, ended, [root.id, to.id]);
	return own.length;
}

/** Who was ended because they were on the same way twice goes on where they were, unless that way has come to its end meanwhile. */
async function letGoOn(tx: Tx, ended: readonly EndedTwin[], owners: readonly number[]): Promise<void> {
	const stayed = await loadEnrolments(tx, ended.map((twin) => twin.stayed));
	const rows = await loadEnrolments(tx, ended.map((twin) => twin.id));
	const again = ended.filter((twin) => OPEN.has(stayed.get(twin.stayed)?.status ?? '') && rows.get(twin.id)?.end_reason === MERGED_DUPLICATE);
	await tx.each(mergePlans.reopen, again.map(({ id, status }) => ({ id, status })));
	await tx.each(enrolmentPlans.leave, again.map(({ id, visit }) => ({ enrolment_id: id, visit, left_at: null, outcome: null })));
	await tx.each(mergePlans.holdAgain, again.flatMap(({ held }) => held));
	const released = new Set<string>();
	for (const owner of owners) for (const row of await rowsInBatches(tx, owner)) released.add(`${row.enrolment_id}/${row.visit}`);
	const waits = again.flatMap((twin) => twin.waits.filter((wait) => !released.has(`${wait.enrolment_id}/${wait.visit}`)).map((wait) => ({ ...wait, customer_id: rows.get(twin.id)?.customer_id as number })));
	await tx.each(waitPlans.insert, waits);
}

/** The profile of those who are left together, made of what each said. */
async function takeApart(tx: Tx, row: CustomerRow, family: readonly number[], profiles: ReadonlyMap<number, OwnProfile>, now: number): Promise<CustomerRow> {
	const own = family.flatMap((id) => profiles.get(id) ?? []);
	const alone: CustomerRow = { ...row, ...united(own), key: own[0].key, merged_into: null, erased_at: null, updated_at: now };
	await writeProfile(tx, alone);
	if (family.length === 1) await tx.run(ownProfilePlans.remove, { ids: [...family] });
	return alone;
}
