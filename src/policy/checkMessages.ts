import { lockCustomers } from '../customers/resolve';
import { decisionPlans, touchPlans, type TouchRow } from '../store/plans/policyPlans';
import { write } from '../store/port';
import { ChannelPace } from './channelPace';
import type { CheckedMessage, CheckMessages } from './contract';
import { decide } from './decide';
import type { DropReason } from './decision';
import { gateAtCommit } from './gates';
import { PolicyLedger } from './ledger';
import { policyInForce } from './policies';
import type { ContactRequest } from './request';
import { requestOf } from './storedRequest';
import { RESERVATION_TTL_MS } from './verdict';
import { blockedWords } from './words';

/**
 * The last look before a reserved message is handed to its sender: erasure, suppression, consent and cancellation once more
 * (contact-policy.md section 7, P47), and whether a more important message has taken its place (P41). A message that may
 * not go gives its place back. A reservation that has run out is asked for anew.
 */
export const checkMessages = write(async (tx, { keys }: CheckMessages): Promise<CheckedMessage[]> => {
	const policy = await policyInForce(tx, []);
	await ChannelPace.lock(tx, policy);
	const distinct = [...new Set(keys)];
	const owners = (await tx.all(touchPlans.byKeys, { keys: distinct })).map((touch) => touch.customer_id);
	const customers = await lockCustomers(tx, owners);
	const now = await tx.now();
	const touches = new Map((await tx.all(touchPlans.byKeys, { keys: distinct })).map((touch) => [touch.idem_key, touch]));
	const requests = new Map((await tx.all(decisionPlans.byKeys, { keys: distinct })).map((row) => [row.idem_key, requestOf(row)]));
	const known = [...touches.values()].flatMap((touch) => {
		const request = requests.get(touch.idem_key);
		return request ? [{ request, customerId: touch.customer_id }] : [];
	});
	const ledger = await PolicyLedger.load(tx, customers, known, policy, now);
	const checked = new Map<string, CheckedMessage>();
	for (const key of keys) {
		const touch = touches.get(key);
		const request = requests.get(key);
		if (!touch || !request) checked.set(key, { key, result: 'unknown_message' });
		else if (!checked.has(key)) checked.set(key, check(touch, request));
	}
	await ledger.save(now);
	return keys.map((key) => checked.get(key) as CheckedMessage);

	function check(touch: TouchRow, request: ContactRequest): CheckedMessage {
		const { idem_key: key, customer_id: customerId } = touch;
		const state = ledger.stateOf(key);
		const blocked = (reason: DropReason): CheckedMessage => ({ key, result: 'blocked', reason, reasonText: blockedWords({ reason, nowMs: now, channel: touch.channel, policy }) });
		if (state === 'committed') return blocked('already_handed_off');
		if (state === 'released') return blocked(whyReleased(touch));
		const { prior: _prior, ...facts } = ledger.facts(customerId, request, now, { secondHandOff: 'same_answer' });
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
});

/** What the place was given back for: a more important message, the end of the enrolment, a report that it failed. */
function whyReleased({ result_note }: TouchRow): DropReason {
	if (result_note?.startsWith('outranked:') || result_note?.startsWith('no_consent:') || result_note?.startsWith('suppressed:')) return result_note as DropReason;
	return 'cancelled';
}
