/**
 * How long Segment takes to say of 1,000 items who is in, in a shop of a million customers: by what they bought and did, and by
 * everything that conditions can be made of.
 *
 *   node scripts/run.mjs scripts/bench.mjs segmentRoute [--customers 1000000] [--orders 4] [--calls 60] [--only SQLite]
 *
 * Customers with figures, orders with a line each and events are written by SQL; the temporary files go at the end. The items name customers
 * spread over the whole shop, by their id. A call is timed as the node makes it: through the store's thread, or over connections.
 */
import { createRequire } from 'node:module';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { load, median, number, percentile, promised, say } from './support/figures.mjs';
import { Places } from './support/places.mjs';

const { checkItems } = createRequire(import.meta.url)(path.join(import.meta.dirname, '..', '..', 'dist', 'src', 'n8n', 'segmentCheck.js'));

const NOW = Date.parse('2027-03-01T09:30:00Z');
const DAY = 86_400_000;
const CHUNK = 100_000;
const ITEMS = 1_000;
const PROMISED_MS = 50;
const { values } = parseArgs({ options: { customers: { type: 'string', default: '1000000' }, orders: { type: 'string', default: '4' }, calls: { type: 'string', default: '60' }, only: { type: 'string' } } });
const [customers, orders, calls] = [values.customers, values.orders, values.calls].map(Number);

const lastDays = (days) => ({ kind: 'inTheLast', days });
const COFFEE = [{ about: 'bought', categories: ['category 3', 'category 7'], compare: { is: 'atLeast', value: 2 }, period: lastDays(365) }, { about: 'did', eventType: 'message_opened', compare: { is: 'exactly', value: 0 }, period: lastDays(30) }];
/** `any`: nobody is decided before the last condition was asked. */
const EVERYTHING = [
	{ about: 'profile', field: 'attributes.city', operator: 'equals', value: 'Nowhere' }, { about: 'label', label: 'rfmGroup', oneOf: ['champions'] }, { about: 'consent', channel: 'email' },
	{ about: 'bought', measure: 'amount', compare: { is: 'atLeast', value: 900 }, period: lastDays(365) }, { about: 'bought', categories: ['category 3'], compare: { is: 'atLeast', value: 3 }, period: lastDays(365) }, { about: 'order', which: 'last', is: 'longerAgo', days: 690 },
	{ about: 'did', eventType: 'visit', compare: { is: 'atLeast', value: 3 }, period: lastDays(90), filter: [{ field: 'page', operator: 'contains', value: 'shoes' }] },
];

await Places.with(async (places) => {
	for (const kind of ['SQLite', 'PostgreSQL']) {
		if (values.only !== undefined && values.only !== kind) continue;
		const store = await places.store(kind, 'segments', { mode: 'frozen', atMs: NOW });
		const startedAt = performance.now();
		await (kind === 'SQLite' ? fillSqlite(path.join(places.folder, 'segments.sqlite')) : fillPostgres(await places.postgres()));
		say(`${kind}: ${number(customers)} customers with figures, ${orders} orders and 2 events each, made in ${number((performance.now() - startedAt) / 1000)} s (${load()})`);
		const server = kind === 'PostgreSQL' ? await places.postgres() : undefined;
		await measure(store, server, `${kind}: bought of two categories and did not open, 1,000 items`, { match: 'all', rules: COFFEE });
		await measure(store, server, `${kind}: seven conditions of all kinds, 1,000 items`, { match: 'any', rules: EVERYTHING });
	}
});

/** @param server whose processor time is told beside this process's; undefined: there is none */
async function measure(store, server, name, rules) {
	const took = [];
	let inside = 0;
	let cpu = process.cpuUsage();
	let serverCpu = 0;
	for (let call = -5; call < calls; call++) {
		const items = Array.from({ length: ITEMS }, (_, index) => ({ index, customer: { customerId: `c${1 + ((index * 7_919 + (call + 6) * 104_729) % customers)}` } }));
		const startedAt = performance.now();
		const answers = await checkItems(store, { rules }, items);
		if (call < 0) {
			cpu = process.cpuUsage();
			serverCpu = server?.cpuSeconds() ?? 0;
			continue;
		}
		took.push(performance.now() - startedAt);
		inside += answers.filter((one) => one.inside).length;
	}
	const spent = process.cpuUsage(cpu);
	say(`${name}: median ${number(median(took))} ms, p99 ${number(percentile(took, 0.99))} ms, ${number((spent.user + spent.system) / 1000 / calls)} ms of this process's processor time a call${server ? `, ${number(((server.cpuSeconds() - serverCpu) * 1000) / calls)} ms of the server's` : ''}; ${number((100 * inside) / (ITEMS * calls))} % are in (${load()})`);
	promised(`${PROMISED_MS} ms`, median(took) <= PROMISED_MS);
}

async function fillSqlite(file) {
	const database = new DatabaseSync(file);
	database.exec('PRAGMA busy_timeout = 30000; PRAGMA synchronous = OFF');
	await fill((sql) => database.exec(sql), (first, last) => `(WITH RECURSIVE n(n) AS (SELECT ${first} UNION ALL SELECT n + 1 FROM n WHERE n < ${last}) SELECT n FROM n)`, '');
	database.close();
}

async function fillPostgres(server) {
	await server.query('SET search_path TO segments');
	await server.query('SET synchronous_commit TO off');
	await fill((sql) => server.query(sql), (first, last) => `generate_series(${first}::bigint, ${last}::bigint) AS n(n)`, 'OVERRIDING SYSTEM VALUE');
	await server.query('VACUUM ANALYZE');
	// Or whoever reads next writes the pages that filling left behind.
	await server.query('CHECKPOINT');
}

/** Numbers that are spread evenly and differ from one column to the next; the same in both databases. */
async function fill(run, numbers, overriding) {
	await run(`INSERT INTO product (product_id, category, updated_at) SELECT 'p' || n, 'category ' || (n % 20), 0 FROM ${numbers(0, 999)}`);
	for (let first = 1; first <= customers; first += CHUNK) {
		const from = numbers(first, Math.min(customers, first + CHUNK - 1));
		await run('BEGIN');
		await run(`INSERT INTO customer (id, key, created_at, updated_at) ${overriding} SELECT n, 'c' || n, ${NOW - 900 * DAY}, ${NOW} FROM ${from}`);
		await run(`INSERT INTO identity (type, value, customer_id) SELECT 'customer_id', 'c' || n, n FROM ${from}`);
		await run(`INSERT INTO consent (customer_id, channel, purpose, status, at, recorded_at) SELECT n, 'email', 'marketing', 'denied', ${NOW - 90 * DAY}, 0 FROM ${from}`);
		for (let order = 0; order < orders; order++) {
			await run(`INSERT INTO orders (id, source, order_id, customer_id, kind, status, ordered_at, currency, lines_e4, updated_at) ${overriding}
				SELECT n * ${orders} + ${order}, 's', n || '-${order}', n, 'order', 'paid', ${NOW} - (n * 7919 + ${order} * 104729) % 700 * ${DAY}, 'EUR', 100000 + n * 53 % 900000, 0 FROM ${from}`);
			await run(`INSERT INTO order_line (order_ref, product_id, quantity, price_e4, amount_e4)
				SELECT n * ${orders} + ${order}, 'p' || ((n * 31 + ${order} * 4) % 1000), 1, 100000, 100000 + n * 53 % 900000 FROM ${from}`);
		}
		await run(`INSERT INTO feature (customer_id, as_of, orders, order_days, first_order_at, last_order_at, window_orders, revenue_e4, r, f, m, rfm_group, rhythm, stage, p_alive, ltv_e4)
			SELECT n, ${NOW}, ${orders}, ${orders}, ${NOW - 700 * DAY}, ${NOW - 30 * DAY}, ${orders}, 400000 + n * 53 % 900000, 1 + n % 5, 1 + n / 5 % 5, 1 + n / 25 % 5, 'hibernating', 'irregular', 'active', 0.5, 700000 FROM ${from}`);
		for (const [type, step] of [['message_opened', 211], ['visit', 307]]) {
			await run(`INSERT INTO event (customer_id, type, occurred_at, ingested_at, source, event_id, properties) SELECT n, '${type}', ${NOW} - n * ${step} % 120 * ${DAY}, 0, 's', '${type}' || n, '{"page":"shoes/12"}' FROM ${from}`);
		}
		await run('COMMIT');
	}
}
