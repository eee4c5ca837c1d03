import { timesQuantity } from '../../amounts';
import { amountAt, firstOf, listAt, quantityAt, textAt, type Foreign } from '../foreign';
import type { ShopLine } from '../lines';

/** `price` is per unit and before discounts; what came off is in `discount_allocations`. */
export function lineOf(line: Foreign): ShopLine {
	const quantity = quantityAt(line, 'quantity');
	const price = amountAt(line, 'price');
	const full = price === undefined || quantity === undefined ? undefined : timesQuantity(price, quantity);
	const off = listAt(line, 'discount_allocations').reduce((sum, discount) => sum + (amountAt(discount, 'amount') ?? 0), 0);
	return {
		productId: firstOf(textAt(line, 'product_id'), textAt(line, 'sku')),
		name: firstOf(textAt(line, 'title'), textAt(line, 'name')),
		quantity,
		amountE4: full === undefined ? undefined : Math.max(0, full - off),
	};
}
