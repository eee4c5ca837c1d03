import type { Goods } from './goodsStanding';
import type { GoodsModel } from './goodsModel';

/** A model made ready to be asked for goods by their name. */
export class GoodsIndex {
	private readonly own: ReadonlyMap<string, Goods>;
	private readonly parents: ReadonlyMap<string, Goods>;
	private readonly unknown: Goods;

	constructor(readonly model: GoodsModel) {
		const { prior, goods, parents } = model;
		const mapped = ({ names, logMeans, lifts }: GoodsModel['goods']) => new Map(names.map((name, place): [string, Goods] => [name, { prior: { ...prior, logMean: logMeans[place] }, lift: lifts[place] }]));
		[this.own, this.parents] = [mapped(goods), mapped(parents)];
		this.unknown = { prior, lift: 1 };
	}

	/** Of what nobody has bought yet it is known what it belongs to, or nothing but the shop. */
	of(goods: string, parent: string | null): Goods {
		return this.own.get(goods) ?? (parent === null ? undefined : this.parents.get(parent)) ?? this.unknown;
	}
}
