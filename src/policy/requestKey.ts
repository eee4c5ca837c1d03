import { DateTime } from 'luxon';
import { hashOf } from '../core/hash';
import { aroundCustomer } from './aroundCustomer';
import type { ContactRequest } from './request';

/**
 * Key of a message of a journey (section 8): neither the n8n execution nor the item's place, which a retry changes.
 * @param channel only for a step that sends on several channels at once: each is a request of its own
 */
export function requestKey(enrolment: string | number, step: string, visit: number, channel?: string): string {
	return hashOf('enrolment', enrolment, step, visit, ...(channel === undefined ? [] : [channel]));
}

/** Key of a message without an enrolment: newsletter, manual list. */
export function mailingRequestKey(mailingKey: string, customer: string, channel: string): string {
	return hashOf('mailing', mailingKey, customer, channel);
}

/** `<workflow>/<step key>/<local date>`: the mailing key when the marketer gives none. */
export function defaultMailingKey(workflow: string, step: string, atMs: number, zone: string): string {
	return `${workflow}/${step}/${DateTime.fromMillis(atMs, { zone }).toISODate()}`;
}

/** What the message is: every field of a request but its identity and when it was asked. */
type Body = Record<Exclude<keyof ContactRequest, 'key' | 'at' | 'createdAt' | 'customer'>, unknown>;
type BeforeCustomer = 'addressId' | 'category' | 'channel' | 'class' | 'cost' | 'counts';

/** Written in the order of the alphabet, this is canonical JSON. */
const bodyText = aroundCustomer((request) => {
	const { addressId, category, channel, class: messageClass, cost, counts, deadline, enrolment, exempt, journey, journeyVersion, notBefore, onBlock, priority, step, tags, urgent, value, visit } = request;
	const before: Pick<Body, BeforeCustomer> = { addressId, category, channel, class: messageClass, cost, counts };
	const after: Omit<Body, BeforeCustomer> = { deadline, enrolment, exempt, journey, journeyVersion, notBefore, onBlock, priority, step, tags, urgent, value, visit };
	return [`${JSON.stringify(before).slice(0, -1)},"customer":`, `,${JSON.stringify(after).slice(1)}`];
});

/**
 * Hash of what the message is. The same key with another body is an `idempotency_conflict` (section 8); when it was asked
 * is not part of the body (section 11).
 */
export function bodyHash(request: ContactRequest): string {
	return hashOf('body', bodyText(request, request.customer));
}
