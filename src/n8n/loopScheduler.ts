import { AsyncLocalStorage } from 'node:async_hooks';
import { systemClock } from '../core/clock';

/** How a release loop learns the time and is called again. */
export interface LoopScheduler {
	/** UTC milliseconds; only differences matter */
	now(): number;
	/** @returns a function that cancels */
	after(delayMs: number, run: () => void): () => void;
}

/** Timers that do not keep the process alive. */
const realScheduler: LoopScheduler = {
	now: () => systemClock.now(),
	after: (delayMs, run) => {
		const timer = setTimeout(run, delayMs);
		timer.unref();
		return () => clearTimeout(timer);
	},
};

const chosen = new AsyncLocalStorage<LoopScheduler>();

/** Loops made inside `work` use this scheduler: one that never calls back leaves their ticks to the caller (replay, tests). */
export function withLoopScheduler<T>(scheduler: LoopScheduler, work: () => T): T {
	return chosen.run(scheduler, work);
}

export function currentScheduler(): LoopScheduler {
	return chosen.getStore() ?? realScheduler;
}

/** For `withLoopScheduler`: whoever drives calls `tick` of the loops of `runningLoops()`. */
export function handDriven(now: () => number): LoopScheduler {
	return { now, after: () => () => undefined };
}
