/**
 * Recommendation: one customer, and 10,000 in a batch, as the node asks (100 a call, two calls side by side), on a made-up shop of a large catalogue
 * whose customers buy along planted links, on both databases. Prints milliseconds a customer beside the promise, and what mining costs.
 *
 *   node scripts/run.mjs test/bench/recommend.mjs [--customers N] [--products N] [--orders N] [--only SQLite]
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Places } from './support/places.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = (file) => createRequire(import.meta.url)(path.join(here, '..', '..', 'dist', 'src', file));
const { keptPurchases } = dist('bundles/keptPurchases.js');
const { refreshOffers } = dist('bundles/refreshOffers.js');
const { unitHash } = dist('core/hash.js');
const { offersFor } = dist('n8n/offersFor.js');

const { values } = parseArgs({ options: { customers: { type: 'string', default: '10000' }, products: { type: 'string', default: '100000' }, orders: { type: 'string', default: '12' }, only: { type: 'string' } } });
const [customers, products, orders] = [values.customers, values.products, values.orders].map(Number);
const PROMISED_MS_A_CUSTOMER = 5;
const PROMISED_S_A_BATCH = 5;
const DAY = 86_400_000;
const NOW = Date.parse('2026-03-02T12:00:00Z');

const say = (text) => process.stdout.write(`${text}\n`);
await Places.with(async (places) => {
	for (const kind of ['SQLite', 'PostgreSQL']) {
		if (values.only !== undefined && values.only !== kind) continue;
		say(kind);
		await measure(await places.store(kind, 'recommend', { mode: 'frozen', atMs: NOW }));
	}
});

async function measure(store) {
	await fill(store);
	const mining = await timed(() => refreshOffers(store));
	say(`mining ${customers.toLocaleString('en')} customers, ${products.toLocaleString('en')} products: ${(mining.ms / 1000).toFixed(1)} s, ${mining.result.links.toLocaleString('en')} links`);

	const changed = Math.ceil(customers / 100);
	await store.run('orders.record', { backfill: true, items: Array.from({ length: changed }, (_, one) => ({ ref: { customerId: `c${one * 97 % customers}` }, source: 's', orderId: `again-${one}`, orderedAt: NOW - DAY, currency: 'EUR', status: 'placed', lines: [{ productId: 'p1', quantity: 1, priceE4: 10_000, amountE4: 10_000 }] })) });
	const kept = await timed(() => keptPurchases(store, NOW));
	const anew = await timed(() => store.run('bundles.purchases', { until: NOW }));
	say(`what was bought, after the orders of ${changed.toLocaleString('en')} customers changed: from the columns ${kept.ms.toFixed(0)} ms (processor ${kept.cpuMs.toFixed(0)} ms), from every order ${anew.ms.toFixed(0)} ms (processor ${anew.cpuMs.toFixed(0)} ms: ${(anew.cpuMs / kept.cpuMs).toFixed(1)} times as much)`);

	await ask(store, ['c0']);
	const single = [];
	for (let one = 0; one < 300; one++) single.push((await timed(() => ask(store, [`c${(one * 37) % customers}`]))).ms);
	single.sort((a, b) => a - b);
	const looked = [];
	const start = process.cpuUsage();
	for (let one = 0; one < 300; one++) looked.push((await timed(() => ask(store, [`c${(one * 41) % customers}`], true))).ms);
	const spent = process.cpuUsage(start);
	looked.sort((a, b) => a - b);
	say(`one customer: median ${looked[150].toFixed(2)} ms (processor ${((spent.user + spent.system) / 300_000).toFixed(2)} ms), p99 ${looked[296].toFixed(2)} ms (promised ${PROMISED_MS_A_CUSTOMER} ms: ${looked[150] <= PROMISED_MS_A_CUSTOMER ? 'kept' : 'NOT KEPT'}); recorded, with a commit to the disk each: ${single[150].toFixed(2)} ms, p99 ${single[296].toFixed(2)} ms`);

	const ready = { now: 0, later: 0, nothing: 0 };
	const before = process.cpuUsage();
	const batch = await timed(async () => {
		const answers = await offersFor(store, { settings: {}, dryRun: false }, Array.from({ length: customers }, (_, index) => ({ ref: { customerId: `c${index}` } })));
		for (const answer of answers) ready[answer.recommended.ready]++;
	});
	const { user, system } = process.cpuUsage(before);
	const seconds = batch.ms / 1000;
	say(`a batch of ${customers.toLocaleString('en')}: ${seconds.toFixed(2)} s (processor ${((user + system) / 1e6).toFixed(2)} s), promised ${((PROMISED_S_A_BATCH * customers) / 10_000).toFixed(1)} s: ${seconds <= (PROMISED_S_A_BATCH * customers) / 10_000 ? 'kept' : 'NOT KEPT'}; ${ready.now} now, ${ready.later} later, ${ready.nothing} nothing`);
	const { spread } = await store.run('offers.results', { since: 0, until: NOW });
	say(`coverage ${(100 * spread.coverage).toFixed(1)} %, concentration ${(100 * spread.concentration).toFixed(1)} %`);
	if (single[150] > PROMISED_MS_A_CUSTOMER * 10 || seconds > (PROMISED_S_A_BATCH * 10 * customers) / 10_000) process.exitCode = 1;
}

async function ask(store, ids, dryRun = false) {
	return await store.run('offers.recommend', { settings: {}, dryRun, items: ids.map((customerId) => ({ ref: { customerId } })) });
}

async function timed(work) {
	const [start, before] = [performance.now(), process.cpuUsage()];
	const result = await work();
	const { user, system } = process.cpuUsage(before);
	return { ms: performance.now() - start, cpuMs: (user + system) / 1_000, result };
}

/** Everybody's next order follows, every second time, a link of the order before; products are popular by rank. */
async function fill(store) {
	for (let from = 0; from < products; from += 1000) {
		const items = Array.from({ length: Math.min(1000, products - from) }, (_, index) => {
			const product = from + index;
			return { source: 's', productId: `p${product}`, name: `Product ${product}`, category: `category ${product % 60}`, priceE4: 10_000 * (5 + (product % 50)), currency: 'EUR', family: `f${product >> 2}`, tier: product & 3 };
		});
		await store.run('products.upsert', { items });
	}
	const popular = (...seed) => Math.floor(3_000 ** unitHash(...seed)) % products;
	for (let from = 0; from < customers; from += 100) {
		const items = [];
		for (let customer = from; customer < Math.min(customers, from + 100); customer++) {
			let at = NOW - Math.floor(unitHash('start', customer) * 600) * DAY - 30 * DAY;
			let last = popular('first', customer);
			for (let order = 0; order < orders && at < NOW; order++) {
				const bought = [last, popular('with', customer, order)];
				items.push({ ref: { customerId: `c${customer}` }, source: 's', orderId: `${customer}-${order}`, orderedAt: at, currency: 'EUR', status: 'placed', lines: [...new Set(bought)].map((product) => ({ productId: `p${product}`, quantity: 1, priceE4: 10_000 * (5 + (product % 50)), amountE4: 10_000 * (5 + (product % 50)) })) });
				at += Math.floor(15 + 20 * unitHash('gap', customer, order)) * DAY;
				last = unitHash('follow', customer, order) < 0.5 ? (last * 7 + 11) % 3_000 : popular('next', customer, order);
			}
		}
		await store.run('orders.record', { backfill: true, items });
	}
}
