import type { JsonObject } from '../../json';
import { objectAt, textAt, type Foreign } from '../foreign';
import { Translator, type Shape } from '../translation';
import { addCart, addOrder, cancelOrder, refundOrder, type SegmentEvent } from './commerce';
import { isMessage, messageAt, messageRef, SEGMENT } from './message';

/** Events of the spec's V2 e-commerce part that become something other than an event, by name without regard to case. */
const COMMERCE = new Map<string, (translator: Translator, event: SegmentEvent) => void>([
	['order completed', addOrder],
	['order updated', addOrder],
	['order refunded', refundOrder],
	['order cancelled', cancelOrder],
	['cart viewed', addCart],
	[
		'checkout started',
		(translator, event) => {
			addEvent(translator, event);
			addCart(translator, event);
		},
	],
]);

/** Spec events under the names that journeys know; any other event keeps the name it was given. */
const EVENT_TYPES = new Map([
	['product viewed', 'product_viewed'],
	['product clicked', 'product_clicked'],
	['product added', 'product_added'],
	['product removed', 'product_removed'],
	['product added to wishlist', 'product_wished'],
	['product list viewed', 'category_viewed'],
	['products searched', 'products_searched'],
	['checkout started', 'checkout_started'],
	['coupon applied', 'coupon_applied'],
	['product reviewed', 'product_reviewed'],
]);

/** A track call of the Segment spec. */
export const segmentTrack: Shape = {
	name: 'Segment track',
	detect: (json) => isMessage(json, 'track') && textAt(json, 'event') !== undefined,
	translate: (json, defaults) => {
		const name = textAt(json, 'event') as string;
		const translator = new Translator(`Segment ${name.slice(0, 60)}`, defaults);
		const event = eventOf(translator, json, name);
		const become = COMMERCE.get(specName(name)) ?? addEvent;
		become(translator, event);
		return translator.translation;
	},
};

/** Page and screen calls of the Segment spec. */
export const segmentPage: Shape = {
	name: 'Segment page',
	detect: (json) => isMessage(json, 'page') || isMessage(json, 'screen'),
	translate: (json, defaults) => {
		const type = `${textAt(json, 'type') as string}_viewed`;
		const translator = new Translator('Segment page', defaults);
		const event = eventOf(translator, json, type);
		const name = textAt(json, 'name');
		addEvent(translator, name === undefined ? event : { ...event, properties: { name, ...event.properties } });
		return translator.translation;
	},
};

function eventOf(translator: Translator, json: Foreign, name: string): SegmentEvent {
	const { defaults } = translator;
	return {
		name,
		ref: messageRef(translator, json),
		at: messageAt(json, defaults.nowMs),
		messageId: textAt(json, 'messageId'),
		source: defaults.source ?? SEGMENT,
		properties: objectAt(json, 'properties') ?? {},
		campaign: textAt(objectAt(objectAt(json, 'context'), 'campaign'), 'name'),
	};
}

function addEvent(translator: Translator, event: SegmentEvent): void {
	translator.add('events', {
		ref: event.ref,
		type: EVENT_TYPES.get(specName(event.name)) ?? event.name,
		occurredAt: event.at,
		eventId: event.messageId,
		source: event.source,
		properties: event.properties as JsonObject,
	});
}

/** `Order Completed` and `order_completed` are one event. */
function specName(name: string): string {
	return name.trim().toLowerCase().replace(/[\s_]+/g, ' ');
}
