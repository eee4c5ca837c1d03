import { readLink, signLink } from './signedLink';

/** As long as the unsubscribe link of the same letter. */
export const CLICK_VALID_MS = 180 * 86_400_000;

/** Whose click a link counts, and which policy says where it may lead ('': the company policy). The key names nobody. */
export interface ClickSubject {
	key: string;
	policyName: string;
	expiresAtMs: number;
}

export function clickToken(secret: string, { key, policyName, expiresAtMs }: ClickSubject): string {
	return signLink(secret, 'click', [key, policyName], expiresAtMs);
}

/** @returns what the token is for, or why it is not believed */
export function readClickToken(secret: string, token: string, nowMs: number): { ok: true; subject: ClickSubject } | { ok: false; reason: 'bad_link' | 'expired_link' } {
	const read = readLink(secret, 'click', token, nowMs);
	if (!read.ok) return read;
	const [key, policyName] = read.fields as [string, string];
	return { ok: true, subject: { key, policyName, expiresAtMs: read.expiresAtMs } };
}
