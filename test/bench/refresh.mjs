/**
 * The refresh of figures against DuckDB on the same orders, on two cores. Both begin with a file on the disk, in a process of
 * their own: DuckDB with its own file and two threads, a refresh with the store and as many threads as it takes by itself; beside
 * them each with one. What is computed and kept nowhere, as DuckDB's table in memory is kept nowhere: RFM alone, then RFM, rhythm,
 * next purchase and stage of everybody; these are what the promises are held against. Then the same with what has to be written:
 * of the first refresh, of a day on which one customer in two hundred ordered, and of a quiet day. Then single orders, on both
 * databases, beside a bare durable commit. Ratios are also those of processor time, which suffers less from what else the machine
 * does.
 *
 *   node scripts/run.mjs scripts/bench.mjs refresh [--customers 1000000] [--orders 10000000] [--rounds 7]
 */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fillStore, NOW, writeCsv } from './support/bigShop.mjs';
import { load, median, number, promised, say } from './support/figures.mjs';
import { Places } from './support/places.mjs';

const { values } = parseArgs({ options: { customers: { type: 'string', default: '1000000' }, orders: { type: 'string', default: '10000000' }, rounds: { type: 'string', default: '7' } } });
const [customers, orders, rounds] = [Number(values.customers), Number(values.orders), Number(values.rounds)];
const support = path.join(import.meta.dirname, 'support');
const require = createRequire(import.meta.url);
const dist = path.join(import.meta.dirname, '..', '..', 'dist', 'src');
const { openStore } = require(path.join(dist, 'store', 'open.js'));
const { refresh } = require(path.join(dist, 'features', 'refresh.js'));
const { threadsFor } = require(path.join(dist, 'features', 'hands.js'));

const DAY = 86_400_000;

await Places.with(async (places) => {
	const [file, csv, duckFile] = ['shop.sqlite', 'orders.csv', 'orders.duckdb'].map((name) => path.join(places.folder, name));
	const made = await fillStore(file, customers, orders);
	await writeCsv(csv, customers, orders);
	run('duckRfm.mjs', 'load', duckFile, csv);
	say(`${number(customers)} customers, ${number(made)} orders (${load()})`);
	const first = once(file, 'write');
	report('first refresh of the four, everybody written', first);
	say(`  of it reading all rows into columns ${(first.phases.columns / 1000).toFixed(1)} s, done once; ${number(first.written)} rows written`);
	// Round by round, so that what disturbs one disturbs the other; every other round the other way round.
	const [duck, single, rfm, four, rfmAlone, fourAlone] = [[], [], [], [], [], []];
	const turns = [() => duck.push(duckOnce(duckFile, 2)), () => rfm.push(once(file, 'rfm')), () => four.push(once(file, 'four')), () => single.push(duckOnce(duckFile, 1)), () => rfmAlone.push(once(file, 'rfm', 1)), () => fourAlone.push(once(file, 'four', 1))];
	for (let round = 0; round < rounds; round++) for (const turn of round % 2 === 0 ? turns : turns.toReversed()) turn();
	const ours = inThreads(threadsFor(made));
	say(`${rounds} rounds each; DuckDB on two threads and on one, ours by itself on ${ours}, and on one; medians, of ratios those of the rounds`);
	for (const [threads, figures] of [[2, duck], [1, single]]) report(`DuckDB, RFM, ${inThreads(threads)} (${median(figures.map(({ warmSeconds }) => warmSeconds)).toFixed(2)} s with all in its memory)`, middleOf(figures));
	report(`RFM alone, computed in ${ours}`, middleOf(rfm));
	ratio('RFM alone no slower than DuckDB on two threads', rfm, 1);
	report(`RFM, rhythm, next purchase and stage, computed in ${ours}`, middleOf(four));
	ratio('full refresh at most 3 times DuckDB\'s RFM on two threads', four, 3);
	for (const [what, figures] of [['RFM alone', rfmAlone], ['all four', fourAlone]]) {
		report(`${what}, computed in one thread`, middleOf(figures));
		ratio(null, figures, undefined, single, 'one thread');
	}
	await aDayLater(file, true);
	const busy = once(file, 'write');
	report(`with writing, one customer in 200 having ordered: ${number(busy.written)} rows`, busy);
	ratio(null, [busy]);
	await aDayLater(file, false);
	const quiet = once(file, 'write');
	report(`with writing, nobody having ordered: ${number(quiet.written)} rows`, quiet);
	ratio(null, [quiet]);
	promised('at most 1 GiB', Math.max(...[first, busy, quiet, ...rfm, ...four, ...rfmAlone, ...fourAlone].map(({ peakMiB }) => peakMiB)) <= 1024);
	const store = await openStore({ kind: 'file', file }, { thread: false });
	places.onClose(() => store.close());
	await singleOrders(`SQLite, ${number(customers)} customers`, store, customers);
	await singleOrders('PostgreSQL, 2,000 customers', await smallShop(places), 2_000);

	/** @param {string | null} what the promise; null: only printed */
	function ratio(what, ours, most, theirs = duck, threads = 'two threads') {
		const of = (key) => median(ours.map((one, round) => one[key] / (ours.length === theirs.length ? theirs[round] : middleOf(theirs))[key]));
		say(`  ${of('seconds').toFixed(2)} times DuckDB's RFM on ${threads} by the clock, ${of('cpuSeconds').toFixed(2)} times by processor time`);
		if (what) promised(what, of('seconds') <= most);
	}
});

function inThreads(threads) {
	return `${threads} thread${threads === 1 ? '' : 's'}`;
}

function run(script, ...args) {
	const out = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(support, script), ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
	return out === '' ? undefined : JSON.parse(out);
}

function once(file, what, threads) {
	return run('refreshOnce.mjs', file, what, ...(threads === undefined ? [] : [String(threads)]));
}

function duckOnce(file, threads) {
	return run('duckRfm.mjs', 'rfm', file, new Date(NOW).toISOString().slice(0, 10), String(threads));
}

function middleOf(rounds) {
	return { seconds: median(rounds.map(({ seconds }) => seconds)), cpuSeconds: median(rounds.map(({ cpuSeconds }) => cpuSeconds)), peakMiB: Math.max(...rounds.map(({ peakMiB }) => peakMiB)) };
}

function report(what, { seconds, cpuSeconds, peakMiB }) {
	say(`${what}: ${seconds.toFixed(2)} s, processor ${cpuSeconds.toFixed(2)} s, peak ${number(peakMiB)} MiB (${load()})`);
}

/** @param {boolean} ordered one customer in two hundred did */
async function aDayLater(file, ordered) {
	const store = await openStore({ kind: 'file', file }, { thread: false });
	await store.run('clock.advance', { byMs: DAY });
	for (let from = 1; ordered && from <= customers; from += 200_000) {
		const items = Array.from({ length: Math.min(1_000, Math.ceil(customers / 200)) }, (_, index) => orderOf(`later-${from}-${index}`, Math.min(customers, from + index * 200), NOW + 3_600_000));
		await store.run('orders.record', { items, backfill: true });
	}
	await store.close();
}

async function smallShop(places) {
	const store = await places.store('PostgreSQL', 'orders', { mode: 'frozen', atMs: NOW + 2 * DAY });
	for (let batch = 0; batch < 10; batch++) {
		const items = Array.from({ length: 1_000 }, (_, index) => orderOf(`${batch}-${index}`, 1 + (index % 500) * 4 + (batch % 4), NOW - (batch * 37 + (index % 30)) * DAY));
		await store.run('orders.record', { items, backfill: true });
	}
	await refresh(store, { owner: 'bench' });
	return store;
}

async function singleOrders(where, store, among) {
	const [took, bare] = [[], []];
	for (let index = 0; index < 300; index++) {
		const item = orderOf(`single-${index}`, 1 + ((index * 7919) % among), NOW + DAY);
		took.push(await timed(() => store.run('orders.record', { items: [item] })));
		// Another value each time: writing what is there already writes nothing.
		bare.push(await timed(() => store.run('figures.configure', { family: 'rfm', settings: { windowMonths: 23 - (index % 2) } })));
	}
	await store.run('figures.configure', { family: 'rfm', settings: null });
	say(`an order with its customer's figures, ${where}: median ${median(took).toFixed(2)} ms, the slowest of 300 ${Math.max(...took).toFixed(1)} ms; writing one setting durably: median ${median(bare).toFixed(2)} ms`);
	promised(`a single order within 5 ms, ${where}`, median(took) <= 5);
}

async function timed(work) {
	const startedAt = performance.now();
	await work();
	return performance.now() - startedAt;
}

function orderOf(orderId, customer, orderedAt) {
	return { ref: { customerId: `c${customer}` }, source: 'bench', orderId, orderedAt, currency: 'EUR', status: 'placed', totalE4: 250_000, lines: [{ productId: 'p', quantity: 1, priceE4: 250_000, amountE4: 250_000 }] };
}
