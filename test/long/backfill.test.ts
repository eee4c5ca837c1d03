import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { bringIn } from '../ingest/importing';
import { enterAndWait, register, registerStep, releaseAll, track } from '../journeys/support/steps';
import { HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { freshFolder } from '../support/stores';

const ORDERS = Number(process.env.BACKFILL_ORDERS ?? 1_000_000);
const CUSTOMERS = 20_000;

/** A file of orders over two years, the last ones a minute old, of customers in turn. */
function orderFile(): string {
	const file = path.join(freshFolder(), 'orders.csv');
	const handle = openSync(file, 'w');
	writeSync(handle, 'order_id,customer_id,ordered_at,product_id,quantity,price,currency\n');
	const step = Math.floor((2 * 365 * 24 * HOUR) / ORDERS);
	for (let from = 0; from < ORDERS; from += 10_000) {
		const rows = Array.from({ length: Math.min(10_000, ORDERS - from) }, (_, index) => {
			const n = from + index;
			return `o${n},c${n % CUSTOMERS},${new Date(START_MS - MINUTE - (ORDERS - 1 - n) * step).toISOString()},p${n % 97},1,9.90,EUR\n`;
		});
		writeSync(handle, rows.join(''));
	}
	closeSync(handle);
	return file;
}

onEachStore('History', (open) => {
	test(`J21 ${ORDERS} orders filled in: nobody enters, nobody who waits for an order goes on or leaves, and the same orders live do nothing`, async () => {
		const { store, advance } = await open();
		await register(store, { entry: { eventType: 'order_placed', entryKey: { kind: 'event' } }, exits: [{ eventType: 'order_placed' }] });
		await registerStep(store);
		await register(store, { key: 'waiting', entry: { eventType: 'start', entryKey: { kind: 'event' } }, exits: [{ eventType: 'order_placed' }] });
		const waiting = Array.from({ length: 500 }, (_, index) => `c${index}`);
		await enterAndWait(store, waiting, 'wait', { kind: 'event', events: [{ eventType: 'order_placed' }], timeout: { amount: 2, unit: 'hours' }, since: 'entry' });
		await advance(MINUTE);
		const started = process.hrtime.bigint();
		const { accepted, rejected } = await bringIn(store, 'orders', orderFile(), { timeZone: 'UTC', currency: 'EUR' });
		const seconds = Number(process.hrtime.bigint() - started) / 1e9;
		console.log(`J21 ${accepted} orders filled in, ${Math.round(accepted / seconds)} a second`);
		expect([accepted, rejected]).toEqual([ORDERS, []]);
		expect((await store.run('journeys.waiting', {})).map(({ journey, step, waiting: count, inRelease }) => [journey, step, count, inRelease])).toEqual(expect.arrayContaining([['waiting', 'wait', 500, 0]]));
		expect(await releaseAll(store, 'entry')).toEqual([]);
		expect(await releaseAll(store, 'wait')).toEqual([]);
		// They were not switched off: an order of now does both.
		expect(await track(store, 'order_placed', 'c1', { order_id: 'live' })).toMatchObject({ entered: ['j'], exited: ['waiting'] });
	}, 3_600_000);
});
