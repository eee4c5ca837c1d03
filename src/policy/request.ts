import { z } from 'zod/v4';
import { id, instant, text, word } from '../ingest/fieldTypes';
import { readRecord } from '../ingest/problems';
import { keepableText } from '../ingest/text';
import { withoutNulls } from './absent';
import { mailingRequestKey, requestKey } from './requestKey';
import { MESSAGE_CLASSES } from './schema';

/**
 * One question to the policy: may this message go to this customer now? (contact-policy.md sections 1 and 10)
 * {@link readRequest} is the way in; instants come as ISO strings with an offset and become milliseconds.
 */

const onBlock = z.union([z.enum(['delay', 'drop', 'digest']), z.strictObject({ fallback: z.array(word).min(1) })], {
	error: 'must be "delay", "drop", "digest" or { "fallback": ["sms"] }',
});

const contactRequest = z
	.strictObject({
		/** The message's identity: the same key gets the same answer. Made of enrolment, step and visit, or of the mailing key, when absent. */
		key: text(200).optional(),
		mailingKey: text(200).optional(),
		customer: id,
		channel: word,
		addressId: id.optional(),
		/** '' when the message belongs to none. */
		category: z.string().max(200, 'is longer than 200 characters').transform(keepableText).default(''),
		/** Mixed content is marketing. */
		class: z.enum(MESSAGE_CLASSES, { error: 'must be "transactional", "service" or "marketing"' }).default('marketing'),
		journey: text(200).optional(),
		journeyVersion: id.optional(),
		enrolment: id.optional(),
		step: id.optional(),
		visit: z.int('must be a whole number').min(0, 'is negative').optional(),
		priority: z.int('must be a whole number from 0 to 100').min(0, 'must be 0 to 100').max(100, 'must be 0 to 100').default(50),
		notBefore: instant.optional(),
		deadline: instant.optional(),
		onBlock: onBlock.default('delay'),
		/** What the message is worth, and what it costs: for ranking and reports. */
		value: z.number('must be a number').optional(),
		cost: z.number('must be a number').optional(),
		tags: z.array(text(200)).default([]),
		/** Ids of rules that do not hold for this message. */
		exempt: z.array(text(100)).default([]),
		/** Whether rules count this message; absent: all do but those it is exempt from. */
		counts: z.boolean().optional(),
		/** A service message that must not wait for the end of quiet hours. */
		urgent: z.boolean().default(false),
		/** The instant of the decision; not part of the message. */
		at: instant.optional(),
		/** When the message was first asked for; not part of the message. */
		createdAt: instant.optional(),
	})
	.transform(({ key, mailingKey, ...rest }, context) => {
		const named = key ?? derivedKey({ mailingKey, ...rest });
		if (named !== null) return { ...rest, key: named };
		context.issues.push({
			code: 'custom',
			path: ['key'],
			message: 'is missing: give a key, or enrolment with step and visit, or a mailingKey',
			input: key,
		});
		return z.NEVER;
	});

export type ContactRequest = z.output<typeof contactRequest>;

interface KeyParts {
	mailingKey?: string;
	customer: string;
	channel: string;
	enrolment?: string;
	step?: string;
	visit?: number;
}

function derivedKey({ mailingKey, customer, channel, enrolment, step, visit }: KeyParts): string | null {
	if (enrolment !== undefined && step !== undefined && visit !== undefined) return requestKey(enrolment, step, visit);
	return mailingKey === undefined ? null : mailingRequestKey(mailingKey, customer, channel);
}

/**
 * @param raw a parsed line of a requests file, or an object with the same fields
 * @param what how to call it in errors, e.g. "Line 3"
 * @throws JourneyError bad_input
 */
export function readRequest(raw: unknown, what = 'The request'): ContactRequest {
	return readRecord(contactRequest, withoutNulls(raw), what);
}
