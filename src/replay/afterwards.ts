import { z } from 'zod/v4';
import { canonicalJson } from '../core/hash';
import { id, text } from '../ingest/fieldTypes';
import type { CustomerRecord } from '../customers/contract';

const words = z.array(text(500));

/**
 * What the store is to know of a customer when a saved test ends. Only what is written is compared, and that exactly.
 * `customer` is an id, an e-mail address or a phone.
 */
export const savedFacts = z.strictObject({
	customer: id,
	/** nobody of this name is in the store */
	unknown: z.literal(true).optional(),
	email: text(320).nullable().optional(),
	phone: text(40).nullable().optional(),
	firstName: text(200).nullable().optional(),
	lastName: text(200).nullable().optional(),
	/** the answer that holds for a channel and purpose: `{ "email/marketing": "denied" }` */
	consents: z.record(z.string(), text(20)).optional(),
	/** closed addresses: "email: hard_bounce" */
	closed: words.optional(),
	/** what became of each message, oldest first: `[["sent", "opened"], []]` */
	messages: z.array(words).optional(),
	/** "1001 paid 33.00 EUR", oldest first */
	orders: words.optional(),
	/** types, oldest first */
	events: words.optional(),
	/** "open: Call Anna", oldest first */
	tasks: words.optional(),
	/** "welcome: exited (event:order_placed)", oldest first */
	journeys: words.optional(),
});
export type SavedFacts = z.output<typeof savedFacts>;

/** @param record null for a customer who is not in the store @returns sentences about what is other than expected */
export function differencesOf({ customer, unknown, ...wanted }: SavedFacts, record: CustomerRecord | null): string[] {
	if (unknown || record === null) return (unknown === true) === (record === null) ? [] : [`Afterwards ${customer} is ${record ? 'known' : 'not known'} to the store, which was not expected.`];
	const found = factsOf(record);
	return Object.entries(wanted).flatMap(([name, value]) => {
		const have = found[name as keyof typeof found];
		return value === undefined || canonicalJson(have) === canonicalJson(value) ? [] : [`Afterwards ${customer} has ${name} ${JSON.stringify(have)}, expected ${JSON.stringify(value)}.`];
	});
}

function factsOf(record: CustomerRecord): Required<Omit<SavedFacts, 'customer' | 'unknown'>> {
	const { email, phone, firstName, lastName } = record.customer;
	const oldestFirst = <T>(rows: readonly T[]) => [...rows].reverse();
	return {
		email: email ?? null,
		phone: phone ?? null,
		firstName: firstName ?? null,
		lastName: lastName ?? null,
		consents: Object.fromEntries(record.consents.map(({ channel, purpose, status }) => [`${channel}/${purpose}`, status])),
		closed: record.suppressions.map(({ channel, reason }) => `${channel}: ${reason}`).sort(),
		messages: oldestFirst(record.messages).map(({ results }) => results),
		orders: oldestFirst(record.orders).map(({ orderId, status, amount, currency }) => `${orderId} ${status} ${amount} ${currency}`),
		events: oldestFirst(record.events).map(({ type }) => type),
		tasks: oldestFirst(record.tasks).map(({ status, title }) => `${status}: ${title}`),
		journeys: record.journeys.map(({ journey, status, endReason }) => `${journey}: ${status}${endReason === null || endReason === status ? '' : ` (${endReason})`}`),
	};
}
