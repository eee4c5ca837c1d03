import type { BatchRef, SettleBatch, SettledBatch, TakeBatch, TakenBatch } from '../journeys/contract';
import type { LoopScheduler } from './loopScheduler';
import type { StoreHandle } from './storeRegistry';

/** Where a loop's batches come from, and who is told of them. */
export interface BatchSource {
	take(store: StoreHandle, request: TakeBatch): Promise<TakenBatch>;
	renew(store: StoreHandle, batch: BatchRef): Promise<{ held: boolean }>;
	/** May take what comes next as well (`ended.next`), or leave it to `take`. */
	settle(store: StoreHandle, ended: SettleBatch): Promise<SettledBatch>;
}

/** Customers who wait at a step of a journey. */
export const journeyBatches: BatchSource = {
	take: (store, request) => store.run('journeys.takeBatch', request),
	renew: (store, batch) => store.run('journeys.renewBatch', batch),
	settle: (store, ended) => store.run('journeys.settleBatch', ended),
};

export const RENEW_MS = 30_000;

/**
 * How the execution that a batch was handed to ended. `unknown`: n8n does not say (it refuses a deduplication key that it
 * has seen, and then its promise holds nothing): the lease runs out and the batch is offered again under another key.
 */
export type Ending = { outcome: 'success' } | { outcome: 'failed'; error?: string } | { outcome: 'unknown' };

export type Batch = NonNullable<TakenBatch['batch']>;

/** What is taken when executions have ended: one transaction settles a batch and takes the next. */
export interface NextFlights {
	take: TakeBatch;
	/** Executions under way, at most. */
	most: number;
	/** @param now the store's time */
	begin(batch: Batch, now: number): Promise<Ending>;
}

interface Flight extends BatchRef {
	ending?: Ending;
	renewedAt: number;
	done: Promise<void>;
}

/** The batches of a step that were handed to n8n: their leases are renewed while they run, and they are settled when they have ended. */
export class Flights {
	private readonly flights = new Set<Flight>();

	constructor(
		private readonly store: StoreHandle,
		private readonly scheduler: LoopScheduler,
		/** called when an execution has ended, and so there is something to settle */
		private readonly onEnd: () => void,
		/** called with what settling a batch led to */
		private readonly onSettled: (settled: SettledBatch) => void = () => undefined,
		private readonly batches: BatchSource = journeyBatches,
	) {}

	/** Executions that have not ended, or whose end the store does not know yet. */
	get count(): number {
		return this.flights.size;
	}

	add({ id, epoch }: BatchRef, execution: Promise<Ending>): void {
		const flight: Flight = { id, epoch, renewedAt: this.scheduler.now(), done: Promise.resolve() };
		this.flights.add(flight);
		flight.done = execution.then(
			(ending) => this.ended(flight, ending),
			(error: unknown) => this.ended(flight, { outcome: 'failed', error: messageOf(error) }),
		);
	}

	/** Resolves when every execution has ended; the store does not know it yet. */
	async landed(): Promise<void> {
		await Promise.all([...this.flights].map(({ done }) => done));
	}

	/**
	 * Tells the store how executions ended, of all at once: what is asked at the same time is committed together. What fails
	 * is tried again with the next call.
	 * @param next what comes in the place of an execution that went well
	 * @returns how many batches came
	 */
	async settle(next?: NextFlights): Promise<number> {
		const ended = [...this.flights].filter(({ ending }) => ending && ending.outcome !== 'unknown');
		const room = next ? next.most - (this.flights.size - ended.length) : 0;
		const answers = await Promise.allSettled(ended.map((flight, place) => this.land(flight, place < room ? next : undefined)));
		const failed = answers.find((answer) => answer.status === 'rejected');
		if (failed) throw failed.reason;
		return answers.filter((answer) => answer.status === 'fulfilled' && answer.value).length;
	}

	/** @returns whether another took its place */
	private async land(flight: Flight, next: NextFlights | undefined): Promise<boolean> {
		const { id, epoch, ending } = flight;
		const failure = ending?.outcome === 'failed' ? ending : undefined;
		const settled = await this.batches.settle(this.store, { id, epoch, outcome: failure ? 'failed' : 'success', error: failure?.error, ...(next && { next: next.take }) });
		this.flights.delete(flight);
		this.onSettled(settled);
		if (!next || !settled.taken?.batch) return false;
		const { batch, now } = settled.taken;
		this.add(batch, next.begin(batch, now));
		return true;
	}

	async renew(): Promise<void> {
		for (const flight of this.flights) {
			if (this.scheduler.now() - flight.renewedAt < RENEW_MS) continue;
			const { held } = await this.batches.renew(this.store, { id: flight.id, epoch: flight.epoch });
			flight.renewedAt = this.scheduler.now();
			// Somebody else has it by now: what this execution does about it counts no more.
			if (!held) this.flights.delete(flight);
		}
	}

	private ended(flight: Flight, ending: Ending): void {
		flight.ending = ending;
		if (ending.outcome === 'unknown') this.flights.delete(flight);
		this.onEnd();
	}
}

/** First line, as shown in `waiting`. */
export function messageOf(error: unknown): string {
	return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
