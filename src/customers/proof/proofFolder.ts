import { JourneyError } from '../../core/errors';
import { consentPlans, type ConsentDbRow } from '../../store/plans/customerPlans';
import { erasurePlans } from '../../store/plans/erasurePlans';
import { touchPlans, type TouchRow } from '../../store/plans/policyPlans';
import { read, type Tx } from '../../store/port';
import type { CustomerRef } from '../identity';
import { findableIdentities } from '../identityKeys';
import { loadCustomers } from '../locking';
import { familyOf } from '../merge/family';
import { resolveCustomers } from '../resolve';
import { tombstonesOf } from '../tombstones';
import type { ErasureEntry, MessageLine, ProofFolder, Receipt } from './contract';
import { erasureFiles } from './erasureFiles';
import { receiptFiles } from './receiptFiles';

/**
 * What shows that a customer agreed to what they were sent: every answer with its wording, and every message with the
 * answer that held; of an erased customer, the act of destruction and the extract of the journal.
 * @throws JourneyError `unknown_customer`
 */
export const proofFolder = read(async (tx, { ref }: { ref: CustomerRef }): Promise<ProofFolder> => {
	const [who] = await resolveCustomers(tx, [ref], { create: false, keep: false });
	const now = await tx.now();
	const madeAt = new Date(now).toISOString();
	if (who.found) {
		const customer = (await loadCustomers(tx, [who.id])).get(who.id);
		const about = customer?.key ?? '';
		const receipts = await receiptsOf(tx, await familyOf(tx, who.id));
		return { madeAt, about, erased: false, files: receiptFiles(about, tx.storeId, receipts, await messagesOf(tx, who.id, receipts), now) };
	}
	const entry = await erasureOf(tx, ref);
	if (!entry) throw new JourneyError('unknown_customer', 'No customer with this id, e-mail or phone is in the store, and none was erased under it. Check the spelling.');
	return { madeAt, about: entry.pseudonym, erased: true, files: erasureFiles(tx.storeId, entry) };
});

async function receiptsOf(tx: Tx, family: number[]): Promise<Receipt[]> {
	const rows: ConsentDbRow[] = await tx.all(consentPlans.ofMany, { ids: family });
	const hashes = [...new Set(rows.flatMap((row) => row.wording_hash ?? []))];
	const texts = new Map((await tx.all(consentPlans.wordings, { hashes })).map(({ hash, text }) => [hash, text]));
	return rows.map((row) => ({
		channel: row.channel,
		purpose: row.purpose,
		status: row.status,
		at: row.at,
		recordedAt: row.recorded_at,
		expiresAt: row.expires_at,
		source: row.source,
		proof: row.proof,
		wordingId: row.wording,
		wordingHash: row.wording_hash,
		wordingText: row.wording_hash === null ? null : (texts.get(row.wording_hash) ?? null),
	}));
}

async function messagesOf(tx: Tx, customerId: number, receipts: readonly Receipt[]): Promise<MessageLine[]> {
	const touches = await tx.all(touchPlans.ofCustomerSince, { customer_id: customerId, since: 0 });
	return touches.map((touch) => ({ at: touch.ts, channel: touch.channel, class: touch.class, category: touch.category, state: touch.state, key: touch.idem_key, policyVersion: touch.policy_version, receipt: receiptFor(touch, receipts) }));
}

/** The latest answer on the message's channel and purpose at its instant; of two of one instant the later row. */
function receiptFor(touch: TouchRow, receipts: readonly Receipt[]): number | null {
	if (touch.class === 'transactional') return null;
	let best: number | null = null;
	receipts.forEach((one, index) => {
		if (one.channel !== touch.channel || one.purpose !== touch.class || one.at > touch.ts || one.status === 'pending') return;
		if (best === null || one.at >= receipts[best].at) best = index;
	});
	return best === null ? null : best + 1;
}

async function erasureOf(tx: Tx, ref: CustomerRef): Promise<ErasureEntry | undefined> {
	const [stone] = (await tombstonesOf(tx, findableIdentities(ref))).values();
	const row = stone && (await tx.first(erasurePlans.act, { id: stone.erasureId }));
	return row && { number: row.id, pseudonym: row.pseudonym, erasedAt: row.erased_at, requestedBy: row.requested_by, counts: JSON.parse(row.counts) as Record<string, number> };
}
