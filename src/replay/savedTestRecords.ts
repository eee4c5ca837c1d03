import { z } from 'zod/v4';
import { country, currency, day, email, id, instant, kind, oneOf, phone, quantity, text, timeZone, word } from '../ingest/fieldTypes';
import { readAmountE4, timesQuantity, AMOUNT_HINT } from '../ingest/amounts';
import { jsonObject } from '../ingest/json';
import { CONSENT_STATUSES, MESSAGE_RESULTS, ORDER_STATUSES, SUBSCRIPTION_STATUSES, type ConsentInput, type CustomerInput, type EventInput, type MessageResultInput, type OrderInput, type ProductInput, type SubscriptionInput } from '../ingest/records';
import { readConsentStatus, readMessageResult, readSubscriptionStatus } from '../ingest/words';

/**
 * Records as a saved test writes them: the words of the command line's files, and `customer` for the customer's id
 * everywhere. Amounts are decimal strings or numbers ("12.50"). They become the inputs of src/ingest/records.ts.
 */
const SOURCE = 'saved-test';

const amount = kind<number>((value) => {
	const read = readAmountE4(value);
	return read === undefined ? { problem: AMOUNT_HINT } : { value: read };
});

export const savedCustomer = z.strictObject({
	customer: id,
	email: email.optional(),
	phone: phone.optional(),
	firstName: text(200).optional(),
	lastName: text(200).optional(),
	timeZone: timeZone.optional(),
	locale: text(35).optional(),
	birthDate: day.optional(),
	country: country.optional(),
	attributes: jsonObject.optional(),
});

export const savedProduct = z.strictObject({
	product: id,
	name: text(500).optional(),
	category: text(200).optional(),
	price: amount.optional(),
	currency: currency.optional(),
	/** what is left of the price */
	margin: amount.optional(),
	/** products of one family differ by their tier; the higher, the more it is */
	family: text(200).optional(),
	tier: z.number().int().optional(),
	successorOf: id.optional(),
	lifetimeDays: z.number().positive().optional(),
	inStock: z.boolean().optional(),
});

const savedLine = z.strictObject({
	product: id.optional(),
	name: text(500).optional(),
	category: text(200).optional(),
	quantity: quantity.default(1),
	/** per unit */
	price: amount.default(0),
});

/** `at` is the step's own for an order in `steps`. */
export const savedOrder = z.strictObject({
	customer: id,
	order: id,
	currency: currency.default('EUR'),
	status: z.enum(ORDER_STATUSES, `must be one of ${ORDER_STATUSES.join(', ')}`).default('paid'),
	cart: id.optional(),
	total: amount.optional(),
	lines: z.array(savedLine).default([]),
});

export const savedEvent = z.strictObject({
	customer: id,
	type: text(100),
	properties: jsonObject.default({}),
	/** the same id twice is the same event; without one, what the event says is its id */
	id: id.optional(),
	/** when it happened, when that is not when it arrives */
	occurredAt: instant.optional(),
});

export const savedConsent = z.strictObject({
	customer: id,
	channel: word,
	purpose: word.default('marketing'),
	status: oneOf(CONSENT_STATUSES, readConsentStatus),
});

export const savedSubscription = z.strictObject({
	customer: id,
	subscription: id,
	product: id.optional(),
	plan: text(200).optional(),
	status: oneOf(SUBSCRIPTION_STATUSES, readSubscriptionStatus).default('active'),
	startsAt: instant.optional(),
	expiresAt: instant.optional(),
	price: amount.optional(),
	currency: currency.optional(),
});

/** What somebody sends to a webhook or a form of the workflow, by the name of that node. */
export const savedWebhook = z.strictObject({
	node: text(200),
	/** JSON, or text as it is; for a form its fields */
	body: z.unknown(),
	query: z.record(z.string(), z.string()).default({}),
	/** whose unsubscribe link was followed: its token is added to the query as `t` */
	unsubscribeLinkOf: id.optional(),
	/** the link of a letter that was followed: its query is added */
	link: z.strictObject({ customer: id, containing: text(200) }).optional(),
});
export type SavedWebhook = z.output<typeof savedWebhook>;

/** What the mail system reports about the customer's last message on a channel. */
export const savedMessage = z.strictObject({
	customer: id,
	channel: word,
	result: oneOf(MESSAGE_RESULTS, readMessageResult),
	reason: text(500).optional(),
});

export function toCustomer({ customer, email: mail, phone: number, ...profile }: z.output<typeof savedCustomer>, atMs: number): CustomerInput {
	return { ref: { customerId: customer, email: mail, phone: number }, ...profile, createdAt: atMs, updatedAt: atMs };
}

/** A profile that changes: nothing of it is older than now. */
export function changedCustomer({ customer, email: mail, phone: number, ...profile }: z.output<typeof savedCustomer>, atMs: number): CustomerInput {
	return { ref: { customerId: customer, email: mail, phone: number }, ...profile, updatedAt: atMs };
}

export function toProduct({ product, price, margin, ...rest }: z.output<typeof savedProduct>): ProductInput {
	return { source: SOURCE, productId: product, priceE4: price, marginE4: margin, ...rest };
}

export function toOrder({ customer, order, cart, total, lines, ...rest }: z.output<typeof savedOrder>, atMs: number): OrderInput {
	return {
		ref: { customerId: customer },
		source: SOURCE,
		orderId: order,
		orderedAt: atMs,
		cartId: cart,
		totalE4: total,
		...rest,
		lines: lines.map(({ product, price, ...line }) => ({
			productId: product,
			...line,
			priceE4: price,
			amountE4: timesQuantity(price, line.quantity) ?? price,
		})),
	};
}

export function toSubscription({ customer, subscription, product, price, ...rest }: z.output<typeof savedSubscription>, atMs: number): SubscriptionInput {
	return { ref: { customerId: customer }, source: SOURCE, subscriptionId: subscription, productId: product, priceE4: price, ...rest, updatedAt: atMs };
}

export function toEvent({ customer, id: eventId, occurredAt, ...event }: z.output<typeof savedEvent>, atMs: number): EventInput {
	return { ref: { customerId: customer }, source: SOURCE, eventId, occurredAt: occurredAt ?? atMs, ...event };
}

export function toConsent({ customer, ...consent }: z.output<typeof savedConsent>, atMs: number): ConsentInput {
	return { ref: { customerId: customer }, source: SOURCE, at: atMs, ...consent };
}

export function toMessageResult({ customer, ...message }: z.output<typeof savedMessage>, atMs: number): MessageResultInput {
	return { ref: { customerId: customer }, at: atMs, ...message };
}
