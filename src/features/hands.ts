import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { WorthSettings } from '../value/worthSettings';
import type { AsOf, ShopHistory, Whole } from './contract';
import type { AnyFamily } from './families';
import { OwnHand, ThreadHand, type Hand } from './hand';
import { HistoryBuilder, mainCurrency } from './history';
import { InOrder } from './inOrder';
import type { PieceMargins } from './productMargins';
import type { BucketFigures, Built, LearnedFamily, Lesson, PackedColumns, ToCompute } from './shopPart';
import { elsewhereOf, type SumOfMargins } from './sumOfMargins';

/** More threads would wait for the one that reads the store. */
const MOST_THREADS = 4;
/** With fewer orders each, threads cost more than they bring. */
const ORDERS_PER_THREAD = 1_000_000;
/** Buckets whose figures wait for those before them. */
const AHEAD = 16;

/**
 * @param orders in the shop, about @param leaveFree processors for whoever else works on this machine
 * @returns how many threads compute it soonest
 */
export function threadsFor(orders: number, leaveFree = 0, processors = availableParallelism()): number {
	return Math.max(1, Math.min(MOST_THREADS, processors - leaveFree, Math.floor(orders / ORDERS_PER_THREAD)));
}

/** Where the packed columns of orders come from. */
export interface ColumnSource {
	buckets: number;
	/** About so many. */
	orders: number;
	/** Amounts are counted in it. */
	currency: string | null;
	/** Where the catalogue says them in this currency. */
	margins?: PieceMargins;
	read(bucket: number): Promise<PackedColumns>;
	/** Builds a damaged bucket anew from the rows. */
	repair(bucket: number): Promise<void>;
}

/** A family that is learned by all hands. */
export interface Learner {
	family: AnyFamily;
	settings: object;
}

/**
 * Threads that share the customers of a shop, bucket by bucket: each makes the history of its buckets, is asked what families
 * want to learn, and computes figures. This thread reads the store and has a part of its own. What comes out does not depend on
 * how many there are or who does what.
 */
export class Hands {
	private readonly all: Hand[];
	/** Buckets that each holds, ascending. */
	private held = new Map<Hand, number[]>();
	/** Buckets of which some figures have been computed. */
	private readonly begun = new Set<number>();
	private buckets = 0;
	private closed = false;

	/** @param threads this one among them; one alone where this is not compiled */
	constructor(threads: number, private readonly asOf: AsOf) {
		// Threads load JavaScript, and what they are asked has to be what they understand: the file beside this one or none.
		const file = join(__dirname, 'shopPartWorker.js');
		const others = threads > 1 && existsSync(file) ? threads - 1 : 0;
		this.all = [new OwnHand(asOf), ...Array.from({ length: others }, () => new ThreadHand(file, asOf))];
	}

	async close(): Promise<void> {
		this.closed = true;
		await Promise.all(this.all.map(async (hand) => await hand.close()));
	}

	/** Makes the history. @param learners families that will be learned of it @returns the currency that most orders are in: where it is another one, it has to be made anew */
	async build({ buckets, orders, currency, margins, read, repair }: ColumnSource, worth: Pick<WorthSettings, 'marginShare'>, learners: readonly Learner[], onBuilt: (done: number) => Promise<void>): Promise<{ whole: Whole; mainCurrency: string | null }> {
		this.buckets = buckets;
		this.begun.clear();
		this.held = new Map(this.all.map((hand) => [hand, []]));
		const built: Built[] = [];
		const asked = learners.map(({ family, settings }) => ({ family: family.name, settings }));
		// Each does what it is asked in turn: nobody waits for a thread that has not started yet.
		const begun = this.everybody(async (hand) => await hand.ask('begin', { currency, orders: orders / this.all.length, margins, learners: asked }));
		// Where there is nobody, families learn of nobody.
		if (buckets === 0) await this.all[0].ask('take', { bucket: 0, history: new HistoryBuilder(this.asOf, currency, 0, 0).done().history });
		let [next, done] = [0, 0];
		const working = this.working(async (hand) => {
			for (let bucket = next++; bucket < buckets && !this.closed; bucket = next++) {
				for (let attempt = 0; built[bucket] === undefined; attempt++) {
					const columns = await read(bucket);
					const answer = await hand.ask('build', { bucket, columns }, ownMemory(columns));
					if (answer) built[bucket] = answer;
					else if (attempt > 2) throw new Error(`Columns of bucket ${bucket} are damaged again and again`);
					else await repair(bucket);
				}
				this.held.get(hand)?.push(bucket);
				await onBuilt(++done);
			}
		});
		await Promise.all([begun, working]);
		for (const own of this.held.values()) own.sort((a, b) => a - b);
		const customers = built.reduce((sum, one) => sum + one.customers, 0);
		const marginElsewhere = margins ? elsewhereOf(built.map((one) => one.margins as SumOfMargins), worth) : null;
		if (marginElsewhere !== null) await this.everybody(async (hand) => await hand.ask('elsewhere', { share: marginElsewhere }));
		return { whole: { customers, currency, marginElsewhere }, mainCurrency: mainCurrency(built.flatMap(({ uses }) => uses), currency) };
	}

	/** Learns what families want to know of the shop. @returns the models, in the order of the families */
	async learn(learners: readonly Learner[], whole: Whole, onLearned: (done: number) => Promise<void>): Promise<object[]> {
		const models: (object | undefined)[] = learners.map(() => undefined);
		const rounds = Math.max(...learners.map(({ family }) => family.rounds.length));
		let done = 0;
		for (let round = 0; round < rounds; round++) {
			const asked = learners.flatMap(({ family, settings }, place) => (round < family.rounds.length ? [{ place, family, lesson: { family: family.name, settings, model: models[place] } satisfies Lesson }] : []));
			const lessons = asked.map(({ lesson }) => lesson);
			const answers = (await this.everybody(async (hand) => await hand.ask('gather', { round, lessons, whole }))).flat().sort((a, b) => a.bucket - b.bucket);
			const teach = async (hand: Hand, at: number) => {
				const { place, family, lesson } = asked[at];
				models[place] = await hand.ask('learn', { round, lesson, gathered: answers.map(({ gathered }) => gathered[at]), whole });
				if (round === family.rounds.length - 1) await onLearned(++done);
			};
			const places = asked.map((_, at) => at);
			const [long, short] = [places.filter((at) => asked[at].family.learnsLong), places.filter((at) => !asked[at].family.learnsLong)];
			const others = this.all.length > 1 ? this.all.slice(1) : this.all;
			// What takes long is learned by other threads, and they begin first.
			const teaching = Promise.all(long.map(async (at, index) => await teach(others[index % others.length], at)));
			// It may fail while nobody waits for it yet.
			teaching.catch(() => undefined);
			await Promise.all([...short.map(async (at) => await teach(this.all[0], at)), this.all.length === 1 ? teaching : undefined]);
			const learned = learners.flatMap(({ family, settings }, place): LearnedFamily[] => (!family.learnsLong && family.rounds.length <= round + 1 ? [{ family: family.name, settings, model: models[place] as object }] : []));
			await this.meanwhile(teaching, this.all.filter((hand) => !others.slice(0, long.length).includes(hand)), learned);
		}
		return models as object[];
	}

	/** Computes what can be computed already, as long as others are busy with something else. */
	private async meanwhile(busy: Promise<unknown>, idle: readonly Hand[], families: readonly LearnedFamily[]): Promise<void> {
		let over = false;
		const done = busy.finally(() => (over = true));
		const compute = async (hand: Hand) => {
			for (const bucket of this.held.get(hand) ?? []) {
				if (this.begun.has(bucket)) continue;
				// Another's answer comes in while this thread has nothing to do.
				await turn();
				if (over || this.closed) return;
				this.begun.add(bucket);
				await hand.ask('computeSome', { bucket, families });
			}
		};
		await Promise.all([done, ...(families.length === 0 ? [] : idle.map(compute))]);
	}

	/** Computes the figures of everybody. @param onFigures is given the buckets in their order */
	async compute(toCompute: ToCompute, onFigures: (bucket: number, figures: BucketFigures) => Promise<void>): Promise<void> {
		await this.everybody(async (hand) => await hand.ask('compute', toCompute));
		const line = new InOrder<BucketFigures>(AHEAD);
		const handOn = async () => {
			let bucket = 0;
			for await (const figures of line.first(this.buckets)) await onFigures(bucket++, figures);
		};
		const work = this.working(async (hand) => {
			for (let bucket = await this.nextOf(hand); bucket !== undefined && !this.closed; bucket = await this.nextOf(hand)) {
				await line.near(bucket);
				line.put(bucket, await hand.ask('figures', { bucket }));
			}
		});
		await Promise.all([work, handOn()]);
	}

	/** The next bucket a hand holds; where there is none left, one that another has too much to do for. */
	private async nextOf(hand: Hand): Promise<number | undefined> {
		const own = this.held.get(hand)?.shift();
		if (own !== undefined) return own;
		const [busiest, left] = [...this.held].reduce((most, one) => (one[1].length > most[1].length ? one : most));
		if (left.length <= busiest.ahead + 1) return undefined;
		const bucket = left.shift() as number;
		const history: ShopHistory = await busiest.ask('give', { bucket });
		await hand.ask('take', { bucket, history });
		return bucket;
	}

	/** Has each of some buckets worked on by the hand that is free next. */
	async share(buckets: readonly number[], work: (hand: Hand, bucket: number) => Promise<void>): Promise<void> {
		let next = 0;
		await this.working(async (hand) => {
			for (let at = next++; at < buckets.length && !this.closed; at = next++) await work(hand, buckets[at]);
		});
	}

	/** Asks all hands. @returns their answers, this thread's first */
	async everybody<T>(ask: (hand: Hand) => Promise<T>): Promise<T[]> {
		// Those in threads of their own begin first.
		return (await Promise.all([...this.all].reverse().map(ask))).reverse();
	}

	private async working(work: (hand: Hand) => Promise<void>): Promise<void> {
		await Promise.all([...this.all].reverse().flatMap((hand) => Array.from({ length: hand.ahead }, async () => await work(hand))));
	}
}

/** What nobody else looks into can be handed over. */
function ownMemory({ orders, sales, events }: PackedColumns): ArrayBuffer[] {
	return [orders, ...(sales ? [sales] : []), ...(events ? [events] : [])].flatMap(({ buffer, byteLength }) => (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength ? [buffer] : []));
}
