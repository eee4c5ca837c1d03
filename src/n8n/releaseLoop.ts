import type { NodeSign, SettledBatch, TakeBatch } from '../journeys/contract';
import { isJourneyError } from './errors';
import { Flights, journeyBatches, messageOf, RENEW_MS, type Batch, type BatchSource, type Ending, type NextFlights } from './flights';
import { currentScheduler, type LoopScheduler } from './loopScheduler';
import type { StoreHandle } from './storeRegistry';
import { onWake } from './wake';

export const POLL_MS = 500;
export const EMPTY_POLL_MS = 1_000;
export const BEAT_MS = 30_000;
const LEASE_MS = 120_000;
/** The store, n8n and its database each work on a batch of their own; more would only wait in memory. */
const MOST_IN_FLIGHT = 4;
const MOST_TENDING = 10;
const LONGEST_PAUSE_MS = 30_000;

/** What a node's `trigger` tells its loop. */
export interface Lane {
	sign: NodeSign;
	/** journeys.register or journeys.registerStep */
	register(store: StoreHandle): Promise<unknown>;
	/** What is done before batches are taken, such as letting in those whose dates have come near. */
	prepare?(store: StoreHandle): Promise<{ nextDueAt: number | null }>;
	/** Hands a batch to an n8n execution and waits for its end. */
	emit(batch: Batch, store: StoreHandle): Promise<Ending>;
	/** Where batches come from, when it is not those who wait at a step of a journey. */
	batches?: BatchSource;
	/** Customers a batch, at most. */
	limit?: number;
	/** Batches under way, at most. */
	mostInFlight?: number;
}

export interface LoopLog {
	warn(message: string): void;
	info(message: string): void;
}

/**
 * Releases the due customers of one journey step (store.md "Release"): takes a batch under a lease, hands it to n8n,
 * renews the lease while the execution runs and settles the batch when it has ended. It never gives up: a store
 * that is away is tried again with growing pauses. Created by a node's `trigger`, ended by its close function.
 */
export class ReleaseLoop {
	private readonly flights: Flights;
	private readonly scheduler: LoopScheduler;
	private cancelTimer: () => void = () => undefined;
	private unsubscribe: (() => void) | undefined;
	private registered = false;
	private beatAt = Number.NEGATIVE_INFINITY;
	private failures = 0;
	/** The store's clock minus this process's. */
	private skew: number | undefined;
	private running: Promise<number> | undefined;
	private wokenMeanwhile = false;
	private closed = false;
	private released = false;

	constructor(
		private readonly lane: Lane,
		private readonly store: StoreHandle,
		private readonly log: LoopLog,
	) {
		this.scheduler = currentScheduler();
		this.flights = new Flights(store, this.scheduler, () => this.wake(), (settled) => this.report(settled), lane.batches);
	}

	get sign(): NodeSign {
		return this.lane.sign;
	}

	/** Batches whose execution has not ended, or whose end the store does not know yet. */
	get busy(): number {
		return this.flights.count;
	}

	/**
	 * Signs on and begins. A store that is away is no reason to fail.
	 * @throws what only a person can put right, such as another node with the same step key; the loop then does not run
	 */
	async start(options: { tolerateRefusal?: boolean } = {}): Promise<void> {
		runningLoops().add(this);
		try {
			await this.register();
		} catch (error) {
			if (!options.tolerateRefusal && isJourneyError(error) && error.code !== 'store_unavailable') {
				this.end();
				throw error;
			}
			this.trouble(error);
		}
		this.again(this.failures > 0 ? this.pause() : 0);
	}

	/** One round. @returns how many batches were handed to n8n; 0 also when the store is away */
	tick(): Promise<number> {
		this.running ??= this.round().finally(() => {
			this.running = undefined;
		});
		return this.running;
	}

	/** Rounds until nothing is due and every execution has ended (replay, tests). @returns batches handed to n8n */
	async drain(): Promise<number> {
		let total = 0;
		for (;;) {
			const count = await this.tick();
			total += count;
			if (this.flights.count > 0) await this.flights.landed();
			else if (count === 0) return total;
			if (this.failures > 0) return total;
		}
	}

	/** Signs off. Executions that still run keep their lease and are settled when they end. */
	async close(): Promise<void> {
		if (this.closed) return;
		this.closed = true;
		this.cancelTimer();
		this.unsubscribe?.();
		await this.running;
		try {
			await this.flights.settle();
			if (this.registered) await this.store.run('journeys.close', this.lane.sign);
		} catch (error) {
			this.log.warn(`${this.name()} could not sign off: ${messageOf(error)}`);
		}
		if (this.flights.count === 0) this.end();
		else this.again(EMPTY_POLL_MS);
	}

	private async round(): Promise<number> {
		this.cancelTimer();
		let delay = EMPTY_POLL_MS;
		let count = 0;
		try {
			if (this.closed) await this.finish();
			else {
				const beaten = await this.beat();
				count = await this.flights.settle(this.next());
				await this.flights.renew();
				const released = await this.release();
				count += released.count;
				delay = released.delay;
				if (beaten) await this.tend();
			}
			if (this.failures > 0) this.log.info(`${this.name()} reached its customer store again.`);
			this.failures = 0;
		} catch (error) {
			this.trouble(error);
			delay = this.pause();
		}
		if (this.wokenMeanwhile && this.failures === 0) delay = 0;
		this.wokenMeanwhile = false;
		if (!this.released) this.again(delay);
		return count;
	}

	/** After the close function: only what is still under way. */
	private async finish(): Promise<void> {
		await this.flights.settle();
		await this.flights.renew();
		if (this.flights.count === 0) this.end();
	}

	private async register(): Promise<void> {
		await this.lane.register(this.store);
		const { storeId } = await this.store.store();
		this.unsubscribe ??= onWake(storeId, () => this.wake());
		this.registered = true;
		this.beatAt = this.scheduler.now();
	}

	/** @returns whether it was time for a sign of life */
	private async beat(): Promise<boolean> {
		if (!this.registered) {
			await this.register();
			return true;
		}
		if (this.scheduler.now() - this.beatAt < BEAT_MS) return false;
		try {
			await this.store.run('journeys.heartbeat', this.lane.sign);
		} catch (error) {
			// A store that was replaced does not know this node any more.
			this.registered = !isJourneyError(error) || error.code === 'store_unavailable';
			throw error;
		}
		this.beatAt = this.scheduler.now();
		return true;
	}

	/** A journey looks after customers whom nobody releases any more, a few thousand at a time. */
	private async tend(): Promise<void> {
		const { journeyKey } = this.lane.sign;
		if (!journeyKey) return;
		for (let calls = 0; calls < MOST_TENDING; calls++) {
			const { left, moved, more } = await this.store.run('journeys.tend', { journeyKey });
			if (left > 0) this.log.info(`${this.name()}: ${left} customers left whose workflow or step is gone.`);
			if (moved > 0) this.log.info(`${this.name()}: ${moved} customers of a removed step were moved.`);
			if (!more) return;
		}
	}

	/** Takes batches until nothing is due or enough executions run. */
	private async release(): Promise<{ count: number; delay: number }> {
		let count = 0;
		const ahead = (await this.lane.prepare?.(this.store))?.nextDueAt ?? null;
		for (;;) {
			// The end of an execution wakes the loop; until then there is only the lease to look after.
			if (this.flights.count >= this.most) return { count, delay: RENEW_MS / 2 };
			const { batch, now, nextDueAt, cutOff } = await (this.lane.batches ?? journeyBatches).take(this.store, this.taking());
			if (cutOff) this.report(cutOff);
			if (batch) this.flights.add(batch, this.begin(batch, now));
			else return { count, delay: this.clockWasMoved(now) ? 0 : this.pollDelay(ahead === null ? nextDueAt : Math.min(ahead, nextDueAt ?? ahead), now) };
			count++;
		}
	}

	private begin(batch: Batch, now: number): Promise<Ending> {
		this.clockWasMoved(now);
		return this.lane.emit(batch, this.store);
	}

	private get most(): number {
		return this.lane.mostInFlight ?? MOST_IN_FLIGHT;
	}

	private next(): NextFlights {
		return { take: this.taking(), most: this.most, begin: (batch, now) => this.begin(batch, now) };
	}

	/** A test clock that jumped makes the last sign of life look old: beat at once. */
	private clockWasMoved(storeNow: number): boolean {
		const skew = storeNow - this.scheduler.now();
		const moved = this.skew !== undefined && Math.abs(skew - this.skew) > BEAT_MS / 2;
		this.skew = skew;
		if (moved) this.beatAt = Number.NEGATIVE_INFINITY;
		return moved;
	}

	private taking(): TakeBatch {
		const { workflowId, stepKey, journeyKey } = this.lane.sign;
		return { workflowId, stepKey, journeyKey, limit: this.lane.limit, leaseMs: LEASE_MS };
	}

	private pollDelay(nextDueAt: number | null, now: number): number {
		if (nextDueAt === null) return EMPTY_POLL_MS;
		return Math.min(POLL_MS, Math.max(1, nextDueAt - now));
	}

	private wake(): void {
		if (this.running) this.wokenMeanwhile = true;
		else if (!this.released && this.failures === 0) this.again(0);
	}

	private again(delayMs: number): void {
		this.cancelTimer();
		this.cancelTimer = this.scheduler.after(delayMs, () => void this.tick());
	}

	/** What a person must hear of, though n8n shows it as failed executions only. */
	private report({ paused, resumed, deadLetters }: SettledBatch): void {
		if (paused !== null) this.log.warn(`${this.name()}: ${paused}`);
		if (resumed) this.log.info(`${this.name()} goes on.`);
		if (deadLetters > 0) this.log.warn(`${this.name()} failed for a customer again and again, and works for others: they are set aside. See "customer-journeys dead-letters".`);
	}

	private trouble(error: unknown): void {
		this.failures++;
		if (this.failures === 1) this.log.warn(`${this.name()} will try its customer store again: ${messageOf(error)}`);
	}

	private pause(): number {
		return Math.min(LONGEST_PAUSE_MS, POLL_MS * 2 ** Math.min(this.failures, 10));
	}

	private end(): void {
		this.released = true;
		this.cancelTimer();
		this.unsubscribe?.();
		runningLoops().delete(this);
		this.store.release();
	}

	private name(): string {
		return `Step ${this.lane.sign.stepKey} of workflow ${this.lane.sign.workflowId}`;
	}
}

const LOOPS = Symbol.for('n8n-nodes-customer-journeys.loops.1');

/** Every loop of this process that has not ended. */
export function runningLoops(): Set<ReleaseLoop> {
	const holder = globalThis as { [LOOPS]?: Set<ReleaseLoop> };
	return (holder[LOOPS] ??= new Set());
}
