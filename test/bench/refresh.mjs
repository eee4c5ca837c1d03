/**
 * The refresh of figures against DuckDB on the same orders. RFM alone: what is read and computed for the eleven groups of all
 * customers, against one query that makes a table of them; and the whole refresh a day later, with RFM, rhythm, next purchase
 * and stage. Then a single order's update. Each in a process of its own, so that its memory is its own; ratios also by
 * processor time, because DuckDB uses all cores and a refresh one.
 *
 *   node scripts/run.mjs scripts/bench.mjs refresh [--customers 1000000] [--orders 10000000] [--rounds 3]
 */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fillStore, NOW, writeCsv } from './support/bigShop.mjs';
import { load, median, number, promised, say } from './support/figures.mjs';
import { Places } from './support/places.mjs';

const { values } = parseArgs({ options: { customers: { type: 'string', default: '1000000' }, orders: { type: 'string', default: '10000000' }, rounds: { type: 'string', default: '3' } } });
const [customers, orders, rounds] = [Number(values.customers), Number(values.orders), Number(values.rounds)];
const support = path.join(import.meta.dirname, 'support');
const { openStore } = createRequire(import.meta.url)(path.join(import.meta.dirname, '..', '..', 'dist', 'src', 'store', 'open.js'));

await Places.with(async (places) => {
	const [file, csv] = [path.join(places.folder, 'shop.sqlite'), path.join(places.folder, 'orders.csv')];
	const made = await fillStore(file, customers, orders);
	await writeCsv(csv, customers, orders);
	say(`${number(customers)} customers, ${number(made)} orders (${load()})`);
	const first = once(file, 'four');
	report('first refresh', first);
	say(`  of it reading all rows into columns ${(first.phases.columns / 1000).toFixed(1)} s, done once; ${number(first.written)} rows written`);
	const duck = run('duckRfm.mjs', csv, new Date(NOW).toISOString().slice(0, 10), String(rounds));
	const duckWall = median(duck.rounds.map(({ seconds }) => seconds));
	const duckCpu = median(duck.rounds.map(({ cpuSeconds }) => cpuSeconds));
	say(`DuckDB, RFM: ${duckWall.toFixed(2)} s, processor ${duckCpu.toFixed(2)} s, peak ${number(duck.peakMiB)} MiB`);
	const rfm = middleOf(Array.from({ length: rounds }, () => once(file, 'rfm')));
	report('RFM alone', rfm);
	ratio('RFM alone no slower than DuckDB', rfm, 1);
	await aDayLater(file);
	const whole = once(file, 'four');
	report(`refresh a day later, ${number(whole.written)} rows changed`, whole);
	ratio('full refresh at most 3 times DuckDB\'s RFM', whole, 3);
	promised('at most 1 GiB', Math.max(first.peakMiB, whole.peakMiB) <= 1024);
	await singleOrders(file);

	function ratio(what, ours, most) {
		const [wall, cpu] = [ours.seconds / duckWall, ours.cpuSeconds / duckCpu];
		say(`  ${wall.toFixed(2)} times DuckDB by the clock, ${cpu.toFixed(2)} times by processor time`);
		promised(what, wall <= most);
	}
});

function run(script, ...args) {
	return JSON.parse(execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(support, script), ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 }));
}

function once(file, what) {
	return run('refreshOnce.mjs', file, what);
}

function middleOf(rounds) {
	return { ...rounds[0], seconds: median(rounds.map(({ seconds }) => seconds)), cpuSeconds: median(rounds.map(({ cpuSeconds }) => cpuSeconds)), peakMiB: Math.max(...rounds.map(({ peakMiB }) => peakMiB)) };
}

function report(what, { seconds, cpuSeconds, peakMiB }) {
	say(`${what}: ${seconds.toFixed(2)} s, processor ${cpuSeconds.toFixed(2)} s, peak ${number(peakMiB)} MiB (${load()})`);
}

/** One customer in two hundred orders. */
async function aDayLater(file) {
	const store = await openStore({ kind: 'file', file }, { thread: false });
	await store.run('clock.advance', { byMs: 86_400_000 });
	for (let from = 1; from <= customers; from += 200_000) {
		const items = Array.from({ length: Math.min(1_000, Math.ceil(customers / 200)) }, (_, index) => orderOf(`later-${from}-${index}`, Math.min(customers, from + index * 200), NOW + 3_600_000));
		await store.run('orders.record', { items, backfill: true });
	}
	await store.close();
}

async function singleOrders(file) {
	const store = await openStore({ kind: 'file', file }, { thread: false });
	const took = [];
	for (let index = 0; index < 300; index++) {
		const item = orderOf(`single-${index}`, 1 + ((index * 7919) % customers), NOW + 86_400_000);
		const startedAt = performance.now();
		await store.run('orders.record', { items: [item] });
		took.push(performance.now() - startedAt);
	}
	await store.close();
	say(`an order with its customer's figures: median ${median(took).toFixed(2)} ms, the slowest of 300 ${Math.max(...took).toFixed(1)} ms`);
	promised('a single order within 5 ms', median(took) <= 5);
}

function orderOf(orderId, customer, orderedAt) {
	return { ref: { customerId: `c${customer}` }, source: 'bench', orderId, orderedAt, currency: 'EUR', status: 'placed', totalE4: 250_000, lines: [{ productId: 'p', quantity: 1, priceE4: 250_000, amountE4: 250_000 }] };
}
