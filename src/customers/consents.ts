import type { ConsentInput } from '../ingest/records';
import { consentPlans, customerPlans, type ConsentDbRow, type CustomerRow } from '../store/plans/customerPlans';
import { read, write, type Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import type { ConsentRow, ItemAnswer, SetConsents } from './contract';
import { identitiesOf, type CustomerRef } from './identity';
import type { CustomerView } from '../journeys/item';
import { customerView } from './profile';
import { loadCustomers, lockCustomers, resolveCustomers, tombstoneHash, type Resolved } from './resolve';
import { refusal } from './refusal';
import { cancelHeldMessages } from '../policy/withdraw';

export type ConsentAnswer = ItemAnswer<{ result: 'recorded' | 'unchanged' | 'older'; customer: CustomerView; consent: ConsentRow }>;

/**
 * Records consents; the history is append-only and the latest row of a channel and purpose holds. A withdrawal cancels
 * the messages that are held for that channel and purpose at once (contact-policy.md section 7). A grant lifts the
 * tombstone of an erased address.
 */
export const setConsents = write(async (tx, { items }: SetConsents): Promise<ConsentAnswer[]> => {
	await liftTombstones(tx, items);
	const resolved = await resolveCustomers(tx, items.map((item) => item.ref), { create: true });
	return recordConsents(tx, items, resolved);
});

/** @returns one answer per item; `older`: a later row of the same channel and purpose already holds (P55) */
export async function recordConsents(tx: Tx, items: readonly ConsentInput[], resolved: readonly Resolved[]): Promise<ConsentAnswer[]> {
	const ids = resolved.flatMap((one) => (one.found ? [one.id] : []));
	const customers = await lockCustomers(tx, ids);
	const now = await tx.now();
	const latest = new Map<string, ConsentDbRow>();
	const known = new Set<string>();
	for (const row of ids.length === 0 ? [] : await tx.all(consentPlans.ofMany, { ids: [...new Set(ids)] })) {
		latest.set(subjectOf(row), row);
		known.add(identityOf(row));
	}
	const fresh: ConsentDbRow[] = [];
	const answers = items.map((item, index): ConsentAnswer => {
		const who = resolved[index];
		if (!who.found) return refusal(who.why);
		const row = dbRow(item, who.id, now);
		const before = latest.get(subjectOf(row));
		const older = before !== undefined && before.at > row.at;
		const repeated = known.has(identityOf(row));
		if (!repeated) {
			fresh.push(row);
			known.add(identityOf(row));
			if (!older) latest.set(subjectOf(row), row);
		}
		const result = repeated ? 'unchanged' : older ? 'older' : 'recorded';
		return { ok: true, result, customer: customerView(customers.get(who.id) as CustomerRow), consent: consentView(row) };
	});
	await tx.each(consentPlans.insert, fresh);
	for (const row of fresh) {
		if (row.status === 'denied' && latest.get(subjectOf(row)) === row) await cancelHeldMessages(tx, row.customer_id, row.channel, row.purpose, now);
	}
	return answers;
}

/** All rows of each customer, oldest first; null for a customer who is not there. */
export const getConsents = read(async (tx, { refs }: { refs: CustomerRef[] }): Promise<(ConsentRow[] | null)[]> => {
	const resolved = await resolveCustomers(tx, refs, { create: false, keep: false });
	const ids = resolved.flatMap((one) => (one.found ? [one.id] : []));
	const rows = ids.length === 0 ? [] : await tx.all(consentPlans.ofMany, { ids: [...new Set(ids)] });
	const customers = await loadCustomers(tx, ids);
	return resolved.map((one) =>
		one.found && customers.get(one.id)?.erased_at === null ? rows.filter((row) => row.customer_id === one.id).map(consentView) : null,
	);
});

async function liftTombstones(tx: Tx, items: readonly ConsentInput[]): Promise<void> {
	if (!(await tx.first(customerPlans.anyTombstone, {}))) return;
	const secret = (await readMeta(tx, 'secret')) ?? '';
	const granted = items.filter((item) => item.status === 'granted').flatMap((item) => identitiesOf(item.ref));
	await tx.each(customerPlans.liftTombstone, granted.map((identity) => ({ identity_hash: tombstoneHash(secret, identity) })));
}

export function consentView(row: ConsentDbRow): ConsentRow {
	return { channel: row.channel, purpose: row.purpose, status: row.status, at: row.at, source: row.source, expiresAt: row.expires_at };
}

function dbRow(item: ConsentInput, customerId: number, now: number): ConsentDbRow {
	return {
		customer_id: customerId,
		channel: item.channel,
		purpose: item.purpose,
		status: item.status,
		at: item.at,
		expires_at: item.expiresAt ?? null,
		source: item.source ?? null,
		wording: item.wording ?? null,
		proof: item.proof ?? null,
		recorded_at: now,
	};
}

const subjectOf = (row: ConsentDbRow) => `${row.customer_id}|${row.channel}|${row.purpose}`;
const identityOf = (row: ConsentDbRow) => `${subjectOf(row)}|${row.at}|${row.status}`;
