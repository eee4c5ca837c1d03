import { recordConsents } from '../customers/consents';
import { standingCustomer } from '../customers/merge/family';
import { customerView } from '../customers/profile';
import { consentPlans } from '../store/plans/customerPlans';
import { write } from '../store/port';
import { readMeta } from '../store/storeClock';
import type { Unsubscribe, Unsubscribed } from './contract';
import { readUnsubscribeToken } from './unsubscribeToken';

/** What a click on an unsubscribe link does: GET looks, POST withdraws the consent of that channel and purpose. */
export const unsubscribe = write(async (tx, { token, withdraw }: Unsubscribe): Promise<Unsubscribed> => {
	const now = await tx.now();
	const read = readUnsubscribeToken((await readMeta(tx, 'secret')) ?? '', token, now);
	if (!read.ok) return read;
	const { customerId, channel, purpose } = read.subject;
	// A letter may be older than a merge: the withdrawal is of whoever the customer is by now.
	const customer = await standingCustomer(tx, customerId);
	if (!customer) return { ok: false, reason: 'unknown_customer' };
	let changed = false;
	if (withdraw) {
		const consent = { ref: { customerId: customer.key }, channel, purpose, status: 'denied' as const, at: now, source: 'unsubscribe_link' };
		const before = (await tx.all(consentPlans.ofMany, { ids: [customer.id] })).findLast((row) => row.channel === channel && row.purpose === purpose);
		changed = before?.status !== 'denied';
		const merged = customer.id !== customerId;
		// Pressed twice it is one withdrawal: the first instant is the proof. Of a merged customer each is their own.
		if (changed || merged) await recordConsents(tx, [consent], [{ found: true, id: customer.id, created: false, warnings: [], ...(merged && { via: customerId }) }]);
	}
	return { ok: true, channel, purpose, withdrawn: withdraw, changed, customer: customerView(customer) };
});
