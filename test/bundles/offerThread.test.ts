import { performance } from 'node:perf_hooks';
import type { refreshInThread as RefreshInThread } from '../../src/bundles/offerThread';
import { openStore } from '../../src/store/open';
import { compiled } from '../store/support/compiled';
import { freshSqliteFile } from '../support/stores';
import { shopWithLinks } from './support/offerShop';

// Compiled: a worker thread loads no TypeScript.
const { refreshInThread } = require(compiled('src/bundles/offerThread')) as { refreshInThread: typeof RefreshInThread };

test('mining in its own thread leaves the event loop to n8n, keeps the model, and refuses with a sentence where there is no store', async () => {
	const file = freshSqliteFile();
	const store = await openStore({ kind: 'file', file }, { thread: false });
	await shopWithLinks(store);
	const before = performance.eventLoopUtilization();
	const refreshed = await refreshInThread({ kind: 'file', file });
	// Mined here it would be near 1.
	expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
	expect(refreshed!.links).toBeGreaterThan(0);
	expect((await store.run('offers.model', {})).model).toMatchObject({ version: refreshed!.version });
	await store.close();
	await expect(refreshInThread({ kind: 'file', file: '/dev/null/nowhere.sqlite' })).rejects.toMatchObject({ code: 'store_unavailable' });
});
