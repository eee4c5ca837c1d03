import { amountAt, listAt, textAt } from '../foreign';
import { Translator, type Shape } from '../translation';
import { WOOCOMMERCE } from './people';

/** Topics product.created and product.updated. */
export const wooCommerceProduct: Shape = {
	name: 'WooCommerce product',

	detect: (json) => json.id !== undefined && 'stock_status' in json && 'catalog_visibility' in json && 'regular_price' in json,

	translate(json, defaults) {
		const translator = new Translator(this.name, defaults);
		const priceE4 = amountAt(json, 'price');
		const onSale = (textAt(json, 'status') ?? 'publish') === 'publish';
		translator.add('products', {
			source: defaults.source ?? WOOCOMMERCE,
			productId: textAt(json, 'id'),
			name: textAt(json, 'name'),
			category: textAt(listAt(json, 'categories')[0], 'name'),
			priceE4,
			// The payload has no currency; prices are in the shop's.
			currency: priceE4 === undefined ? undefined : defaults.currency,
			inStock: onSale && textAt(json, 'stock_status') !== 'outofstock',
		});
		return translator.translation;
	},
};
