import type { ItemAnswer } from '../customers/contract';
import { refusal } from '../customers/refusal';
import { lockResolved, resolveCustomers } from '../customers/resolve';
import { CLOCK_AHEAD_MS } from '../core/clock';
import { canonicalJson, hashOf } from '../core/hash';
import type { SentMessageInput } from '../ingest/records';
import { touchPlans, type SentTouch } from '../store/plans/policyPlans';
import type { Tx } from '../store/port';

/**
 * Takes messages of the past into the ledger as sent (contact-policy.md section 3): they count, and nobody hears of them.
 * A message that is there already, from the same file or because Contact Policy let it out and its name at the sender is
 * known, is not taken in twice. Customers nobody knows yet are made.
 */
export async function takeInSent(tx: Tx, { items }: { items: readonly SentMessageInput[] }): Promise<ItemAnswer<{ result: 'recorded' | 'duplicate' }>[]> {
	const { resolved, customers } = await lockResolved(tx, await resolveCustomers(tx, items.map((item) => item.ref), { create: true, at: (index) => items[index].sentAt }));
	const now = await tx.now();
	const ids = [...new Set(items.flatMap(({ messageId }) => messageId ?? []))];
	const named = new Set((await tx.each(touchPlans.byProviderIds, ids.map((provider_id) => ({ provider_id })))).map((touch) => `${touch.customer_id}/${touch.provider_id}`));
	const fresh = new Map<string, SentTouch>();
	const answers = items.map((item, index): ItemAnswer<{ result: 'recorded' | 'duplicate' }> & { key?: string } => {
		const who = resolved[index];
		if (!who.found) return refusal(who.why);
		// What lies further ahead is a mistake of the file.
		if (item.sentAt > now + CLOCK_AHEAD_MS) return { ok: false, code: 'bad_input', message: 'sent_at lies more than 5 minutes in the future' };
		const key = keyOf(item);
		const customerId = customers.get(who.id)?.id ?? who.id;
		if (fresh.has(key) || (item.messageId !== undefined && named.has(`${customerId}/${item.messageId}`))) return { ok: true, result: 'duplicate' };
		fresh.set(key, rowOf(item, customerId, key));
		return { ok: true, result: 'recorded', key };
	});
	const added = await tx.each(touchPlans.insertSent, [...fresh.values()]);
	await tx.each(touchPlans.addResult, added.map(({ seq, ts }) => ({ touch_seq: seq, result: 'sent', at: ts, note: null, event_id: null })));
	const keys = new Set(added.map(({ idem_key }) => idem_key));
	return answers.map(({ key, ...answer }) => (key === undefined || keys.has(key) ? answer : { ok: true, result: 'duplicate' }));
}

/** Of what the file says, not of the customer's number: that changes by a merge. */
function keyOf({ source, messageId, ref, channel, sentAt }: SentMessageInput): string {
	return `sent:${hashOf(source, canonicalJson(ref), channel, messageId ?? sentAt)}`;
}

function rowOf(item: SentMessageInput, customerId: number, key: string): SentTouch {
	return {
		customer_id: customerId, ts: item.sentAt, channel: item.channel, category: item.category ?? '', tags: JSON.stringify(item.tags), class: item.class, journey_key: null,
		state: 'committed', priority: 50, exempt: '[]', counts: null, idem_key: key, enrolment: null, step_key: null, visit: null, expires_at: null,
		policy_version: 'outside', provider_id: item.messageId ?? null, result_at: item.sentAt,
	};
}
