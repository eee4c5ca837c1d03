import { hashOf } from '../core/hash';
import type { JourneyPlace } from '../journeys/item';

/**
 * The key of what a node of a journey writes down once per visit: the same however often n8n runs it (a retry, a crash), and
 * another one when the customer comes round again.
 * @param what is written, such as `task`
 * @param nodeId of the node on the canvas
 */
export function repeatKey(what: string, place: Pick<JourneyPlace, 'enrolment' | 'visit'>, nodeId: string): string {
	return hashOf(what, place.enrolment, nodeId, place.visit);
}

/** The key of something that was given none: the same content for the same customer in the same millisecond is one thing. */
export function contentKey(what: string, customerId: number, atMs: number, ...content: string[]): string {
	return hashOf(what, customerId, atMs, ...content);
}

/** Keys of the product's own making are hashes and say nothing about anybody. */
export function isOwnKey(key: string): boolean {
	return /^(outside:)?[0-9a-f]{32}$/.test(key);
}
