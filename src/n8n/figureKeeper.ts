import { randomUUID } from 'node:crypto';
import type { ITriggerFunctions, Logger } from 'n8n-workflow';
import { refreshInThread, refreshOpen, type RefreshRequest, type RefreshSummary } from '../features/refreshThread';
import { SqliteInlineStore } from '../store/sqlite/inlineStore';
import type { StoreLocation } from '../store/open';
import { currentScheduler, type LoopScheduler } from './loopScheduler';
import { locationFor, storeFor, type StoreHandle } from './storeAccess';
import { storeInstead } from './storeInstead';

/** Figures are refreshed when they are older than this: once a day. */
export const STALE_MS = 24 * 3_600_000;
/** How often it is looked whether they are. */
export const LOOK_MS = 60_000;
/** What is more than this in a minute waits for the next ones. */
const MOST_PAGES = 200;
const LONGEST_PAUSE_MS = 3_600_000;

/** One process of this name; a lease that a crash left is taken over when it runs out. */
const OWNER = `n8n ${randomUUID().slice(0, 8)}`;

/** Keepers of this process, by store: a hundred workflows look once. */
const keepers = new Map<string, { keeper: FigureKeeper; users: number }>();

/**
 * Sees to it, while a workflow with a journey is active, that the figures of its store are refreshed once a day, in a thread of
 * their own. Several processes on one store agree by a lease. A replay refreshes nothing by itself.
 * @returns a function that ends it
 */
export async function keepFigures(context: ITriggerFunctions): Promise<() => void> {
	if (storeInstead()) return () => undefined;
	const [location, store] = [await locationFor(context), await storeFor(context)];
	const key = JSON.stringify(location);
	const known = keepers.get(key) ?? { keeper: new FigureKeeper(store, (request) => refreshFigures({ ...request, location }), context.logger), users: 0 };
	if (keepers.has(key)) store.release();
	keepers.set(key, known);
	known.users++;
	let ended = false;
	return () => {
		if (ended) return;
		ended = true;
		if (--known.users > 0) return;
		keepers.delete(key);
		known.keeper.close();
	};
}

/** Now, whatever their age. @param location of a store with a thread of its own */
export async function refreshFiguresNow(store: StoreHandle, location: () => Promise<StoreLocation>): Promise<RefreshSummary> {
	const opened = await store.store();
	// A store without a thread of its own belongs to a replay or a test, and is its alone.
	if (opened instanceof SqliteInlineStore || storeInstead()) return await refreshOpen(opened, { owner: OWNER });
	return await refreshFigures({ owner: OWNER, location: await location() });
}

const underWay = new Map<string, Promise<RefreshSummary>>();

/** Whoever asks while this process is at it waits for the same refresh. */
function refreshFigures(request: RefreshRequest): Promise<RefreshSummary> {
	const key = JSON.stringify(request.location);
	const running = underWay.get(key) ?? refreshInThread(request).finally(() => underWay.delete(key));
	underWay.set(key, running);
	return running;
}

/** Looks from time to time, and never gives up: a store that is away is tried again with growing pauses. */
export class FigureKeeper {
	private readonly scheduler: LoopScheduler;
	private cancelTimer: () => void;
	private failures = 0;
	private closed = false;

	constructor(
		private readonly store: StoreHandle,
		private readonly refreshNow: (request: Omit<RefreshRequest, 'location'>) => Promise<RefreshSummary>,
		private readonly log: Pick<Logger, 'warn' | 'info'>,
	) {
		this.scheduler = currentScheduler();
		this.cancelTimer = this.scheduler.after(LOOK_MS, () => void this.look());
	}

	/** What is under way comes to its end by itself. */
	close(): void {
		this.closed = true;
		this.cancelTimer();
		this.store.release();
	}

	/** What customers opened, clicked and looked at since: a page at a time, and others have their turn in between. */
	private async renewPreferences(): Promise<void> {
		for (let pages = 0; pages < MOST_PAGES && !this.closed; pages++) if (!(await this.store.run('preferences.renew', {})).more) return;
	}

	private async look(): Promise<void> {
		let pause = LOOK_MS;
		try {
			const { now, scheduled, running, finishedAt } = await this.store.run('figures.status', {});
			if (scheduled && !running && (finishedAt === null || now - finishedAt >= STALE_MS)) {
				const done = await this.refreshNow({ owner: OWNER, unlessSinceMs: now - STALE_MS + 1 });
				if (done.result === 'refreshed') this.log.info(`Figures of ${done.customers} customers were refreshed; ${done.written} changed.`);
			}
			else if (scheduled && !running) await this.renewPreferences();
			if (this.failures > 0) this.log.info('The figures of customers can be refreshed again.');
			this.failures = 0;
		} catch (error) {
			this.failures++;
			pause = Math.min(LONGEST_PAUSE_MS, LOOK_MS * 2 ** this.failures);
			if (!this.closed && this.failures === 1) this.log.warn(`The figures of customers could not be refreshed and will be tried again: ${error instanceof Error ? error.message : String(error)}`);
		}
		if (!this.closed) this.cancelTimer = this.scheduler.after(pause, () => void this.look());
	}
}
