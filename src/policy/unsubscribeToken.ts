import { readLink, signLink } from '../links/signedLink';

/** Links in old letters must work for a while, but not for ever. */
export const UNSUBSCRIBE_VALID_MS = 180 * 86_400_000;

/** Whose consent a link withdraws. `customerId` is the store's number, which says nothing to a stranger. */
export interface UnsubscribeSubject {
	customerId: number;
	channel: string;
	purpose: string;
	expiresAtMs: number;
}

export function unsubscribeToken(secret: string, { customerId, channel, purpose, expiresAtMs }: UnsubscribeSubject): string {
	return signLink(secret, 'unsubscribe', [customerId, channel, purpose], expiresAtMs);
}

/** @returns what the token is for, or why it is not believed */
export function readUnsubscribeToken(secret: string, token: string, nowMs: number): { ok: true; subject: UnsubscribeSubject } | { ok: false; reason: 'bad_link' | 'expired_link' } {
	const read = readLink(secret, 'unsubscribe', token, nowMs);
	if (!read.ok) return read;
	const [customerId, channel, purpose] = read.fields as [number, string, string];
	return { ok: true, subject: { customerId, channel, purpose, expiresAtMs: read.expiresAtMs } };
}
