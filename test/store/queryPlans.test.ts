import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { refresh } from '../../src/features/refresh';
import { openStore } from '../../src/store/open';
import type { BulkPlan, ListPlan, Plan } from '../../src/store/port';
import { replaceParameters } from '../../src/store/namedParameters';
import { positional } from '../../src/store/postgres/positional';
import { metaPlans } from '../../src/store/storeClock';
import type { Store } from '../../src/store/Store';
import { freshPostgres, freshSqliteFile } from '../support/stores';

const FOLDER = join(__dirname, '..', '..', 'src', 'store', 'plans');
type Said = Plan | ListPlan;
const isPlan = (value: unknown): value is Said => typeof value === 'object' && value !== null && 'postgres' in value;

/** Every statement the store has, by name: nobody has to think of listing a new one here. */
const SAID: Record<string, Said> = Object.fromEntries(
	[{ metaPlans }, ...readdirSync(FOLDER).map((file) => require(join(FOLDER, file)) as object)].flatMap((module) =>
		Object.entries(module).flatMap(([group, plans]: [string, unknown]) =>
			isPlan(plans) ? [[group, plans] as const] : Object.entries(Object(plans) as object).flatMap(([name, plan]: [string, unknown]) => (isPlan(plan) ? [[`${group}.${name}`, plan] as const] : [])),
		),
	),
);

/** Those that SQLite is asked too; what it says in a second statement has a line of its own. */
const PLANS: Record<string, Plan> = Object.fromEntries(
	Object.entries(SAID).flatMap(([name, plan]) => ('sqlite' in plan ? [[name, plan] as const, ...(plan.sqliteThen === undefined ? [] : [[`${name}, then`, { ...plan, sqlite: plan.sqliteThen }] as const])] : [])),
);

/** Tables that grow with the shop. The others hold a row for each journey, node or policy. */
const BIG = ['customer', 'identity', 'consent', 'suppression', 'tombstone', 'seen', 'event', 'orders', 'order_line', 'product', 'subscription', 'enrolment', 'enrolment_history', 'wait', 'release_batch', 'dead_letter', 'touch', 'touch_result', 'decision', 'decision_history', 'refusal_log', 'date_due', 'note', 'task', 'assignment', 'exposure', 'set_aside', 'feature', 'customer_change', 'segment_member', 'offer', 'coupon', 'lead'];

/** Statements that look at everything because of what they are asked; none is on a customer's way. */
const LOOKS_AT_ALL: Record<string, string> = {
	'adminPlans.counts': 'counts every table, for store.info',
	'adminPlans.quality': 'the doctor looks at everybody',
	'adminPlans.currencies': 'the doctor looks at every order',
	'adminPlans.zones': 'the doctor looks at everybody',
	'qualityPlans.impossibleDates': 'the doctor looks at every order',
	'adminPlans.neverReported': 'the doctor looks at every message',
	'customerPlans.find': 'a part of a name or address has no index',
	'customerPlans.anyTombstone': 'the first row will do',
	'mergePlans.lookInBatches': 'batches under way are few, and a batch is read by what is in it',
	'mergePlans.batchesOf': 'batches under way are few, and a batch is read by what is in it',
	'ownProfilePlans.any': 'the first row will do',
	'suppressionPlans.any': 'the first row will do',
	'segmentPlans.countCustomers': 'how many customers there are, for a form',
	'segmentPlans.knownGoods': 'names of products and categories, when a segment is saved',
	'segmentPlans.categories': 'categories to choose from, for a form',
	'goodsPlans.find': 'products to choose from by a part of the name, for a form',
	'segmentPlans.rfmCells': 'counts everybody with figures, for the map of RFM',
	'segmentPlans.mainCurrency': 'looks at the latest rows up to a limit',
	'segmentPlans.knownEvent': 'looks at the latest rows up to a limit',
	'segmentPlans.eventTypes': 'looks at the latest rows up to a limit',
	'stagePlans.counts': 'a person asks how many customers each stage has',
	'setAsidePlans.count': 'counts what a person has to look at, which is little',
	'refusalPlans.prune': 'looks at the oldest rows up to a limit',
	'changePlans.upTo': 'looks at rows up to a limit',
	'changePlans.all': 'a refresh looks through what changed since the last one',
	'changePlans.noteRefunds': 'once at the end of an import',
	'orderPlans.matchRefunds': 'once at the end of an import',
	'orderPlans.countRefunds': 'once at the end of an import',
	'refundPlans.lock': 'once at the end of an import',
	'refundPlans.sum': 'once at the end of an import',
	'refundPlans.clear': 'once at the end of an import',
	'waitPlans.countByStep': 'the passenger list counts everybody who waits',
	'batchPlans.countByStep': 'the passenger list counts everybody in release',
	'deadLetterPlans.countByStep': 'the passenger list counts everybody who is set aside',
	'enrolmentPlans.countOpen': 'a person asks how many are on each journey',
	'deadLetterPlans.find': 'a person asks for the dead letters, of all journeys or of one',
	'deadLetterPlans.count': 'a person asks for the dead letters, of all journeys or of one',
	'failurePlans.leastFailed': 'batches of a paused step that rest are few',
	'waitPlans.nextDueAfter': 'a saved test asks when anything happens next, in a store of a few customers',
	'forecastPlans.firstEntries': 'a forecast asks once since when each journey has been entered',
	'forecastPlans.enrolmentsSince': 'a forecast asks once from where to look back',
	'forecastPlans.policiesUsed': 'a row for each version of a policy',
	'offerPlans.active': 'a report counts the catalogue',
	'touchPlans.unknown': 'reads the small index that holds nothing else',
	'adminPlans.unknownMessages': 'reads the small index that holds nothing else',
};

/** Rows of several customers in the order of time: each customer's come sorted, all together have to be sorted once. */
const SORTS = new Set(['refundEntryPlans.some', 'refundEntryPlans.range', 'passPlans.orders', 'passPlans.ordersThen', 'passPlans.events', 'segmentPlans.linesBought', 'segmentPlans.goodsBought', 'segmentPlans.linesBoughtThen', 'segmentPlans.goodsBoughtThen', 'exportPlans.results', 'forecastPlans.customersAfter', 'consentPlans.ofMany', 'eventPlans.since', 'exposurePlans.since', 'touchPlans.resultsOf', 'enrolmentPlans.ofCustomers', 'subscriptionPlans.ofCustomers', 'orderPlans.revenueOf', 'orderPlans.refundedBy', 'adminPlans.currencies', 'adminPlans.zones', 'batchPlans.countByStep', 'offerPlans.owned', 'offerPlans.learned', 'offerPlans.results', 'offerPlans.spread', 'preferencePlans.sent']);

/** Some thousand rows in every table that is searched. */
async function fill(store: Store): Promise<void> {
	const now = (await store.run('store.settings', {})).now;
	const ids = Array.from({ length: 600 }, (_, index) => `c${index}`);
	await store.run('journeys.register', { settings: { key: 'j', name: 'J', entry: { eventType: 'cart', entryKey: { kind: 'event' } }, guardMs: 0, reEntry: { mode: 'parallel', max: 9 } }, workflowId: 'w', workflowName: 'W', nodeId: 'n', activation: 'activate' });
	await store.run('customers.upsert', { items: ids.map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` } })) });
	await store.run('customers.upsert', { items: ids.map((customerId) => ({ ref: { customerId: `gone-${customerId}` } })) });
	for (const customerId of ids.slice(0, 300)) await store.run('customers.erase', { ref: { customerId: `gone-${customerId}` } });
	await store.run('experiments.split', { experiment: { key: 'x', controlPercent: 10, arms: [{ name: 'A', weight: 1 }] }, dryRun: false, items: ids.map((customerId, index) => ({ index, customer: { customerId } })) });
	for (let round = 0; round < 4; round++) {
		await store.run('events.track', { items: ids.map((customerId) => ({ ref: { customerId }, type: round === 0 ? 'cart' : 'viewed', occurredAt: now - round * 1000, source: 's', eventId: `e${round}-${customerId}`, properties: {} })) });
		await store.run('consents.set', { items: ids.map((customerId) => ({ ref: { customerId }, channel: 'email', purpose: 'marketing', status: 'granted' as const, at: now - 9_000 - round })) });
		await store.run('orders.record', { items: ids.map((customerId) => ({ ref: { customerId }, source: 's', orderId: `o${round}-${customerId}`, orderedAt: now - round, currency: 'EUR', status: 'placed' as const, lines: [{ productId: `p${round}-${customerId}`, quantity: 1, priceE4: 1, amountE4: 1 }] })) });
		if (round === 0) await store.run('journeys.register', { settings: { key: 'd', name: 'D', entry: { eventType: 'date_near', entryKey: { kind: 'event' }, date: { of: 'subscription', field: 'expiresAt', offsets: [-7] } } }, workflowId: 'w', workflowName: 'W', nodeId: 'd', activation: 'activate' });
		await store.run('subscriptions.upsert', { items: ids.map((customerId) => ({ ref: { customerId }, source: 's', subscriptionId: `s${round}-${customerId}`, expiresAt: now + 90 * 86_400_000 })) });
		await store.run('policy.decide', { policy: { version: '1', storeZone: 'UTC', controlPercent: 30, requireConsent: false, rules: [{ id: 'day', scope: { any: true }, limit: 1, window: 'day' }] }, dryRun: false, requests: ids.map((customerId) => ({ key: `k${round}-${customerId}`, customer: customerId, channel: 'email', category: 'x', class: 'marketing', priority: 50, enrolment: `e-${customerId}` })) });
	}
	for (let round = 0; round < 2; round++) {
		await store.run('notes.add', { items: ids.map((customerId) => ({ ref: { customerId }, text: `note ${round}` })) });
		await store.run('tasks.create', { items: ids.map((customerId, index) => ({ ref: { customerId }, title: `task ${round}`, dueAt: now + index })) });
	}
	await store.run('products.upsert', { items: ids.map((customerId) => ({ source: 's', productId: `next-${customerId}`, name: 'Next', successorOf: `p0-${customerId}` })) });
	await store.run('offers.recommend', { settings: {}, dryRun: false, items: ids.map((customerId) => ({ ref: { customerId } })) });
	await store.run('segments.save', { name: 'readers', rules: { match: 'all', rules: [{ about: 'did', eventType: 'cart' }] } });
	await store.run('journeys.register', { settings: { key: 's', name: 'S', entry: { eventType: 'segment_entered', filter: [{ field: 'segment', operator: 'equals', value: 'readers' }], entryKey: { kind: 'event' } } }, workflowId: 'w', workflowName: 'W', nodeId: 's', activation: 'activate' });
	for (let work = (await store.run('segments.look', { name: 'readers' })).work; work; work = (await store.run('segments.look', { name: 'readers' })).work) await store.run('segments.keepUp', work);
	await store.run('coupons.issue', { items: ids.map((customerId) => ({ ref: { customerId }, pool: 'ten', pattern: 'T-####-####', perCustomer: 1, total: 0 })) });
	await store.run('coupons.addCodes', { items: ids.map((customerId) => ({ pool: 'list', code: `L-${customerId}` })) });
	for (const result of ['opened', 'complained'] as const) await store.run('messages.record', { items: ids.map((customerId) => ({ ref: { customerId }, channel: 'email', result, at: now + 3_600_000 })) });
	await refresh(store, { owner: 'test' });
}

test('statements that go through lists, and second ones of SQLite, are among them', () => {
	expect(Object.keys(SAID).filter((name) => !(name in PLANS))).toEqual(['enrolmentPlans.riders', 'enrolmentPlans.completeBatch']);
	expect(Object.keys(PLANS)).toContain('waitPlans.moveDue, then');
});

test('every exception is a statement that there is', () => {
	expect([...Object.keys(LOOKS_AT_ALL), ...SORTS].filter((name) => !(name in PLANS))).toEqual([]);
});

describe('On SQLite', () => {
	let database: DatabaseSync;

	beforeAll(async () => {
		const file = freshSqliteFile();
		const store = await openStore({ kind: 'file', file }, { thread: false });
		await fill(store);
		await store.close();
		database = new DatabaseSync(file);
	}, 240_000);
	afterAll(() => database.close());

	const explained = (plan: Plan) => (database.prepare(`EXPLAIN QUERY PLAN ${replaceParameters(plan.sqlite, () => '?')}`).all() as { detail: string }[]).map(({ detail }) => detail);

	/** Once as the store is, and once with the statistics that a curious owner's ANALYZE leaves behind. */
	describe.each(['without statistics', 'after ANALYZE'])('%s', (when) => {
		beforeAll(() => {
			if (when === 'after ANALYZE') database.exec('ANALYZE');
		});

		test.each(Object.keys(PLANS))('%s finds its rows by an index', (name) => {
			const details = explained(PLANS[name]);
			const aliases = new Map([...PLANS[name].sqlite.matchAll(/\b(?:FROM|JOIN|UPDATE)\s+([a-z_]+)(?:\s+AS)?\s+([a-z])\b/gi)].map(([, table, alias]) => [alias, table]));
			const scanned = details.flatMap((detail) => /^SCAN (\w+)(?! VIRTUAL)/.exec(detail)?.[1] ?? []).map((table) => aliases.get(table) ?? table);
			if (!(name in LOOKS_AT_ALL)) expect([details, scanned.filter((table) => BIG.includes(table))]).toEqual([details, []]);
			if (!SORTS.has(name) && !(name in LOOKS_AT_ALL)) expect(details.filter((detail) => detail.includes('TEMP B-TREE'))).toEqual([]);
		});
	});
});

describe('On PostgreSQL', () => {
	let client: Client;

	beforeAll(async () => {
		const { connectionString, schema } = freshPostgres();
		const store = await openStore({ kind: 'postgres', url: connectionString, schema });
		await fill(store);
		await store.close();
		client = new Client({ connectionString, options: `-c search_path=${schema} -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off` });
		await client.connect();
		await client.query('ANALYZE');
	}, 240_000);
	afterAll(() => client.end());

	interface Node {
		'Node Type': string;
		'Relation Name'?: string;
		'Index Name'?: string;
		'Index Cond'?: string;
		Plans?: Node[];
	}
	const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

	/** Many statements are written in another way for a single row. */
	const TEXTS = Object.entries(SAID as Record<string, Pick<Plan, 'postgres' | 'grouped'> & Pick<BulkPlan, 'postgresOne'>>).flatMap(([name, { postgres, postgresOne, grouped }]) => [
		{ name, text: postgres, rows: '' },
		...(postgresOne === undefined ? [] : [{ name, text: postgresOne, rows: ' for one row' }]),
		...(grouped === undefined ? [] : [{ name, text: grouped.postgres, rows: ' in groups' }]),
	]);

	test('many statements have a text for one row', () => {
		expect(TEXTS.filter(({ rows }) => rows === ' for one row').length).toBeGreaterThan(50);
	});

	test.each(TEXTS)('$name$rows can find its rows by an index', async ({ name, text }) => {
		const sql = positional(text, name).sql;
		const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${sql}`);
		const nodes = nodesOf(rows[0]['QUERY PLAN'][0].Plan);
		const all = nodes.filter((node) => BIG.includes(node['Relation Name'] ?? '') && (node['Node Type'] === 'Seq Scan' || (/^Index/.test(node['Node Type']) && node['Index Cond'] === undefined)));
		// An ordered index read up to a LIMIT needs no condition, nor does one that holds only the few rows in question.
		const small = nodes.some((node) => /^touch_(reserved|unknown)$/.test(node['Index Name'] ?? ''));
		const limited = nodes.some((node) => node['Node Type'] === 'Limit');
		if (!(name in LOOKS_AT_ALL)) expect(all.filter((node) => !((limited || small) && node['Node Type'] !== 'Seq Scan')).map((node) => `${node['Node Type']} ${node['Relation Name']} ${node['Index Name'] ?? ''}`)).toEqual([]);
	});

	test.each(['passPlans.orders', 'passPlans.events', 'segmentPlans.linesBought', 'segmentPlans.goodsBought', 'customerPlans.identitiesOfType', 'consentPlans.standingOf'])('%s finds all it asks for in indexes', async (name) => {
		await client.query('VACUUM orders, order_line, event, identity, consent');
		const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${positional(PLANS[name].postgres, name).sql}`);
		const read = nodesOf(rows[0]['QUERY PLAN'][0].Plan).filter((node) => ['orders', 'order_line', 'event', 'identity', 'consent'].includes(node['Relation Name'] ?? ''));
		expect(read.map((node) => node['Node Type'])).toEqual(read.map(() => 'Index Only Scan'));
		expect(read.length).toBeGreaterThan(0);
	});

	test('plans made while a table was small are not kept while it grows', async () => {
		// A table of a few rows is read as a whole, and rightly so; from then on it has 50,000 more.
		const whileSmall = await wholeReadings({ grows: false, calls: 12 });
		expect(await wholeReadings({ grows: true, calls: 36 })).toBeLessThanOrEqual(whileSmall);
	});

	/** A store of 400 customers with a message each, whose statistics were made before 20,000 messages more were held or reserved. */
	async function filledSinceAnalyze(): Promise<Client> {
		const { connectionString, schema } = freshPostgres();
		const store = await openStore({ kind: 'postgres', url: connectionString, schema });
		const ids = Array.from({ length: 400 }, (_, index) => `c${index}`);
		await store.run('customers.upsert', { items: ids.map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` } })) });
		await store.run('policy.decide', { policy: { storeZone: 'UTC', requireConsent: false }, dryRun: false, requests: ids.map((customer) => ({ key: `k-${customer}`, customer, channel: 'email', enrolment: `e-${customer}`, step: 's', visit: 1 })) });
		await store.close();
		const asShipped = new Client({ connectionString, options: `-c search_path=${schema} -c random_page_cost=1.1 -c plan_cache_mode=force_custom_plan` });
		await asShipped.connect();
		await asShipped.query('ANALYZE decision, touch');
		await asShipped.query("INSERT INTO decision SELECT idem_key || '-held-' || n, body_hash, n, 'c' || n, decided_at, asked_at, 'delay', decided_at + 1, 'any', NULL, channel, journey_key, enrolment || '-' || n, policy_version, request, answer FROM decision, generate_series(1, 50) n");
		await asShipped.query("INSERT INTO touch (customer_id, ts, channel, category, tags, class, state, priority, exempt, idem_key, enrolment, step_key, visit, policy_version) SELECT customer_id, ts, channel, category, tags, class, 'reserved', priority, exempt, idem_key || '-' || n, enrolment || '-' || n, step_key, visit, policy_version FROM touch, generate_series(1, 50) n");
		return asShipped;
	}

	test.each([
		['messages that are held are looked up by their customers', 'decisionPlans.held', 'decision', Array.from({ length: 400 }, (_, index) => index), [/^decision_held \(customer_id = /]],
		['messages that are held are ended by their enrolments', 'decisionPlans.cancelOfEnrolments', 'decision', Array.from({ length: 1_000 }, (_, index) => `e-c${index}-1`), [/^decision_held_enrolment \(enrolment = /]],
		['places that are kept are given back by their enrolments', 'touchPlans.releaseOfEnrolments', 'touch', Array.from({ length: 1_000 }, (_, index) => `e-c${index}-1`), [/^touch_reserved \(enrolment = /]],
	])('%s, also by statistics from before there were any', async (_what, name, table, list, ways) => {
		const asShipped = await filledSinceAnalyze();
		const { sql } = positional(PLANS[name].postgres, 'looked');
		await asShipped.query(`PREPARE looked AS ${sql}`);
		const { rows } = await asShipped.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(`EXPLAIN (FORMAT JSON) EXECUTE looked (${sql.includes('$2') ? '1, ' : ''}'{${list.join(',')}}')`);
		await asShipped.end();
		const read = nodesOf(rows[0]['QUERY PLAN'][0].Plan).filter((node) => node['Relation Name'] === table && node['Index Name'] !== undefined);
		expect(read.map((node) => `${node['Index Name']} ${node['Index Cond']}`)).toEqual(ways.map((way) => expect.stringMatching(way)));
	});

	/** How often single calls read the whole table of identities. */
	async function wholeReadings({ grows, calls }: { grows: boolean; calls: number }): Promise<number> {
		const { connectionString, schema } = freshPostgres();
		const store = await openStore({ kind: 'postgres', url: connectionString, schema });
		for (let index = 0; index < calls; index++) {
			if (index === 12 && grows) await client.query(`INSERT INTO ${schema}.identity (type, value, customer_id) SELECT 'customer_id', 'grown' || n, n FROM generate_series(1, 50000) n`);
			await store.run('events.track', { items: [{ ref: { customerId: `c${index}` }, type: 'x', occurredAt: 1_700_000_000_000, eventId: `e${index}`, source: 's', properties: {} }] });
		}
		await store.close();
		// The figures of a connection are complete a moment after it has ended.
		for (;;) {
			const { rows } = await client.query<{ seq_scan: string; inserted: string }>("SELECT seq_scan, n_tup_ins AS inserted FROM pg_stat_user_tables WHERE schemaname = $1 AND relname = 'identity'", [schema]);
			if (Number(rows[0]?.inserted ?? 0) >= calls + (grows ? 50_000 : 0)) return Number(rows[0].seq_scan);
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}
});
