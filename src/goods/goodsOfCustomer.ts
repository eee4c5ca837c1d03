import type { CustomerRef } from '../customers/identity';
import { resolveCustomers } from '../customers/resolve';
import { nextPurchaseInWords } from '../rhythm/nextPurchaseInWords';
import { ZoneClock } from '../policy/zoneClock';
import { goodsPlans } from '../store/plans/goodsPlans';
import { read } from '../store/port';
import { readMeta } from '../store/storeClock';
import { goodsIndexes, indexesOf, type GoodsModels } from './goodsModels';
import type { GoodsIndex } from './goodsIndex';
import { nextOfGoods } from './nextOfGoods';
import { purchaseDays, type PurchaseDays } from './purchaseDays';

/** When a customer buys a product, or something of a category, again. Instants are UTC milliseconds. */
export interface ExpectedGoods {
	/** Id of the product, or name of the category. */
	id: string;
	/** Of a product. */
	name: string | null;
	category: string | null;
	/** Days on which it was bought. */
	purchases: number;
	lastAt: number;
	/** null: not expected. */
	nextAt: number | null;
	nextFrom: number | null;
	nextUntil: number | null;
	/** Probability that it is not bought again within a year (twice the own gap where that is longer). */
	noReturn: number;
	reason: string;
}

export interface GoodsOfCustomer {
	products: ExpectedGoods[];
	categories: ExpectedGoods[];
}

const MOST = 50;
const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * What a customer buys next of what was bought before, as of an instant, the soonest first; at most 50 products and 50 categories.
 * @param input.models what was learned of the shop until then; default: by the last refresh
 * @returns null before the first refresh, and for nobody
 */
export const goodsOfCustomer = read(async (tx, { ref, at, models }: { ref: CustomerRef; at?: number; models?: GoodsModels }): Promise<GoodsOfCustomer | null> => {
	const indexes = models ? indexesOf(models) : await goodsIndexes(tx);
	const [who] = await resolveCustomers(tx, [ref], { create: false, keep: false });
	if (!indexes || !who.found) return null;
	const now = at ?? (await tx.now());
	const zone = ZoneClock.of((await readMeta(tx, 'zone')) ?? 'UTC') as ZoneClock;
	const bought = (await purchaseDays(tx, [who.id], now)).get(who.id) ?? { products: [], categories: [] };
	const products = expected(indexes.products, bought.products, now, zone);
	const names = new Map((await tx.all(goodsPlans.names, { ids: products.map(({ id }) => id) })).map(({ product_id, name }) => [product_id, name]));
	return { products: products.map((one) => ({ ...one, name: names.get(one.id) ?? null })), categories: expected(indexes.categories, bought.categories, now, zone) };
});

function expected(index: GoodsIndex, bought: readonly PurchaseDays[], now: number, zone: ZoneClock): ExpectedGoods[] {
	const next = nextOfGoods(index);
	const found = bought.map((goods): ExpectedGoods => {
		const { at, from, until, noReturn, days } = next(goods, zone.localDay(now), zone);
		return { id: goods.id, name: null, category: goods.parent, purchases: goods.days.length, lastAt: goods.lastAt, nextAt: at, nextFrom: from, nextUntil: until, noReturn, reason: nextPurchaseInWords(days, goods.days.length - 1) };
	});
	return found.sort((a, b) => (a.nextAt ?? NEVER) - (b.nextAt ?? NEVER) || b.purchases - a.purchases || (a.id < b.id ? -1 : 1)).slice(0, MOST);
}
