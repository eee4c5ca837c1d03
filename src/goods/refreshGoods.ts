import type { Store } from '../store/Store';
import { GoodsHistoryBuilder } from './goodsHistory';
import { fitGoods } from './goodsModel';
import type { GoodsModels } from './goodsModels';
import type { CustomerGoods } from './purchaseDays';

/** Customers in one transaction: short enough that nobody else waits. */
const PAGE = 500;
/** More customers teach no more about a shop. */
const LEARNED_PAGES = 40;

export interface GoodsRefresh {
	/** Holds the lease of the refresh. */
	owner: string;
	asOf: { at: number; day: number };
	/** Customers there are. */
	customers: number;
	onProgress: (done: number, total: number) => Promise<void>;
}

/** Learns of the shop how its products and categories are bought again, from all customers or a fair sample of them. */
export async function refreshGoods(store: Store, { owner, ...asked }: GoodsRefresh): Promise<void> {
	await store.run('goods.save', { owner, asOf: asked.asOf.at, models: await learnGoods(store, asked) });
}

/** The same without keeping it. */
export async function learnGoods(store: Store, { asOf: { at, day }, customers, onProgress }: Omit<GoodsRefresh, 'owner'>): Promise<GoodsModels> {
	const [products, categories] = [new GoodsHistoryBuilder(), new GoodsHistoryBuilder()];
	// In a large shop every so many-th page is learned from, so that old and new customers both are.
	const stride = Math.max(1, Math.ceil(customers / PAGE / LEARNED_PAGES));
	const total = Math.ceil(customers / stride);
	let done = 0;
	for (let after: number | null = 0; after !== null; ) {
		await onProgress(Math.min(total, done), total);
		const page: { customers: CustomerGoods[]; next: number | null } = await store.run('goods.bought', { after, limit: PAGE, at });
		for (const one of page.customers) {
			for (const { id, parent, days } of one.products) products.add(id, parent, days);
			for (const { id, parent, days } of one.categories) categories.add(id, parent, days);
		}
		done += PAGE;
		// Numbers are given one after the other: so many further on are so many customers, or fewer.
		after = page.next === null ? null : page.next + (stride - 1) * PAGE;
	}
	await onProgress(total, total);
	return { products: fitGoods(products.done(), day), categories: fitGoods(categories.done(), day) };
}
