/**
 * What preferences (price preference, favourite category, engagement, best hour and channel) take of the nightly refresh, in a
 * shop with order lines, answers, views and messages: the first time, when everybody's are written, a day on which one customer
 * in two hundred ordered and looked at something, and a quiet day. Each refresh in a process of its own.
 *
 *   node scripts/run.mjs scripts/bench.mjs preferences [--customers 200000] [--orders 2000000] [--deeds 2000000] [--messages 2000000] [--threads 2]
 */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { load, number, promised, say } from './support/figures.mjs';
import { Places } from './support/places.mjs';
import { fillTastyShop } from './support/tastyShop.mjs';

const options = Object.fromEntries(Object.entries({ customers: '200000', orders: '2000000', deeds: '2000000', messages: '2000000' }).map(([name, value]) => [name, { type: 'string', default: value }]));
const { values } = parseArgs({ options: { ...options, threads: { type: 'string' } } });
const [customers, orders, deeds, messages] = ['customers', 'orders', 'deeds', 'messages'].map((name) => Number(values[name]));
const { openStore } = createRequire(import.meta.url)(path.join(import.meta.dirname, '..', '..', 'dist', 'src', 'store', 'open.js'));

const DAY = 86_400_000;

await Places.with(async (places) => {
	const file = path.join(places.folder, 'shop.sqlite');
	const made = await fillTastyShop(file, customers, orders, { deeds, messages });
	say(`${number(customers)} customers, ${number(made.orders)} orders with ${number(made.lines)} lines, ${number(deeds)} answers and views, ${number(messages)} messages in half a year (${load()})`);
	const first = once(file);
	report('first refresh', first);
	await aDayLater(file, Math.ceil(customers / 200));
	const busy = once(file);
	report('one customer in 200 ordered and looked at something', busy);
	await aDayLater(file, 0);
	const quiet = once(file);
	report('nobody did anything', quiet);
	promised('at most 1 GiB', Math.max(...[first, busy, quiet].map(({ peakMiB }) => peakMiB)) <= 1024);
});

function once(file) {
	const more = values.threads === undefined ? [] : [values.threads];
	return JSON.parse(execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, 'support', 'refreshOnce.mjs'), file, 'all', ...more], { encoding: 'utf8' }));
}

function report(what, { seconds, cpuSeconds, peakMiB, preferences, phases, cpuPhases, peaks }) {
	const raised = Object.entries(peaks).map(([name, mib]) => `${number(mib)} by the end of ${name}`);
	const others = Object.entries(phases).filter(([name]) => name !== 'preferences' && name !== 'end').map(([name, ms]) => `${name} ${(ms / 1000).toFixed(1)}`);
	say(`${what}: preferences ${(phases.preferences / 1000).toFixed(1)} s, processor ${(cpuPhases.preferences / 1000).toFixed(1)} s, ${number(preferences)} written; all figures ${seconds.toFixed(1)} s, processor ${cpuSeconds.toFixed(1)} s (${others.join(', ')}), peak ${number(peakMiB)} MiB (${raised.join(', ')}; ${load()})`);
}

/** @param {number} busy so many customers do something */
async function aDayLater(file, busy) {
	const store = await openStore({ kind: 'file', file }, { thread: false });
	const { now } = await store.run('clock.advance', { byMs: DAY });
	const who = Array.from({ length: busy }, (_, index) => ({ customerId: `c${1 + ((index * 199) % customers)}` }));
	for (let from = 0; from < busy; from += 1_000) {
		const some = who.slice(from, from + 1_000);
		await store.run('orders.record', { backfill: true, items: some.map((ref, index) => ({ ref, source: 'bench', orderId: `${now}-${from + index}`, orderedAt: now, currency: 'EUR', status: 'placed', lines: [{ productId: 'p1', quantity: 1, priceE4: 250_000, amountE4: 250_000 }] })) });
		await store.run('events.track', { backfill: true, items: some.map((ref, index) => ({ ref, type: 'product_viewed', occurredAt: now - 1_000, source: 'bench', eventId: `${now}-${from + index}`, properties: {} })) });
	}
	await store.close();
}
