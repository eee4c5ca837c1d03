import { ZoneClock } from '../policy/zoneClock';
import { refreshGoods } from '../goods/refreshGoods';
import { refreshPreferences } from '../preferences/refreshPreferences';
import type { Store } from '../store/Store';
import { valueFamily } from '../value/valueFamily';
import type { WorthSettings } from '../value/worthSettings';
import { BUCKET_SIZE, emptyBucket, unpackBucket, type Bucket } from './bucket';
import { DamagedColumns } from './columnBytes';
import { SHAPES, WRITTEN, type ColumnKindName } from './columnKinds';
import { asOf as instantOf, partOfHistory, type AsOf, type ShopHistory } from './contract';
import { FAMILIES, type AnyFamily } from './families';
import { computeColumns, driftedRowAt, rowAt, type AllColumns } from './figureRows';
import { HistoryBuilder } from './history';
import type { Listened } from './listened';
import { marksOf } from './marks';
import type { FittedFamily } from './models';
import { MarginBuilder } from './productMargins';
import { allMargins, marginsIn, withElsewhere } from './shopMargins';
import { updateOutdated } from './updateOutdated';
import { outdatedRows } from './outdatedRows';
import { LEASE_MS, type BegunRefresh, type RefreshProgress } from './refreshState';

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
	private signAt = 0;
	private listenedTo: Listened | undefined;
	/** Drifting figures are written in turns. */
	private drifts = false;

	constructor(
		private readonly store: Store,
		private readonly options: RefreshOptions,
		private readonly begun: BegunRefresh,
		at: number,
	) {
		this.asOf = instantOf(at, ZoneClock.of(begun.zone) as ZoneClock);
	}

	async run(): Promise<Refreshed> {
		const buckets = await this.bringUpToDate('orders');
		const settings = await this.store.run('figures.settings', {});
		const read = await this.readHistory(buckets);
		const history = { ...read, margins: read.margins && withElsewhere(read.margins, settings[valueFamily.name] as WorthSettings) };
		const families = await this.fit(history, settings);
		const baseline = this.options.at === undefined ? await this.saveModels(families) : [];
		const written = await this.apply(history, families, baseline);
		const isWhole = this.options.at === undefined && this.options.families === undefined;
		const preferences = isWhole ? await this.preferences(history) : 0;
		if (isWhole) await this.goods(history);
		return { result: 'refreshed', asOf: this.asOf.at, zone: this.begun.zone, currency: history.currency, customers: history.orders.numbers.length, written, preferences, families };
	}

	/** @returns how many buckets there are */
	private async bringUpToDate(kind: ColumnKindName): Promise<number> {
		return await updateOutdated(this.store, kind, this.begun.after, async (done, total) => await this.report({ phase: 'columns', done, total }));
	}

	private async readHistory(buckets: number): Promise<ShopHistory> {
		const said = await allMargins(this.store);
		for (let currency = this.begun.currency; ; ) {
			const margins = marginsIn(said, currency);
			if (margins) await this.buildSales();
			const builder = new HistoryBuilder(this.asOf, currency, this.begun.mark.orders, buckets * BUCKET_SIZE, margins && new MarginBuilder(margins, this.asOf.day, buckets * BUCKET_SIZE));
			for (let bucket = 0; bucket < buckets; bucket++) {
				await this.report({ phase: 'history', done: bucket, total: buckets });
				builder.add(await this.read('orders', bucket), margins && (await this.read('sales', bucket)));
			}
			const { history, mainCurrency } = builder.done();
			// Margins are said in a currency: which one counts has to be known first.
			if (history.currency === mainCurrency && (said.length === 0 || currency === mainCurrency)) return history;
			currency = mainCurrency;
		}
	}

	/** What was sold is kept as columns only where the catalogue says what is left of it. */
	private async buildSales(): Promise<void> {
		const { buckets: total, missing } = await this.store.run('figures.missingColumns', { kind: 'sales' });
		for (const bucket of missing) {
			await this.report({ phase: 'columns', done: total - missing.length, total });
			await this.store.run('figures.buildColumns', { kind: 'sales', bucket });
		}
	}

	private async read(kind: ColumnKindName | 'sales', bucket: number): Promise<Bucket> {
		for (let attempt = 0; ; attempt++) {
			const { body } = await this.store.run('figures.readColumns', { kind, bucket });
			if (body) return unpackBucket(body, SHAPES[kind]);
			if (attempt > 2) throw new Error(`Columns of bucket ${bucket} are damaged again and again`);
			if (kind === 'sales') await this.store.run('figures.buildColumns', { kind, bucket });
			else await this.store.run('figures.updateColumns', { kind, bucket, ids: null });
		}
	}

	private async fit(history: ShopHistory, settings: Readonly<Record<string, object>>): Promise<FittedFamily[]> {
		const fitted: FittedFamily[] = [];
		const families = this.options.families ?? FAMILIES;
		for (const [done, family] of families.entries()) {
			await this.report({ phase: 'models', done, total: families.length });
			fitted.push({ family, learnedAt: this.asOf.at, settings: settings[family.name], model: family.fit(history, this.asOf, settings[family.name]) });
		}
		return fitted;
	}

	private async saveModels(families: readonly FittedFamily[]): Promise<string[]> {
		const models = families.map(({ family, model, settings }) => ({ name: family.name, model, settings }));
		return (await this.store.run('figures.saveModels', { asOf: this.asOf.at, models })).baseline;
	}

	/** @returns how many rows were written */
	private async apply(history: ShopHistory, families: readonly FittedFamily[], baseline: string[]): Promise<number> {
		const { numbers } = history.orders;
		this.drifts = numbers.length > (this.options.dailyUpTo ?? DAILY_UP_TO);
		let written = 0;
		for (let first = 0; first < numbers.length; ) {
			const bucket = Math.floor(numbers[first] / BUCKET_SIZE);
			const end = placeAfter(numbers, first, (bucket + 1) * BUCKET_SIZE - 1);
			const part = partOfHistory(history, first, end);
			const columns = computeColumns(families, part, this.asOf);
			await this.options.onFigures?.({ history: part, asOf: this.asOf, columns, families });
			if (this.options.at === undefined) written += await this.save(bucket, part, columns, baseline);
			await this.report({ phase: 'figures', done: end, total: numbers.length });
			first = end;
		}
		return written;
	}

	/** They are read from what was bought and done, not from the columns; rows of all customers are there by now. */
	private async preferences({ orders, currency }: ShopHistory): Promise<number> {
		return await refreshPreferences(this.store, { owner: this.options.owner, at: this.asOf.at, currency, customers: orders.numbers.length, onProgress: async (done, total) => await this.report({ phase: 'preferences', done, total }) });
	}

	/** Models only: what is known of a customer with a product is computed when somebody asks. */
	private async goods({ orders }: ShopHistory): Promise<void> {
		await refreshGoods(this.store, { owner: this.options.owner, asOf: this.asOf, customers: orders.numbers.length, onProgress: async (done, total) => await this.report({ phase: 'goods', done, total }) });
	}

	private async save(bucket: number, part: ShopHistory, columns: AllColumns, baseline: string[]): Promise<number> {
		const { owner } = this.options;
		const { numbers } = part.orders;
		const marks = marksOf(columns, numbers.length, await this.listened());
		const { standing, drifted, written } = outdatedRows(numbers, marks, await this.writtenBefore(bucket), this.asOf.day, this.drifts);
		if (written === null) return 0;
		for (let first = 0; first < standing.length; first += PAGE) {
			const rows = standing.slice(first, first + PAGE).map((place) => rowAt(columns, place, numbers[place], this.asOf.at));
			await this.store.run('figures.save', { owner, rows, baseline });
		}
		if (drifted.length > 0) await this.store.run('figures.saveDrifted', { owner, rows: drifted.map((place) => driftedRowAt(columns, place, numbers[place], this.asOf.at)) });
		await this.store.run('figures.markWritten', { owner, bucket, numbers: numbers.slice(), written });
		return standing.length + drifted.length;
	}

	private async listened(): Promise<Listened> {
		return (this.listenedTo ??= await this.store.run('figures.listened', {}));
	}

	private async writtenBefore(bucket: number): Promise<Bucket> {
		const { body } = await this.store.run('figures.readColumns', { kind: 'written', bucket });
		try {
			return body ? unpackBucket(body, WRITTEN) : emptyBucket(WRITTEN);
		} catch (error) {
			if (error instanceof DamagedColumns) return emptyBucket(WRITTEN);
			throw error;
		}
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

function placeAfter(numbers: Float64Array, first: number, last: number): number {
	let [from, to] = [first, numbers.length];
	while (from < to) {
		const middle = (from + to) >>> 1;
		if (numbers[middle] <= last) from = middle + 1;
		else to = middle;
	}
	return from;
}
