import type { DropReason } from './decision';
import type { Suppression } from './facts';
import type { MessageClass } from './schema';

/** Strongest first: the one that is named when several hold. Other words stand between the two groups. */
const STRONG = ['legal', 'invalid', 'hard_bounce'];
const WEAK = ['complained', 'complaint', 'spam', 'unsubscribed', 'unsubscribe'];

/**
 * Check 2 (section 7). A complaint or an unsubscription is about messages nobody has to send: transactional passes it.
 * An address that is invalid or legally blocked stops every class, and so does a word of the shop's own.
 * @returns the strongest suppression that stops the message, or null
 */
export function suppressionBlock(channel: string, messageClass: MessageClass, suppressions: readonly Suppression[], nowMs: number): DropReason | null {
	if (suppressions.length === 0) return null;
	const holding = suppressions
		.filter((row) => row.at <= nowMs && (row.channel === '*' || row.channel === channel))
		.map(({ reason }) => reason)
		.filter((reason) => messageClass !== 'transactional' || !WEAK.includes(reason))
		.sort((a, b) => strength(a) - strength(b) || (a < b ? -1 : 1));
	return holding.length === 0 ? null : `suppressed:${holding[0]}`;
}

function strength(reason: string): number {
	if (STRONG.includes(reason)) return STRONG.indexOf(reason);
	return WEAK.includes(reason) ? STRONG.length + 1 + WEAK.indexOf(reason) : STRONG.length;
}
