import { JourneyError } from '../core/errors';
import { changePlans } from '../store/plans/columnPlans';
import { read, write, type Tx } from '../store/port';
import { CLOCK_KEY, metaPlans, parseStoreClock, readMeta, shopMeta } from '../store/storeClock';

/** Numbers of the newest rows at an instant. */
export interface Mark {
	/** UTC milliseconds */
	at: number;
	customers: number;
	orders: number;
	events: number;
}

export interface RefreshState {
	/** Who refreshes now. */
	lease: { owner: string; until: number } | null;
	progress: RefreshProgress | null;
	/** The instant of the figures that are kept. */
	asOf: number | null;
	/** When the last refresh ended. */
	finishedAt: number | null;
	currency: string | null;
	/** Families whose new definition not all rows go by yet: until the refresh that began with it has ended, what it makes of customers is no news. */
	unsettled: string[];
	/** When rows were last looked through for what is new, and marks that tell up to where all of it was there. */
	readAt: number | null;
	marks: Mark[];
}

export interface RefreshProgress {
	phase: 'columns' | 'history' | 'models' | 'figures' | 'preferences' | 'goods';
	done: number;
	total: number;
}

const KEY = 'figures';
const NOTHING: RefreshState = { lease: null, progress: null, asOf: null, finishedAt: null, currency: null, unsettled: [], readAt: null, marks: [] };
/** Longer than any transaction of the store takes: what got its number before then is there, or will never be. */
const IN_FLIGHT_MS = 10 * 60_000;
export const LEASE_MS = 120_000;

export async function readRefreshState(tx: Tx): Promise<RefreshState> {
	return parsed(await readMeta(tx, KEY));
}

/** The same for those who do not refresh, but go by what was refreshed last (`Tx.shopRows`). */
export async function refreshStateOfShop(tx: Tx): Promise<RefreshState> {
	return parsed(await shopMeta(tx, KEY));
}

function parsed(text: string | undefined): RefreshState {
	return text === undefined ? NOTHING : { ...NOTHING, ...(JSON.parse(text) as Partial<RefreshState>) };
}

/** How far the figures are, without what only the machinery needs. */
export const refreshStatus = read(async (tx, _input: Record<string, never>) => {
	const { lease, progress, asOf, finishedAt, currency } = await readRefreshState(tx);
	const running = lease !== null && lease.until > (await tx.now());
	// A clock that stands still is a test's, which says itself when figures are computed.
	const scheduled = parseStoreClock(await readMeta(tx, CLOCK_KEY)).mode !== 'frozen';
	return { now: await tx.now(), scheduled, running, progress: running ? progress : null, asOf, finishedAt, currency };
});

export interface BegunRefresh {
	/** false: another process refreshes, or the figures are fresh enough. */
	taken: boolean;
	now: number;
	zone: string;
	currency: string | null;
	/** Rows above these numbers may not be in the columns yet. */
	after: Mark;
	/** To be given back at the end. */
	mark: Mark;
}

const BEGINNING: Mark = { at: 0, customers: 0, orders: 0, events: 0 };

/**
 * One refresh at a time: whoever gets the lease keeps it by signs of life.
 * @param input.unlessSinceMs nothing is done when the figures were refreshed since this instant
 */
export const beginRefresh = write(async (tx, { owner, unlessSinceMs }: { owner: string; unlessSinceMs?: number }): Promise<BegunRefresh> => {
	const state = await lockState(tx);
	const now = await tx.now();
	const taken = !(state.lease && state.lease.owner !== owner && state.lease.until > now) && !(unlessSinceMs !== undefined && state.finishedAt !== null && state.finishedAt >= unlessSinceMs);
	if (taken) await save(tx, { ...state, lease: { owner, until: now + LEASE_MS }, progress: null });
	// While a sole writer writes, nobody is in the middle of anything.
	const settled = (state.readAt ?? 0) - (tx.soleWriter ? 0 : IN_FLIGHT_MS);
	const after = state.marks.filter(({ at }) => at <= settled).at(-1) ?? BEGINNING;
	const highest = (await tx.first(changePlans.highest, {})) as Omit<Mark, 'at'>;
	return { taken, now, zone: (await readMeta(tx, 'zone')) ?? 'UTC', currency: state.currency, after, mark: { at: now, ...highest } };
});

/** A sign of life. @throws JourneyError `store_unavailable` when another process took over */
export const keepRefresh = write(async (tx, { owner, progress }: { owner: string; progress: RefreshProgress }): Promise<Record<string, never>> => {
	const state = await lockState(tx);
	mustHold(state, owner);
	await save(tx, { ...state, lease: { owner, until: (await tx.now()) + LEASE_MS }, progress });
	return {};
});

/**
 * @param input.result null: no figures were kept
 * @param input.mark up to where the columns are brought up to date; null: it failed, and the lease is only given back
 */
export const endRefresh = write(async (tx, { owner, result, mark }: { owner: string; result: { asOf: number; currency: string | null } | null; mark: Mark | null }): Promise<Record<string, never>> => {
	const state = await lockState(tx);
	if (state.lease?.owner !== owner) return {};
	if (mark === null) {
		await save(tx, { ...state, lease: null, progress: null });
		return {};
	}
	const marks = [...state.marks, mark];
	// The newest one that may be built on at the next refresh, and all after it.
	const settled = marks.findLastIndex(({ at }) => at <= mark.at - (tx.soleWriter ? 0 : IN_FLIGHT_MS));
	const figures = result === null ? {} : { ...result, unsettled: [], finishedAt: await tx.now() };
	await save(tx, { ...state, ...figures, lease: null, progress: null, readAt: mark.at, marks: marks.slice(Math.max(0, settled)) });
	return {};
});

/** Adds families to those whose new definition not all rows go by yet. @returns all of them */
export async function unsettle(tx: Tx, families: readonly string[]): Promise<string[]> {
	const state = await lockState(tx);
	const unsettled = [...new Set([...state.unsettled, ...families])];
	await save(tx, { ...state, unsettled });
	return unsettled;
}

export function mustHold({ lease }: RefreshState, owner: string): void {
	if (lease?.owner !== owner) throw new JourneyError('store_unavailable', 'Another process refreshes the figures of this customer store now, because this one gave no sign of life. Nothing is lost; the other one goes on from here.');
}

async function lockState(tx: Tx): Promise<RefreshState> {
	await tx.run(metaPlans.reserve, { key: KEY, value: '{}' });
	const row = (await tx.first(metaPlans.lock, { key: KEY })) as { value: string };
	return { ...NOTHING, ...(JSON.parse(row.value) as Partial<RefreshState>) };
}

const save = async (tx: Tx, state: RefreshState) => void (await tx.run(metaPlans.set, { key: KEY, value: JSON.stringify(state) }));
