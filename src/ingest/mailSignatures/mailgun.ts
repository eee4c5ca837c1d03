import { createHmac } from 'node:crypto';
import { canonicalJson, hashOf } from '../../core/hash';
import { objectAt, textAt } from '../shapes/foreign';
import { equal, objectOf, refused, type SignedCall } from './signedCall';

/** Mailgun tries for eight hours to deliver a report. */
const STALE_MS = 86_400_000;

/** What a signature that says nothing of the body may be used for once. */
export interface OneTimeToken {
	token: string;
	bodyHash: string;
}

/**
 * Mailgun's webhooks: HMAC (SHA-256) of a timestamp and a token that stand beside the report. It does not cover the report,
 * so the token is to be taken for one report only (signedOnce.ts).
 * @param key the *HTTP webhook signing key*
 * @throws JourneyError `bad_signature`
 */
export function checkMailgun(call: SignedCall, key: string, nowMs: number): OneTimeToken {
	const body = objectOf(call);
	const signature = objectAt(body, 'signature') ?? body;
	const [timestamp, token, given] = [textAt(signature, 'timestamp'), textAt(signature, 'token'), textAt(signature, 'signature')];
	if (!timestamp || !token || !given) refused('The call has no signature of Mailgun: it comes from somebody else, or through a route that drops it.');
	if (!equal(createHmac('sha256', key).update(timestamp + token).digest('hex'), given)) refused('The signature is not that of Mailgun: somebody else sent the call, or the HTTP webhook signing key is of another account.');
	if (!(Math.abs(Number(timestamp) * 1000 - nowMs) <= STALE_MS)) refused('The signature of Mailgun is more than a day old: the call was recorded somewhere and sent again.');
	return { token, bodyHash: hashOf(canonicalJson(objectAt(body, 'event-data') ?? body)) };
}
