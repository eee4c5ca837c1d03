import { JourneyError } from '../core/errors';
import { signatureOf } from '../core/hash';

/** Without those that look alike: 0 O, 1 I. */
const LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
/** 40 bits: whoever tries a thousand codes a second needs years to hit one of ten thousand. */
const LEAST_PLACES = 8;
const MOST_PLACES = 40;

/**
 * A code of a pattern: each `#` becomes a letter or digit that nobody can guess without the store's secret. The same parts give
 * the same code.
 * @throws JourneyError `bad_input` for a pattern with too few places
 */
export function codeOf(pattern: string, secret: string, ...parts: (string | number)[]): string {
	const places = pattern.split('#').length - 1;
	if (places < LEAST_PLACES || places > MOST_PLACES) throw new JourneyError('bad_input', `The pattern "${pattern}" has ${places} ${places === 1 ? 'place' : 'places'} marked #: give it ${LEAST_PLACES} to ${MOST_PLACES}, such as SAVE-####-####, so that nobody can guess a code.`, { field: 'Pattern' });
	const bytes = [0, 1].flatMap((round) => [...Buffer.from(signatureOf(secret, 'coupon code', round, ...parts), 'base64url')]);
	let place = 0;
	return pattern.replace(/#/g, () => LETTERS[bytes[place++] % LETTERS.length]);
}

/** Codes are the same however they are typed: case, blanks and dashes do not matter. Empty: no code at all. */
export function codeKey(code: string): string {
	return code.normalize('NFKC').toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');
}
