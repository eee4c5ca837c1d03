import { DateTime, IANAZone } from 'luxon';
import { z } from 'zod/v4';
import { normaliseId, normaliseIdentityType, type CustomerRef } from '../customers/identity';
import { normaliseEmail, type Normalised } from '../customers/email';
import { normalisePhone } from '../customers/phone';
import { readConsentStatus, readMessageResult } from './words';
import { jsonObject } from './json';
import { keepableText } from './text';

/**
 * What comes in, normalised: the one definition for nodes, command line and store. Parsing also normalises (e-mail,
 * phone, ids trimmed, ISO instants to milliseconds), and parsing the output again changes nothing.
 * Instants are milliseconds UTC; amounts are ten-thousandths of the unit (`E4`).
 */

/** A JavaScript date's range: years 1 to 9999 are what both databases and ISO strings agree on. */
const EARLIEST_MS = -62_135_596_800_000;
const LATEST_MS = 253_402_300_799_999;

const text = (limit: number) =>
	z
		.string()
		.transform((value) => keepableText(value).trim())
		.pipe(z.string().min(1, 'is empty').max(limit, `is longer than ${limit} characters`));

/** Turns a normaliser of src/customers into a schema with the same sentence. */
const normalised = (normalise: (raw: string) => Normalised) =>
	z.union([z.string(), z.int().transform(String)]).transform((raw, context): string => {
		const result = normalise(raw);
		if (result.ok) return result.value;
		context.issues.push({ code: 'custom', message: result.problem, input: raw });
		return z.NEVER;
	});

const id = normalised(normaliseId);

/** Milliseconds, or an ISO 8601 string that says its offset. Other spellings: `readInstant` of instants.ts, at the edges. */
export const instant = z
	.union([
		z.int(),
		z.string().transform((iso, context): number => {
			const read = /T.*(Z|[+-]\d\d(:?\d\d)?)$/i.test(iso.trim()) ? DateTime.fromISO(iso.trim()) : undefined;
			if (read?.isValid) return read.toMillis();
			context.issues.push({ code: 'custom', message: 'is not an instant such as 2026-11-21T18:00:00Z', input: iso });
			return z.NEVER;
		}),
	])
	.pipe(z.int().min(EARLIEST_MS, 'lies before the year 1').max(LATEST_MS, 'lies after the year 9999'));

const day = z
	.string()
	.trim()
	.refine((value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && DateTime.fromISO(value, { zone: 'utc' }).isValid, 'is not a date such as 1990-05-31');

const currency = z
	.string()
	.transform((value) => value.trim().toUpperCase())
	.pipe(z.string().regex(/^[A-Z]{3}$/, 'is not a currency code of three letters such as EUR'));

const country = z
	.string()
	.transform((value) => value.trim().toUpperCase())
	.pipe(z.string().regex(/^[A-Z]{2}$/, 'is not a country code of two letters such as DE'));

const timeZone = z
	.string()
	.trim()
	.refine((value) => IANAZone.isValidZone(value), 'is not a time zone such as Europe/Berlin');

const amountE4 = z.int('must be an integer count of ten-thousandths');
const positiveE4 = amountE4.min(0, 'is negative');
const quantity = z.number().positive('must be more than 0').max(1e9, 'is too large');

export const customerRef = z
	.strictObject({
		customerId: id.optional(),
		email: normalised(normaliseEmail).optional(),
		phone: normalised((raw) => normalisePhone(raw)).optional(),
		externalIds: z.record(normalised(normaliseIdentityType), id).optional(),
	})
	.refine(
		(ref) => ref.customerId !== undefined || ref.email !== undefined || ref.phone !== undefined || Object.keys(ref.externalIds ?? {}).length > 0,
		'names no customer: give a customer id, an e-mail address, a phone or an external id',
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

export const orderLineInput = z.strictObject({
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
	status: z.enum(ORDER_STATUSES, `must be one of ${ORDER_STATUSES.join(', ')}`),
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
	tier: z.int().min(0).max(1_000_000).optional(),
	/** the product this one replaces */
	successorOf: id.optional(),
	lifetimeDays: z.number().positive('must be more than 0').max(36_500, 'is more than 100 years').optional(),
	inStock: z.boolean().optional(),
	/** per unit; negative when sold at a loss */
	marginE4: amountE4.optional(),
});
export type ProductInput = z.output<typeof productInput>;

export const CONSENT_STATUSES = ['granted', 'denied', 'pending'] as const;
export type ConsentStatus = (typeof CONSENT_STATUSES)[number];

/** email, sms, push, telegram ...; marketing, service, processing ... */
const word = z
	.string()
	.transform((value) => value.trim().toLowerCase())
	.pipe(z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, 'must be one word in letters, digits, _ or -'));

export const consentInput = z.strictObject({
	ref: customerRef,
	channel: word,
	purpose: word,
	/** withdrawn, revoked and unsubscribed read as denied */
	status: z.string().transform((raw, context): ConsentStatus => {
		const status = readConsentStatus(raw);
		if (status !== undefined) return status;
		context.issues.push({ code: 'custom', message: `must be one of ${CONSENT_STATUSES.join(', ')}`, input: raw });
		return z.NEVER;
	}),
	at: instant,
	source: text(100).optional(),
	/** id or text of the wording the customer agreed to */
	wording: text(2_000).optional(),
	proof: text(2_000).optional(),
	expiresAt: instant.optional(),
});
export type ConsentInput = z.output<typeof consentInput>;

export const MESSAGE_RESULTS = ['sent', 'failed', 'bounced', 'opened', 'clicked', 'unsubscribed', 'complained'] as const;
export type MessageResult = (typeof MESSAGE_RESULTS)[number];

export const messageResultInput = z
	.strictObject({
		/** the policy's key of the message (contact-policy.md section 8) */
		key: id.optional(),
		ref: customerRef.optional(),
		channel: word.optional(),
		result: z.string().transform((raw, context): MessageResult => {
			const result = readMessageResult(raw);
			if (result !== undefined) return result;
			context.issues.push({ code: 'custom', message: `must be one of ${MESSAGE_RESULTS.join(', ')}`, input: raw });
			return z.NEVER;
		}),
		at: instant,
		/** the provider's id of the message or of the event */
		providerId: id.optional(),
		reason: text(500).optional(),
	})
	.refine(
		(result) => result.key !== undefined || (result.ref !== undefined && result.channel !== undefined),
		'names no message: give its key, or the customer and the channel',
	);
export type MessageResultInput = z.output<typeof messageResultInput>;
