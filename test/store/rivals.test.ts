import { dumpStore } from '../support/dumpStore';
import { onEachStore, START_MS } from '../support/eachStore';
import { overCap, type CheckedRule } from './support/overCap';
import { knowCustomers, letCompete } from './support/rivals';
import { fourProcesses } from './support/rivalsTest';

fourProcesses(5, 1);

onEachStore('Four processes that ask for one customer at the same moment', (open) => {
	test('P56 and P62: a hundred requests, limit 1: exactly one SEND, each time', async () => {
		const { store, location } = await open();
		await store.run('policy.save', { name: 'default', body: { version: 'one', storeZone: 'UTC', rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D' }] } });
		const names = Array.from({ length: 6 }, (_, n) => `only${n}`);
		await knowCustomers(store, names);
		const { told, errors } = await letCompete(location, 4, { only: names, items: 25, seed: 1 });
		expect([errors, told.send, told.send + told.held + told.blocked]).toEqual([[], names.length, 100 * names.length]);
		expect(new Set((await dumpStore(location)).touch.map((row) => row.customer_id)).size).toBe(names.length);
	}, 120_000);
});

test('the checker finds every message too many, and none that is allowed', () => {
	const rules: CheckedRule[] = [
		{ id: 'two', limit: 2, window: 1_000 },
		{ id: 'day', category: 'promo', limit: 1, window: 'day' },
		{ id: 'gap', channel: 'sms', minGapMs: 100 },
	];
	const ledger = (...sent: [ts: number, channel?: string, category?: string, state?: string][]) => ({
		customer: [{ id: 1, key: 'c', time_zone: 'Asia/Tokyo' }],
		touch: sent.map(([ts, channel = 'email', category = 'news', state = 'committed']) => ({ customer_id: 1, ts, channel, category, state })),
	});
	const ids = (dump: ReturnType<typeof ledger>) => overCap(dump, rules).map((text) => text.split(':')[0]);
	expect(ids(ledger([0], [10], [1_000], [1_010]))).toEqual([]);
	expect(ids(ledger([0], [10], [999]))).toEqual(['two']);
	expect(ids(ledger([0], [10], [20, 'email', 'news', 'released']))).toEqual([]);
	// Midnight in Tokyo is 15:00 in UTC.
	const noon = Math.floor(START_MS / 86_400_000) * 86_400_000 + 15 * 3_600_000;
	expect(ids(ledger([noon - 5_000, 'email', 'promo/sale'], [noon, 'email', 'promo']))).toEqual([]);
	expect(ids(ledger([noon, 'email', 'promo/sale'], [noon + 5_000, 'email', 'promo']))).toEqual(['day']);
	expect(ids(ledger([0, 'sms'], [50], [99, 'sms']))).toEqual(['two', 'gap']);
});
