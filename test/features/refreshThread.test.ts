import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { refreshInThread as RefreshInThread } from '../../src/features/refreshThread';
import { openStore } from '../../src/store/open';
import { compiled } from '../store/support/compiled';
import { freshSqliteFile } from '../support/stores';

// Compiled: a worker thread loads no TypeScript.
const { refreshInThread } = require(compiled('src/features/refreshThread')) as { refreshInThread: typeof RefreshInThread };

test('a refresh in its own thread leaves the event loop free, and refuses with a sentence where there is no store', async () => {
	const file = freshSqliteFile();
	const store = await openStore({ kind: 'file', file }, { thread: false });
	const items = Array.from({ length: 3_000 }, (_, index) => ({ ref: { customerId: `c${index % 1_000}` }, source: 's', orderId: `o${index}`, orderedAt: 1_700_000_000_000 + index * 3_600_000, currency: 'EUR', status: 'placed' as const, totalE4: 10_000, lines: [] }));
	for (let first = 0; first < items.length; first += 1_000) await store.run('orders.record', { items: items.slice(first, first + 1_000), backfill: true });
	const delay = monitorEventLoopDelay({ resolution: 2 });
	delay.enable();
	const done = await refreshInThread({ location: { kind: 'file', file }, owner: 'test' });
	delay.disable();
	expect(done).toMatchObject({ result: 'refreshed', customers: 1_000, written: 1_000 });
	// Ten times the promise: the machine does other things too.
	expect(delay.percentile(99) / 1e6).toBeLessThan(500);
	expect((await store.run('figures.page', { after: 0, limit: 1 })).rows[0]).toMatchObject({ orders: 3 });
	await store.close();
	await expect(refreshInThread({ location: { kind: 'file', file: '/dev/null/nowhere.sqlite' }, owner: 'test' })).rejects.toMatchObject({ code: 'store_unavailable' });
});
