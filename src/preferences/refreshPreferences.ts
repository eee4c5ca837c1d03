import { BUCKET_SIZE } from '../features/bucket';
import type { Hand } from '../features/hand';
import type { Hands } from '../features/hands';
import { valueAt } from '../features/figureRows';
import type { RefreshColumns } from '../features/refreshColumns';
import { PREFERENCE_TYPES, type KeptPreferences } from '../store/plans/preferencePlans';
import type { Store } from '../store/Store';
import type { PreferenceFacts, PreferenceModel, Preferences } from './contract';
import type { AboutCustomers } from './aboutCustomers';
import { categoriesBy } from './facts';
import { PreferenceLearner, PREFERENCES } from './preferenceModel';
import type { BucketPreferences, OpenedTastes, PackedTastes } from './preferencePart';
import { isOther } from './savePreferences';

/** Customers in one transaction: short enough that nobody else waits. */
const PAGE = 1_000;
/** More customers teach no more about a shop. */
const LEARNED_CUSTOMERS = 100_000;
const NAMES = Object.keys(PREFERENCE_TYPES) as (keyof Preferences)[];

export interface PreferenceRefresh {
	/** Holds the lease of the refresh. */
	owner: string;
	/** UTC milliseconds */
	at: number;
	currency: string | null;
	/** Buckets of customers there are. */
	buckets: number;
	/** The shop tells of anything that customers do besides orders. */
	hasEvents: boolean;
	columns: RefreshColumns;
	hands: Hands;
	onProgress: (done: number, total: number) => Promise<void>;
}

/**
 * Learns of the shop what preferences are measured against, then writes those of everybody that changed: the last part of a
 * refresh, out of the kept columns, bucket by bucket, under its lease. @returns how many customers' preferences were written
 */
export async function refreshPreferences(store: Store, refresh: PreferenceRefresh): Promise<number> {
	return await new PreferencesOfAll(store, refresh).run();
}

/**
 * Learns of the shop what preferences are measured against as of a past instant, and keeps nothing: out of the rows, since the
 * columns of what customers do reach no further back than a refresh looks.
 * @param input.onProgress is told of how many customers so far
 */
export async function learnPreferences(store: Store, { at, currency, onProgress }: Pick<PreferenceRefresh, 'at' | 'currency'> & { onProgress: (looked: number) => Promise<void> }): Promise<PreferenceModel> {
	const learner = new PreferenceLearner(at);
	const { buckets } = await store.run('figures.missingColumns', { kind: 'sales' });
	let looked = 0;
	await onProgress(looked);
	for (const bucket of learnedOf(buckets)) {
		for (let after: number | null = bucket * BUCKET_SIZE - 1; after !== null; ) {
			const { facts, next }: { facts: PreferenceFacts[]; next: number | null } = await store.run('preferences.facts', { after, last: (bucket + 1) * BUCKET_SIZE - 1, limit: PAGE, at, currency });
			facts.forEach((one) => learner.add(one));
			await onProgress((looked += facts.length));
			after = next;
		}
	}
	return learner.learned();
}

/** In a large shop every so many-th bucket is learned from, so that old and new customers both are. */
function learnedOf(buckets: number): number[] {
	const stride = Math.max(1, Math.floor((buckets * BUCKET_SIZE) / LEARNED_CUSTOMERS));
	return Array.from({ length: buckets }, (_, bucket) => bucket).filter((bucket) => bucket % stride === 0);
}

class PreferencesOfAll {
	private sold = false;
	/** What learning has asked about customers and applying asks again. */
	private readonly known = new Map<number, AboutCustomers>();
	private done = 0;
	private total = 0;

	constructor(
		private readonly store: Store,
		private readonly refresh: PreferenceRefresh,
	) {}

	async run(): Promise<number> {
		const { buckets, currency, hands, at, onProgress, columns } = this.refresh;
		await onProgress(0, 2 * buckets);
		const categories = currency === null ? new Map<string, string>() : await this.categories();
		// Where no product has a category, purchases say nothing of preferences.
		this.sold = categories.size > 0;
		// Lets go of what was held for other figures: building columns takes memory of its own.
		await hands.everybody(async (hand) => await hand.ask('beginPreferences', { currency, categories }));
		if (this.sold) await columns.buildSales(onProgress);
		const learned = learnedOf(buckets);
		this.total = learned.length + buckets;
		const learner = new PreferenceLearner(at);
		await hands.share(learned, async (hand, bucket) => learner.take(await this.learn(hand, bucket)));
		const model = learner.learned();
		await this.store.run('figures.saveModels', { asOf: at, models: [{ name: PREFERENCES, model, settings: {}, way: String(currency) }] });
		return await this.apply(model, Array.from({ length: buckets }, (_, bucket) => bucket));
	}

	private async learn(hand: Hand, bucket: number) {
		const { numbers, active, answering } = await this.open(hand, bucket);
		const about = await this.store.run('preferences.about', { active, sentTo: Array.from(numbers), at: this.refresh.at });
		const answers = new Set(answering);
		this.known.set(bucket, { ...about, sent: about.sent.filter(({ customer_id }) => answers.has(customer_id)) });
		const found = await hand.ask('learnPreferences', { bucket, about });
		await this.step();
		return found;
	}

	private async apply(model: PreferenceModel, all: readonly number[]): Promise<number> {
		const { hands, at } = this.refresh;
		let written = 0;
		await hands.everybody(async (hand) => await hand.ask('knownPreferences', { model }));
		await hands.share(all, async (hand, bucket) => {
			const { active, answering } = await this.open(hand, bucket);
			const about = this.known.get(bucket) ?? (await this.store.run('preferences.about', { active, sentTo: answering, at }));
			this.known.delete(bucket);
			// Others add to it while this one waits.
			const saved = await this.save(bucket, await hand.ask('preferences', { bucket, about }));
			written += saved;
			await this.step();
		});
		return written;
	}

	private async open(hand: Hand, bucket: number): Promise<OpenedTastes> {
		const { columns } = this.refresh;
		for (let attempt = 0; ; attempt++) {
			const packed: PackedTastes = { orders: await columns.read('orders', bucket), sales: this.sold ? await columns.read('sales', bucket) : undefined, deeds: this.refresh.hasEvents ? await columns.read('deeds', bucket) : undefined };
			const opened = await hand.ask('openPreferences', { bucket, columns: packed });
			if (opened) return opened;
			if (attempt > 2) throw new Error(`Columns of bucket ${bucket} are damaged again and again`);
			await columns.repair('orders', bucket);
			if (this.sold) await columns.repair('sales', bucket);
			if (this.refresh.hasEvents) await columns.repair('deeds', bucket);
		}
	}

	private async save(bucket: number, { numbers, columns }: BucketPreferences): Promise<number> {
		const { owner, at } = this.refresh;
		const range = { first: bucket * BUCKET_SIZE, last: (bucket + 1) * BUCKET_SIZE - 1 };
		const { rows: kept, filledIn } = await this.store.run('preferences.kept', range);
		const changed: KeptPreferences[] = [];
		for (let [place, row] = [0, 0]; place < numbers.length; place++) {
			while (row < kept.length && kept[row].customer_id < numbers[place]) row++;
			if (kept[row]?.customer_id !== numbers[place]) continue;
			const now = Object.fromEntries(NAMES.map((name) => [name, valueAt(columns[name], place, PREFERENCE_TYPES[name] === 'bigint')])) as unknown as Preferences;
			if (isOther(kept[row], now)) changed.push({ ...now, customer_id: numbers[place] });
		}
		let written = 0;
		for (let first = 0; first < changed.length; first += PAGE) written += (await this.store.run('preferences.save', { owner, at, rows: changed.slice(first, first + PAGE) })).written;
		if (filledIn) await this.store.run('preferences.settle', { owner, ...range });
		return written;
	}

	private async categories(): Promise<Map<string, string>> {
		const found = new Map<string, string>();
		for (let after: string | null = ''; after !== null; ) {
			const { rows, next }: { rows: { product_id: string; category: string | null }[]; next: string | null } = await this.store.run('preferences.categories', { after });
			for (const [product, category] of categoriesBy(rows)) found.set(product, category);
			after = next;
		}
		return found;
	}

	private async step(): Promise<void> {
		await this.refresh.onProgress(++this.done, this.total);
	}
}
