import type { DaysOnly } from '../rhythm/daysOnly';

/**
 * When customers bought something, a place for each customer with each of the goods (a product, or a category). The numbers
 * are not those of customers but of the pairs: 0, 1, 2 ...
 */
export interface GoodsHistory extends DaysOnly {
	/** What was bought, by the number of the pair: its place among the goods. */
	readonly goodsOf: Uint32Array;
	/** What the goods belong to (a product to its category): its place among the parents, or -1. */
	readonly parentOf: Int32Array;
	/** Ids of the goods, and names of what they belong to. */
	readonly goods: readonly string[];
	readonly parents: readonly string[];
}

/** Takes what customers bought, pair by pair. */
export class GoodsHistoryBuilder {
	private readonly goods = new Names();
	private readonly parents = new Names();
	private readonly parentOf: number[] = [];
	private readonly goodsOf: number[] = [];
	private readonly offsets: number[] = [0];
	private readonly days: number[] = [];

	/** A customer with one of the goods. @param parent null: it is not known @param days ascending, each once, at least one */
	add(goods: string, parent: string | null, days: readonly number[]): void {
		const place = this.goods.placeOf(goods);
		this.parentOf[place] ??= parent === null ? -1 : this.parents.placeOf(parent);
		this.goodsOf.push(place);
		for (const day of days) this.days.push(day);
		this.offsets.push(this.days.length);
	}

	done(): GoodsHistory {
		return {
			numbers: Float64Array.from(this.goodsOf.keys()),
			offsets: Uint32Array.from(this.offsets),
			days: Int32Array.from(this.days),
			goodsOf: Uint32Array.from(this.goodsOf),
			parentOf: Int32Array.from(this.parentOf),
			goods: this.goods.all,
			parents: this.parents.all,
		};
	}
}

class Names {
	readonly all: string[] = [];
	private readonly places = new Map<string, number>();

	placeOf(name: string): number {
		const known = this.places.get(name);
		if (known !== undefined) return known;
		this.places.set(name, this.all.length);
		return this.all.push(name) - 1;
	}
}
