import { GoodsHistoryBuilder, type GoodsHistory } from '../../src/goods/goodsHistory';
import { FIRST_DAY } from '../rhythm/support';

/** Goods of a shop: days between two purchases of a customer on average, and how many come back for it after each. */
export interface Kind {
	id: string;
	category: string | null;
	gap: number;
	back: number;
}

export interface Pair {
	goods: Kind;
	days: number[];
}

/** Goods that customers run out of, in fairly even gaps of their own; the machine lasts. */
export const COFFEE: Kind = { id: 'beans', category: 'Coffee', gap: 30, back: 0.95 };
export const FILTERS: Kind = { id: 'filters', category: 'Coffee', gap: 90, back: 0.9 };
export const MACHINE: Kind = { id: 'machine', category: 'Machines', gap: 300, back: 0.01 };

/** @param days how long the shop is open @returns customers with goods */
export function pairsOf(kinds: readonly Kind[], customers: number, days: number, random: () => number): Pair[] {
	return kinds.flatMap((goods) =>
		Array.from({ length: customers }, () => {
			const mean = goods.gap * Math.exp(0.6 * (random() - 0.5));
			const found = [FIRST_DAY + Math.floor(random() * days * 0.7)];
			for (;;) {
				const next = found.at(-1)! + Math.max(1, Math.round(mean * (0.75 + 0.5 * random())));
				if (next > FIRST_DAY + days || random() > goods.back) return { goods, days: found };
				found.push(next);
			}
		}),
	);
}

export function historyOf(pairs: readonly Pair[]): GoodsHistory {
	const builder = new GoodsHistoryBuilder();
	for (const { goods, days } of pairs) builder.add(goods.id, goods.category, days);
	return builder.done();
}
