import { EventEmitter } from 'node:events';

/**
 * Tells the release loops of this process that a store has news: what was just taken in may have started, ended or
 * resumed somebody. Loops of other processes find out by polling.
 */
const WAKE = Symbol.for('n8n-nodes-customer-journeys.wake.1');

function emitter(): EventEmitter {
	const holder = globalThis as { [WAKE]?: EventEmitter };
	return (holder[WAKE] ??= new EventEmitter().setMaxListeners(0));
}

/** Call after every write that may start, end or resume a customer's journey. */
export function wakeLoops(storeId: string): void {
	emitter().emit(storeId);
}

/** @returns a function that ends the subscription */
export function onWake(storeId: string, wake: () => void): () => void {
	emitter().on(storeId, wake);
	return () => emitter().off(storeId, wake);
}
