import { timingSafeEqual } from 'node:crypto';
import { signatureOf } from '../core/hash';

/** Links in old letters must work for a while, but not for ever. */
export const UNSUBSCRIBE_VALID_MS = 180 * 86_400_000;

/** Whose consent a link withdraws. `customerId` is the store's number, which says nothing to a stranger. */
export interface UnsubscribeSubject {
	customerId: number;
	channel: string;
	purpose: string;
	expiresAtMs: number;
}

/** A link's token: what it is for, when it ends, and the store's signature over both. */
export function unsubscribeToken(secret: string, subject: UnsubscribeSubject): string {
	const body = Buffer.from(JSON.stringify([subject.customerId, subject.channel, subject.purpose, subject.expiresAtMs])).toString('base64url');
	return `${body}.${signatureOf(secret, 'unsubscribe', body)}`;
}

/** @returns what the token is for, or why it is not believed */
export function readUnsubscribeToken(secret: string, token: string, nowMs: number): { ok: true; subject: UnsubscribeSubject } | { ok: false; reason: 'bad_link' | 'expired_link' } {
	const [body, signature, ...rest] = token.split('.');
	if (!body || !signature || rest.length > 0 || !sameText(signature, signatureOf(secret, 'unsubscribe', body))) return { ok: false, reason: 'bad_link' };
	const [customerId, channel, purpose, expiresAtMs] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [number, string, string, number];
	if (nowMs > expiresAtMs) return { ok: false, reason: 'expired_link' };
	return { ok: true, subject: { customerId, channel, purpose, expiresAtMs } };
}

/** Compares in a time that does not tell how much was right. */
function sameText(a: string, b: string): boolean {
	const left = Buffer.from(a);
	const right = Buffer.from(b);
	return left.length === right.length && timingSafeEqual(left, right);
}
