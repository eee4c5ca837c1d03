import { timingSafeEqual } from 'node:crypto';
import { JourneyError } from '../../core/errors';
import { isObject, type Foreign } from '../shapes/foreign';

/** A call of a mail sender, as n8n's Webhook node hands it on. */
export interface SignedCall {
	/** names in lower case, as Node gives them */
	headers: Foreign;
	/** what the call's text means: an object, a list, or text that is JSON itself */
	body: unknown;
	/** the text as it came, to the byte; only with the Webhook's option *Raw Body* */
	raw?: Buffer;
}

/** @throws JourneyError `bad_signature`: what did not fit, and what to look at */
export function refused(why: string): never {
	throw new JourneyError('bad_signature', `${why} Nothing of it was recorded.`);
}

/** @throws JourneyError `bad_signature` when the webhook does not hand the text on */
export function rawOf({ raw }: SignedCall, sender: string): Buffer {
	return raw ?? refused(`The signature of ${sender} is one of the text to the byte: add the option "Raw Body" to the Webhook node, and connect it directly.`);
}

export function headerOf({ headers }: SignedCall, name: string): string {
	const value = headers[name] ?? headers[Object.keys(headers).find((key) => key.toLowerCase() === name) ?? ''];
	return typeof value === 'string' ? value.trim() : '';
}

/** The body as an object; text is read as JSON (Amazon SNS posts `text/plain`). */
export function objectOf({ body }: SignedCall): Foreign | undefined {
	if (isObject(body)) return body;
	try {
		const read: unknown = JSON.parse(String(body));
		return isObject(read) ? read : undefined;
	} catch {
		return undefined;
	}
}

/** Takes as long whatever differs. */
export function equal(a: string, b: string): boolean {
	const [left, right] = [Buffer.from(a), Buffer.from(b)];
	return left.length === right.length && timingSafeEqual(left, right);
}
