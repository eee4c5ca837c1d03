import { learnGoods } from '../goods/refreshGoods';
import type { GoodsModels } from '../goods/goodsModels';
import { ZoneClock } from '../policy/zoneClock';
import { learnPreferences } from '../preferences/refreshPreferences';
import type { Store } from '../store/Store';
import { asOf } from './contract';
import type { LearnedOfShop } from './learnedOfShop';
import { refresh, type RefreshOptions } from './refresh';

/**
 * Learns of the shop what could be known of it at a past instant, and keeps nothing: by it a customer has the figures of then, the
 * same that a refresh of everybody as of that instant gives.
 * @returns null: another process refreshes right now
 */
export async function learnedThen(store: Store, { owner, at, onProgress }: Pick<RefreshOptions, 'owner' | 'onProgress'> & { at: number }): Promise<{ shop: LearnedOfShop; goods: GoodsModels } | null> {
	const done = await refresh(store, { owner, at, onProgress });
	if (done.result === 'busy') return null;
	const { currency, customers } = done;
	const preferences = await learnPreferences(store, { at, currency, onProgress: async (looked) => onProgress?.({ phase: 'preferences', done: Math.min(looked, customers), total: customers }) });
	const goods = await learnGoods(store, { asOf: asOf(at, ZoneClock.of(done.zone) as ZoneClock), customers, onProgress: async (looked, total) => onProgress?.({ phase: 'goods', done: looked, total }) });
	return { shop: { at, currency, preferences, families: done.families.map(({ family, model, settings }) => ({ name: family.name, model, settings })) }, goods };
}
