import type { Purchases } from '../../../src/bundles/purchases';

/**
 * A shop whose truth is known: products bought together and one after another more often than chance, hidden among others
 * that only look so because they are popular, have their season, please the same kind of customer, or fill large orders.
 */
export interface PlantedShop {
	purchases: Purchases;
	/** Kind of each customer, by the customer's number (from 1 on). */
	kinds: Uint8Array;
	/** Pairs of products that belong together, names sorted. */
	bundles: [string, string][];
	/** `to` follows `from` after about so many days. */
	delayed: { from: string; to: string; medianDays: number }[];
}

export interface PlantedSettings {
	seed: number;
	customers: number;
	bundles: number;
	delayed: number;
	/** Times as often as by chance. */
	lift?: [number, number];
	/** Share of the orders (of the customers, for what is bought later). */
	support?: [number, number];
}

const DAY_MS = 86_400_000;
const DAYS = 365;
const FORTNIGHTS = 26;
const KINDS = 5;
/** Products that can belong to something, each in about `HEAD_SHARE` of the orders; and a tail that only makes noise. */
const HEAD = 220;
const TAIL = 1_000;
const FOLLOW_WITHIN = 90;

export function plantedShop({ seed, customers, bundles: wantedBundles, delayed: wantedDelayed, lift = [1.5, 3], support = [0.001, 0.005] }: PlantedSettings): PlantedShop {
	const random = new Random(seed);
	const size = HEAD + TAIL;
	const names = Array.from({ length: size }, (_, product) => `p${String(product).padStart(4, '0')}`);
	const sampler = new Sampler(random, size);
	const kinds = Uint8Array.from({ length: customers + 1 }, () => Math.floor(random.next() ** 1.6 * KINDS));
	const orders: Order[] = [];
	for (let customer = 1; customer <= customers; customer++) {
		const rate = 0.6 + random.exponential() * 1.6;
		const bulk = Math.exp(0.35 * random.normal());
		for (let count = 1 + random.poisson(rate); count > 0; count--) {
			const day = Math.floor(random.next() * DAYS);
			const wanted = Math.max(1, Math.round(bulk * 6 * Math.exp(0.5 * random.normal())));
			orders.push({ customer, day, items: sampler.basket(kinds[customer]!, day, wanted) });
		}
	}
	const bundles = plantBundles(random, orders, wantedBundles, lift, support);
	const delayed = plantDelayed(random, orders, customers, wantedDelayed, lift, support, sampler, kinds);
	orders.sort((a, b) => a.customer - b.customer || a.day - b.day);
	const offsets = new Uint32Array(orders.length + 1);
	orders.forEach(({ items }, order) => (offsets[order + 1] = offsets[order]! + items.size));
	const items = new Uint32Array(offsets[orders.length]!);
	orders.forEach((order, place) => items.set([...order.items], offsets[place]));
	return {
		purchases: { products: names, offsets, items, orderedAt: Float64Array.from(orders, ({ day }) => day * DAY_MS), customers: Float64Array.from(orders, ({ customer }) => customer) },
		kinds,
		bundles: bundles.map(([one, other]) => [names[Math.min(one, other)]!, names[Math.max(one, other)]!]),
		delayed: delayed.map(({ from, to, medianDays }) => ({ from: names[from]!, to: names[to]!, medianDays })),
	};
}

interface Order {
	customer: number;
	day: number;
	items: Set<number>;
}

/** Adds the second product to orders with the first until the pair is so many times as frequent as by chance. */
function plantBundles(random: Random, orders: readonly Order[], wanted: number, lift: [number, number], support: [number, number]): [number, number][] {
	const holding = Array.from({ length: HEAD }, () => [] as number[]);
	orders.forEach(({ items }, order) => items.forEach((item) => item < HEAD && holding[item]!.push(order)));
	const planted: [number, number][] = [];
	const taken = new Set<number>();
	for (let attempts = 0; planted.length < wanted; attempts++) {
		if (attempts > 200_000) throw new Error(`Only ${planted.length} bundles fit into this shop.`);
		const [one, other] = [random.below(HEAD), random.below(HEAD)];
		const key = Math.min(one, other) * HEAD + Math.max(one, other);
		const times = lift[0] + random.next() * (lift[1] - lift[0]);
		const chance = (holding[one]!.length / orders.length) * (holding[other]!.length / orders.length);
		if (one === other || taken.has(key) || chance * times < support[0] || chance * times > support[1]) continue;
		taken.add(key);
		const without = holding[one]!.filter((order) => !orders[order]!.items.has(other));
		const more = Math.round((chance * orders.length * (times - 1)) / (1 - (times * holding[one]!.length) / orders.length));
		for (const order of random.some(without, more)) orders[order]!.items.add(other);
		planted.push([one, other]);
	}
	return planted;
}

/** Lets buyers of the first product come back for the second, until so many more do as by chance. */
function plantDelayed(random: Random, orders: Order[], customers: number, wanted: number, lift: [number, number], support: [number, number], sampler: Sampler, kinds: Uint8Array): { from: number; to: number; medianDays: number }[] {
	const firstDay = Array.from({ length: HEAD }, () => new Map<number, number>());
	const days = Array.from({ length: HEAD }, () => new Map<number, number[]>());
	for (const { customer, day, items } of orders) {
		for (const item of items) {
			if (item >= HEAD) continue;
			firstDay[item]!.set(customer, Math.min(firstDay[item]!.get(customer) ?? DAYS, day));
			const own = days[item]!.get(customer);
			if (own) own.push(day);
			else days[item]!.set(customer, [day]);
		}
	}
	const planted: { from: number; to: number; medianDays: number }[] = [];
	const taken = new Set<number>();
	for (let attempts = 0; planted.length < wanted; attempts++) {
		if (attempts > 20_000) throw new Error(`Only ${planted.length} delayed pairs fit into this shop.`);
		const [from, to] = [random.below(HEAD), random.below(HEAD)];
		if (from === to || taken.has(from * HEAD + to)) continue;
		const followers = [...firstDay[from]!].filter(([customer, start]) => days[to]!.get(customer)?.some((day) => day > start && day - start <= FOLLOW_WITHIN));
		const times = lift[0] + random.next() * (lift[1] - lift[0]);
		const share = (followers.length * times) / customers;
		if (share < support[0] || share > support[1]) continue;
		taken.add(from * HEAD + to);
		const medianDays = 7 + random.below(39);
		const already = new Set(followers.map(([customer]) => customer));
		const others = [...firstDay[from]!].filter(([customer]) => !already.has(customer));
		let left = Math.round(followers.length * (times - 1));
		for (const place of random.some(Array.from(others.keys()), others.length)) {
			if (left === 0) break;
			const [customer, start] = others[place]!;
			const gap = Math.round(medianDays * Math.exp(0.3 * random.normal()));
			if (gap < 1 || gap > FOLLOW_WITHIN) continue;
			// Who would come back after the end is not seen, as with every shop.
			if (start + gap < DAYS) orders.push({ customer, day: start + gap, items: new Set([to, ...sampler.basket(kinds[customer]!, start + gap, 2)]) });
			left--;
		}
		planted.push({ from, to, medianDays });
	}
	return planted;
}

/** Draws products by popularity, season and kind of customer. */
class Sampler {
	private readonly cumulated: Float64Array[] = [];

	constructor(
		private readonly random: Random,
		size: number,
	) {
		const popularity = Float64Array.from({ length: size }, (_, product) => (product < HEAD ? 0.6 + 0.9 * random.next() ** 2 * 2 : (0.35 * 220) / (product - HEAD + 60)));
		const season = Array.from({ length: size }, () => ({ peak: random.next() * DAYS, height: random.next() < 0.5 ? 0.5 + 0.5 * random.next() : 0.1 }));
		const liking = Array.from({ length: KINDS }, () => Float64Array.from({ length: size }, () => Math.exp(0.9 * random.normal())));
		for (let kind = 0; kind < KINDS; kind++) {
			for (let fortnight = 0; fortnight < FORTNIGHTS; fortnight++) {
				let sum = 0;
				this.cumulated.push(popularity.map((one, product) => (sum += one * liking[kind]![product]! * (1 + season[product]!.height * Math.cos((2 * Math.PI * (fortnight * 14 + 7 - season[product]!.peak)) / DAYS)))));
			}
		}
	}

	basket(kind: number, day: number, wanted: number): Set<number> {
		const cumulated = this.cumulated[kind * FORTNIGHTS + Math.min(FORTNIGHTS - 1, Math.floor(day / 14))]!;
		const items = new Set<number>();
		for (let tries = 0; items.size < wanted && tries < wanted * 3; tries++) {
			const at = this.random.next() * cumulated[cumulated.length - 1]!;
			let [low, high] = [0, cumulated.length - 1];
			while (low < high) {
				const middle = (low + high) >>> 1;
				if (cumulated[middle]! > at) high = middle;
				else low = middle + 1;
			}
			items.add(low);
		}
		return items;
	}
}

/** Repeatable draws (mulberry32). */
export class Random {
	constructor(private state: number) {}

	next(): number {
		this.state = (this.state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	below(limit: number): number {
		return Math.floor(this.next() * limit);
	}

	exponential(): number {
		return -Math.log(1 - this.next());
	}

	normal(): number {
		return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
	}

	poisson(mean: number): number {
		const limit = Math.exp(-mean);
		let count = 0;
		for (let product = this.next(); product > limit; product *= this.next()) count++;
		return count;
	}

	/** So many of them, each at most once, in drawn order. */
	some<T>(all: readonly T[], count: number): T[] {
		const left = [...all];
		for (let place = 0; place < Math.min(count, left.length); place++) {
			const other = place + this.below(left.length - place);
			[left[place], left[other]] = [left[other]!, left[place]!];
		}
		return left.slice(0, count);
	}
}
