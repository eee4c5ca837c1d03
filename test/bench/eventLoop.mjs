/**
 * How long the process that hosts the store is kept from its other work while the store is given 1,000 customers a call:
 * events tracked, customers parked and released, messages decided. In n8n this is the main process, whose one event loop
 * serves the editor, the webhooks and all executions.
 *
 *   node scripts/run.mjs scripts/bench.mjs eventLoop [--customers 20000]
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { load, number, promised, say } from './support/figures.mjs';
import { FOUR_CAPS, know, NOW } from './support/ledger.mjs';
import { openJourney, park, release, STEP } from './support/parked.mjs';
import { Places } from './support/places.mjs';

const BATCH = 1_000;
const PROMISED_MS = 50;
const { values } = parseArgs({ options: { customers: { type: 'string', default: '20000' } } });
const customers = Number(values.customers);

await Places.with(async (places) => {
	await places.postgres();
	for (const kind of ['PostgreSQL', 'SQLite']) {
		const store = await openJourney(places, kind, 'delay');
		await park(store, 'warm', BATCH);
		await know(store, customers);
		// Looks every millisecond; what it reports is how much later than that it came to look.
		const delay = monitorEventLoopDelay({ resolution: 1 });
		delay.enable();
		await park(store, 'r', customers);
		for (let batch = await release(store, STEP); batch; batch = await release(store, STEP)) await batch.settle();
		for (let first = 0; first < customers; first += BATCH) await store.run('policy.decide', { policy: FOUR_CAPS, requests: requestsFrom(first), dryRun: false });
		delay.disable();
		const [middle, p99, longest] = [delay.percentile(50), delay.percentile(99), delay.max].map((nanoseconds) => nanoseconds / 1e6 - 1);
		say(`${kind}: event-loop delay median ${number(Math.max(0, middle))} ms, p99 ${number(p99)} ms, longest ${number(longest)} ms (${load()})`);
		promised(`p99 ${PROMISED_MS} ms`, p99 <= PROMISED_MS);
	}
});

function requestsFrom(first) {
	return Array.from({ length: BATCH }, (_, index) => ({ key: `k${first + index}`, customer: `c${first + index}`, channel: 'email', category: 'promo', class: 'marketing', at: new Date(NOW).toISOString() }));
}
