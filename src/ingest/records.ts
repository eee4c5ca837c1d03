import { z } from 'zod/v4';
import type { CustomerRef } from '../customers/identity';
import {
	NO_CUSTOMER, amountE4, country, currency, day, email, id, identityType, instant, oneOf, phone, positiveE4, quantity, text, timeZone, word, words,
} from './fieldTypes';
import { MESSAGE_CLASSES } from '../policy/schema';
import { jsonObject } from './json';
import { readBounce, readConsentStatus, readMessageResult, readOrderStatus, readSubscriptionStatus } from './words';

/**
 * What comes in, normalised: the one definition for nodes, command line and store. Parsing also normalises (e-mail,
 * phone, ids trimmed, ISO instants to milliseconds), and parsing the output again changes nothing.
 * Instants are milliseconds UTC; amounts are ten-thousandths of the unit (`E4`).
 */

export const customerRef = z
	.strictObject({
		customerId: id.optional(),
		email: email.optional(),
		phone: phone.optional(),
		externalIds: z.record(identityType, id).optional(),
	})
	.refine(
		(ref) => ref.customerId !== undefined || ref.email !== undefined || ref.phone !== undefined || Object.keys(ref.externalIds ?? {}).length > 0,
		NO_CUSTOMER,
	) satisfies z.ZodType<CustomerRef>;
export type { CustomerRef };

export const customerInput = z.strictObject({
	ref: customerRef,
	firstName: text(200).optional(),
	lastName: text(200).optional(),
	timeZone: timeZone.optional(),
	/** BCP 47, such as en-GB */
	locale: text(35).optional(),
	/** YYYY-MM-DD */
	birthDate: day.optional(),
	country: country.optional(),
	createdAt: instant.optional(),
	attributes: jsonObject.optional(),
	/** the event time of these values: the later one wins, per field (journeys.md section 5) */
	updatedAt: instant.optional(),
});
export type CustomerInput = z.output<typeof customerInput>;

export const eventInput = z.strictObject({
	ref: customerRef,
	type: text(100),
	occurredAt: instant,
	/** unique within the source; without it the store hashes source, customer, type, instant and properties */
	eventId: id.optional(),
	source: text(100),
	properties: jsonObject,
});
export type EventInput = z.output<typeof eventInput>;

export const ORDER_STATUSES = ['placed', 'paid', 'delivered', 'cancelled', 'refunded'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];
/** Also reads the words of shops: shipped, completed, on-hold ... (words.ts) */
export const orderStatus = oneOf(ORDER_STATUSES, readOrderStatus);

const orderLineInput = z.strictObject({
	productId: id.optional(),
	name: text(500).optional(),
	category: text(200).optional(),
	quantity,
	/** per unit, as paid; 0 = a gift */
	priceE4: positiveE4,
	/** of the whole line, as paid */
	amountE4: positiveE4,
	/** where it differs from the order's */
	currency: currency.optional(),
});
export type OrderLineInput = z.output<typeof orderLineInput>;

export const orderInput = z.strictObject({
	/** absent: an anonymous basket, used for bundles only */
	ref: customerRef.optional(),
	source: text(100),
	orderId: id,
	orderedAt: instant,
	currency,
	status: orderStatus,
	/** what the customer paid for the order; absent: the sum of the lines */
	totalE4: positiveE4.optional(),
	/** what was taken off, already out of `totalE4` and of the lines */
	discountE4: positiveE4.optional(),
	cartId: id.optional(),
	sourceCampaign: text(200).optional(),
	lines: z.array(orderLineInput).max(10_000, 'has more than 10,000 lines'),
	/** the shop's instant of this version of the order: an older one changes nothing */
	updatedAt: instant.optional(),
});
export type OrderInput = z.output<typeof orderInput>;

export const cancelInput = z.strictObject({
	ref: customerRef.optional(),
	source: text(100),
	orderId: id,
	cancelledAt: instant,
	reason: text(500).optional(),
});
export type CancelInput = z.output<typeof cancelInput>;

export const refundInput = z
	.strictObject({
		ref: customerRef.optional(),
		source: text(100),
		/** absent: matched to the customer's latest purchase of each product */
		orderId: id.optional(),
		/** unique within the source; without it the store hashes the refund's content */
		refundId: id.optional(),
		refundedAt: instant,
		currency: currency.optional(),
		/** neither amount nor lines: the whole order */
		amountE4: positiveE4.optional(),
		lines: z.array(z.strictObject({ productId: id.optional(), quantity, amountE4: positiveE4.optional() })).optional(),
		reason: text(500).optional(),
	})
	.refine((refund) => refund.orderId !== undefined || refund.ref !== undefined, 'names neither an order nor a customer');
export type RefundInput = z.output<typeof refundInput>;

export const productInput = z.strictObject({
	source: text(100),
	productId: id,
	name: text(500).optional(),
	category: text(200).optional(),
	priceE4: positiveE4.optional(),
	currency: currency.optional(),
	/** products that replace each other, such as sizes or generations of one thing */
	family: text(200).optional(),
	/** place within the family; a higher one is an upgrade */
	tier: z.int('must be a whole number').min(0, 'is negative').max(1_000_000, 'is too large').optional(),
	/** the product this one replaces */
	successorOf: id.optional(),
	lifetimeDays: z.number('must be a number of days').positive('must be more than 0').max(36_500, 'is more than 100 years').optional(),
	inStock: z.boolean('must be true or false').optional(),
	/** per unit; negative when sold at a loss */
	marginE4: amountE4.optional(),
});
export type ProductInput = z.output<typeof productInput>;

export const SUBSCRIPTION_STATUSES = ['active', 'paused', 'cancelled', 'expired'] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/** Fields that are not given keep their value. */
export const subscriptionInput = z.strictObject({
	/** absent: the customer of the subscription that is known by this id */
	ref: customerRef.optional(),
	source: text(100),
	subscriptionId: id,
	productId: id.optional(),
	plan: text(200).optional(),
	/** of a new one: active. Also reads the words of billing systems: trialing, past_due, ended ... (words.ts) */
	status: oneOf(SUBSCRIPTION_STATUSES, readSubscriptionStatus).optional(),
	startsAt: instant.optional(),
	/** when what is paid for ends: it renews or expires then */
	expiresAt: instant.optional(),
	/** instead of the instants: days, from midnight where the customer lives */
	startsOn: day.optional(),
	expiresOn: day.optional(),
	/** per period */
	priceE4: positiveE4.optional(),
	currency: currency.optional(),
	attributes: jsonObject.optional(),
	/** the event time of these values: the later one wins, per field */
	updatedAt: instant.optional(),
});
export type SubscriptionInput = z.output<typeof subscriptionInput>;

export const CONSENT_STATUSES = ['granted', 'denied', 'pending'] as const;
export type ConsentStatus = (typeof CONSENT_STATUSES)[number];

export const consentInput = z.strictObject({
	ref: customerRef,
	/** email, sms, push, telegram ... */
	channel: word,
	/** marketing, service, processing ... */
	purpose: word,
	/** withdrawn, revoked and unsubscribed read as denied */
	status: oneOf(CONSENT_STATUSES, readConsentStatus),
	at: instant,
	source: text(100).optional(),
	/** id, or a short text, of the wording the customer agreed to */
	wording: text(2_000).optional(),
	/** the whole text; the store keeps each once */
	wordingText: text(20_000).optional(),
	proof: text(2_000).optional(),
	expiresAt: instant.optional(),
});
export type ConsentInput = z.output<typeof consentInput>;

/** `sent`: the sender took it; `delivered`: the customer's mail server did. */
export const MESSAGE_RESULTS = ['sent', 'delivered', 'failed', 'bounced', 'opened', 'clicked', 'unsubscribed', 'complained', 'unknown'] as const;
export type MessageResult = (typeof MESSAGE_RESULTS)[number];

const BOUNCES = ['hard', 'soft'] as const;

/** Mail programs write `<id@host>` where reports write `id@host`. */
const messageName = id.transform((name) => /^<(.+)>$/.exec(name)?.[1] ?? name);

/** Such as `promo/sale`; limits count by it. */
const category = text(200);
const messageClass = z.enum(MESSAGE_CLASSES, { error: 'must be "transactional", "service" or "marketing"' });

export const messageResultInput = z
	.strictObject({
		/** the policy's key of the message (contact-policy.md section 8) */
		key: id.optional(),
		ref: customerRef.optional(),
		channel: word.optional(),
		result: oneOf(MESSAGE_RESULTS, readMessageResult),
		at: instant,
		/** the name that the sender gave the message */
		providerId: messageName.optional(),
		/** further names of the same message: a report may know another one than the answer to the send did */
		alsoKnownAs: z.array(messageName).max(10).optional(),
		/** name of this report, unique in the store: the same one twice is one report */
		eventId: id.optional(),
		/** a hard bounce closes the address; without this the reason is read for words such as "temporary" */
		bounce: oneOf(BOUNCES, readBounce).optional(),
		reason: text(500).optional(),
		/** what a message that was sent elsewhere is about; one that Contact Policy let out has its own */
		category: category.optional(),
		class: messageClass.optional(),
		tags: words.optional(),
		/** false: a message nobody asked the policy about does not count as one that was sent elsewhere (P13) */
		outside: z.boolean().optional(),
	})
	.refine(
		(result) => result.key !== undefined || (result.ref !== undefined && result.channel !== undefined),
		'names no message: give its key, or the customer and the channel',
	);
export type MessageResultInput = z.output<typeof messageResultInput>;

/** A message of the past that went out without Contact Policy. */
export const sentMessageInput = z.strictObject({
	ref: customerRef,
	channel: word,
	sentAt: instant,
	/** where `messageId` is unique */
	source: text(100),
	/** the name that the sender gave the message */
	messageId: messageName.optional(),
	category: category.optional(),
	class: messageClass.default('marketing'),
	tags: words.default([]),
});
export type SentMessageInput = z.output<typeof sentMessageInput>;
