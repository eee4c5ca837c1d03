import { amountAt, firstOf, listAt, objectAt, quantityAt, textAt, type Foreign } from '../foreign';
import { Translator, type Shape } from '../translation';
import { isGid, SHOPIFY } from './people';

/** Topics products/create and products/update. Orders name the product, not the variant, so does this. */
export const shopifyProduct: Shape = {
	name: 'Shopify product',

	detect: (json) => Array.isArray(json.variants) && json.id !== undefined && (isGid(json, 'Product') || ('body_html' in json && 'product_type' in json)),

	translate(json, defaults) {
		const translator = new Translator(this.name, defaults);
		const variants = listAt(json, 'variants');
		const prices = variants.map((variant) => amountAt(variant, 'price')).filter((price) => price !== undefined);
		translator.add('products', {
			source: defaults.source ?? SHOPIFY,
			productId: textAt(json, 'id'),
			name: textAt(json, 'title'),
			category: firstOf(textAt(json, 'product_type'), textAt(objectAt(json, 'category'), 'name')),
			priceE4: prices.length > 0 ? Math.min(...prices) : undefined,
			// The payload has no currency; prices are in the shop's.
			currency: prices.length > 0 ? defaults.currency : undefined,
			inStock: (textAt(json, 'status') ?? 'active') === 'active' && variants.some(canBeBought),
		});
		return translator.translation;
	},
};

/** Stock that nobody counts, or that may go below zero, never runs out. */
function canBeBought(variant: Foreign): boolean {
	const counted = textAt(variant, 'inventory_management') !== undefined || !('inventory_management' in variant);
	return !counted || textAt(variant, 'inventory_policy') === 'continue' || (quantityAt(variant, 'inventory_quantity') ?? 1) > 0;
}
