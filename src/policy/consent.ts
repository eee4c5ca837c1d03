import type { DropReason } from './decision';
import type { Consent } from './facts';
import type { MessageClass } from './schema';

export type ConsentStatus = 'granted' | 'denied' | 'pending' | 'missing';

/** Purpose of the consent to processing personal data (152-FZ), apart from the consent to messages of a class. */
export const PROCESSING = 'processing';

/** Of two rows of the same instant the stricter wins. */
const STRICTNESS = { granted: 0, pending: 1, denied: 2 };

/**
 * Check 3 (sections 7 and 11). The purpose asked for is the class of the message.
 * @returns why the message may not go, or null
 */
export function consentBlock(
	channel: string,
	messageClass: MessageClass,
	consents: readonly Consent[],
	requireConsent: boolean,
	nowMs: number,
): DropReason | null {
	if (messageClass === 'transactional') return null;
	const processing = consents.some(isAboutProcessing) ? consentStatus(consents.filter(isAboutProcessing), nowMs) : 'missing';
	if (processing === 'denied') return `no_consent:${channel}/${PROCESSING}`;
	const isOwn = (row: Consent) => row.purpose === messageClass && row.channel === channel;
	const own = consentStatus(consents.every(isOwn) ? consents : consents.filter(isOwn), nowMs);
	const allowed = messageClass === 'marketing' && requireConsent ? own === 'granted' : own !== 'denied';
	return allowed ? null : `no_consent:${channel}/${messageClass}`;
}

const isAboutProcessing = ({ purpose }: Consent): boolean => purpose === PROCESSING;

/**
 * What a history of one channel and purpose says at an instant: its latest row, except that a double opt-in that is
 * pending ends no grant given before it. A grant holds before its expiry only (P49).
 */
export function consentStatus(history: readonly Consent[], nowMs: number): ConsentStatus {
	const latest = latestRow(history, nowMs);
	if (latest === null) return 'missing';
	let standing: Consent | null = latest;
	while (standing !== null && statusOf(standing) === 'pending') standing = latestRow(history, standing.at - 1);
	if (standing !== null && statusOf(standing) === 'granted' && !hasExpired(standing, nowMs)) return 'granted';
	const status = statusOf(latest);
	return status === 'granted' ? 'missing' : status;
}

function latestRow(history: readonly Consent[], upToMs: number): Consent | null {
	let latest: Consent | null = null;
	for (const row of history) {
		if (row.at <= upToMs && (latest === null || isLater(row, latest))) latest = row;
	}
	return latest;
}

function isLater(row: Consent, than: Consent): boolean {
	if (row.at !== than.at) return row.at > than.at;
	return STRICTNESS[statusOf(row)] > STRICTNESS[statusOf(than)];
}

/** `withdrawn`, `revoked`, `unsubscribed` and any word that is no clear grant are read as a no. */
function statusOf({ status }: Consent): keyof typeof STRICTNESS {
	return status === 'granted' || status === 'pending' ? status : 'denied';
}

const hasExpired = ({ expiresAt }: Consent, nowMs: number): boolean => expiresAt !== undefined && expiresAt !== null && nowMs >= expiresAt;
