/**
 * How long n8n itself is kept from its other work while it refreshes the figures of a large shop: the event-loop delay of the
 * n8n process during Customer Data > Refresh Figures, beside the delay of the same n8n with nothing to do.
 *
 *   node scripts/run.mjs scripts/bench.mjs refreshInN8n [--customers 200000] [--orders 1000000]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BenchN8n } from './support/benchN8n.mjs';
import { fillStore } from './support/bigShop.mjs';
import { load, number, promised, say } from './support/figures.mjs';

const PROMISED_MS = 50;
const IDLE_MS = 15_000;
const { values } = parseArgs({ options: { customers: { type: 'string', default: '200000' }, orders: { type: 'string', default: '1000000' } } });
const [customers, orders] = [Number(values.customers), Number(values.orders)];

const folder = mkdtempSync(path.join(tmpdir(), 'customer-journeys-event-loop-'));
const n8n = await BenchN8n.start({ EVENT_LOOP_FOLDER: folder, NODE_OPTIONS: `--require=${path.join(import.meta.dirname, 'support', 'eventLoopOfN8n.cjs')}` });
try {
	const made = await fillStore(n8n.storeFile, customers, orders);
	say(`${number(customers)} customers, ${number(made)} orders (${load()})`);
	const webhook = { id: 'call', webhookId: 'call', name: 'Call', type: 'n8n-nodes-base.webhook', typeVersion: 2, position: [0, 0], parameters: { path: 'refresh', httpMethod: 'POST', responseMode: 'lastNode', options: {} } };
	const refresh = { id: 'refresh', name: 'Refresh', type: 'n8n-nodes-customer-journeys.customerData', typeVersion: 1, position: [200, 0], parameters: { resource: 'customer', operation: 'refreshFigures' } };
	await n8n.publish({ name: 'Refresh', nodes: [webhook, refresh], connections: { Call: { main: [[{ node: 'Refresh', type: 'main', index: 0 }]] } }, settings: {} });
	await pause(5_000);
	report('n8n with nothing to do', await delayWhile(() => pause(IDLE_MS)));
	for (const what of ['first refresh', 'second refresh']) {
		const startedAt = performance.now();
		let answer;
		const delay = await delayWhile(async () => (answer = await n8n.rest.webhook('refresh', {})));
		if (answer.body?.result !== 'refreshed') throw new Error(`The refresh came to ${JSON.stringify(answer)}.`);
		report(`${what}, ${number(answer.body.customers)} customers, ${number(answer.body.changed)} changed, in ${number((performance.now() - startedAt) / 1000)} s`, delay);
		promised(`p99 ${PROMISED_MS} ms`, delay.p99 <= PROMISED_MS);
	}
} catch (error) {
	say(n8n.lastWords(20));
	throw error;
} finally {
	await n8n.remove();
	rmSync(folder, { recursive: true, force: true });
}

function report(what, { median, p99, longest }) {
	say(`${what}: event-loop delay median ${number(median)} ms, p99 ${number(p99)} ms, longest ${number(longest)} ms (${load()})`);
}

/** What n8n wrote last of the time that the work took. */
async function delayWhile(work) {
	writeFileSync(path.join(folder, 'reset'), '');
	// It looks once a second.
	await pause(1_200);
	await work();
	await pause(1_200);
	const reports = readdirSync(folder).filter((file) => file.endsWith('.json')).map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
	if (reports.length !== 1 || reports[0].resetAt === 0) throw new Error(`n8n did not say how late it is: ${JSON.stringify(reports)}`);
	return reports[0];
}
