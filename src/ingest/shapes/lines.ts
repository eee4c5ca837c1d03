import { formatAmountE4 } from '../../core/money';
import { perUnit } from '../amounts';
import type { JsonObject } from '../json';
import type { OrderLineInput } from '../records';

/** One line of an order or a cart, as a shop gives it. */
export interface ShopLine {
	productId?: string;
	name?: string;
	category?: string;
	quantity: number | undefined;
	/** of the whole line, as paid */
	amountE4: number | undefined;
}

/** Lines that were removed from the order (no pieces left) and lines without an amount are none. */
export function orderLines(lines: readonly ShopLine[]): { lines: OrderLineInput[]; skipped: number } {
	const kept: OrderLineInput[] = [];
	for (const { quantity, amountE4, ...product } of lines) {
		if (quantity === undefined || quantity <= 0 || amountE4 === undefined || amountE4 < 0) continue;
		kept.push({ ...product, quantity, priceE4: perUnit(amountE4, quantity) ?? 0, amountE4 });
	}
	return { lines: kept, skipped: lines.length - kept.length };
}

/** What `cart_updated` says, the same for every shop. No items: the cart was emptied. */
export interface ShopCart {
	cartId: string | undefined;
	totalE4: number | undefined;
	currency: string;
	lines: readonly ShopLine[];
	/** where the customer finds the cart again */
	url?: string;
}

export function cartProperties({ cartId, totalE4, currency, lines, url }: ShopCart): JsonObject {
	const items = orderLines(lines).lines;
	const total = totalE4 ?? items.reduce((sum, { amountE4 }) => sum + amountE4, 0);
	return {
		...(cartId !== undefined && { cart_id: cartId }),
		total: formatAmountE4(total),
		currency: currency.toUpperCase(),
		items: items.map(({ productId, name, quantity, priceE4 }) => ({
			...(productId !== undefined && { product_id: productId }),
			...(name !== undefined && { name }),
			quantity,
			price: formatAmountE4(priceE4),
		})),
		...(url !== undefined && { url }),
	};
}
