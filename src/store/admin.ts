import { IANAZone } from 'luxon';
import { JourneyError } from '../core/errors';
import { adminPlans } from './plans/adminPlans';
import { read, write } from './port';
import { CLOCK_KEY, metaPlans, parseStoreClock, readMeta, type StoreClock } from './storeClock';

export interface StoreInfo {
	storeId: string;
	kind: 'sqlite' | 'postgres';
	schemaVersion: number;
	/** UTC milliseconds by the store's clock */
	now: number;
	clock: StoreClock;
	movableClock: boolean;
	zone: string;
	currency: string | null;
	counts: { customers: number; orders: number; events: number; products: number; waiting: number; touches: number };
}

export const storeInfo = read(async (tx, _input: Record<string, never>): Promise<StoreInfo> => ({
	storeId: tx.storeId,
	kind: tx.dialect,
	schemaVersion: (await tx.first(adminPlans.schemaVersion, {}))?.version ?? 0,
	now: await tx.now(),
	clock: parseStoreClock(await readMeta(tx, CLOCK_KEY)),
	movableClock: (await readMeta(tx, 'movable_clock')) === '1',
	zone: (await readMeta(tx, 'zone')) ?? 'UTC',
	currency: (await readMeta(tx, 'currency')) ?? null,
	counts: (await tx.first(adminPlans.counts, {})) as StoreInfo['counts'],
}));

/** What reading and writing needs to know of a store; unlike `store.info` it counts nothing, so it costs the same at any size. */
export const storeSettings = read(async (tx, _input: Record<string, never>): Promise<Pick<StoreInfo, 'now' | 'zone' | 'currency'>> => ({
	now: await tx.now(),
	zone: (await readMeta(tx, 'zone')) ?? 'UTC',
	currency: (await readMeta(tx, 'currency')) ?? null,
}));

/**
 * Sets what holds for the whole store: the zone of local times where a customer has none, and the currency of amounts
 * that name none.
 * @throws JourneyError `bad_input`
 */
export const configureStore = write(async (tx, input: { zone?: string; currency?: string }): Promise<Record<string, never>> => {
	if (input.zone !== undefined) {
		if (!IANAZone.isValidZone(input.zone)) throw new JourneyError('bad_input', `"${input.zone}" is not a time zone. Write one such as Europe/Berlin.`, { field: 'zone' });
		await tx.run(metaPlans.set, { key: 'zone', value: input.zone });
	}
	if (input.currency !== undefined) {
		if (!/^[A-Z]{3}$/.test(input.currency)) throw new JourneyError('bad_input', `"${input.currency}" is not a currency code. Write three capital letters such as EUR.`, { field: 'currency' });
		await tx.run(metaPlans.set, { key: 'currency', value: input.currency });
	}
	return {};
});

/** @throws JourneyError `not_a_test_clock` on every store that was not made with a test clock */
export const advanceClock = write(async (tx, { byMs }: { byMs: number }): Promise<{ now: number }> => {
	const clock = await movableClock(tx);
	const before = await tx.now();
	const moved: StoreClock = clock.mode === 'frozen' ? { mode: 'frozen', atMs: clock.atMs + byMs } : { mode: 'offset', offsetMs: (clock.mode === 'offset' ? clock.offsetMs : 0) + byMs };
	await tx.run(metaPlans.set, { key: CLOCK_KEY, value: JSON.stringify(moved) });
	return { now: before + byMs };
});

/** Puts a frozen test clock at an instant. @throws JourneyError `not_a_test_clock` */
export const setClock = write(async (tx, { atMs }: { atMs: number }): Promise<{ now: number }> => {
	await movableClock(tx);
	await tx.run(metaPlans.set, { key: CLOCK_KEY, value: JSON.stringify({ mode: 'frozen', atMs } satisfies StoreClock) });
	return { now: atMs };
});

async function movableClock(tx: Parameters<typeof advanceClock.run>[0]): Promise<StoreClock> {
	if ((await readMeta(tx, 'movable_clock')) !== '1') {
		throw new JourneyError('not_a_test_clock', 'The clock of this customer store cannot be moved: only a store made for tests or demos (store init FILE --test-clock) has a movable clock.');
	}
	return parseStoreClock(await readMeta(tx, CLOCK_KEY));
}
