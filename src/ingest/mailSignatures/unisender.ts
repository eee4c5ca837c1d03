import { hash } from 'node:crypto';
import { textAt } from '../shapes/foreign';
import { equal, objectOf, rawOf, refused, type SignedCall } from './signedCall';

/**
 * Unisender Go: `auth` is the MD5 of the text in which the API key stands in place of it.
 * @param key the API key
 * @throws JourneyError `bad_signature`
 */
export function checkUnisender(call: SignedCall, key: string): void {
	const given = textAt(objectOf(call), 'auth');
	if (!given) refused('The call has no signature of Unisender Go: its field "auth" is missing.');
	const text = rawOf(call, 'Unisender Go').toString('utf8');
	const at = text.indexOf(`"${given}"`);
	const withKey = at < 0 ? text : `${text.slice(0, at + 1)}${key}${text.slice(at + 1 + given.length)}`;
	if (!equal(hash('md5', withKey, 'hex'), given.toLowerCase())) refused('The signature is not that of Unisender Go: somebody else sent the call, or the API key is of another account.');
}
