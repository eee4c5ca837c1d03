import { isDate } from 'node:util/types';
import { DateTime } from 'luxon';
import type { z } from 'zod/v4';
import { perUnit, timesQuantity } from './amounts';
import { findFields, mergeFields, type FieldTable, type FoundFields } from './plain/fieldTable';
import { CANCEL, CONSENT, CUSTOMER, EVENT, MESSAGE_RESULT, ONLY_LINE, ORDER, ORDER_LINE, PRODUCT, REFUND, SUBSCRIPTION } from './plain/tables';
import { takeRef } from './plain/who';
import { problemsOf, refusal } from './problems';
import {
	cancelInput, consentInput, customerInput, eventInput, messageResultInput, orderInput, productInput, refundInput, subscriptionInput,
	type CancelInput, type ConsentInput, type CustomerInput, type EventInput, type MessageResultInput, type OrderInput, type ProductInput,
	type RefundInput, type SubscriptionInput,
} from './records';
import { isObject, type Foreign } from './shapes/foreign';
import { payloadOf } from './shapes/recognise';

/** What an item does not say itself. */
export interface PlainDefaults {
	/** instant of events, orders and consents that have none */
	nowMs: number;
	/** of instants without an offset */
	timeZone: string;
	currency: string;
	/** where ids are unique, unless the item has a `source` */
	source: string;
	/** ISO 3166-1 alpha-2, for phones without a country code */
	defaultCountry?: string;
	/** keep fields that a customer does not have as attributes; otherwise they are left out with a note */
	keepUnknownAsAttributes?: boolean;
}

/** A record read from an item, and sentences about what was left out. */
export interface PlainReading<T> {
	record: T;
	notes: string[];
}

/** What travels with every item of a journey (journeys.md section 8) and is no field of a record. */
const ENVELOPE = ['customer', 'journey', 'event', 'policy', 'offer'];
/** Computed by the store; an item that carries them back says nothing new. */
const COMPUTED = ['stage', 'vip'];

/**
 * Readers of plain items: fields under common names (`email`, `First Name`, `order_id`, `orderId` ...), in any case and
 * with or without separators. Each throws JourneyError bad_input that names every bad or missing field by the name it has
 * in the item.
 */
export function readPlainCustomer(json: Foreign, defaults: PlainDefaults): PlainReading<CustomerInput> {
	const found = findAll(json, CUSTOMER, defaults, true);
	const { values } = found;
	if (typeof values.birthDate === 'string') values.birthDate = values.birthDate.trim().slice(0, 10);
	else if (isDate(values.birthDate)) values.birthDate = DateTime.fromJSDate(values.birthDate, { zone: defaults.timeZone }).toISODate();
	const attributes: Record<string, unknown> = isObject(values.attributes) ? { ...values.attributes } : {};
	if (typeof values.country === 'string' && !/^[a-z]{2}$/i.test(values.country.trim())) {
		attributes.country = values.country;
		delete values.country;
	}
	if (defaults.keepUnknownAsAttributes) Object.assign(attributes, found.rest);
	if (values.attributes === undefined || isObject(values.attributes)) values.attributes = Object.keys(attributes).length > 0 ? attributes : undefined;
	const left = defaults.keepUnknownAsAttributes ? [] : Object.keys(found.rest);
	return { record: finish(customerInput, 'The customer', found, defaults), notes: notUsed(left) };
}

/** Fields that an event does not have are its properties. */
export function readPlainEvent(json: Foreign, defaults: PlainDefaults): PlainReading<EventInput> {
	const found = findAll(json, EVENT, defaults);
	const { values, rest } = found;
	values.occurredAt ??= missing(found, 'occurredAt') ? defaults.nowMs : undefined;
	values.source ??= defaults.source;
	if (values.properties === undefined || isObject(values.properties)) values.properties = { ...rest, ...(values.properties as Foreign | undefined) };
	return { record: finish(eventInput, 'The event', found, defaults), notes: [] };
}

export function readPlainOrder(json: Foreign, defaults: PlainDefaults): PlainReading<OrderInput> {
	const found = findAll(json, ORDER, defaults);
	const { values } = found;
	values.orderedAt ??= missing(found, 'orderedAt') ? defaults.nowMs : undefined;
	values.currency ??= defaults.currency;
	values.status ??= 'placed';
	values.source ??= defaults.source;
	const only = values.lines === undefined ? find(found.rest, ONLY_LINE, defaults) : undefined;
	if (only && only.keyOf.size > 0) {
		found.problems.push(...only.problems);
		found.rest = only.rest;
		values.lines = [priced(only.values)];
	} else values.lines = linesOf(values.lines, found, defaults, priced);
	return { record: finish(orderInput, 'The order', found, defaults), notes: notUsed(Object.keys(found.rest)) };
}

export function readPlainCancel(json: Foreign, defaults: PlainDefaults): PlainReading<CancelInput> {
	const found = findAll(json, CANCEL, defaults);
	found.values.cancelledAt ??= missing(found, 'cancelledAt') ? defaults.nowMs : undefined;
	found.values.source ??= defaults.source;
	return { record: finish(cancelInput, 'The cancellation', found, defaults), notes: [] };
}

export function readPlainRefund(json: Foreign, defaults: PlainDefaults): PlainReading<RefundInput> {
	const found = findAll(json, REFUND, defaults);
	const { values } = found;
	values.refundedAt ??= missing(found, 'refundedAt') ? defaults.nowMs : undefined;
	values.source ??= defaults.source;
	if (values.lines !== undefined) {
		values.lines = linesOf(values.lines, found, defaults, ({ productId, quantity, amountE4 }) => ({ productId, quantity: quantity ?? 1, amountE4 }));
	}
	return { record: finish(refundInput, 'The refund', found, defaults), notes: [] };
}

export function readPlainProduct(json: Foreign, defaults: PlainDefaults): PlainReading<ProductInput> {
	const found = find(payloadOf(json), PRODUCT, defaults);
	const { values } = found;
	values.source ??= defaults.source;
	if (values.priceE4 !== undefined || values.marginE4 !== undefined) values.currency ??= defaults.currency;
	return { record: finish(productInput, 'The product', found, defaults), notes: notUsed(Object.keys(found.rest).filter((key) => !ENVELOPE.includes(key))) };
}

export function readPlainSubscription(json: Foreign, defaults: PlainDefaults): PlainReading<SubscriptionInput> {
	const found = findAll(json, SUBSCRIPTION, defaults);
	const { values } = found;
	values.source ??= defaults.source;
	if (values.priceE4 !== undefined) values.currency ??= defaults.currency;
	for (const [at, on] of [['startsAt', 'startsOn'], ['expiresAt', 'expiresOn']] as const) {
		if (typeof values[at] !== 'string') continue;
		values[on] = values[at];
		delete values[at];
	}
	return { record: finish(subscriptionInput, 'The subscription', found, defaults), notes: notUsed(Object.keys(found.rest)) };
}

/** Without a purpose it is marketing; true and false are granted and denied. */
export function readPlainConsent(json: Foreign, defaults: PlainDefaults): PlainReading<ConsentInput> {
	const found = findAll(json, CONSENT, defaults);
	const { values } = found;
	values.at ??= missing(found, 'at') ? defaults.nowMs : undefined;
	values.purpose ??= 'marketing';
	if (typeof values.status === 'boolean') values.status = values.status ? 'granted' : 'denied';
	return { record: finish(consentInput, 'The consent', found, defaults), notes: [] };
}

/** The key and the channel of the message come with the item out of Contact Policy, under `policy`. */
export function readPlainMessageResult(json: Foreign, defaults: PlainDefaults): PlainReading<MessageResultInput> {
	const found = findAll(json, MESSAGE_RESULT, defaults);
	const { values } = found;
	const policy = isObject(json.policy) ? json.policy : {};
	values.key ??= policy.key ?? undefined;
	values.channel ??= policy.channel ?? undefined;
	values.at ??= missing(found, 'at') ? defaults.nowMs : undefined;
	return { record: finish(messageResultInput, 'The message result', found, defaults), notes: [] };
}

function find(item: Foreign, table: FieldTable, defaults: PlainDefaults): FoundFields {
	return findFields(item, table, defaults.timeZone);
}

/**
 * The fields of the item, completed by what is inside its `customer` and `event`.
 * @param profile take all of the customer, not only who it is
 */
function findAll(json: Foreign, table: FieldTable, defaults: PlainDefaults, profile = false): FoundFields {
	const payload = payloadOf(json);
	const inside = { ...insideCustomer(payload.customer, profile), ...(profile ? {} : insideEvent(payload.event)) };
	const own = Object.fromEntries(Object.entries(payload).filter(([key, value]) => !isEnvelope(key, value) && !(key === 'id' && inside.customer_id !== undefined && profile)));
	return mergeFields(find(own, table, defaults), find(inside, table, defaults));
}

function isEnvelope(key: string, value: unknown): boolean {
	return ENVELOPE.includes(key) && isObject(value);
}

function insideCustomer(customer: unknown, profile: boolean): Foreign {
	if (!isObject(customer)) return {};
	const { id, customerId = id, email, phone, externalIds, ...more } = customer;
	const who = { customer_id: customerId, email, phone, external_ids: externalIds };
	return profile ? { ...who, ...Object.fromEntries(Object.entries(more).filter(([key]) => !COMPUTED.includes(key))) } : who;
}

function insideEvent(event: unknown): Foreign {
	return isObject(event) && typeof event.type === 'string' ? { type: event.type, at: event.at, properties: event.properties } : {};
}

/** A field that is there and cannot be read must not be replaced by its default. */
function missing(found: FoundFields, field: string): boolean {
	return !found.keyOf.has(field);
}

function linesOf(lines: unknown, found: FoundFields, defaults: PlainDefaults, shape: (line: Record<string, unknown>) => Record<string, unknown>): unknown {
	if (lines === undefined) return [];
	if (!Array.isArray(lines) || !lines.every(isObject)) return lines;
	const name = found.keyOf.get('lines') ?? 'lines';
	return lines.map((line: Foreign, index) => {
		const read = find(line, ORDER_LINE, defaults);
		found.problems.push(...read.problems.map(({ field, problem }) => ({ field: `${name}.${index}.${field}`, problem })));
		return shape(read.values);
	});
}

/** Price and amount follow from each other; one piece unless said. */
function priced(line: Record<string, unknown>): Record<string, unknown> {
	const quantity = (line.quantity ?? 1) as number;
	const price = line.priceE4 as number | undefined;
	const amount = (line.amountE4 ?? (price === undefined ? undefined : timesQuantity(price, quantity))) as number | undefined;
	return { ...line, quantity, priceE4: price ?? (amount === undefined || quantity <= 0 ? amount : perUnit(amount, quantity)), amountE4: amount };
}

function finish<S extends z.ZodType>(schema: S, what: string, found: FoundFields, defaults: PlainDefaults): z.output<S> {
	const badValues = found.problems.length;
	const ref = takeRef(found, defaults.defaultCountry);
	const badRef = found.problems.length > badValues;
	const result = schema.safeParse(ref ? { ref, ...found.values } : found.values, { reportInput: true });
	if (result.success && found.problems.length === 0) return result.data;
	const known = new Set(found.problems.map(({ field }) => field));
	// A customer who was named badly is not missing as well.
	if (badRef) known.add('');
	const more = result.success ? [] : problemsOf(result.error).map(({ field, problem }) => ({ field: nameOf(field, found), problem }));
	throw refusal(what, [...found.problems, ...more.filter(({ field }) => !known.has(field))]);
}

/** The name a field has in the item; of one that is not there, ours as people write it: order_id. */
function nameOf(field: string, found: FoundFields): string {
	const [first, ...rest] = field.split('.');
	const name = found.keyOf.get(first) ?? first.replace(/E4$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
	return [name, ...rest.map((part) => part.replace(/E4$/, ''))].join('.');
}

function notUsed(keys: readonly string[]): string[] {
	return keys.length === 0 ? [] : [`Not used: ${keys.slice(0, 20).join(', ')}${keys.length > 20 ? ' ...' : ''}.`];
}
