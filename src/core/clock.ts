/**
 * The one way to learn the time. Instants are integer milliseconds since the epoch, UTC.
 * Inside a store transaction use `Tx.now()`, which is read after the locks are taken.
 */
export interface Clock {
	now(): number;
}

/** Clocks of other systems are this far ahead of ours at most, in milliseconds; what is dated further ahead is meant for then. */
export const CLOCK_AHEAD_MS = 5 * 60_000;

/** The machine's clock. The only place in the project that reads it. */
export const systemClock: Clock = {
	now: () => Date.now(),
};

/** A clock that stands at an instant until it is moved: replay, saved tests, unit tests. */
export class ManualClock implements Clock {
	constructor(private atMs: number) {}

	now(): number {
		return this.atMs;
	}

	/** @param instantMs milliseconds since the epoch; may lie before the current instant (tests of clock steps) */
	set(instantMs: number): void {
		this.atMs = instantMs;
	}

	advance(durationMs: number): void {
		this.atMs += durationMs;
	}
}
