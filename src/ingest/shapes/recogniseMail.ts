import type { MessageResultInput } from '../records';
import { amazonSes } from './amazonSes/events';
import { isObject, type Foreign } from './foreign';
import { mailgun } from './mailgun/events';
import { MailReader, type MailDefaults, type MailSender } from './mailReader';
import { postmark } from './postmark/events';
import { sendGrid } from './sendGrid/events';
import { sendPulse } from './sendPulse/events';
import { unisender } from './unisender/events';

/** Every mail sender whose reports are understood. No payload fits two of them. */
export const MAIL_SENDERS: readonly MailSender[] = [sendGrid, mailgun, postmark, amazonSes, unisender, sendPulse];

/** What mail senders reported in one item. */
export interface RecognisedMail {
	messages: MessageResultInput[];
	/** sentences: what was left out and why */
	notes: string[];
}

/**
 * Reads an item that a mail sender sent: the payload itself, one report of it, or what n8n's Webhook node makes of the
 * call, whose body may be an object, a list, or JSON as text (Amazon SNS posts `text/plain`).
 * @returns undefined for an item of no known sender
 */
export function recogniseMail(json: Foreign, defaults: MailDefaults): RecognisedMail | undefined {
	const payloads = payloadsOf(json);
	const readers = new Map<MailSender, MailReader>();
	let strange = 0;
	for (const payload of payloads) {
		const sender = isObject(payload) ? MAIL_SENDERS.find((one) => one.detect(payload)) : undefined;
		if (sender === undefined) {
			strange++;
			continue;
		}
		const reader = readers.get(sender) ?? new MailReader(sender.name, defaults);
		readers.set(sender, reader);
		sender.read(payload as Foreign, reader);
	}
	if (readers.size === 0) return undefined;
	const notes = [...readers.values()].flatMap((reader) => reader.notes());
	if (strange > 0) notes.push(`${strange} of the ${payloads.length} entries are of no mail sender that is known here; left out.`);
	return { messages: [...readers.values()].flatMap((reader) => reader.messages), notes };
}

function payloadsOf(json: Foreign): unknown[] {
	const body = 'body' in json && isObject(json.headers) ? json.body : json;
	const payload = typeof body === 'string' ? fromText(body) : body;
	return Array.isArray(payload) ? payload : [payload];
}

function fromText(body: string): unknown {
	try {
		return JSON.parse(body) as unknown;
	} catch {
		return undefined;
	}
}
