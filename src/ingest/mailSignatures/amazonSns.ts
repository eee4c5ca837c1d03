import { verify, X509Certificate, type KeyObject } from 'node:crypto';
import { JourneyError } from '../../core/errors';
import { textAt, type Foreign } from '../shapes/foreign';
import { equal, objectOf, refused, type SignedCall } from './signedCall';

const NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const CONFIRMATION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
const HASHES: Readonly<Record<string, string>> = { 1: 'sha1', 2: 'sha256' };

/**
 * Amazon SNS signs its messages with a certificate of its own, the same for all its customers: so the topic has to be the
 * right one too. The certificate is not fetched.
 * @param certificates PEM, as the message's `SigningCertURL` gives it; several one after the other
 * @throws JourneyError `bad_signature`; `bad_input` for a certificate that is none
 */
export function checkAmazonSns(call: SignedCall, { certificates, topic }: { certificates: string; topic: string }): void {
	const message = objectOf(call);
	const signature = textAt(message, 'Signature');
	const hash = HASHES[textAt(message, 'SignatureVersion') ?? ''];
	if (!message || !signature || !hash) refused('The call has no signature of Amazon SNS: switch off "raw message delivery" of the subscription.');
	if (!equal(textAt(message, 'TopicArn') ?? '', topic)) refused('The call is of another topic of Amazon SNS than the Topic ARN here.');
	const signed = Buffer.from(signedText(message));
	const bytes = Buffer.from(signature, 'base64');
	if (!keysOf(certificates).some((key) => verify(hash, signed, key, bytes))) refused('The signature is not that of Amazon SNS by this certificate: somebody else sent the call, or Amazon has a new certificate by now. Download the one under SigningCertURL of the item, if its address ends with amazonaws.com.');
}

/** Each name and value on a line of its own; what the message does not have is left out. */
function signedText(message: Foreign): string {
	const names = message.Type === 'Notification' ? NOTIFICATION : CONFIRMATION;
	return names.flatMap((name) => (typeof message[name] === 'string' ? [`${name}\n${message[name]}\n`] : [])).join('');
}

function keysOf(certificates: string): KeyObject[] {
	const blocks = certificates.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
	try {
		if (blocks.length > 0) return blocks.map((pem) => new X509Certificate(pem).publicKey);
	} catch {
		// What it says names no field.
	}
	throw new JourneyError('bad_input', '"Certificate" is no certificate: open the address under SigningCertURL of a message of the topic, and paste the whole text, from BEGIN CERTIFICATE to END CERTIFICATE.', { field: 'Certificate' });
}
