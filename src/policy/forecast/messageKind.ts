import type { DecisionRow } from '../../store/plans/policyPlans';
import type { PassItem } from '../contract';
import { readRequest, type ContactRequest } from '../request';
import { onBlockOf } from '../requestOfItem';
import { requestOf } from '../storedRequest';
import type { MessageKind } from './contract';

/** What a message of the past was, freed of its customer and its instants. */
export function kindOfDecision(row: DecisionRow): MessageKind | null {
	const request: Partial<ContactRequest> = requestOf(row);
	// An erased customer's decision says nothing any more.
	if (request.channel === undefined) return null;
	return kindOf(request, row.asked_at, row.policy_version);
}

/** What a held message asks for. @param spec what Contact Policy keeps of it */
export function kindOfHeld(spec: Record<string, unknown>, journey: string | null, step: string, askedAt: number, policyVersion: string | null): MessageKind {
	const { channel, category, class: messageClass, priority, tags, urgent, exempt, counts, value, notBefore, deadline } = spec;
	const more = Object.fromEntries(Object.entries({ urgent, exempt, counts, value }).filter(([, given]) => given !== undefined));
	const onBlock = onBlockOf(spec as unknown as PassItem);
	const request = readRequest({ key: 'x', customer: 'x', channel, category, class: messageClass, priority, tags, onBlock, ...more, ...(journey === null ? {} : { journey, step }) });
	return kindOf({ ...request, notBefore: instant(notBefore), deadline: instant(deadline) }, askedAt, policyVersion);
}

const instant = (value: unknown) => (typeof value === 'number' ? value : undefined);

function kindOf(request: Partial<ContactRequest>, askedAt: number, policyVersion: string | null): MessageKind {
	const { key: _key, customer: _customer, enrolment: _enrolment, visit: _visit, at: _at, createdAt: _createdAt, deadline, notBefore, ...rest } = request;
	return {
		request: rest as MessageKind['request'],
		deadlineAfterMs: deadline === undefined ? null : deadline - askedAt,
		notBeforeAfterMs: notBefore === undefined ? null : notBefore - askedAt,
		policyVersion,
	};
}
