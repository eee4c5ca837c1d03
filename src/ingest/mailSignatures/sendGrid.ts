import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { JourneyError } from '../../core/errors';
import { headerOf, rawOf, refused, type SignedCall } from './signedCall';

const SIGNATURE = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';

/**
 * SendGrid's Signed Event Webhook: ECDSA (P-256, SHA-256) of the timestamp and the text.
 * @param key the *Verification Key* as SendGrid shows it: a public key, base64 or PEM
 * @throws JourneyError `bad_signature`; `bad_input` for a key that is none
 */
export function checkSendGrid(call: SignedCall, key: string): void {
	const [signature, timestamp] = [headerOf(call, SIGNATURE), headerOf(call, TIMESTAMP)];
	if (signature === '' || timestamp === '') refused('The call has no signature of SendGrid: switch on "Signed Event Webhook" there, under Settings > Mail Settings > Event Webhook.');
	const signed = Buffer.concat([Buffer.from(timestamp), rawOf(call, 'SendGrid')]);
	if (!verify('sha256', signed, publicKey(key), Buffer.from(signature, 'base64'))) refused('The signature is not that of SendGrid for this call: somebody else sent it, or the Verification Key is of another webhook.');
}

function publicKey(text: string): KeyObject {
	try {
		const pem = text.includes('-----BEGIN');
		const key = pem ? createPublicKey(text) : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
		if (key.asymmetricKeyType === 'ec') return key;
	} catch {
		// What it says names no field.
	}
	throw new JourneyError('bad_input', '"Verification Key" is not a key of SendGrid: copy it from Settings > Mail Settings > Event Webhook > Signature verification.', { field: 'Verification Key' });
}
