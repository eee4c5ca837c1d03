import { addressOf } from './address';
import { consentBlock } from './consent';
import type { CheckName, DropReason } from './decision';
import type { Facts } from './facts';
import type { Policy } from './policy';
import type { MessageClass } from './schema';
import { suppressionBlock } from './suppression';

/** What the gates look at in a request. */
export interface GateSubject {
	channel: string;
	class: MessageClass;
}

interface Gate {
	check: CheckName;
	/** Why the message may never go, or null. */
	block(subject: GateSubject, facts: Facts, policy: Policy, nowMs: number): DropReason | null;
}

/** Checks 1 to 4 in their order (sections 2 and 11): what stops a message for good, whatever the hour. */
export const GATES: readonly Gate[] = [
	{
		check: 'erasure',
		block: (_subject, { erased, customer }) => (erased ? 'erased' : customer === null ? 'unknown_customer' : null),
	},
	{
		check: 'cancellation',
		block: (_subject, { cancelled }) => (cancelled === true ? 'cancelled' : null),
	},
	{
		check: 'policy-off',
		block: (subject, _facts, { off }) => (off && subject.class !== 'transactional' ? 'policy_off' : null),
	},
	{
		check: 'suppression',
		block: (subject, { suppressions }, _policy, nowMs) => suppressionBlock(subject.channel, subject.class, suppressions, nowMs),
	},
	{
		check: 'consent',
		block: (subject, { consents }, { requireConsent }, nowMs) =>
			consentBlock(subject.channel, subject.class, consents, requireConsent, nowMs),
	},
	{
		check: 'address',
		block: (subject, { customer }) => (customer !== null && addressOf(customer, subject.channel) === null ? 'unreachable' : null),
	},
];

/** Checks 0 to 6 in their order. */
export const OPENING_CHECKS: readonly CheckName[] = ['idempotency', ...GATES.map(({ check }) => check), 'deadline', 'duplicate'];

const ADDRESSEE_GATES = GATES.filter(({ check }) => check === 'suppression' || check === 'consent' || check === 'address');

/** Why a message of this channel and class may not go to the customer, whatever else becomes of it; or null. */
export function addresseeBlock(subject: GateSubject, facts: Facts, policy: Policy, nowMs: number): DropReason | null {
	return firstBlock(ADDRESSEE_GATES, subject, facts, policy, nowMs);
}

/**
 * The gates once more, at the instant of hand-off: consent, suppression, erasure or cancellation may have come between
 * reserve and commit (section 7, P47). On a reason the caller releases the reservation and calls no provider.
 * @returns why the message may not go any more, or null
 */
export function gateAtCommit(subject: GateSubject, facts: Facts, policy: Policy, nowMs: number): DropReason | null {
	return firstBlock(GATES, subject, facts, policy, nowMs);
}

function firstBlock(gates: readonly Gate[], subject: GateSubject, facts: Facts, policy: Policy, nowMs: number): DropReason | null {
	for (const gate of gates) {
		const reason = gate.block(subject, facts, policy, nowMs);
		if (reason !== null) return reason;
	}
	return null;
}
