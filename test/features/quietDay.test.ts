import type { FeatureRow } from '../../src/features/contract';
import { refresh } from '../../src/features/refresh';
import type { JourneySettingsInput } from '../../src/journeys/settings';
import { DRIFTING } from '../../src/store/plans/featurePlans';
import type { Store } from '../../src/store/Store';
import { register, release } from '../journeys/support/journey';
import { DAY, onEachStore, START_MS } from '../support/eachStore';

/** A day on which nobody orders: only time moves the figures. */
let runs = 0;
const inTurns = async (store: Store) => await refresh(store, { owner: `quiet ${++runs}`, dailyUpTo: 0 });
const rowsOf = async (store: Store) => new Map((await store.run('figures.page', { after: 0, limit: 10_000 })).rows.map((row) => [row.key, row]));
const drifting = (row: FeatureRow) => DRIFTING.map((name) => row[name]);

/** Customers who come about every three weeks. */
const orders = (customers: number, each: number, mostAgo = 19) =>
	[...Array(customers).keys()].flatMap((customer) =>
		[...Array(each).keys()].map((place) => ({
			ref: { customerId: `c${customer}` }, source: 's', orderId: `${customer}-${place}`, orderedAt: START_MS - (1 + (customer % mostAgo) + place * (19 + ((customer + place) % 5))) * DAY, currency: 'EUR', status: 'placed' as const, totalE4: 200_000, lines: [],
		})),
	);

onEachStore('A day on which nothing happened', (open) => {
	let store: Store;
	let advance: (byMs: number) => Promise<number>;
	beforeEach(async () => {
		({ store, advance } = await open());
		await store.run('orders.record', { backfill: true, items: orders(140, 6) });
		await inTurns(store);
	});

	test('in a large shop, what only drifts is written in turns: nobody\'s is older than a week, and what counts is never old', async () => {
		const seen: number[] = [];
		for (let day = 1; day <= 14; day++) {
			const before = await rowsOf(store);
			await advance(DAY);
			const { written } = await inTurns(store);
			seen.push(written);
			const rows = await rowsOf(store);
			const fresh = new Map<string, FeatureRow>();
			for (const key of ['c0', 'c33', 'c77', 'c139']) fresh.set(key, (await store.run('figures.of', { ref: { customerId: key } }))!.figures);
			for (const [key, now] of fresh) {
				const kept = rows.get(key) as FeatureRow;
				// All but what drifts is as it is computed at this instant.
				for (const name of Object.keys(kept) as (keyof FeatureRow)[]) if (!(DRIFTING as readonly string[]).concat('as_of', 'key').includes(name)) expect([key, name, kept[name]]).toEqual([key, name, now[name]]);
			}
			expect([...rows.values()].every(({ as_of }) => START_MS + day * DAY - (as_of as number) <= 7 * DAY)).toBe(true);
			const moved = [...rows].filter(([key, row]) => drifting(row).join() !== drifting(before.get(key) as FeatureRow).join());
			expect(moved.length).toBeLessThanOrEqual(written);
		}
		// Written every day, each of the 14 days would have been about 140.
		expect(seen.reduce((sum, one) => sum + one, 0)).toBeLessThan(14 * 140 * 0.6);
	});

	test('in a small shop everything is written every day', async () => {
		await advance(DAY);
		await refresh(store, { owner: 'small' });
		for (const key of ['c0', 'c33', 'c77', 'c139']) {
			const kept = (await rowsOf(store)).get(key) as FeatureRow;
			const { figures } = (await store.run('figures.of', { ref: { customerId: key } }))!;
			expect(kept.next_at).toBe(figures.next_at);
			expect(Math.abs((kept.p_alive ?? 0) - (figures.p_alive ?? 0))).toBeLessThanOrEqual(0.01);
		}
	});

	test('a value that a journey listens to is crossed on the day it is, whosever turn it is', async () => {
		// Between the customers, so that some cross it on one day and some on another.
		const all = [...(await rowsOf(store)).values()].map(({ expected_orders }) => expected_orders as number).sort((a, b) => a - b);
		const value = Math.round(all[0]! * 90) / 100;
		const journey: JourneySettingsInput = {
			key: 'fading', name: 'Fading', guardMs: 0, reEntry: { mode: 'parallel', max: 1_000 },
			entry: { eventType: 'figure_crossed', entryKey: { kind: 'event' }, filter: [{ field: 'figure', operator: 'equals', value: 'ordersInAYear' }, { field: 'value', operator: 'equals', value }, { field: 'direction', operator: 'equals', value: 'down' }] },
		};
		await register(store, journey);
		const above = new Set([...Array(40).keys()].map((customer) => `c${customer}`));
		let days = 0;
		for (let day = 0; day < 7 && above.size > 0; day++) {
			await advance(6 * DAY);
			await inTurns(store);
			const told = (await release(store, 'entry', { journeyKey: 'fading' })).map(({ customer }) => customer.id).filter((id) => above.has(id)).sort();
			const gone: string[] = [];
			for (const key of above) if ((await store.run('figures.of', { ref: { customerId: key } }))!.figures.expected_orders! < value) gone.push(key);
			expect(told).toEqual(gone.sort());
			gone.forEach((key) => above.delete(key));
			if (gone.length > 0) days++;
		}
		expect(days).toBeGreaterThan(1);
	});
});

onEachStore('Many new orders', (open) => {
	test('right after an import a second refresh reads them again where it must, and writes nobody again', async () => {
		const { store } = await open();
		await store.run('orders.record', { backfill: true, items: orders(1_100, 1) });
		expect(await refresh(store, { owner: 'first' })).toMatchObject({ written: 1_100 });
		expect(await refresh(store, { owner: 'second' })).toMatchObject({ customers: 1_100, written: 0 });
	});
});
