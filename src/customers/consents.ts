import { CLOCK_AHEAD_MS } from '../core/clock';
import { hashOf } from '../core/hash';
import type { ConsentInput } from '../ingest/records';
import { onSoundItems } from '../ingest/soundItems';
import { segmentsChanged } from '../segments/changed';
import { cancelHeldMessages } from '../policy/withdraw';
import { consentPlans, type ConsentDbRow, type CustomerRow } from '../store/plans/customerPlans';
import { read, write, type Tx } from '../store/port';
import type { ConsentRow, ItemAnswer, SetConsents } from './contract';
import { identitiesOf, type CustomerRef } from './identity';
import type { CustomerView } from '../journeys/item';
import { noteLateRows, type Late } from './merge/lateRows';
import { customerView } from './profile';
import { nameOf } from './identityKeys';
import { idsOf, loadCustomers, lockResolved, resolveCustomers, type Resolved } from './resolve';
import { refusal } from './refusal';
import { liftTombstones, tombstonesOf } from './tombstones';

export type ConsentAnswer = ItemAnswer<{ result: 'recorded' | 'unchanged' | 'older'; customer: CustomerView; consent: ConsentRow }>;

/**
 * Records consents; the history is append-only and the latest row of a channel and purpose holds. A withdrawal cancels
 * the messages that are held for that channel and purpose at once (contact-policy.md section 7), also where a clock was a
 * little ahead. What is dated further ahead is planned: it holds from its date, and is asked about then. A grant given since the
 * erasure lifts the tombstone of an erased address (J45); a grant from before it, sent again, does not.
 */
export const setConsents = write(onSoundItems(async (tx, { items, backfill }: SetConsents): Promise<ConsentAnswer[]> => {
	await welcomeBack(tx, items);
	return recordConsents(tx, items, await resolveCustomers(tx, items.map((item) => item.ref), { create: true }), backfill === true);
}));

/**
 * @param history what is filled in tells no journey
 * @returns one answer per item; `older`: another row of the same channel and purpose holds all the same (P55)
 */
export async function recordConsents(tx: Tx, items: readonly ConsentInput[], found: readonly Resolved[], history = false): Promise<ConsentAnswer[]> {
	const { resolved, customers } = await lockResolved(tx, found);
	const now = await tx.now();
	/** Planned rows apart: they say nothing about now. */
	const latest = new Map<string, ConsentDbRow>();
	const isPlanned = (row: ConsentDbRow) => row.at > now + CLOCK_AHEAD_MS;
	const placeOf = (row: ConsentDbRow) => (isPlanned(row) ? `${subjectOf(row)}|planned` : subjectOf(row));
	const known = new Set<string>();
	/** Dated later than now, by whoever's clock is fast. */
	const ahead: ConsentDbRow[] = [];
	const learn = (row: ConsentDbRow): boolean => {
		const holds = overrules(row, latest.get(placeOf(row)));
		if (holds) latest.set(placeOf(row), row);
		if (row.status === 'granted' && row.at > now) ahead.push(row);
		known.add(identityOf(row));
		return holds;
	};
	for (const row of customers.size === 0 ? [] : await tx.all(consentPlans.ofMany, { ids: [...customers.keys()] })) learn(row);
	const fresh: ConsentDbRow[] = [];
	const late: Late<'consent'>[] = [];
	const add = (row: ConsentDbRow, via: number | undefined): boolean => {
		if (known.has(identityOf(row))) return false;
		fresh.push(row);
		late.push({ customer_id: row.customer_id, channel: row.channel, purpose: row.purpose, at: row.at, status: row.status, via });
		return learn(row);
	};
	const answers = items.map((item, index): ConsentAnswer => {
		const who = resolved[index];
		if (!who.found) return refusal(who.why);
		const row = dbRow(item, who.id, now);
		const repeated = known.has(identityOf(row));
		const held = add(row, who.via);
		// A no holds against a yes that was known before it and is dated after it.
		const taken = row.status === 'denied' && !history ? ahead.filter((yes) => subjectOf(yes) === subjectOf(row) && yes.at > row.at && yes.recorded_at <= row.at) : [];
		const holds = taken.map((yes) => add({ ...row, at: yes.at }, who.via)).some(Boolean) || held;
		if (row.status === 'denied' && row.at > now && !isPlanned(row) && !repeated && !history) add({ ...row, at: now }, who.via);
		return { ok: true, result: holds ? 'recorded' : repeated ? 'unchanged' : 'older', customer: customerView(customers.get(who.id) as CustomerRow), consent: consentView(row) };
	});
	const texts = new Map(items.flatMap(({ wordingText }) => (wordingText === undefined ? [] : [[wordingHash(wordingText), wordingText] as const])));
	await tx.each(consentPlans.keepWording, [...texts].map(([hash, text]) => ({ hash, text, first_used_at: now })));
	await tx.each(consentPlans.insert, fresh);
	await noteLateRows(tx, 'consent', late);
	for (const row of fresh) {
		if (row.status === 'denied' && !isPlanned(row) && latest.get(placeOf(row)) === row) await cancelHeldMessages(tx, row.customer_id, row.channel, row.purpose, now);
	}
	await segmentsChanged(tx, fresh.map((row) => row.customer_id), now, history);
	return answers;
}

/** The later row holds; of two rows of one instant the stricter (contact-policy.md section 11). */
function overrules(row: ConsentDbRow, before: ConsentDbRow | undefined): boolean {
	if (before === undefined || row.at !== before.at) return before === undefined || row.at > before.at;
	return STRICTNESS[row.status] > STRICTNESS[before.status];
}

const STRICTNESS = { granted: 0, pending: 1, denied: 2 };

/** All rows of each customer, oldest first; null for a customer who is not there. */
export const getConsents = read(async (tx, { refs }: { refs: CustomerRef[] }): Promise<(ConsentRow[] | null)[]> => {
	const resolved = await resolveCustomers(tx, refs, { create: false, keep: false });
	const ids = idsOf(resolved);
	const rows = ids.length === 0 ? [] : await tx.all(consentPlans.ofMany, { ids: [...new Set(ids)] });
	const customers = await loadCustomers(tx, ids);
	return resolved.map((one) =>
		one.found && customers.get(one.id)?.erased_at === null ? rows.filter((row) => row.customer_id === one.id).map(consentView) : null,
	);
});

async function welcomeBack(tx: Tx, items: readonly ConsentInput[]): Promise<void> {
	const granted = items.filter((item) => item.status === 'granted');
	const stones = await tombstonesOf(tx, granted.flatMap((item) => identitiesOf(item.ref)));
	const lifted = granted.flatMap((item) => identitiesOf(item.ref).filter((identity) => item.at >= (stones.get(nameOf(identity))?.erasedAt ?? Number.POSITIVE_INFINITY)));
	if (lifted.length > 0) await liftTombstones(tx, lifted);
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
		wording_hash: item.wordingText === undefined ? null : wordingHash(item.wordingText),
	};
}

/** Under which a text is kept once. */
const wordingHash = (text: string) => hashOf('wording', text);

const subjectOf = (row: ConsentDbRow) => `${row.customer_id}|${row.channel}|${row.purpose}`;
const identityOf = (row: ConsentDbRow) => `${subjectOf(row)}|${row.at}|${row.status}`;
