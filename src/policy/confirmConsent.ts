import { recordConsents } from '../customers/consents';
import { lockCustomers } from '../customers/locking';
import { standingCustomer } from '../customers/merge/family';
import { customerView } from '../customers/profile';
import { storeOwnEvents } from '../ingest/ownEvents';
import type { CustomerView } from '../journeys/item';
import { consentPlans, type ConsentDbRow } from '../store/plans/customerPlans';
import { write, type Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { readConfirmToken } from './confirmToken';

export interface ConfirmConsent {
	token: string;
	/** GET: look only; POST: grant. */
	confirm: boolean;
}

export type ConfirmedConsent =
	/** `changed`: the consent was not granted before */
	| { ok: true; channel: string; purpose: string; confirmed: boolean; changed: boolean; customer: CustomerView }
	/** `withdrawn`: the customer said no after the question was asked, and that holds */
	| { ok: false; reason: 'bad_link' | 'expired_link' | 'unknown_customer' | 'withdrawn' };

const SOURCE = 'confirm_link';

/**
 * What a click on a confirmation link does (double opt-in): GET looks, POST grants, with the wording of the question and
 * the link as proof. A withdrawal since the question wins. The grant becomes the event `consent_confirmed`.
 */
export const confirmConsent = write(async (tx, { token, confirm }: ConfirmConsent): Promise<ConfirmedConsent> => {
	const read = readConfirmToken((await readMeta(tx, 'secret')) ?? '', token, await tx.now());
	if (!read.ok) return read;
	const { customerId, channel, purpose, askedAtMs } = read.subject;
	// The link may be older than a merge.
	const customer = await standingCustomer(tx, customerId);
	if (!customer) return { ok: false, reason: 'unknown_customer' };
	const customers = await lockCustomers(tx, [customer.id]);
	if (customers.get(customer.id)?.erased_at !== null) return { ok: false, reason: 'unknown_customer' };
	const now = await tx.now();
	const rows = (await tx.all(consentPlans.ofMany, { ids: [customer.id] })).filter((row) => row.channel === channel && row.purpose === purpose && row.at <= now);
	const answer = rows.findLast((row) => row.status !== 'pending');
	if (answer?.status === 'denied' && answer.at >= askedAtMs) return { ok: false, reason: 'withdrawn' };
	const changed = !(answer?.status === 'granted' && answer.at > askedAtMs);
	const told = { ok: true as const, channel, purpose, confirmed: confirm, changed: confirm && changed, customer: customerView(customer) };
	if (!confirm || !changed) return told;
	const question = rows.findLast((row) => row.status === 'pending' && row.at <= askedAtMs);
	const consent = { ref: { customerId: customer.key }, channel, purpose, status: 'granted' as const, at: now, source: SOURCE, proof: `signed link, asked ${new Date(askedAtMs).toISOString()}`, ...(await wordingOf(tx, question)) };
	const via = customer.id === customerId ? {} : { via: customerId };
	await recordConsents(tx, [consent], [{ found: true, id: customer.id, created: false, warnings: [], ...via }]);
	const event = { index: 0, order: 0, customerId: customer.id, source: SOURCE, eventId: `confirmed:${customer.id}:${channel}:${purpose}:${now}`, type: 'consent_confirmed', at: now, properties: { channel, purpose }, ...via };
	await storeOwnEvents(tx, [event], customers, now, false);
	return told;
});

async function wordingOf(tx: Tx, question: ConsentDbRow | undefined): Promise<{ wording?: string; wordingText?: string }> {
	if (!question) return {};
	const [text] = question.wording_hash === null ? [] : await tx.all(consentPlans.wordings, { hashes: [question.wording_hash] });
	return { ...(question.wording === null ? {} : { wording: question.wording }), ...(text ? { wordingText: text.text } : {}) };
}
