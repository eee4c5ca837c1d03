import { recordConsents } from '../customers/consents';
import { loadCustomers } from '../customers/resolve';
import { write } from '../store/port';
import { readMeta } from '../store/storeClock';
import { customerPlans } from '../store/plans/customerPlans';
import type { Unsubscribe, Unsubscribed } from './contract';
import { readUnsubscribeToken } from './unsubscribeToken';

/** What a click on an unsubscribe link does: GET looks, POST withdraws the consent of that channel and purpose. */
export const unsubscribe = write(async (tx, { token, withdraw }: Unsubscribe): Promise<Unsubscribed> => {
	const now = await tx.now();
	const read = readUnsubscribeToken((await readMeta(tx, 'secret')) ?? '', token, now);
	if (!read.ok) return read;
	const { customerId, channel, purpose } = read.subject;
	const customer = (await loadCustomers(tx, [customerId])).get(customerId);
	if (!customer || customer.erased_at !== null) return { ok: false, reason: 'unknown_customer' };
	if (withdraw) {
		await tx.all(customerPlans.lock, { ids: [customerId] });
		const consent = { ref: { customerId: customer.key }, channel, purpose, status: 'denied' as const, at: now, source: 'unsubscribe_link' };
		await recordConsents(tx, [consent], [{ found: true, id: customerId, created: false, warnings: [] }]);
	}
	return { ok: true, channel, purpose, withdrawn: withdraw };
});
