import { checkAmazonSns } from './amazonSns';
import { checkBasicAuth } from './basicAuth';
import { checkMailgun, type OneTimeToken } from './mailgun';
import { checkSendGrid } from './sendGrid';
import type { SignedCall } from './signedCall';
import { checkUnisender } from './unisender';

/** How a mail sender proves that a call is its own, and the key to it. */
export type SignatureKey =
	| { by: 'sendGrid' | 'mailgun' | 'unisender'; key: string }
	| { by: 'amazonSns'; certificates: string; topic: string }
	| { by: 'basicAuth'; user: string; password: string };

/**
 * Checks that a call is the mail sender's. Pure; nothing is fetched.
 * @param nowMs UTC milliseconds
 * @returns a token that may be used for this call only, where the signature does not cover the call itself
 * @throws JourneyError `bad_signature`, `bad_input` for a key that cannot be one
 */
export function checkCall(call: SignedCall, asked: SignatureKey, nowMs: number): OneTimeToken | undefined {
	switch (asked.by) {
		case 'sendGrid':
			return void checkSendGrid(call, asked.key);
		case 'mailgun':
			return checkMailgun(call, asked.key, nowMs);
		case 'unisender':
			return void checkUnisender(call, asked.key);
		case 'amazonSns':
			return void checkAmazonSns(call, asked);
		case 'basicAuth':
			return void checkBasicAuth(call, asked);
	}
}
