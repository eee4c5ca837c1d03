import { goodsIndexes } from '../../goods/goodsModels';
import { nextOfGoods, type NextOfGoods } from '../../goods/nextOfGoods';
import { purchaseDays, type CustomerGoods, type PurchaseDays } from '../../goods/purchaseDays';
import { ZoneClock } from '../../policy/zoneClock';
import { goodsPlans } from '../../store/plans/goodsPlans';
import type { Tx } from '../../store/port';
import { readMeta } from '../../store/storeClock';
import type { Dated, Moment } from './subjects';

/**
 * Customers as those who buy something again. The day of each of the goods is the one that is expected on the day of the last
 * purchase, so that it stands still until the next one, which begins the cycle anew (J51); what more than half do not buy again
 * has none. Products that come near on one day are one moment.
 */
export async function loadNextGoods(tx: Tx, ids: readonly number[]): Promise<Dated[]> {
	const indexes = await goodsIndexes(tx);
	const bought = indexes ? await purchaseDays(tx, ids, await tx.glance()) : new Map<number, CustomerGoods>();
	const zone = ZoneClock.of((await readMeta(tx, 'zone')) ?? 'UTC') as ZoneClock;
	const names = await namesOf(tx, [...bought.values()]);
	const moments = (customer: number, field: string): Moment[] => {
		const goods = bought.get(customer);
		if (!indexes || !goods) return [];
		const next = nextOfGoods(field.startsWith('category:') ? indexes.categories : indexes.products);
		return meant(goods, field).flatMap((one) => momentOf(one, next(one, one.days.at(-1) as number, zone), field.startsWith('category:') ? { category: one.id } : { product_id: one.id, name: names.get(one.id) ?? null, category: one.parent }));
	};
	return ids.map((customerId): Dated => ({ id: customerId, customerId, value: () => undefined, isOpen: () => true, identity: {}, properties: {}, wanders: true, moments: (field) => moments(customerId, field) }));
}

function meant({ products, categories }: CustomerGoods, field: string): PurchaseDays[] {
	if (field.startsWith('product:')) return products.filter(({ id }) => id === field.slice('product:'.length));
	if (!field.startsWith('category:')) return products;
	const name = field.slice('category:'.length).toLowerCase();
	return categories.filter(({ id }) => id.toLowerCase() === name);
}

function momentOf({ id, days, lastAt }: PurchaseDays, next: NextOfGoods, what: Record<string, string | null>): Moment[] {
	if (next.at === null) return [];
	return [
		{
			at: lastAt,
			days: Math.round(next.days.at),
			isNews: false,
			since: lastAt,
			key: `${id}/${lastAt}`,
			properties: { ...what, after_order_at: iso(lastAt), purchases: days.length, expected_from: iso(next.from), expected_until: iso(next.until), no_return: Math.round(next.noReturn * 10_000) / 10_000 },
		},
	];
}

async function namesOf(tx: Tx, goods: readonly CustomerGoods[]): Promise<Map<string, string | null>> {
	const ids = [...new Set(goods.flatMap(({ products }) => products.map(({ id }) => id)))];
	return ids.length === 0 ? new Map<string, string | null>() : new Map((await tx.all(goodsPlans.names, { ids })).map(({ product_id, name }) => [product_id, name]));
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
