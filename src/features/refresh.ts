import { ZoneClock } from '../policy/zoneClock';
import { refreshGoods } from '../goods/refreshGoods';
import { refreshPreferences } from '../preferences/refreshPreferences';
import type { Store } from '../store/Store';
import { valueFamily } from '../value/valueFamily';
import type { WorthSettings } from '../value/worthSettings';
import type { ColumnKindName } from './columnKinds';
import { asOf as instantOf, type AsOf, type ShopHistory, type Whole } from './contract';
import { FAMILIES, type AnyFamily } from './families';
import { driftedRowAt, rowAt, type AllColumns } from './figureRows';
import { Hands, threadsFor, type ColumnSource, type Learner } from './hands';
import type { Marks } from './marks';
import type { FittedFamily } from './models';
import { outdatedRows } from './outdatedRows';
import { RefreshColumns } from './refreshColumns';
import { LEASE_MS, type BegunRefresh, type RefreshProgress } from './refreshState';
import { allMargins, marginsIn } from './shopMargins';
import { updateOutdated } from './updateOutdated';

export interface RefreshOptions {
	/** Names this refresh among others; one with the same name goes on. */
	owner: string;
	/** Nothing is done when the figures were refreshed since this instant. */
	unlessSinceMs?: number;
	/** A past instant: figures are computed and not kept. */
	at?: number;
	/** Only these, without preferences and what is bought again; default: all. What is kept for a shop is computed by all of them. */
	families?: readonly AnyFamily[];
	/** In a shop of more customers, figures that only drift are written in turns, each customer's once a week (outdatedRows.ts). */
	dailyUpTo?: number;
	/** Threads that compute at the same time, this one among them; default: by the size of the shop and the processors there are. What comes out is the same. */
	threads?: number;
	/** Where `threads` does not say: processors that are left to others; default: none. */
	leaveFree?: number;
	/** Called while it works; at most a few times a second. */
	onProgress?: (progress: RefreshProgress) => void;
	/** Is given the figures of customers in the order of their numbers, part by part. */
	onFigures?: (figures: Figures) => void | Promise<void>;
}

/** Figures of the customers whose places are those of `history`. */
export interface Figures {
	history: ShopHistory;
	asOf: AsOf;
	columns: AllColumns;
	families: readonly FittedFamily[];
}

export interface Refreshed {
	/** `busy`: another process refreshes, or the figures are fresh enough; nothing was done. */
	result: 'refreshed' | 'busy';
	asOf: number;
	zone: string;
	currency: string | null;
	customers: number;
	/** Rows that were written because they are other than before. */
	written: number;
	/** Customers whose preferences are other than before. */
	preferences: number;
	families: readonly FittedFamily[];
}

/** Rows in one transaction: short enough that nobody else waits. */
const PAGE = 1_000;
const DAILY_UP_TO = 20_000;

/**
 * Computes the figures of all customers: brings the columns up to date, reads them, fits the models to the shop, applies them
 * to everybody, writes the rows that changed. May be ended at any point and begun again. It computes much: inside n8n it runs
 * in a thread of its own (refreshThread.ts).
 * @throws JourneyError `store_unavailable`
 */
export async function refresh(store: Store, options: RefreshOptions): Promise<Refreshed> {
	const { owner } = options;
	const begun = await store.run('figures.begin', { owner, unlessSinceMs: options.unlessSinceMs });
	const at = options.at ?? begun.now;
	if (!begun.taken) return { result: 'busy', asOf: at, zone: begun.zone, currency: begun.currency, customers: 0, written: 0, preferences: 0, families: [] };
	const run = new Refresh(store, options, begun, at);
	try {
		const refreshed = await run.run();
		// Figures of a past instant are not kept, but the columns are.
		await store.run('figures.end', { owner, result: options.at === undefined ? { asOf: at, currency: refreshed.currency } : null, mark: begun.mark });
		return refreshed;
	} catch (error) {
		await store.run('figures.end', { owner, result: null, mark: null }).catch(() => undefined);
		throw error;
	}
}

class Refresh {
	private readonly asOf: AsOf;
	private readonly columns: RefreshColumns;
	private signAt = 0;
	/** Drifting figures are written in turns. */
	private drifts = false;

	constructor(
		private readonly store: Store,
		private readonly options: RefreshOptions,
		private readonly begun: BegunRefresh,
		at: number,
	) {
		this.asOf = instantOf(at, ZoneClock.of(begun.zone) as ZoneClock);
		this.columns = new RefreshColumns(store);
	}

	async run(): Promise<Refreshed> {
		const hands = new Hands(this.options.threads ?? threadsFor(this.begun.mark.orders, this.options.leaveFree), this.asOf);
		try {
			return await this.runWith(hands);
		} finally {
			await hands.close();
		}
	}

	private async runWith(hands: Hands): Promise<Refreshed> {
		const buckets = await this.bringUpToDate('orders');
		if (this.hasEvents) await this.bringUpToDate('events');
		if (this.hasEvents && this.isWhole) await this.bringUpToDate('deeds');
		const settings = await this.store.run('figures.settings', {});
		const learners = (this.options.families ?? FAMILIES).map((family) => ({ family, settings: settings[family.name] }));
		const whole = await this.makeHistory(hands, buckets, settings[valueFamily.name] as WorthSettings, learners);
		const families = await this.fit(hands, whole, learners);
		const baseline = this.options.at === undefined ? await this.saveModels(families) : [];
		const written = await this.compute(hands, whole, families, baseline);
		const preferences = this.isWhole ? await this.preferences(hands, buckets, whole) : 0;
		if (this.isWhole) await this.goods(whole);
		return { result: 'refreshed', asOf: this.asOf.at, zone: this.begun.zone, currency: whole.currency, customers: whole.customers, written, preferences, families };
	}

	/** All figures are computed, to be kept. */
	private get isWhole(): boolean {
		return this.options.at === undefined && this.options.families === undefined;
	}

	private get hasEvents(): boolean {
		return this.begun.mark.events > 0;
	}

	/** @returns how many buckets there are */
	private async bringUpToDate(kind: ColumnKindName): Promise<number> {
		return await updateOutdated(this.store, kind, this.begun.after, async (done, total) => await this.report({ phase: 'columns', done, total }));
	}

	private async makeHistory(hands: Hands, buckets: number, worth: WorthSettings, learners: readonly Learner[]): Promise<Whole> {
		const said = await allMargins(this.store);
		for (let currency = this.begun.currency ?? (await this.columns.firstCurrency(buckets)); ; ) {
			const margins = marginsIn(said, currency);
			if (margins) await this.columns.buildSales(async (done, total) => await this.report({ phase: 'columns', done, total }));
			await this.report({ phase: 'history', done: 0, total: buckets });
			const source: ColumnSource = {
				buckets, orders: this.begun.mark.orders, currency, margins,
				read: async (bucket) => ({ orders: await this.columns.read('orders', bucket), sales: margins && (await this.columns.read('sales', bucket)), events: this.hasEvents ? await this.columns.read('events', bucket) : undefined }),
				repair: async (bucket) => {
					await this.columns.repair('orders', bucket);
					if (margins) await this.columns.repair('sales', bucket);
					if (this.hasEvents) await this.columns.repair('events', bucket);
				},
			};
			const { whole, mainCurrency } = await hands.build(source, worth, learners, async (done) => await this.report({ phase: 'history', done, total: buckets }));
			if (currency === mainCurrency) return whole;
			currency = mainCurrency ?? (await this.columns.firstCurrency(buckets));
		}
	}

	private async fit(hands: Hands, whole: Whole, learners: readonly Learner[]): Promise<FittedFamily[]> {
		await this.report({ phase: 'models', done: 0, total: learners.length });
		const models = await hands.learn(learners, whole, async (done) => await this.report({ phase: 'models', done, total: learners.length }));
		return learners.map((learner, place) => ({ ...learner, learnedAt: this.asOf.at, model: models[place] }));
	}

	private async saveModels(families: readonly FittedFamily[]): Promise<string[]> {
		const models = families.map(({ family, model, settings }) => ({ name: family.name, model, settings, way: family.way?.(model) }));
		return (await this.store.run('figures.saveModels', { asOf: this.asOf.at, models })).baseline;
	}

	/** @returns how many rows were written */
	private async compute(hands: Hands, { customers, currency }: Whole, families: readonly FittedFamily[], baseline: string[]): Promise<number> {
		const { onFigures } = this.options;
		const isKept = this.options.at === undefined;
		this.drifts = customers > (this.options.dailyUpTo ?? DAILY_UP_TO);
		const listened = isKept ? await this.store.run('figures.listened', {}) : null;
		let [written, done] = [0, 0];
		await this.report({ phase: 'figures', done, total: customers });
		await hands.compute({ families: families.map(({ family, settings, model }) => ({ family: family.name, settings, model })), listened, shown: onFigures !== undefined }, async (bucket, { numbers, columns, marks, history }) => {
			if (columns && history) await onFigures?.({ history: { ...history, currency }, asOf: this.asOf, columns, families });
			if (columns && marks) written += await this.save(bucket, { numbers, columns, marks }, baseline);
			await this.report({ phase: 'figures', done: (done += numbers.length), total: customers });
		});
		return written;
	}

	/** Rows of all customers are there by now. */
	private async preferences(hands: Hands, buckets: number, { currency }: Whole): Promise<number> {
		const { columns, hasEvents } = this;
		return await refreshPreferences(this.store, { owner: this.options.owner, at: this.asOf.at, currency, buckets, hasEvents, columns, hands, onProgress: async (done, total) => await this.report({ phase: 'preferences', done, total }) });
	}

	/** Models only: what is known of a customer with a product is computed when somebody asks. */
	private async goods({ customers }: Whole): Promise<void> {
		await refreshGoods(this.store, { owner: this.options.owner, asOf: this.asOf, customers, onProgress: async (done, total) => await this.report({ phase: 'goods', done, total }) });
	}

	private async save(bucket: number, { numbers, columns, marks }: { numbers: Float64Array; columns: AllColumns; marks: Marks }, baseline: string[]): Promise<number> {
		const { owner } = this.options;
		const { standing, drifted, written } = outdatedRows(numbers, marks, await this.columns.writtenBefore(bucket), this.asOf.day, this.drifts);
		if (written === null) return 0;
		for (let first = 0; first < standing.length; first += PAGE) {
			const rows = standing.slice(first, first + PAGE).map((place) => rowAt(columns, place, numbers[place], this.asOf.at));
			await this.store.run('figures.save', { owner, rows, baseline });
		}
		if (drifted.length > 0) await this.store.run('figures.saveDrifted', { owner, rows: drifted.map((place) => driftedRowAt(columns, place, numbers[place], this.asOf.at)) });
		await this.store.run('figures.markWritten', { owner, bucket, numbers, written });
		return standing.length + drifted.length;
	}

	/** A sign of life from time to time, and news for who waits. */
	private async report(progress: RefreshProgress): Promise<void> {
		const { onProgress, owner } = this.options;
		onProgress?.(progress);
		const nowMs = performance.now();
		if (nowMs - this.signAt < LEASE_MS / 12 && this.signAt > 0) return;
		this.signAt = nowMs;
		await this.store.run('figures.keep', { owner, progress });
	}
}
