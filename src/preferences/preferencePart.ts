import { unpackBucket } from '../features/bucket';
import { DamagedColumns } from '../features/columnBytes';
import { SHAPES } from '../features/columnKinds';
import type { Columns } from '../features/contract';
import { PRICE_TIERS, type PreferenceModel, type Preferences } from './contract';
import { aboutOf, type AboutCustomers } from './aboutCustomers';
import { FactsOfColumns, type Asked } from './factsOfColumns';
import { PreferenceLearner, preferencesOf, type LearnedOfSome } from './preferenceModel';

/** Packed columns of a bucket. */
export interface PackedTastes {
	orders: Uint8Array;
	/** Where products have categories. */
	sales?: Uint8Array;
	/** Where there are events. */
	deeds?: Uint8Array;
}

/** What has to be asked about the customers of a bucket. */
export interface OpenedTastes {
	numbers: Float64Array;
	/** Who did anything lately, and who of them answered a message. */
	active: number[];
	answering: number[];
}

export interface BucketPreferences {
	numbers: Float64Array;
	columns: Columns<keyof Preferences>;
}

/** Preferences of some buckets of a shop's customers, in one thread (hands.ts), a bucket at a time. What comes in and goes out is what a structured clone carries. */
export class PreferencePart {
	private readonly opened = new Map<number, { facts: FactsOfColumns; active: number[] }>();
	private asked: Asked;
	private model: PreferenceModel | undefined;

	constructor(at: number) {
		this.asked = { at, currency: null, categories: new Map() };
	}

	begin(asked: Omit<Asked, 'at'>): void {
		this.asked = { ...asked, at: this.asked.at };
		this.opened.clear();
	}

	/** @returns null: the columns are damaged */
	open({ bucket, columns: { orders, sales, deeds } }: { bucket: number; columns: PackedTastes }): OpenedTastes | null {
		try {
			const bought = unpackBucket(orders, SHAPES.orders);
			const facts = new FactsOfColumns(bought.numbers, { orders: bought, sales: sales && unpackBucket(sales, SHAPES.sales), deeds: deeds && unpackBucket(deeds, SHAPES.deeds) }, this.asked);
			const who = facts.active();
			this.opened.set(bucket, { facts, active: who.active });
			return { numbers: bought.numbers.slice(), ...who };
		} catch (error) {
			if (error instanceof DamagedColumns) return null;
			throw error;
		}
	}

	/** @param input.about of everybody's messages */
	learn({ bucket, about }: { bucket: number; about: AboutCustomers }): LearnedOfSome {
		const { facts, active } = this.close(bucket);
		const learner = new PreferenceLearner(this.asked.at);
		for (const one of facts.all(aboutOf(active, about))) learner.add(one);
		return learner.learnedOfSome();
	}

	known({ model }: { model: PreferenceModel }): void {
		this.model = model;
	}

	/** @param input.about of the messages of those who answer */
	preferences({ bucket, about }: { bucket: number; about: AboutCustomers }): BucketPreferences {
		const { facts, active } = this.close(bucket);
		const columns = new PreferenceColumns(facts.numbers.length);
		let place = 0;
		for (const one of facts.all(aboutOf(active, about))) columns.put(place++, preferencesOf(this.model as PreferenceModel, one, this.asked.at));
		return { numbers: facts.numbers.slice(), columns: columns.done() };
	}

	private close(bucket: number): { facts: FactsOfColumns; active: number[] } {
		const found = this.opened.get(bucket) as { facts: FactsOfColumns; active: number[] };
		this.opened.delete(bucket);
		return found;
	}
}

/** Preferences of customers as columns of figures. */
class PreferenceColumns {
	private readonly tiers: Uint8Array;
	private readonly categories: Words;
	private readonly channels: Words;
	private readonly engagement: Float64Array;
	private readonly hours: Float64Array;
	private readonly views: Float64Array;

	constructor(size: number) {
		this.tiers = new Uint8Array(size);
		[this.categories, this.channels] = [new Words(size), new Words(size)];
		[this.engagement, this.hours, this.views] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
	}

	put(place: number, { price_tier, favourite_category, engagement, best_hour, best_channel, views_30d }: Preferences): void {
		this.tiers[place] = price_tier === null ? 0 : 1 + PRICE_TIERS.indexOf(price_tier);
		this.categories.put(place, favourite_category);
		this.channels.put(place, best_channel);
		this.engagement[place] = engagement ?? Number.NaN;
		this.hours[place] = best_hour ?? Number.NaN;
		this.views[place] = views_30d ?? Number.NaN;
	}

	done(): Columns<keyof Preferences> {
		return {
			price_tier: { labels: [null, ...PRICE_TIERS], codes: this.tiers },
			favourite_category: { labels: this.categories.labels, codes: this.categories.codes },
			engagement: { numbers: this.engagement },
			best_hour: { numbers: this.hours },
			best_channel: { labels: this.channels.labels, codes: this.channels.codes },
			views_30d: { numbers: this.views },
		};
	}
}

/** A column of words. */
class Words {
	readonly labels: (string | null)[] = [null];
	readonly codes: Uint32Array;
	private readonly places = new Map<string | null, number>([[null, 0]]);

	constructor(size: number) {
		this.codes = new Uint32Array(size);
	}

	put(place: number, word: string | null): void {
		let code = this.places.get(word);
		if (code === undefined) this.places.set(word, (code = this.labels.push(word) - 1));
		this.codes[place] = code;
	}
}
