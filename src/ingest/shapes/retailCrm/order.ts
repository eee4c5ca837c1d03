import { timesQuantity } from '../../amounts';
import { type OrderStatus } from '../../records';
import { amountAt, firstOf, instantAt, listAt, objectAt, quantityAt, textAt, type Foreign } from '../foreign';
import { orderLines, type ShopLine } from '../lines';
import { Translator, type Shape } from '../translation';
import { addPerson, LOCAL_TIME, personRef, RETAILCRM } from './people';

/** An order as the API and the triggers of RetailCRM give it, alone or as `{ "order": ... }`. */
export const retailCrmOrder: Shape = {
	name: 'RetailCRM order',

	detect: (json) => isOrder(objectAt(json, 'order') ?? json),

	translate(json, defaults) {
		const translator = new Translator(this.name, defaults);
		const order = objectAt(json, 'order') ?? json;
		// In a company's order `customer` is the company and `contact` the person.
		const person = textAt(objectAt(order, 'customer'), 'type') === 'customer_corporate' ? objectAt(order, 'contact') : objectAt(order, 'customer');
		const ref = personRef(translator, person, order);
		if (ref) addPerson(translator, ref, person, order);
		const items = listAt(order, 'items').filter((item) => textAt(item, 'status') !== 'canceled');
		const { lines, skipped } = orderLines(items.map(lineOf));
		if (skipped > 0) translator.note(`${skipped} of its items have no pieces or no price; left out`);
		translator.add('orders', {
			ref,
			source: defaults.source ?? RETAILCRM,
			orderId: textAt(order, 'id') as string,
			orderedAt: instantAt(order, 'createdAt', defaults.timeZone) ?? defaults.nowMs,
			currency: textAt(order, 'currency') ?? defaults.currency,
			status: statusOf(order),
			totalE4: firstOf(amountAt(order, 'totalSumm'), amountAt(order, 'summ')),
			discountE4: items.reduce((sum, item) => sum + (timesQuantity(amountAt(item, 'discountTotal') ?? 0, quantityAt(item, 'quantity') ?? 0) ?? 0), 0),
			sourceCampaign: textAt(objectAt(order, 'source'), 'campaign'),
			lines,
			updatedAt: instantAt(order, 'statusUpdatedAt', defaults.timeZone),
		});
		return translator.translation;
	},
};

function isOrder(order: Foreign): boolean {
	const isDated = LOCAL_TIME.test(textAt(order, 'createdAt') ?? '');
	return isDated && order.id !== undefined && Array.isArray(order.items) && ('totalSumm' in order || 'summ' in order) && ('orderMethod' in order || 'orderType' in order);
}

/** Codes of a new account; the account's own codes count as placed, or paid once everything is paid. */
const STATUS_OF_CODE: Readonly<Record<string, OrderStatus>> = {
	prepayed: 'paid',
	complete: 'delivered',
	'no-call': 'cancelled',
	'no-product': 'cancelled',
	'already-buyed': 'cancelled',
	'delyvery-did-not-suit': 'cancelled',
	'prices-did-not-suit': 'cancelled',
};

function statusOf(order: Foreign): OrderStatus {
	const code = textAt(order, 'status') ?? 'new';
	if (code.startsWith('cancel')) return 'cancelled';
	if (Object.hasOwn(STATUS_OF_CODE, code)) return STATUS_OF_CODE[code];
	return textAt(order, 'fullPaidAt') === undefined ? 'placed' : 'paid';
}

/** `initialPrice` and `discountTotal` are per unit; `prices` splits the pieces by what each was sold for. */
function lineOf(item: Foreign): ShopLine {
	const offer = objectAt(item, 'offer');
	const quantity = quantityAt(item, 'quantity');
	return {
		productId: firstOf(textAt(offer, 'externalId'), textAt(offer, 'xmlId'), textAt(offer, 'id')),
		name: firstOf(textAt(offer, 'name'), textAt(offer, 'displayName'), textAt(item, 'productName')),
		quantity,
		amountE4: firstOf(soldFor(listAt(item, 'prices')), reduced(item, quantity)),
	};
}

function soldFor(prices: readonly Foreign[]): number | undefined {
	if (prices.length === 0) return undefined;
	return prices.reduce<number | undefined>((sum, one) => {
		const part = timesQuantity(amountAt(one, 'price') ?? Number.NaN, quantityAt(one, 'quantity') ?? 0);
		return sum === undefined || part === undefined ? undefined : sum + part;
	}, 0);
}

function reduced(item: Foreign, quantity: number | undefined): number | undefined {
	const price = amountAt(item, 'initialPrice');
	if (price === undefined || quantity === undefined) return undefined;
	return timesQuantity(Math.max(0, price - (amountAt(item, 'discountTotal') ?? 0)), quantity);
}
