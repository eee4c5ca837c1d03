/**
 * One contender of the bundles' bench in a process of its own, so that its memory is its own:
 *   node miner.mjs <ours|node-fpgrowth> <retail|million|chess> <data folder>
 *   node miner.mjs ours <pairs|offers> <data folder>
 * Prints one JSON line: wall and processor time from the baskets in memory to the itemsets (ours: with all rules' statistics
 * besides), what was found, and the peak memory of the whole process.
 */
import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createGunzip, gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse';
import { millionBaskets } from './millionBaskets.mjs';

const require = createRequire(import.meta.url);
const bundles = (name) => require(path.join(import.meta.dirname, '..', '..', '..', 'dist', 'src', 'bundles', `${name}.js`));
const [, , who, what, folder] = process.argv;
const SUPPORT = { retail: 0.001, million: 0.001, chess: 0.7 };

function* lines() {
	if (what === 'million') yield* millionBaskets();
	else for (const line of gunzipSync(readFileSync(path.join(folder, what === 'retail' ? 'fimi-retail.dat.gz' : 'chess.dat.gz'))).toString('latin1').split('\n')) if (line.trim() !== '') yield line.trim().split(' ');
}

async function timed(work) {
	const [cpuBefore, startedAt] = [process.cpuUsage(), performance.now()];
	const found = await work();
	const { user, system } = process.cpuUsage(cpuBefore);
	return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1000, found };
}

async function ours() {
	const builder = new (bundles('baskets').BasketBuilder)();
	for (const items of lines()) builder.add(items);
	return await timed(() => {
		const baskets = builder.build();
		const itemsets = bundles('itemsets').mineItemsets(baskets, { minCount: bundles('itemsets').minCountOf(SUPPORT[what], baskets.offsets.length - 1) });
		// Chess at 70 % has 48,731 itemsets of up to 12 items: rules by the hundred thousand that nobody reads.
		if (what !== 'chess') bundles('rules').rulesOf(itemsets, { minConfidence: 0 });
		return itemsets.counts.length;
	});
}

async function theirs() {
	const all = [...lines()];
	const { FPGrowth } = require('node-fpgrowth');
	return await timed(async () => {
		const itemsets = await new FPGrowth(SUPPORT[what]).exec(all);
		return itemsets.length;
	});
}

/** Line by line: what the reading takes is not to hide what the mining takes. */
async function onlineRetail() {
	const rows = createReadStream(path.join(folder, 'online-retail.csv.gz')).pipe(createGunzip()).pipe(parse({ columns: true, relax_quotes: true }));
	const number = (known, name) => known.get(name) ?? known.set(name, known.size).get(name);
	const [products, customers, orders] = [new Map(), new Map(), new Map()];
	for await (const row of rows) {
		if (!row.CustomerID || row.CustomerID === 'NA' || row.InvoiceNo.startsWith('C') || Number(row.Quantity) <= 0 || Number(row.UnitPrice) <= 0) continue;
		const order = orders.get(row.InvoiceNo) ?? { customer: number(customers, row.CustomerID) + 1, at: Date.parse(`${row.InvoiceDate.replace(' ', 'T')}Z`), items: new Set() };
		order.items.add(number(products, row.StockCode));
		orders.set(row.InvoiceNo, order);
	}
	const all = [...orders.values()];
	const offsets = [0];
	for (const { items } of all) offsets.push(offsets.at(-1) + items.size);
	return { products: [...products.keys()], offsets: Uint32Array.from(offsets), items: Uint32Array.from(all.flatMap(({ items }) => [...items])), orderedAt: Float64Array.from(all, ({ at }) => at), customers: Float64Array.from(all, ({ customer }) => customer) };
}

const localDay = (ms) => Math.floor(ms / 86_400_000);

async function pairs() {
	const purchases = await onlineRetail();
	return await timed(() => {
		const steps = bundles('steps').stepsOf(purchases, localDay);
		const found = bundles('pairs').findPairs(steps, { minCustomers: Math.ceil(0.005 * 4_338) });
		return bundles('sequences').describePairs(steps, found, Number.MAX_SAFE_INTEGER).length;
	});
}

/** All that recommendations rest on: links, what is due again, what is likely next. */
async function offers() {
	const purchases = await onlineRetail();
	return await timed(() => {
		const { together, later } = bundles('offerModel').fitOffers(purchases, localDay, localDay(Date.UTC(2011, 11, 9)));
		return together.from.length + later.from.length;
	});
}

const result = await (what === 'pairs' ? pairs() : what === 'offers' ? offers() : who === 'ours' ? ours() : theirs());
process.stdout.write(`${JSON.stringify({ ...result, peakMiB: process.resourceUsage().maxRSS / 1024 })}\n`, () => process.exit(0));
