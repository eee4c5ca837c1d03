import { equal, headerOf, refused, type SignedCall } from './signedCall';

/**
 * A user and a password in the address of the webhook, for senders that sign nothing: Postmark, SendPulse.
 * @throws JourneyError `bad_signature`
 */
export function checkBasicAuth(call: SignedCall, { user, password }: { user: string; password: string }): void {
	const given = headerOf(call, 'authorization');
	if (given === '') refused('The call names no user and password: give the sender the address as https://user:password@...');
	const expected = Buffer.from(`${user}:${password}`).toString('base64');
	if (!equal(given.replace(/^Basic +/i, ''), expected)) refused('The user and password of the call are not those of this node.');
}
