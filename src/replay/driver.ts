import { JourneyError } from '../core/errors';
import type { Activation } from './activation';
import { inVirtualTime } from './virtualTime';

/** The store's clock while a replay runs: it stands still until the driver moves it. */
export interface ReplayClock {
	now(): number;
	/** @param instantMs never before the current instant */
	moveTo(instantMs: number): Promise<void>;
}

/**
 * A release loop that is driven by hand instead of by a timer: the loop of one node with a `trigger()`.
 * `tick` looks once for what is due, releases it, and resolves when all of that is acknowledged.
 * @returns how much it released; 0 means that nothing is due
 */
export interface HandDrivenLoop {
	tick(): Promise<number>;
}

export interface DriverOptions {
	clock: ReplayClock;
	activations: readonly Activation[];
	/** asked before every round: a workflow that is switched on or off changes them */
	loops(): Iterable<HandDrivenLoop>;
	/** Earliest instant after `afterMs` at which anything in the store falls due; undefined when nobody waits. */
	nextDueAt(afterMs: number): Promise<number | undefined>;
	/** Earliest instant after `afterMs` at which the store looks for what time has changed. Nobody waits for it, and it has no end. */
	nextRoundAt?(afterMs: number): Promise<number | undefined>;
	/** Called after the clock reached an instant and everything due then has happened. */
	onInstant?(instantMs: number): void;
}

/** More rounds than this at one instant are a circle in the workflow that takes no time. */
const ROUNDS_PER_INSTANT = 1_000;

/**
 * Moves a replay through time: from due instant to due instant, never past one, so that everything happens exactly
 * when it would have happened, and a month takes as long as what happens in it.
 */
export class ReplayDriver {
	constructor(private readonly options: DriverOptions) {}

	now(): number {
		return this.options.clock.now();
	}

	/**
	 * Lets the time run up to and including an instant.
	 * @throws JourneyError `bad_input` for an instant in the past, and for a workflow that goes round without a wait
	 */
	async advanceTo(instantMs: number): Promise<void> {
		if (instantMs < this.now()) {
			throw new JourneyError('bad_input', `Time runs forward only: ${iso(instantMs)} lies before ${iso(this.now())}, where the replay is.`);
		}
		await this.settle();
		for (let next = await this.nextInstant(); next !== undefined && next <= instantMs; next = await this.nextInstant()) await this.moveTo(next);
		if (this.now() < instantMs) await this.moveTo(instantMs);
	}

	/**
	 * Lets the time run until nobody waits for anything any more, at most to an instant.
	 * @returns false when something was still to come then
	 */
	async runOut(untilMs: number): Promise<boolean> {
		await this.settle();
		for (let due = await this.nextDueAt(); due !== undefined; due = await this.nextDueAt()) {
			if (due > untilMs) return false;
			await this.moveTo(due);
		}
		return true;
	}

	/** Releases everything that is due now, and what that makes due, until nothing more happens. */
	async settle(): Promise<void> {
		await inVirtualTime(this.options.clock, async () => {
			let idleRounds = 0;
			for (let round = 0; round < ROUNDS_PER_INSTANT; round++) {
				idleRounds = (await this.round()) === 0 ? idleRounds + 1 : 0;
				// One is not enough: a loop may find nothing only because another has not signed on yet.
				if (idleRounds === 2) {
					this.options.onInstant?.(this.now());
					return;
				}
			}
			throw new JourneyError(
				'bad_input',
				`The workflow goes round in a circle that takes no time: at ${iso(this.now())} customers were released ${ROUNDS_PER_INSTANT} times over. Put a Journey Wait into the circle.`,
			);
		});
	}

	private async round(): Promise<number> {
		let happened = 0;
		const startedBefore = this.started();
		for (const loop of this.options.loops()) happened += await loop.tick();
		for (const activation of this.options.activations) await activation.idle();
		return happened + this.started() - startedBefore;
	}

	private async moveTo(instantMs: number): Promise<void> {
		await this.options.clock.moveTo(instantMs);
		await inVirtualTime(this.options.clock, async () => {
			for (const { schedule } of this.options.activations) schedule.fire(instantMs);
		});
		await this.settle();
	}

	private started(): number {
		return this.options.activations.reduce((sum, activation) => sum + activation.started, 0);
	}

	private async nextInstant(): Promise<number | undefined> {
		return earliest([await this.nextDueAt(), await this.options.nextRoundAt?.(this.now())]);
	}

	private async nextDueAt(): Promise<number | undefined> {
		const now = this.now();
		const stored = await this.options.nextDueAt(now);
		const scheduled = this.options.activations.map(({ schedule }) => schedule.nextDueAt(now));
		return earliest([stored, ...scheduled]);
	}
}

function earliest(instants: readonly (number | undefined)[]): number | undefined {
	const known = instants.filter((at) => at !== undefined);
	return known.length === 0 ? undefined : Math.min(...known);
}

const iso = (instantMs: number): string => new Date(instantMs).toISOString();
