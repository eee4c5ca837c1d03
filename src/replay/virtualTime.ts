import { AsyncLocalStorage } from 'node:async_hooks';
import { systemClock, type Clock } from '../core/clock';

/**
 * The clock of the replay that is running in this asynchronous context. Expressions (`$now`, `$today`) and n8n's
 * date nodes read the time through luxon, its Schedule Trigger through moment: both follow this clock inside a replay and the
 * machine's outside. A bare `new Date()` in a Code node is beyond reach.
 */
const running = new AsyncLocalStorage<Clock>();

export function inVirtualTime<T>(clock: Clock, work: () => T): T {
	return running.run(clock, work);
}

const now = (): number => (running.getStore() ?? systemClock).now();

/** @param luxon, moment the copies that n8n's packages use */
export function followVirtualTime(luxon: unknown, moment: unknown): void {
	(luxon as { Settings: { now: () => number } }).Settings.now = now;
	(moment as { now: () => number }).now = now;
}
