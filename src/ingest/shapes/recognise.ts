import { isObject, objectAt, type Foreign } from './foreign';
import { retailCrmCustomer } from './retailCrm/customer';
import { retailCrmOrder } from './retailCrm/order';
import { segmentIdentify } from './segment/identify';
import { segmentPage, segmentTrack } from './segment/track';
import { shopifyCheckout } from './shopify/checkout';
import { shopifyCustomer } from './shopify/customer';
import { shopifyOrder } from './shopify/order';
import { shopifyProduct } from './shopify/product';
import { shopifyRefund } from './shopify/refund';
import type { Shape, ShapeDefaults, Translation } from './translation';
import { wooCommerceCustomer } from './wooCommerce/customer';
import { wooCommerceOrder } from './wooCommerce/order';
import { wooCommerceProduct } from './wooCommerce/product';

/** Everything that is understood without mapping. No payload fits two of them. */
export const SHAPES: readonly Shape[] = [
	shopifyOrder,
	shopifyRefund,
	shopifyCheckout,
	shopifyCustomer,
	shopifyProduct,
	wooCommerceOrder,
	wooCommerceCustomer,
	wooCommerceProduct,
	retailCrmOrder,
	retailCrmCustomer,
	segmentTrack,
	segmentIdentify,
	segmentPage,
];

/** What a payload was recognised as, and what it says. */
export interface Recognised {
	/** "Shopify order" */
	shape: string;
	translation: Translation;
}

/**
 * Reads an item that a shop sent, as the item itself or under `body`, where n8n's Webhook node puts it.
 * @returns undefined for an item of no known shape: it is then read by plain fields
 * @throws JourneyError bad_input when the shape is known but what makes the record is missing
 */
export function recognise(json: Readonly<Record<string, unknown>>, defaults: ShapeDefaults): Recognised | undefined {
	const payload = payloadOf(json);
	const shape = SHAPES.find((one) => one.detect(payload));
	return shape && { shape: shape.name, translation: shape.translate(payload, defaults) };
}

/** The body of a webhook item; any other item is its own payload. */
export function payloadOf(json: Foreign): Foreign {
	const body = objectAt(json, 'body');
	return body !== undefined && isObject(json.headers) ? body : json;
}
