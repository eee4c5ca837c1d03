import { JourneyError } from '../core/errors';
import { hashOf, signatureOf } from '../core/hash';
import { forgetFigures } from '../features/changes';
import { leadsMoved } from '../scoring/rescore';
import { JourneySlice, OPEN } from '../journeys/slice';
import { forgetMembership } from '../segments/changed';
import { forgetSetAside } from '../ingest/setAside';
import { keepableText } from '../ingest/text';
import { consentPlans, customerPlans, type IdentityRow } from '../store/plans/customerPlans';
import { deadLetterPlans } from '../store/plans/failurePlans';
import { couponPlans } from '../store/plans/couponPlans';
import { erasurePlans } from '../store/plans/erasurePlans';
import { subscriptionPlans } from '../store/plans/subscriptionPlans';
import { exposurePlans } from '../store/plans/experimentPlans';
import { mergePlans, ownProfilePlans } from '../store/plans/mergePlans';
import { offerPlans } from '../store/plans/offerPlans';
import { notePlans, taskPlans } from '../store/plans/taskPlans';
import { write, type Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import type { EraseCustomer, ErasureCertificate } from './contract';
import type { Decision } from '../policy/decision';
import { bodyHashOf } from '../policy/ledgerRows';
import { answerOf, answerText } from '../policy/storedAnswer';
import { foldCase } from './findText';
import { findableIdentities } from './identityKeys';
import { familyOf } from './merge/family';
import { changeInBatches } from './merge/inBatches';
import { isOwnKey } from './repeatKey';
import { lockResolved, resolveCustomers } from './resolve';
import { tombstoneHash, tombstonesOf } from './tombstones';

/**
 * Erases a person in one transaction (journeys.md section 6, J43-J45): ends every journey, cancels messages, blanks what
 * tells who it was, keeps counts under a pseudonym, and leaves a tombstone that refuses late events and re-enrolment.
 * Suppressed addresses stay suppressed.
 * @throws JourneyError `unknown_customer`; `identity_conflict` when the reference names two people
 */
export const eraseCustomer = write(erase, { destroys: true });

async function erase(tx: Tx, { ref, requestedBy }: EraseCustomer): Promise<ErasureCertificate> {
	const found = await resolveCustomers(tx, [ref], { create: false, keep: false });
	const [who] = (await lockResolved(tx, found)).resolved;
	if (!who.found) {
		const before = who.why === 'customer_erased' ? await certificateOf(tx, ref) : undefined;
		if (before) return before;
		throw new JourneyError('unknown_customer', 'No customer with this id, e-mail or phone is in the store: nothing was erased. Check the Customer field.');
	}
	if (who.foreign) {
		throw new JourneyError('identity_conflict', 'The id, e-mail and phone given belong to different customers: nothing was erased. Name the customer by one of them.');
	}
	const now = await tx.now();
	const secret = (await readMeta(tx, 'secret')) ?? '';
	const pseudonym = `erased-${hashOf(secret, 'erasure', who.id).slice(0, 16)}`;
	const identities = await tx.all(customerPlans.identitiesOf, { customer_id: who.id });
	await forgetFigures(tx, await familyOf(tx, who.id));
	const counts = {
		...(await endJourneys(tx, who.id, now)),
		...(await blankHistory(tx, who.id)),
		...(await blankMessages(tx, who.id, { pseudonym, secret })),
		...(await blankTasks(tx, who.id, { pseudonym, secret }, now)),
		setAside: await forgetSetAside(tx, identities),
		identities: identities.length,
		merged: await forgetMerges(tx, who.id),
	};
	await forgetMembership(tx, who.id);
	await leadsMoved(tx, [], { gone: [who.id] });
	await tx.run(offerPlans.blank, { customer_id: who.id });
	await tx.run(couponPlans.blank, { customer_id: who.id });
	const record = { pseudonym, erased_at: now, requested_by: requestedBy === undefined ? null : withoutIdentities(requestedBy, identities), counts: JSON.stringify(counts) };
	const { id } = (await tx.first(erasurePlans.record, record)) as { id: number };
	await tx.each(customerPlans.insertTombstone, identities.map((identity) => ({ identity_hash: tombstoneHash(secret, identity), erasure_id: id, erased_at: now })));
	await tx.run(customerPlans.removeIdentities, { customer_id: who.id });
	await tx.run(erasurePlans.blankCustomer, { id: who.id, pseudonym, now });
	return { result: 'erased', pseudonym, erasedAt: now, counts };
}

async function endJourneys(tx: Tx, customerId: number, now: number): Promise<{ journeys: number; waits: number; released: number }> {
	const slice = await JourneySlice.load(tx, [customerId]);
	const open = slice.enrolments.filter((enrolment) => OPEN.has(enrolment.status));
	const waits = slice.waits.length + (await tx.run(deadLetterPlans.removeOfCustomer, { customer_id: customerId }));
	for (const enrolment of open) slice.end(enrolment, 'exited', 'erased', now);
	await slice.save(now);
	await tx.run(erasurePlans.blankEnrolments, { customer_id: customerId });
	const released = await changeInBatches(tx, customerId, () => undefined);
	return { journeys: open.length, waits, released };
}

async function blankHistory(tx: Tx, customerId: number): Promise<{ events: number; consents: number; subscriptions: number }> {
	const customer = { customer_id: customerId };
	await tx.run(erasurePlans.forgetConflicts, customer);
	await tx.run(erasurePlans.forgetSeen, customer);
	await tx.run(erasurePlans.forgetDates, customer);
	const wordings = await tx.all(consentPlans.wordingsOf, customer);
	const consents = await tx.run(erasurePlans.blankConsents, customer);
	await tx.each(consentPlans.dropWording, [...new Set(wordings.flatMap(({ hash }) => hash ?? []))].map((hash) => ({ hash })));
	return { events: await tx.run(erasurePlans.blankEvents, customer), consents, subscriptions: await tx.run(subscriptionPlans.blank, customer) };
}

/** Messages keep their times, channels and results. A key that somebody chose may say who it was; the product's own are hashes. */
async function blankMessages(tx: Tx, customerId: number, { pseudonym, secret }: { pseudonym: string; secret: string }): Promise<{ decisions: number; reservations: number }> {
	const customer = { customer_id: customerId };
	const nameless = (key: string) => namelessKey(secret, pseudonym, key);
	await tx.run(erasurePlans.forgetAnswers, customer);
	const decisions = await tx.all(erasurePlans.decisionsOf, customer);
	await tx.each(
		erasurePlans.blankDecision,
		decisions.map((row) => {
			const { idem_key, decision, answer } = row;
			const { zone: _zone, zoneInferred: _inferred, ...rest } = answerOf(answer);
			const held = decision === 'delay';
			const after: Decision = held ? { ...rest, decision: 'drop', reason: 'erased', trace: [] } : { ...rest, trace: [] };
			return { old_key: idem_key, idem_key: nameless(idem_key), body_hash: bodyHashOf(row), customer_key: pseudonym, decision: held ? 'drop' : decision, reason: held ? 'erased' : null, answer: answerText(after) };
		}),
	);
	const reservations = await tx.run(erasurePlans.releaseTouches, customer);
	await tx.run(erasurePlans.blankTouches, customer);
	await tx.run(erasurePlans.blankResults, customer);
	const touches = await tx.all(erasurePlans.touchesOf, customer);
	await tx.each(erasurePlans.renameTouch, touches.map(({ idem_key }) => ({ old_key: idem_key, idem_key: nameless(idem_key) })).filter((one) => one.idem_key !== one.old_key));
	const exposures = await tx.all(exposurePlans.keysOf, customer);
	await tx.each(exposurePlans.rename, exposures.map(({ idem_key }) => ({ old_key: idem_key, idem_key: nameless(idem_key) })).filter((one) => one.idem_key !== one.old_key));
	return { decisions: decisions.length, reservations };
}

/** A note is free text, all of it personal; of tasks it stays that there were some. */
async function blankTasks(tx: Tx, customerId: number, { pseudonym, secret }: { pseudonym: string; secret: string }, now: number): Promise<{ notes: number; tasks: number }> {
	const customer = { customer_id: customerId };
	const keys = await tx.all(taskPlans.keysOf, customer);
	await tx.each(taskPlans.rename, keys.filter(({ task_key }) => !isOwnKey(task_key)).map(({ task_key }) => ({ old_key: task_key, task_key: namelessKey(secret, pseudonym, task_key) })));
	return { notes: await tx.run(notePlans.removeOf, customer), tasks: await tx.run(taskPlans.blank, { ...customer, now }) };
}

/** Of this customer alone: the same key may be given to others later, who may be erased too. */
const namelessKey = (secret: string, pseudonym: string, key: string) => (isOwnKey(key) ? key : `erased:${signatureOf(secret, 'erased key', pseudonym, key)}`);

/** Of those who were merged into the customer nothing is left either: they are one person. @returns how many they were */
async function forgetMerges(tx: Tx, customerId: number): Promise<number> {
	const [, ...absorbed] = await familyOf(tx, customerId);
	if (absorbed.length === 0) return 0;
	await tx.run(ownProfilePlans.remove, { ids: [customerId, ...absorbed] });
	for (const merge of await tx.all(mergePlans.mergesOf, { ids: absorbed })) await tx.run(mergePlans.forgetRows, { merge_id: merge.id });
	await tx.run(mergePlans.forget, { ids: absorbed });
	for (const origin_id of absorbed) {
		await tx.run(mergePlans.forgetLateRows, { origin_id });
		// What both had said at the same instant stayed with the stub.
		await tx.run(erasurePlans.blankConsents, { customer_id: origin_id });
		await tx.run(erasurePlans.forgetDates, { customer_id: origin_id });
	}
	return absorbed.length;
}

/** People ask for their own erasure, and give their name or address as who asked. */
function withoutIdentities(requestedBy: string, identities: readonly IdentityRow[]): string {
	const text = foldCase(requestedBy);
	return identities.some(({ value }) => value.length > 2 && text.includes(foldCase(value))) ? 'the customer' : keepableText(requestedBy).slice(0, 200);
}

async function certificateOf(tx: Tx, ref: EraseCustomer['ref']): Promise<ErasureCertificate | undefined> {
	const [stone] = (await tombstonesOf(tx, findableIdentities(ref))).values();
	const row = stone && (await tx.first(erasurePlans.byId, { id: stone.erasureId }));
	return row && { result: 'already_erased', pseudonym: row.pseudonym, erasedAt: row.erased_at, counts: JSON.parse(row.counts) as Record<string, number> };
}
