import { offerIndex } from '../../bundles/offerModels';
import type { OfferIndex } from '../../bundles/offerIndex';
import { offerPlans } from '../../store/plans/offerPlans';
import { datePlans } from '../../store/plans/datePlans';
import type { OrderRow, ProductRow } from '../../store/plans/ingestPlans';
import { readyPlans } from '../../store/plans/readyPlans';
import type { Tx } from '../../store/port';
import type { Dated } from './subjects';

const DAY_MS = 86_400_000;

/** Something that an order leads to, and when. */
interface Window {
	from: { id: string; name: string | null };
	to: ProductRow | undefined;
	toId: string;
	p25: number;
	p75: number;
}

/**
 * Orders as moments of readiness: the date is the day on which the window of what follows opens (P25 of the gap), as the newest
 * model has it. `field` names what shall follow: `product:ID`, `category:NAME`, or `any`. What the customer has bought since the
 * order, or what is out of stock, is nothing to be ready for. Each order opens one moment, the first.
 */
export async function loadMoments(tx: Tx, ids: readonly number[]): Promise<Dated[]> {
	const orders = (await tx.all(datePlans.orders, { ids: [...ids] })).filter((row): row is OrderRow & { customer_id: number } => row.customer_id !== null);
	if (orders.length === 0) return [];
	const index = await offerIndex(tx);
	const windows = windowsOf(index, await tx.all(readyPlans.lines, { ids: orders.map(({ id }) => id) }));
	const products = new Map((await tx.all(offerPlans.products, { ids: [...new Set([...windows.values()].flat().map(({ toId }) => toId))] })).map((row) => [row.product_id, row]));
	const bought = new Map<number, { product_id: string; ordered_at: number }[]>();
	for (const row of await tx.all(offerPlans.bought, { ids: [...new Set(orders.map((one) => one.customer_id))], since: Math.min(...orders.map((one) => one.ordered_at)) })) bought.set(row.customer_id, [...(bought.get(row.customer_id) ?? []), row]);
	return orders.map((order) => {
		const since = (bought.get(order.customer_id) ?? []).filter((one) => one.ordered_at > order.ordered_at);
		const open = (windows.get(order.id) ?? []).map((one) => ({ ...one, to: products.get(one.toId) })).filter(({ toId, to }) => to !== undefined && to.in_stock !== 0 && !since.some((one) => one.product_id === toId));
		return momentOf(order, open);
	});
}

function windowsOf(index: OfferIndex, lines: readonly { order_ref: number; product_id: string; name: string | null }[]): Map<number, Window[]> {
	const found = new Map<number, Window[]>();
	for (const { order_ref: order, product_id: id, name } of lines) {
		const number = index.numberOf(id);
		if (number === undefined) continue;
		const { offsets, to, p25, p75 } = index.later;
		const mine = found.get(order) ?? [];
		found.set(order, mine);
		for (let link = offsets[number]; link < offsets[number + 1]; link++) mine.push({ from: { id, name }, to: undefined, toId: index.products[to[link]], p25: p25[link], p75: p75[link] });
	}
	return found;
}

function momentOf(order: OrderRow & { customer_id: number }, windows: readonly Window[]): Dated {
	const first = (field: string) => windows.filter((one) => isMeant(one, field)).sort((a, b) => a.p25 - b.p25 || (a.toId < b.toId ? -1 : 1))[0] as Window | undefined;
	return {
		id: order.id,
		customerId: order.customer_id,
		once: true,
		value: (field) => {
			const window = first(field);
			return window && order.ordered_at + window.p25 * DAY_MS;
		},
		isOpen: () => order.status !== 'cancelled' && order.status !== 'refunded',
		identity: { order_id: order.order_id, source: order.source },
		properties: {},
		propertiesOf: (field) => {
			const window = first(field);
			if (!window) return {};
			return {
				ready: { rule: 'gap', reason: `${window.p25} to ${window.p75} days after ${window.from.name ?? window.from.id} is when customers buy ${window.to?.name ?? window.toId}` },
				product_id: window.toId,
				after_product_id: window.from.id,
				ready_until: new Date(order.ordered_at + window.p75 * DAY_MS).toISOString(),
			};
		},
	};
}

function isMeant({ toId, to }: Window, field: string): boolean {
	if (field.startsWith('product:')) return toId === field.slice('product:'.length);
	if (field.startsWith('category:')) return (to?.category ?? '').toLowerCase() === field.slice('category:'.length).toLowerCase();
	return true;
}
