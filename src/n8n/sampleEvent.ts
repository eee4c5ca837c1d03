import type { JsonObject } from '../journeys/conditions';
import { STAGE_CHANGED, VIP_CHANGED } from '../journeys/ownEventTypes';
import { LEAD_SCORE_CROSSED } from '../scoring/rules';
import { FIGURE_CROSSED } from '../value/figureCrossed';
import type { JourneySettings } from '../journeys/settings';

export interface SampleEvent {
	type: string;
	at: string;
	properties: JsonObject;
}

const CART: JsonObject = {
	cart_id: 'test-cart-1',
	total: '89.90',
	currency: 'EUR',
	items: [{ product_id: 'test-product-1', name: 'Test product', quantity: 1, price: '89.90' }],
	url: 'https://example.com/cart/test-cart-1',
};

const ORDER: JsonObject = { ...CART, order_id: 'test-order-1', status: 'placed' };

const KNOWN: Readonly<Record<string, JsonObject>> = { cart_updated: CART, order_placed: ORDER, order_paid: ORDER, order_delivered: { ...ORDER, status: 'delivered' }, [STAGE_CHANGED]: { from: 'active', to: 'dormant' }, [VIP_CHANGED]: { vip: true }, [FIGURE_CROSSED]: { figure: 'stillBuys', value: 50, direction: 'down', from: 61.2, to: 48.9 }, [LEAD_SCORE_CROSSED]: { score: 'default', threshold: 'MQL', direction: 'up', from: 'cold', to: 'warm', points: 27.5 } };

/** An invented event that would start the journey: fields by its type, its entry key, and what its conditions ask for. @param nowMs UTC milliseconds */
export function sampleEvent({ entry }: JourneySettings, nowMs: number): SampleEvent {
	const properties = entry.date ? nearDate(entry.date, nowMs) : structuredClone(KNOWN[entry.eventType] ?? {});
	if (entry.entryKey.kind === 'property') put(properties, entry.entryKey.property, `test-${entry.entryKey.property}-1`);
	for (const { field, operator, value } of entry.filter) {
		if (operator === 'equals' || operator === 'contains') put(properties, field, value, true);
		if (operator === 'exists') put(properties, field, 'test');
		if (operator === 'greaterThan' && Number.isFinite(Number(value))) put(properties, field, Number(value) + 1, true);
		if (operator === 'lessThan' && Number.isFinite(Number(value))) put(properties, field, Number(value) - 1, true);
	}
	return { type: entry.eventType, at: new Date(nowMs).toISOString(), properties };
}

/** It is time for a new one. */
const RENEWAL: JsonObject = { order_id: 'test-order-1', source: 'test', ready: { rule: 'lifetime', reason: 'Test product nears the end of its lifetime of 365 days' }, product_id: 'test-product-1', owned_product_id: 'test-product-1' };

const DAY_MS = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();

/** What the customer of a test run is about to buy again. */
function goodsOf(field: string): JsonObject {
	if (field.startsWith('category:')) return { category: field.slice('category:'.length) };
	return { product_id: field.startsWith('product:') ? field.slice('product:'.length) : 'test-product-1', name: 'Test product', category: null };
}

/** A date that has just come near enough. */
function nearDate({ of, field, offsets }: NonNullable<JourneySettings['entry']['date']>, nowMs: number): JsonObject {
	const [offset] = offsets;
	const date = iso(nowMs - offset * DAY_MS).slice(0, 10);
	const whose: JsonObject = of === 'subscription' ? { subscription_id: 'test-subscription-1', source: 'test', plan: 'yearly', status: 'active' } : of === 'owned' ? { ...RENEWAL } : of === 'order' ? { order_id: 'test-order-1', source: 'test', status: 'placed' } : {};
	const expected: JsonObject = of === 'nextGoods' ? { ...goodsOf(field), after_order_at: iso(nowMs - 25 * DAY_MS), purchases: 4 } : of === 'nextPurchase' ? { after_order_at: iso(nowMs - 25 * DAY_MS) } : {};
	const likely: JsonObject = of === 'nextGoods' || of === 'nextPurchase' ? { expected_from: iso(nowMs - (offset + 3) * DAY_MS), expected_until: iso(nowMs - (offset - 7) * DAY_MS), no_return: 0.12 } : {};
	return { ...whose, ...expected, ...likely, field, date, days_before: offset === 0 ? 0 : -offset };
}

/** Writes at a dotted path; what is there already stays unless told otherwise. */
function put(target: JsonObject, path: string, value: unknown, replace = false): void {
	const parts = path.split('.');
	const last = parts.pop() as string;
	let place: JsonObject = target;
	for (const part of parts) {
		const inner = Object.hasOwn(place, part) ? place[part] : undefined;
		if (inner !== null && typeof inner === 'object') place = inner as JsonObject;
		else place = place[part] = {};
	}
	if (replace || !Object.hasOwn(place, last)) place[last] = value;
}
