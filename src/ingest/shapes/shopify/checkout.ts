import { amountAt, firstOf, instantAt, listAt, objectAt, textAt } from '../foreign';
import { cartProperties } from '../lines';
import { Translator, type Shape } from '../translation';
import { lineOf } from './money';
import { addCustomer, customerRef, SHOPIFY } from './people';

/** Topics checkouts/create and checkouts/update: a cart whose owner has said who they are. The order names it in `checkout_token`. */
export const shopifyCheckout: Shape = {
	name: 'Shopify checkout',

	detect: (json) => 'abandoned_checkout_url' in json && Array.isArray(json.line_items) && typeof json.token === 'string',

	translate(json, defaults) {
		const translator = new Translator(this.name, defaults);
		const customer = objectAt(json, 'customer');
		const ref = customerRef(translator, customer, json);
		if (!ref) {
			translator.note('it names nobody yet, so there is no cart to remember');
			return translator.translation;
		}
		addCustomer(translator, ref, customer, json);
		if (textAt(json, 'completed_at') !== undefined) {
			translator.note('it was completed, the order says the rest');
			return translator.translation;
		}
		translator.add('events', {
			ref,
			type: 'cart_updated',
			occurredAt: firstOf(instantAt(json, 'updated_at', 'UTC'), instantAt(json, 'created_at', 'UTC')) ?? defaults.nowMs,
			source: defaults.source ?? SHOPIFY,
			properties: cartProperties({
				cartId: textAt(json, 'token'),
				totalE4: amountAt(json, 'total_price'),
				currency: textAt(json, 'currency') ?? defaults.currency,
				lines: listAt(json, 'line_items').map(lineOf),
				url: textAt(json, 'abandoned_checkout_url'),
			}),
		});
		return translator.translation;
	},
};
