import type { OperationInput, OperationName, OperationOutput } from '../operations';
import { hashOf, canonicalJson } from '../core/hash';
import { openStore, type StoreLocation } from '../store/open';
import type { Store } from '../store/Store';

/** A claim on an open store. Every handle must be released; releasing twice does nothing. */
export interface StoreHandle {
	/** Opens the store when nobody has it open, so it may fail and be tried again: a failure is never remembered. */
	store(): Promise<Store>;
	/** {@link Store.run} on the open store. */
	run<K extends OperationName>(name: K, input: OperationInput<K>): Promise<OperationOutput<K>>;
	release(): void;
}

/** A store used by `execute` only gets no close call from n8n, so it is closed when unused for this long. */
export const IDLE_CLOSE_MS = 60_000;

interface Entry {
	leases: number;
	opening: Promise<Store> | undefined;
	idleTimer: NodeJS.Timeout | undefined;
}

export interface RegistryOptions {
	open?: (location: StoreLocation) => Promise<Store>;
	idleCloseMs?: number;
}

/**
 * The open stores of this process, one per location: nodes that name the same store share it, and openings at the same
 * time share one promise.
 */
export class StoreRegistry {
	private readonly entries = new Map<string, Entry>();
	private readonly open: (location: StoreLocation) => Promise<Store>;
	private readonly idleCloseMs: number;

	constructor(options: RegistryOptions = {}) {
		this.open = options.open ?? ((location) => openStore(location));
		this.idleCloseMs = options.idleCloseMs ?? IDLE_CLOSE_MS;
	}

	/** Claims a store without opening it yet. */
	lease(location: StoreLocation): StoreHandle {
		const key = hashOf(canonicalJson(location));
		const entry = this.claim(key);
		let released = false;
		const store = () => {
			if (released) throw new Error('This store handle was released.');
			return this.opened(entry, location);
		};
		return {
			store: async () => await store(),
			run: async <K extends OperationName>(name: K, input: OperationInput<K>): Promise<OperationOutput<K>> => {
				const opened = await store();
				try {
					return await opened.run(name, input);
				} catch (error) {
					if (isGone(opened, error)) this.forget(entry, opened);
					throw error;
				}
			},
			release: () => {
				if (released) return;
				released = true;
				this.giveBack(key, entry);
			},
		};
	}

	/** Closes every store, claimed or not (tests, process end). */
	async closeAll(): Promise<void> {
		const entries = [...this.entries.values()];
		this.entries.clear();
		await Promise.all(entries.map((entry) => closeEntry(entry)));
	}

	private claim(key: string): Entry {
		let entry = this.entries.get(key);
		if (!entry) {
			entry = { leases: 0, opening: undefined, idleTimer: undefined };
			this.entries.set(key, entry);
		}
		clearTimeout(entry.idleTimer);
		entry.leases++;
		return entry;
	}

	private giveBack(key: string, entry: Entry): void {
		entry.leases--;
		if (entry.leases > 0) return;
		entry.idleTimer = setTimeout(() => {
			if (this.entries.get(key) === entry) this.entries.delete(key);
			void closeEntry(entry);
		}, this.idleCloseMs);
		entry.idleTimer.unref();
	}

	private opened(entry: Entry, location: StoreLocation): Promise<Store> {
		if (!entry.opening) {
			const opening = this.open(location);
			entry.opening = opening;
			opening.catch(() => {
				if (entry.opening === opening) entry.opening = undefined;
			});
		}
		return entry.opening;
	}

	/** The next user opens the store anew; handles stay valid because they ask the entry. */
	private forget(entry: Entry, gone: Store): void {
		const { opening } = entry;
		void opening?.then((store) => {
			if (store !== gone || entry.opening !== opening) return;
			entry.opening = undefined;
			// One that was only busy for too long still has its thread and its file.
			store.close().catch(() => undefined);
		});
	}
}

async function closeEntry(entry: Entry): Promise<void> {
	clearTimeout(entry.idleTimer);
	// A store that never opened, or whose worker is gone, has nothing to close.
	await entry.opening?.then((store) => store.close()).catch(() => undefined);
}

/** A SQLite store whose worker ended stays unusable; a PostgreSQL pool makes new connections by itself. */
function isGone(store: Store, error: unknown): boolean {
	return store.kind === 'sqlite' && (error as { code?: unknown } | null)?.code === 'store_unavailable';
}

/** Two copies of this package in one n8n (nodes folder and custom folder) share the stores too. */
const REGISTRY = Symbol.for('n8n-nodes-customer-journeys.stores.1');

export function processRegistry(): StoreRegistry {
	const holder = globalThis as { [REGISTRY]?: StoreRegistry };
	return (holder[REGISTRY] ??= new StoreRegistry());
}
