import { dumpStore } from '../../support/dumpStore';
import { onEachStore } from '../../support/eachStore';
import { overCap, type CheckedRule } from './overCap';
import { knowCustomers, letCompete } from './rivals';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CUSTOMERS = 200;

/** The policy twice: as the store is given it, and as the checker reads it. */
const POLICY = {
	version: 'rivals', storeZone: 'UTC', requireConsent: true,
	rules: [
		{ id: 'any-hour', scope: { any: true }, limit: 3, window: 'PT1H', mode: 'fcfs' },
		{ id: 'email-30m', scope: { channel: 'email' }, limit: 2, window: 'PT30M', mode: 'fcfs' },
		{ id: 'promo-day', scope: { category: 'promo' }, limit: 8, window: 'day' },
		{ id: 'gap', scope: { any: true }, minGap: 'PT4M' },
	],
};
const RULES: CheckedRule[] = [
	{ id: 'any-hour', limit: 3, window: HOUR },
	{ id: 'email-30m', channel: 'email', limit: 2, window: 30 * MINUTE },
	{ id: 'promo-day', category: 'promo', limit: 8, window: 'day' },
	{ id: 'gap', minGapMs: 4 * MINUTE },
];

/** Four processes on the same customers, for so long; then every row of the ledger is held against every rule. */
export function fourProcesses(seconds: number, seed: number): void {
	onEachStore('Four processes that decide, send and report on the same 200 customers', (open) => {
		test(`for ${seconds} s: no message too many, none too soon`, async () => {
			const { store, location } = await open({ mode: 'offset', offsetMs: Date.parse('2027-03-01T20:00:00Z') - Date.now() });
			await store.run('policy.save', { name: 'default', body: POLICY });
			await knowCustomers(store, Array.from({ length: CUSTOMERS }, (_, n) => `c${n}`));
			const startedAt = (await store.run('store.settings', {})).now;
			const { told, errors } = await letCompete(location, 4, { seconds, leastCalls: 40, customers: CUSTOMERS, reports: true, seed });
			expect(errors).toEqual([]);
			const dump = await dumpStore(location);
			const hours = ((await store.run('store.settings', {})).now - startedAt) / HOUR;
			const violations = overCap(dump, RULES);
			process.stdout.write(`${location.kind}: ${told.calls} calls, ${told.send} sent, ${told.held} held, ${told.blocked} blocked, ${told.reported} reported in ${hours.toFixed(1)} hours of the store; ${violations.length} over cap (seed ${seed})\n`);
			expect(violations).toEqual([]);
			expect(dump.touch).toHaveLength(told.send);
			// The rivals were in each other's way, and the windows opened again.
			expect(told.blocked).toBeGreaterThan(50);
			expect(told.send).toBeGreaterThan(2 * CUSTOMERS);
		}, (seconds + 120) * 1000);
	});
}
