import { readLink, signLink } from '../links/signedLink';

/** Whoever has not confirmed after a month did not mean it. */
export const CONFIRM_VALID_MS = 30 * 86_400_000;

/** Which question a link answers with yes. `customerId` is the store's number, which says nothing to a stranger. */
export interface ConfirmSubject {
	customerId: number;
	channel: string;
	purpose: string;
	/** when the customer was asked, UTC milliseconds: a no that was said since holds against the link */
	askedAtMs: number;
	expiresAtMs: number;
}

export function confirmToken(secret: string, { customerId, channel, purpose, askedAtMs, expiresAtMs }: ConfirmSubject): string {
	return signLink(secret, 'confirm', [customerId, channel, purpose, askedAtMs], expiresAtMs);
}

/** @returns what the token is for, or why it is not believed */
export function readConfirmToken(secret: string, token: string, nowMs: number): { ok: true; subject: ConfirmSubject } | { ok: false; reason: 'bad_link' | 'expired_link' } {
	const read = readLink(secret, 'confirm', token, nowMs);
	if (!read.ok) return read;
	const [customerId, channel, purpose, askedAtMs] = read.fields as [number, string, string, number];
	return { ok: true, subject: { customerId, channel, purpose, askedAtMs, expiresAtMs: read.expiresAtMs } };
}
