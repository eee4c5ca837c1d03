import { MustRunAgain } from '../core/runAgain';
import { lockCustomers } from '../customers/resolve';
import { decisionPlans, touchPlans, type TouchRow } from '../store/plans/policyPlans';
import { write } from '../store/port';
import { ChannelPace } from './channelPace';
import type { CheckedMessage, CheckMessages } from './contract';
import { decide } from './decide';
import type { DropReason } from './decision';
import { gateAtCommit } from './gates';
import { PolicyLedger } from './ledger';
import { isOutranked } from './preemption';
import type { Policy } from './policy';
import { policyNow } from './policyOfMessage';
import type { ContactRequest } from './request';
import { requestOf } from './storedRequest';
import { RESERVATION_TTL_MS } from './verdict';
import { blockedWords } from './words';

/**
 * The last look before reserved messages are handed to their senders: erasure, suppression, consent and cancellation once
 * more (contact-policy.md section 7, P47), and whether a more important message has taken the place (P41). A message that
 * may not go gives its place back. A reservation that has run out is asked for anew. Each is judged by the policy that it
 * was let out under, as that stands now. One transaction; send at most 1,000 keys.
 */
export const checkMessages = write(async (tx, { keys }: CheckMessages): Promise<CheckedMessage[]> => {
	const distinct = [...new Set(keys)];
	const seen = await tx.all(touchPlans.byKeys, { keys: distinct });
	const policies = new Map<string, Policy>();
	for (const version of new Set(seen.map((touch) => touch.policy_version))) policies.set(version, await policyNow(tx, version));
	for (const policy of policies.values()) await ChannelPace.lock(tx, policy);
	const customers = await lockCustomers(tx, seen.map((touch) => touch.customer_id));
	const now = await tx.now();
	const byKey = new Map((await tx.all(touchPlans.byKeys, { keys: distinct })).map((touch) => [touch.idem_key, touch]));
	const touches = distinct.flatMap((key) => byKey.get(key) ?? []);
	if (touches.some((touch) => !policies.has(touch.policy_version) || !customers.has(touch.customer_id))) throw new MustRunAgain('A message was let out anew');
	const requests = new Map((await tx.all(decisionPlans.byKeys, { keys: distinct })).map((row) => [row.idem_key, requestOf(row)]));
	const checked = new Map<string, CheckedMessage>();
	for (const [version, policy] of policies) {
		const known = touches.flatMap((touch) => {
			const request = touch.policy_version === version ? requests.get(touch.idem_key) : undefined;
			return request ? [{ touch, request, customerId: touch.customer_id }] : [];
		});
		if (known.length === 0) continue;
		// One policy after the other: each sees what those before it took and gave back.
		const ledger = await PolicyLedger.load(tx, customers, known, policy, now);
		for (const { touch, request } of known) checked.set(touch.idem_key, check({ ledger, policy, now }, touch, request));
		await ledger.save(now);
	}
	return keys.map((key) => checked.get(key) ?? { key, result: 'unknown_message' });
});

function check({ ledger, policy, now }: { ledger: PolicyLedger; policy: Policy; now: number }, touch: TouchRow, request: ContactRequest): CheckedMessage {
	const { idem_key: key, customer_id: customerId } = touch;
	const state = ledger.stateOf(key);
	const blocked = (reason: DropReason): CheckedMessage => ({ key, result: 'blocked', reason, reasonText: blockedWords({ reason, nowMs: now, channel: touch.channel, policy }) });
	if (state === 'committed') return blocked('already_handed_off');
	const { prior: _prior, ...facts } = ledger.facts(customerId, request, now, { secondHandOff: 'same_answer' });
	if (state === 'released') return blocked(facts.erased ? 'erased' : whyReleased(touch));
	const asked = { ...request, channel: touch.channel };
	const reason = gateAtCommit(asked, facts, policy, now);
	if (reason !== null) {
		ledger.release(key, customerId, reason);
		return blocked(reason);
	}
	if (state !== 'expired') return { key, result: 'send', expiresAt: touch.expires_at };
	const decision = decide({ ...asked, onBlock: 'drop' }, facts, policy, now);
	if (decision.decision !== 'send') return blocked(decision.decision === 'drop' ? decision.reason : 'expired');
	ledger.take(request, customerId, decision, 'reserved', now);
	return { key, result: 'send', expiresAt: now + RESERVATION_TTL_MS };
}

/** What the place was given back for: a more important message, the end of the enrolment, a report that it failed. */
function whyReleased({ result_note }: TouchRow): DropReason {
	if (isOutranked(result_note) || result_note?.startsWith('no_consent:') || result_note?.startsWith('suppressed:')) return result_note as DropReason;
	return 'cancelled';
}
