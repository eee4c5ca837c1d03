import { ReadyModels } from '../features/readyModels';
import { mustHold, readRefreshState } from '../features/refreshState';
import { datePlans } from '../store/plans/datePlans';
import { modelPlans } from '../store/plans/featurePlans';
import { segmentPlans } from '../store/plans/segmentPlans';
import { read, write, type Tx } from '../store/port';
import { GoodsIndex } from './goodsIndex';
import type { GoodsModel } from './goodsModel';
import { purchaseDays, type CustomerGoods } from './purchaseDays';

/** Its name in the table `model`. */
const GOODS_MODEL = 'goods';

/** What was learned of products and of categories. */
export interface GoodsModels {
	products: GoodsModel;
	categories: GoodsModel;
}

export interface GoodsIndexes {
	products: GoodsIndex;
	categories: GoodsIndex;
}

const KEPT = 2;
const ready = new ReadyModels(GOODS_MODEL, (body) => indexesOf(body as GoodsModels));

export function indexesOf({ products, categories }: GoodsModels): GoodsIndexes {
	return { products: new GoodsIndex(products), categories: new GoodsIndex(categories) };
}

/** @returns undefined before the first refresh */
export async function goodsIndexes(tx: Tx): Promise<GoodsIndexes | undefined> {
	return await ready.newest(tx);
}

/** What customers bought again and again, page by page in the order of customers' numbers. @param input.at UTC milliseconds */
export const goodsBought = read(async (tx, { after, limit, at }: { after: number; limit: number; at: number }): Promise<{ customers: CustomerGoods[]; next: number | null }> => {
	const ids = (await tx.all(segmentPlans.idsAfter, { after, limit })).map(({ id }) => id);
	return { customers: [...(await purchaseDays(tx, ids, at)).values()], next: ids.length < limit ? null : ids[ids.length - 1] };
});

/** Keeps what a refresh learned of goods; with the first of it the dates that journeys watch are known. @throws JourneyError `store_unavailable` */
export const saveGoods = write(async (tx, { owner, asOf, models }: { owner: string; asOf: number; models: GoodsModels }): Promise<Record<string, never>> => {
	mustHold(await readRefreshState(tx), owner);
	await tx.run(modelPlans.save, { name: GOODS_MODEL, body: JSON.stringify(models), settings: '{}', as_of: asOf, fitted_at: await tx.now() });
	await tx.run(modelPlans.prune, { name: GOODS_MODEL, kept: KEPT });
	await tx.run(datePlans.refill, { subject: 'nextGoods', first: GOODS_MODEL });
	return {};
});
