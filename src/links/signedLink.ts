import { timingSafeEqual } from 'node:crypto';
import { signatureOf } from '../core/hash';

/** What a link does. A token made for one kind is worthless for every other. */
export type LinkKind = 'unsubscribe' | 'confirm' | 'click';

export type ReadLink = { ok: true; fields: readonly unknown[]; expiresAtMs: number } | { ok: false; reason: 'bad_link' | 'expired_link' };

/**
 * A link's token: what it is for, when it ends, and the store's signature over both. Whoever holds it can read the fields,
 * so they name nobody to a stranger: a customer by the store's number.
 * @param secret the store's own (`meta.secret`)
 */
export function signLink(secret: string, kind: LinkKind, fields: readonly (string | number)[], expiresAtMs: number): string {
	const body = Buffer.from(JSON.stringify([...fields, expiresAtMs])).toString('base64url');
	return `${body}.${signatureOf(secret, kind, body)}`;
}

/** @returns the fields the token was made of, or why it is not believed */
export function readLink(secret: string, kind: LinkKind, token: string, nowMs: number): ReadLink {
	const [body, signature, ...rest] = token.split('.');
	if (!secret || !body || !signature || rest.length > 0 || !sameText(signature, signatureOf(secret, kind, body))) return { ok: false, reason: 'bad_link' };
	const signed = JSON.parse(Buffer.from(body, 'base64url').toString()) as unknown[];
	const expiresAtMs = signed.at(-1) as number;
	if (nowMs > expiresAtMs) return { ok: false, reason: 'expired_link' };
	return { ok: true, fields: signed.slice(0, -1), expiresAtMs };
}

/** Compares in a time that does not tell how much was right. */
function sameText(a: string, b: string): boolean {
	const left = Buffer.from(a);
	const right = Buffer.from(b);
	return left.length === right.length && timingSafeEqual(left, right);
}
