import type { BatchRef, SettleBatch, SettledBatch, TakeBatch, TakenBatch } from '../journeys/contract';
import type { LoopScheduler } from './loopScheduler';
import type { StoreHandle } from './storeRegistry';

/** Where a loop's batches come from, and who is told of them. */
export interface BatchSource {
	take(store: StoreHandle, request: TakeBatch): Promise<TakenBatch>;
	renew(store: StoreHandle, batch: BatchRef): Promise<{ held: boolean }>;
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

	/** Tells the store how executions ended. What fails is tried again with the next call. */
	async settle(): Promise<void> {
		for (const flight of this.flights) {
			const { id, epoch, ending } = flight;
			if (!ending || ending.outcome === 'unknown') continue;
			const error = ending.outcome === 'failed' ? ending.error : undefined;
			const settled = await this.batches.settle(this.store, { id, epoch, outcome: ending.outcome, error });
			this.flights.delete(flight);
			this.onSettled(settled);
		}
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
