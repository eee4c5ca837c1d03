import { JourneyError } from '../core/errors';
import { hashOf } from '../core/hash';
import { JourneySlice, OPEN } from '../journeys/slice';
import { customerPlans } from '../store/plans/customerPlans';
import { erasurePlans } from '../store/plans/erasurePlans';
import type { WaitRow } from '../store/plans/journeyPlans';
import { write, type Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import type { EraseCustomer, ErasureCertificate } from './contract';
import { identitiesOf } from './identity';
import { lockCustomers, resolveCustomers, tombstoneHash } from './resolve';

/**
 * Erases a person in one transaction (journeys.md section 6, J43-J45): ends every journey, cancels messages, blanks what
 * tells who it was, keeps counts under a pseudonym, and leaves a tombstone that refuses late events and re-enrolment.
 * Suppressed addresses stay suppressed.
 * @throws JourneyError `unknown_customer`
 */
export const eraseCustomer = write(async (tx, { ref, requestedBy }: EraseCustomer): Promise<ErasureCertificate> => {
	const [who] = await resolveCustomers(tx, [ref], { create: false, keep: false });
	if (!who.found) {
		const before = who.why === 'customer_erased' ? await certificateOf(tx, ref) : undefined;
		if (before) return before;
		throw new JourneyError('unknown_customer', 'No customer with this id, e-mail or phone is in the store: nothing was erased. Check the Customer field.');
	}
	await lockCustomers(tx, [who.id]);
	const now = await tx.now();
	const secret = (await readMeta(tx, 'secret')) ?? '';
	const pseudonym = `erased-${hashOf(secret, 'erasure', who.id).slice(0, 16)}`;
	const identities = await tx.all(customerPlans.identitiesOf, { customer_id: who.id });
	const counts = { ...(await endJourneys(tx, who.id, now)), ...(await blank(tx, who.id, pseudonym)), identities: identities.length };
	const erasure = await tx.first(erasurePlans.record, { pseudonym, erased_at: now, requested_by: requestedBy ?? null, counts: JSON.stringify(counts) });
	await tx.each(customerPlans.insertTombstone, identities.map((identity) => ({ identity_hash: tombstoneHash(secret, identity), erasure_id: (erasure as { id: number }).id })));
	await tx.run(customerPlans.removeIdentities, { customer_id: who.id });
	await tx.run(erasurePlans.blankCustomer, { id: who.id, pseudonym, now });
	return { result: 'erased', pseudonym, erasedAt: now, counts };
});

async function endJourneys(tx: Tx, customerId: number, now: number): Promise<{ journeys: number; waits: number; released: number }> {
	const slice = await JourneySlice.load(tx, [customerId]);
	const open = slice.enrolments.filter((enrolment) => OPEN.has(enrolment.status));
	const waits = slice.waits.length;
	for (const enrolment of open) slice.end(enrolment, 'exited', 'erased', now);
	await slice.save(now);
	await tx.run(erasurePlans.blankEnrolments, { customer_id: customerId });
	let released = 0;
	for (const batch of await tx.all(erasurePlans.batchesWith, {})) {
		const items = JSON.parse(batch.items) as WaitRow[];
		const others = items.filter((item) => item.customer_id !== customerId);
		if (others.length === items.length) continue;
		released += items.length - others.length;
		await tx.run(erasurePlans.setBatchItems, { id: batch.id, items: JSON.stringify(others), size: others.length });
	}
	return { journeys: open.length, waits, released };
}

async function blank(tx: Tx, customerId: number, pseudonym: string): Promise<{ events: number; consents: number; decisions: number; reservations: number }> {
	return {
		events: await tx.run(erasurePlans.blankEvents, { customer_id: customerId }),
		consents: await tx.run(erasurePlans.blankConsents, { customer_id: customerId }),
		decisions: await tx.run(erasurePlans.blankDecisions, { customer_id: customerId, pseudonym }),
		reservations: await tx.run(erasurePlans.releaseTouches, { customer_id: customerId }),
	};
}

async function certificateOf(tx: Tx, ref: EraseCustomer['ref']): Promise<ErasureCertificate | undefined> {
	const secret = (await readMeta(tx, 'secret')) ?? '';
	const [stone] = await tx.each(customerPlans.tombstones, identitiesOf(ref).map((identity) => ({ identity_hash: tombstoneHash(secret, identity) })));
	const row = stone && (await tx.first(erasurePlans.byId, { id: stone.erasure_id }));
	return row && { result: 'already_erased', pseudonym: row.pseudonym, erasedAt: row.erased_at, counts: JSON.parse(row.counts) as Record<string, number> };
}
