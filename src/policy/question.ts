import type { Competition } from './arbitration';
import { Ledger } from './counting';
import type { CustomerFacts, Facts, Pending } from './facts';
import { addresseeBlock } from './gates';
import type { Policy } from './policy';
import type { ContactRequest } from './request';
import type { CalendarOf } from './windows';
import { zoneOf, type CustomerZone } from './zone';

/** A request with everything that checks 7 to 12 look at, worked out once. */
export interface Question {
	request: ContactRequest;
	customer: CustomerFacts;
	facts: Facts;
	policy: Policy;
	nowMs: number;
	zone: CustomerZone;
	calendar: CalendarOf;
	ledger: Ledger;
	competition: Competition;
}

/** @param facts of a customer who passed the gates: known and not erased */
export function questionOf(request: ContactRequest, facts: Facts, policy: Policy, nowMs: number): Question {
	const customer = facts.customer as CustomerFacts;
	const zone = zoneOf(customer, policy);
	return {
		request,
		customer,
		facts,
		policy,
		nowMs,
		zone,
		calendar: { zone: zone.clock, weekStart: policy.weekStart },
		ledger: new Ledger(facts.touches, nowMs, facts.inHoldout === true),
		competition: {
			request: {
				key: request.key,
				class: request.class,
				priority: request.priority,
				createdAtMs: request.createdAt ?? facts.prior?.askedAtMs ?? nowMs,
				deadlineMs: request.deadline,
				value: request.value,
			},
			rivals: facts.pending.length === 0 ? facts.pending : facts.pending.filter((pending) => competes(pending, request, facts, policy, nowMs)),
			ageing: policy.ageing,
			heldBefore: facts.prior?.answer.decision === 'delay' && nowMs >= facts.prior.answer.untilMs,
			nowMs,
		},
	};
}

/**
 * Whether a waiting request bears on this one: ghosts only on ghosts (P46), transactional on none, and nobody whom a gate
 * would drop when its instant comes (P45).
 */
function competes(pending: Pending, request: ContactRequest, facts: Facts, policy: Policy, nowMs: number): boolean {
	if (pending.key === request.key || pending.class === 'transactional') return false;
	if (pending.ghost === true && facts.inHoldout !== true) return false;
	return addresseeBlock(pending, facts, policy, nowMs) === null;
}
