import { Scratch } from '../core/scratch';
import { Slabs } from '../core/slabs';
import { unpackBucket } from './bucket';
import { DamagedColumns } from './columnBytes';
import { SHAPES } from './columnKinds';
import type { AsOf, Columns, ShopHistory, Whole } from './contract';
import { FAMILIES, type AnyFamily } from './families';
import { computeColumns, type AllColumns, type Computable } from './figureRows';
import { HistoryBuilder } from './history';
import { PreferencePart } from '../preferences/preferencePart';
import type { Listened } from './listened';
import { marksOf, type Marks } from './marks';
import { MarginBuilder, type PieceMargins } from './productMargins';
import { sumOfMargins, type SumOfMargins } from './sumOfMargins';
import { weighingOf } from './weighingOf';

/** Of a history, with a share of what is known of customers. */
const BYTES_PER_ORDER = 20;
const MOST_SLAB = 2 ** 28;

/** A family that learns: what it goes by, and what the round before has learned. */
export interface Lesson {
	family: string;
	settings: object;
	model?: object;
}

/** Packed columns of a bucket; its sales where the catalogue says margins, its events where there are any in the shop. */
export interface PackedColumns {
	orders: Uint8Array;
	sales?: Uint8Array;
	events?: Uint8Array;
}

/** What a bucket says when its history has been made. */
export interface Built {
	customers: number;
	margins: SumOfMargins | null;
	/** Orders by currency, as the texts of the bucket stand. */
	uses: [currency: string, orders: number][];
}

/** A family that has learned all it wants to. */
export type LearnedFamily = Required<Lesson>;

export interface ToCompute {
	families: LearnedFamily[];
	/** null: figures are not kept, and not compared with those that are. */
	listened: Listened | null;
	/** Somebody looks at the figures one by one, with the history they come from. */
	shown: boolean;
}

/** Figures of the customers of one bucket. */
export interface BucketFigures {
	/** The customers' numbers in the store. */
	numbers: Float64Array;
	/** null: figures are neither kept nor shown. */
	columns: AllColumns | null;
	/** Of figures that are kept. */
	marks: Marks | null;
	/** Of figures that are shown. */
	history: ShopHistory | null;
}

/**
 * Some buckets of a shop's customers, in one thread (hands.ts): makes their history as of an instant, says what families want to
 * learn from it, computes the figures. What comes in and goes out is what a structured clone carries.
 */
export class ShopPart {
	private readonly histories = new Map<number, ShopHistory>();
	private readonly tastes: PreferencePart;
	private readonly scratch = { orders: new Scratch(), sales: new Scratch(), events: new Scratch() };
	private memory = new Slabs(0);
	private currency: string | null = null;
	private margins: PieceMargins | undefined;
	private learners: { family: AnyFamily; settings: object }[] = [];
	private families: Computable[] = [];
	/** Figures of buckets that were computed while other families still learned. */
	private readonly computed = new Map<number, Map<string, Partial<Columns>>>();
	private toTell: Omit<ToCompute, 'families'> = { listened: null, shown: false };

	constructor(private readonly asOf: AsOf) {
		this.tastes = new PreferencePart(asOf.at);
	}

	/** Begins from nothing. @param input.currency that amounts are counted in @param input.orders to expect, about @param input.margins where the catalogue says them in this currency @param input.learners families that will be asked for */
	begin({ currency, orders, margins, learners }: { currency: string | null; orders: number; margins?: PieceMargins; learners: readonly Omit<Lesson, 'model'>[] }): void {
		this.currency = currency;
		this.learners = learners.map(({ family, settings }) => ({ family: named(family), settings }));
		this.margins = margins;
		this.histories.clear();
		this.computed.clear();
		this.memory = new Slabs(Math.min(MOST_SLAB, orders * BYTES_PER_ORDER));
	}

	/** @returns null: the columns are damaged */
	build({ bucket, columns }: { bucket: number; columns: PackedColumns }): Built | null {
		try {
			const orders = unpackBucket(columns.orders, SHAPES.orders, this.scratch.orders);
			const sales = columns.sales && unpackBucket(columns.sales, SHAPES.sales, this.scratch.sales);
			const events = columns.events && unpackBucket(columns.events, SHAPES.events, this.scratch.events);
			const size = orders.numbers.length;
			const margins = this.margins && new MarginBuilder(this.margins, this.asOf.day, size);
			const builder = new HistoryBuilder(this.asOf, this.currency, orders.tables.orders.columns.at.length, size, margins, this.memory);
			builder.add(orders, sales);
			const { history, uses } = builder.done();
			const made = { ...history, currency: this.currency, weighing: events && weighingOf(history.orders, events, this.asOf) };
			this.histories.set(bucket, made);
			for (const { family, settings } of this.learners) family.prepare?.(made, this.asOf, settings);
			return { customers: history.orders.numbers.length, uses, margins: history.margins ? sumOfMargins(history.margins) : null };
		} catch (error) {
			if (error instanceof DamagedColumns) return null;
			throw error;
		}
	}

	/** What is left of goods of which the catalogue does not say it: known when all parts have been built. */
	elsewhere({ share }: { share: number }): void {
		for (const [bucket, history] of this.histories) this.histories.set(bucket, { ...history, margins: history.margins && { ...history.margins, elsewhere: share } });
	}

	/** @returns by bucket, what each of the families wants to know of it */
	gather({ round, lessons, whole }: { round: number; lessons: readonly Lesson[]; whole: Whole }): { bucket: number; gathered: object[] }[] {
		return [...this.histories].map(([bucket, history]) => ({
			bucket,
			gathered: lessons.map(({ family, settings, model }) => named(family).rounds[round].gather(history, this.asOf, settings, whole, model)),
		}));
	}

	/** @param input.gathered of all buckets there are, in their order @returns the model */
	learn({ round, lesson: { family, settings, model }, gathered, whole }: { round: number; lesson: Lesson; gathered: readonly object[]; whole: Whole }): object {
		return named(family).rounds[round].learn(gathered, this.asOf, settings, whole, model);
	}

	compute({ families, ...toTell }: ToCompute): void {
		this.families = families.map((one) => ({ ...one, family: named(one.family) }));
		this.toTell = toTell;
	}

	/** Computes of a bucket what can be computed already. */
	computeSome({ bucket, families }: { bucket: number; families: readonly LearnedFamily[] }): void {
		const history = this.histories.get(bucket) as ShopHistory;
		this.computed.set(bucket, new Map(families.map(({ family, model, settings }) => [family, named(family).apply(model, history, this.asOf, settings)])));
	}

	/** Figures of a bucket; its history is let go. */
	figures({ bucket }: { bucket: number }): BucketFigures {
		const computed = this.computed.get(bucket);
		const history = this.letGo(bucket);
		const columns = computeColumns(this.families, history, this.asOf, computed);
		const numbers = history.orders.numbers.slice();
		const { listened, shown } = this.toTell;
		return { numbers, columns: listened || shown ? columns : null, marks: listened && marksOf(columns, numbers.length, listened), history: shown ? history : null };
	}

	/** Lets another part have a bucket. */
	give({ bucket }: { bucket: number }): ShopHistory {
		return this.letGo(bucket);
	}

	take({ bucket, history }: { bucket: number; history: ShopHistory }): void {
		this.histories.set(bucket, history);
	}

	/** Preferences come last: what was held for other figures is let go. */
	beginPreferences(asked: Parameters<PreferencePart['begin']>[0]): void {
		this.histories.clear();
		this.computed.clear();
		this.memory = new Slabs(0);
		this.tastes.begin(asked);
	}

	openPreferences(input: Parameters<PreferencePart['open']>[0]): ReturnType<PreferencePart['open']> {
		return this.tastes.open(input);
	}

	learnPreferences(input: Parameters<PreferencePart['learn']>[0]): ReturnType<PreferencePart['learn']> {
		return this.tastes.learn(input);
	}

	knownPreferences(input: Parameters<PreferencePart['known']>[0]): void {
		this.tastes.known(input);
	}

	preferences(input: Parameters<PreferencePart['preferences']>[0]): ReturnType<PreferencePart['preferences']> {
		return this.tastes.preferences(input);
	}

	private letGo(bucket: number): ShopHistory {
		const history = this.histories.get(bucket) as ShopHistory;
		this.histories.delete(bucket);
		this.computed.delete(bucket);
		return history;
	}
}

const named = (name: string): AnyFamily => FAMILIES.find((family) => family.name === name) as AnyFamily;
