import { NEARING } from '../../bundles/offerSteps';
import { grouped } from '../../core/grouped';
import { datePlans } from '../../store/plans/datePlans';
import type { OrderRow, ProductRow } from '../../store/plans/ingestPlans';
import { offerPlans } from '../../store/plans/offerPlans';
import { readyPlans } from '../../store/plans/readyPlans';
import type { Tx } from '../../store/port';
import type { Dated, Moment } from './subjects';

/** What makes it time for a new one; `upgrade`: either. */
export type Renewal = 'successor' | 'lifetime';

interface Line {
	order_ref: number;
	product_id: string;
	name: string | null;
}

/** Something bought that may be followed by something new. */
interface Possession {
	product: ProductRow;
	/** What may take its place: its successors, or, where there are none, the same again. */
	next: readonly ProductRow[];
	isSuccessor: boolean;
}

/**
 * Orders as the moments at which it is time for a new one of what was bought: the day after a successor came out, and the day
 * from which nine tenths of its lifetime have passed (Bundle Recommendation offers it from then on). `field` names which, and of
 * what: `successor`, `lifetime` or `upgrade` (both), then nothing, `:product:ID` or `:category:NAME` of what was bought. Whoever
 * bought it again has the moments of the later order; whoever has the new one already, or would find it out of stock, none.
 */
export async function loadOwned(tx: Tx, ids: readonly number[]): Promise<Dated[]> {
	const orders = (await tx.all(datePlans.orders, { ids: [...ids] })).filter((row): row is OrderRow & { customer_id: number } => row.customer_id !== null);
	const lines = orders.length === 0 ? [] : await tx.all(readyPlans.lines, { ids: orders.map(({ id }) => id) });
	const possessions = await possessionsOf(tx, [...new Set(lines.map(({ product_id }) => product_id))]);
	const linesOf = grouped(lines.filter(({ product_id }) => possessions.has(product_id)), ({ order_ref }) => order_ref);
	const concerned = orders.filter(({ id }) => linesOf.has(id));
	if (concerned.length === 0) return [];
	const bought = grouped(await tx.all(offerPlans.bought, { ids: [...new Set(concerned.map((one) => one.customer_id))], since: Math.min(...concerned.map((one) => one.ordered_at)) }), ({ customer_id }) => customer_id);
	return concerned.map((order) => {
		const since = (bought.get(order.customer_id) ?? []).filter((one) => one.ordered_at >= order.ordered_at);
		return ofOrder(order, momentsOf(order, linesOf.get(order.id) as Line[], possessions, since));
	});
}

async function possessionsOf(tx: Tx, ids: readonly string[]): Promise<Map<string, Possession>> {
	const found = new Map<string, Possession>();
	if (ids.length === 0) return found;
	const successors = grouped(await tx.all(offerPlans.successors, { ids: [...ids] }), (row) => row.successor_of as string);
	for (const product of await tx.all(offerPlans.products, { ids: [...ids] })) {
		const next = successors.get(product.product_id) ?? [];
		if (next.length > 0 || (product.lifetime_days ?? 0) > 0) found.set(product.product_id, { product, next: next.length > 0 ? next : [product], isSuccessor: next.length > 0 });
	}
	return found;
}

function momentsOf(order: OrderRow, lines: readonly Line[], possessions: ReadonlyMap<string, Possession>, since: readonly { product_id: string; ordered_at: number }[]): OwnedMoment[] {
	const isBought = (id: string, from: number) => since.some((one) => one.product_id === id && one.ordered_at >= from);
	return lines.flatMap(({ product_id: id }) => {
		const { product, next, isSuccessor } = possessions.get(id) as Possession;
		if (isBought(id, order.ordered_at + 1)) return [];
		const open = next.filter((one) => one.in_stock !== 0 && !(one !== product && isBought(one.product_id, order.ordered_at)));
		const moment = (renewal: Renewal, to: ProductRow, of: Pick<Moment, 'at' | 'days' | 'isNews'>, why: string): OwnedMoment => ({ ...of, renewal, owned: product, key: `${renewal}/${renewal === 'lifetime' ? id : to.product_id}`, properties: { ready: { rule: renewal, reason: why }, product_id: to.product_id, owned_product_id: id } });
		const came = isSuccessor ? open.filter((one) => one.successor_since !== null && one.successor_since > order.ordered_at) : [];
		const news = came.map((one) => moment('successor', one, { at: one.successor_since as number, days: 1, isNews: true }, `${nameOf(one)} is the successor of ${nameOf(product)}`));
		const lifetime = product.lifetime_days ?? 0;
		const worn = lifetime > 0 && open.length > 0 ? [moment('lifetime', open[0], { at: order.ordered_at, days: Math.floor(lifetime * NEARING), isNews: false }, `${nameOf(product)} nears the end of its lifetime of ${lifetime} days`)] : [];
		return [...news, ...worn];
	});
}

interface OwnedMoment extends Moment {
	renewal: Renewal;
	owned: ProductRow;
}

function ofOrder(order: OrderRow & { customer_id: number }, moments: readonly OwnedMoment[]): Dated {
	return {
		id: order.id,
		customerId: order.customer_id,
		value: () => undefined,
		moments: (field) => moments.filter((one) => isMeant(one, field)),
		isOpen: () => order.status !== 'cancelled' && order.status !== 'refunded',
		identity: { order_id: order.order_id, source: order.source },
		properties: {},
	};
}

function isMeant({ renewal, owned }: OwnedMoment, field: string): boolean {
	const [which, of, ...rest] = field.split(':');
	if (which !== 'upgrade' && which !== renewal) return false;
	const wanted = rest.join(':');
	return of === undefined || (of === 'product' ? owned.product_id === wanted : (owned.category ?? '').toLowerCase() === wanted.toLowerCase());
}

const nameOf = ({ name, product_id: id }: ProductRow) => name ?? id;
