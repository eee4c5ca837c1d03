import { DatabaseSync } from 'node:sqlite';
import { COMPANY_POLICY } from '../../src/policy/policies';
import type { PassItem } from '../../src/policy/contract';
import { EXPORTED } from '../../src/store/plans/exportPlans';
import { FOLLOWS, FOLLOWS_ENROLMENT } from '../../src/store/plans/follows';
import { openStore } from '../../src/store/open';
import type { Store } from '../../src/store/Store';
import { DAY, MINUTE, START_MS } from '../support/eachStore';
import { freshSqliteFile } from '../support/stores';

/**
 * Every table of the schema that says something about a customer. Whoever adds a table, or a column with a text, is asked here
 * what becomes of it when customers are merged, exported and erased.
 */

/** Tables with a `customer_id` that a merge moves by statements of their own. */
const MOVED_WITH_CARE = ['identity', 'enrolment', 'assignment', 'own_profile', 'lead', 'feature', 'customer_change', 'segment_member'];
/** Tables with a `customer_id` that an export shows in another way. */
const SHOWN_OTHERWISE = ['own_profile'];
/** That something of the customer changed, and nothing else. */
const NOT_SHOWN = ['customer_change'];
/** Tables that hold a customer's data without a `customer_id`, by the table that leads to them. */
const LED_TO: Record<string, string> = {
	order_line: 'SELECT l.* FROM order_line l JOIN orders o ON o.id = l.order_ref WHERE o.customer_id = ?',
	touch_result: 'SELECT r.* FROM touch_result r JOIN touch t ON t.seq = r.touch_seq WHERE t.customer_id = ?',
	enrolment_history: 'SELECT h.* FROM enrolment_history h JOIN enrolment e ON e.id = h.enrolment_id WHERE e.customer_id = ?',
	seen: 'SELECT s.* FROM seen s JOIN event e ON e.source = s.source AND e.event_id = s.event_id WHERE e.customer_id = ?',
	ingest_conflict: 'SELECT s.* FROM ingest_conflict s JOIN event e ON e.source = s.source AND e.event_id = s.event_id WHERE e.customer_id = ?',
	wording: 'SELECT w.* FROM wording w JOIN consent c ON c.wording_hash = w.hash WHERE c.customer_id = ?',
	customer_merge: 'SELECT m.* FROM customer_merge m WHERE m.survivor_id = ?',
	merge_row: 'SELECT r.* FROM merge_row r JOIN customer_merge m ON m.id = r.merge_id WHERE m.survivor_id = ?',
	late_row: 'SELECT l.* FROM late_row l JOIN customer_merge m ON m.absorbed_id = l.origin_id WHERE m.survivor_id = ?',
	date_due: "SELECT d.* FROM date_due d JOIN date_watch w ON w.id = d.watch_id WHERE w.subject = 'customer' AND d.subject_id = ?",
	set_aside: `SELECT s.* FROM set_aside s WHERE s.item LIKE '%one@example.com%' AND ? > 0`,
	release_batch: `SELECT b.* FROM release_batch b WHERE b.items LIKE '%"customer_id":' || CAST(? AS INTEGER) || '%'`,
};
/** Tables about nobody (columns are looked at in test/features/refresh.test.ts): the shop, its journeys and policies, the store itself. */
const ABOUT_NOBODY = ['channel_slot', 'column_segment', 'coupon_pool', 'date_watch', 'erasure', 'journey', 'journey_step', 'lead_score', 'meta', 'model', 'policy', 'policy_used', 'product', 'schema_migration', 'segment', 'segment_run', 'segment_size', 'segment_start', 'segment_watch', 'step_node', 'suppression', 'tombstone'];

/** Texts that stay of an erased customer, and why they tell nobody who it was. */
const STAYS: Record<string, string> = {
	'segment_member.name': 'a segment',
	'consent.channel': 'a channel', 'consent.purpose': 'a purpose', 'consent.status': 'an answer',
	'event.type': 'a kind of event', 'event.source': 'a shop',
	'orders.source': 'a shop', 'orders.order_id': 'the shop keeps its books', 'orders.kind': 'order or refund', 'orders.status': 'a status', 'orders.currency': 'a currency', 'orders.cart_id': 'a cart of the order', 'orders.source_campaign': 'a campaign', 'orders.body_hash': 'a hash', 'orders.import_run': 'a run of an import',
	'order_line.product_id': 'a product',
	'subscription.source': 'a shop', 'subscription.product_id': 'a product', 'subscription.plan': 'a plan', 'subscription.status': 'a status', 'subscription.currency': 'a currency',
	'enrolment.journey_key': 'a journey', 'enrolment.status': 'a status', 'enrolment.step_key': 'a step', 'enrolment.variant': 'an arm', 'enrolment.end_reason': 'a reason', 'enrolment.goal_currency': 'a currency', 'enrolment.excluded': 'a reason',
	'enrolment_history.step_key': 'a step', 'enrolment_history.outcome': 'a reason',
	'touch.channel': 'a channel', 'touch.category': 'a category', 'touch.tags': 'tags of the shop', 'touch.class': 'a kind', 'touch.journey_key': 'a journey', 'touch.state': 'a state', 'touch.exempt': 'rules', 'touch.enrolment': 'the number of an enrolment', 'touch.step_key': 'a step', 'touch.result_note': 'one of three words of the product', 'touch.policy_version': 'a version',
	'touch_result.result': 'a result',
	'decision.body_hash': 'a hash', 'decision.decision': 'a decision', 'decision.rule': 'a rule', 'decision.reason': 'a reason of a closed list', 'decision.channel': 'a channel', 'decision.journey_key': 'a journey', 'decision.enrolment': 'the number of an enrolment', 'decision.policy_version': 'a version', 'decision.answer': 'made by the product; zone and trace are taken out', 'decision.customer_key': 'the pseudonym',
	'assignment.experiment': 'an experiment', 'assignment.arm': 'an arm',
	'exposure.experiment': 'an experiment', 'exposure.channel': 'a channel', 'exposure.category': 'a category', 'exposure.tags': 'tags of the shop', 'exposure.class': 'a kind', 'exposure.journey_key': 'a journey', 'exposure.exempt': 'rules', 'exposure.enrolment': 'the number of an enrolment', 'exposure.step_key': 'a step', 'exposure.policy_version': 'a version',
	'task.assignee': 'a colleague, not the customer', 'task.status': 'a status', 'task.journey_key': 'a journey',
	'refusal_log.journey_key': 'a journey', 'refusal_log.reason': 'a reason of the product',
	'date_due.date': 'looked at as a whole',
	'offer.product_id': 'a product', 'offer.kind': 'a kind', 'offer.journey_key': 'a journey', 'offer.outcome': 'one of two words', 'offer.offer_key': 'a hash',
	'coupon.pool': 'a pool', 'coupon.benefit': 'what the shop gives', 'coupon.journey_key': 'a journey',
	'lead.score': 'a score', 'lead.earned': 'points', 'lead.level': 'a level',
	'set_aside.source': 'a shop', 'set_aside.type': 'a kind of event', 'set_aside.event_id': 'looked at as a whole', 'set_aside.item': 'looked at as a whole',
	'release_batch.state': 'a state', 'release_batch.items': 'looked at as a whole', 'release_batch.error': 'without addresses (emitBatch.ts)',
};

const TWO = { customerId: 'two', email: 'two@example.org' };
const ONE = { customerId: 'one', email: 'one@example.com', phone: '+442071838750' };

/** A store in which both customers have something in every table, and are then one. */
async function everything(store: Store): Promise<void> {
	await store.run('customers.upsert', { items: [{ ref: ONE, firstName: 'Una', updatedAt: START_MS - DAY }, { ref: TWO, lastName: 'Duo', attributes: { pet: 'cat' } }, { ref: { customerId: 'bystander', email: 'by@example.net' } }] });
	await store.run('policy.save', { name: COMPANY_POLICY, body: { rules: [{ id: 'day', scope: { any: true }, limit: 2, window: 'day' }], requireConsent: true } });
	await store.run('journeys.register', { settings: { key: 'cart', name: 'Cart', entry: { eventType: 'cart_updated', entryKey: { kind: 'property', property: 'cart_id' } }, audience: { conditions: [] } }, workflowId: 'w', workflowName: 'W', nodeId: 't', activation: 'activate' });
	await store.run('journeys.registerStep', { workflowId: 'w', stepKey: 'wait', nodeId: 'n', nodeName: 'Wait', kind: 'wait' });
	await store.run('leads.save', { rules: { actions: [{ eventType: 'cart_updated', points: 5 }], mql: 10, sql: 20 } });
	const both = [ONE, TWO];
	await store.run('consents.set', { items: both.flatMap((ref) => [{ ref, channel: 'email', purpose: 'marketing', status: 'granted' as const, at: START_MS - DAY, source: `form of ${ref.customerId}`, wording: 'v1', wordingText: `I, ${ref.customerId}, agree`, proof: 'ip' }]) });
	for (const ref of both) {
		const n = ref.customerId;
		await store.run('orders.record', { items: [{ ref, source: 'shop', orderId: `o-${n}`, orderedAt: START_MS, currency: 'EUR', status: 'placed', cartId: 'k', sourceCampaign: 'c', lines: [{ productId: 'p', quantity: 1, priceE4: 1, amountE4: 1 }] }] });
		await store.run('subscriptions.upsert', { items: [{ ref, source: 'shop', subscriptionId: `s-${n}`, status: 'active', plan: 'gold', attributes: { a: 1 } }] });
		await store.run('notes.add', { items: [{ ref, text: `note about ${n}`, author: 'Maria', key: `note-${n}` }] });
		await store.run('tasks.create', { items: [{ ref, title: `call ${n}`, details: 'd', assignee: 'maria', key: `task-${n}` }] });
		await store.run('coupons.issue', { items: [{ ref, pool: 'ten', pattern: 'T########', perCustomer: 1, total: 0, key: `key of ${n}` }] });
		await store.run('events.track', { items: [1, 2, 3].map((index) => ({ ref, type: 'cart_updated', occurredAt: START_MS, source: 'shop', eventId: `e-${n}-${index}`, properties: { cart_id: `${n}-${index}` } })) });
		await store.run('events.track', { items: [{ ref, type: 'cart_updated', occurredAt: START_MS, source: 'shop', eventId: `e-${n}-1`, properties: { other: n } }, { ref, type: 'cart_updated', occurredAt: START_MS - 9 * DAY, source: 'shop', properties: { cart_id: 'old' } }] });
		await store.run('experiments.split', { experiment: { key: 'x', arms: [{ name: 'A', weight: 1 }] }, dryRun: false, items: [{ index: 0, customer: ref }] });
		await store.run('policy.decide', { dryRun: false, requests: [{ key: `letter-to-${n}`, customer: n, channel: 'sms', category: 'c', class: 'marketing', priority: 50 }] });
	}
	const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w', stepKey: 'entry' });
	const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w', stepKey: 'entry', skipMovedOn: true });
	await store.run('journeys.park', { workflowId: 'w', stepKey: 'wait', nodeName: 'Wait', parkings: items.map((item, index) => ({ index, journey: item.journey, own: { note: item.customer.id }, wait: { kind: 'delay' as const, length: { amount: index % 3 === 0 ? 1 : 30, unit: 'minutes' as const } } })) });
	await store.run('journeys.settleBatch', { id: batch!.id, epoch: batch!.epoch, outcome: 'success' });
	const letter = (ref: object, mailingKey: string): PassItem => ({ index: 0, customer: ref, mailingKey, released: false, channel: 'email', category: 'news', class: 'marketing', priority: 50, tags: ['t'], onBlock: 'delay', fallbackChannels: [], own: { dear: 'one' } });
	const passed = await store.run('policy.pass', { workflowId: 'w2', stepKey: 'p', nodeName: 'P', nodeRules: [], messagesPerRun: 9, onSecondHandOff: 'block', batch: null, dryRun: false, items: both.flatMap((ref) => ['m1', 'm2', 'm3'].map((key) => letter(ref, key))).map((item, index) => ({ ...item, index })) });
	const keys = passed.flatMap((answer) => (answer.result === 'send' ? [answer.policy.key] : []));
	await store.run('messages.record', { items: keys.map((key, index) => ({ key, result: 'bounced' as const, at: START_MS, reason: 'soft 450 no one', providerId: `prov-${index}` })) });
	await store.run('clock.advance', { byMs: 2 * MINUTE });
	await store.run('journeys.takeBatch', { workflowId: 'w', stepKey: 'wait' });
	await store.run('events.track', { items: [{ ref: ONE, type: 'future', occurredAt: START_MS + DAY, source: 'shop', eventId: 'future', properties: {} }] });
	await store.run('customers.merge', { survivor: ONE, other: TWO, by: 'Maria' });
	await store.run('events.track', { items: [{ ref: TWO, type: 'late', occurredAt: START_MS, source: 'shop', eventId: 'late', properties: { who: 'two' } }] });
}

const JSON_TEXTS = new Set(['attributes', 'field_times', 'properties', 'event', 'request']);

/** Of the store's secret, which differs from run to run: among so many letters any short word stands by chance. */
const KEYED_HASH = /(?<![\w-])(?!Una-)[\w-]{43}(?![\w-])/g;
const isSecret = (table: string, { key }: Record<string, unknown>): boolean => table === 'meta' && (key === 'secret' || key === 'store_id');

interface Column {
	name: string;
	type: string;
}

describe('Every table of the schema', () => {
	let file: string;
	let store: Store;
	let database: DatabaseSync;
	beforeEach(async () => {
		file = freshSqliteFile();
		store = await openStore({ kind: 'file', file }, { thread: false, testClock: { mode: 'frozen', atMs: START_MS } });
		database = new DatabaseSync(file);
		database.exec('PRAGMA busy_timeout = 5000');
	});
	afterEach(async () => {
		database.close();
		await store.close();
	});
	const tables = () => database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").all().map((row) => String(row.name));
	const columnsOf = (table: string) => database.prepare(`SELECT name, type FROM pragma_table_info('${table}')`).all() as unknown as Column[];
	const customerTables = () => tables().filter((table) => columnsOf(table).some(({ name }) => name === 'customer_id'));

	test('is known to merge, export and erasure', () => {
		const known = [...Object.keys(FOLLOWS), ...FOLLOWS_ENROLMENT, ...MOVED_WITH_CARE];
		expect(customerTables()).toEqual([...known].sort());
		expect(customerTables()).toEqual([...Object.keys(EXPORTED), ...SHOWN_OTHERWISE, ...NOT_SHOWN].sort());
		expect(tables()).toEqual([...customerTables(), ...Object.keys(LED_TO), ...ABOUT_NOBODY, 'customer'].sort());
	});

	test('holds nothing of an erased customer that tells who it was, also after a merge', async () => {
		await everything(store);
		const one = (database.prepare("SELECT customer_id AS id FROM identity WHERE value = 'one'").get() as { id: number }).id;
		const rowsOf = (table: string) => database.prepare(LED_TO[table] ?? `SELECT * FROM "${table}" WHERE customer_id = ?`).all(one) as Record<string, unknown>[];
		// What cannot be brought about here in a few lines is put there.
		const wait = rowsOf('wait')[0];
		database.prepare('INSERT INTO dead_letter (step_id, enrolment_id, visit, customer_id, due_at, parked_at, spec, item, failed_at, failures, error) VALUES (?, ?, ?, ?, 1, 1, ?, ?, 1, 1, ?)').run(wait.step_id as number, wait.enrolment_id as number, 1, one, String(wait.spec), String(wait.item), 'broken');
		database.prepare("INSERT INTO decision_history (idem_key, customer_id, decided_at, ended_at, answer) VALUES ('k', ?, 1, 1, '{}')").run(one);
		database.prepare("INSERT INTO exposure (customer_id, at, experiment, channel, category, tags, class, priority, exempt, idem_key, policy_version) VALUES (?, 1, 'x', 'email', '', '[]', 'marketing', 1, '[]', 'key of one', '1')").run(one);
		if (rowsOf('refusal_log').length === 0) database.prepare("INSERT INTO refusal_log (journey_key, customer_id, at, reason) VALUES ('cart', ?, 1, 'already_active')").run(one);
		database.prepare("INSERT INTO date_watch (journey_key, subject, definition, zone, baseline_at, filled_to, filled) VALUES ('birthday', 'customer', '{}', 'UTC', 0, 0, 1)").run();
		database.prepare("INSERT INTO date_due (watch_id, due_at, subject_id, date, offset_days) SELECT id, 1, ?, '1980-05-17', 0 FROM date_watch WHERE journey_key = 'birthday'").run(one);
		database.prepare("INSERT INTO offer (customer_id, product_id, kind, offered_at, respond_until, ready_from, shown, explored, offer_key) VALUES (?, 'p', 'cross-sell', 1, 2, 1, 1, 0, 'k')").run(one);
		database.prepare("INSERT INTO segment_member (name, customer_id, since) VALUES ('readers', ?, 1)").run(one);
		database.prepare("INSERT INTO feature (customer_id, as_of, stage) VALUES (?, 1, 'active')").run(one);
		const empty = [...customerTables(), ...Object.keys(LED_TO)].filter((table) => rowsOf(table).length === 0);
		expect(empty).toEqual([]);

		// Every text of these rows that may say anything now says who it was.
		const marked: string[] = [];
		for (const table of [...customerTables(), ...Object.keys(LED_TO)]) {
			const rows = rowsOf(table);
			for (const { name, type } of columnsOf(table)) {
				if (type !== 'TEXT' || STAYS[`${table}.${name}`] || isStructure(table, name)) continue;
				marked.push(`${table}.${name}`);
				rows.forEach((row, index) => mark(table, name, row, JSON_TEXTS.has(name) ? JSON.stringify({ type: 'x', at: '2026-03-02T12:00:00.000Z', properties: {}, [`Una-${table}`]: index }) : `Una-${table}-${name}-${index}`));
			}
		}
		expect(marked.length).toBeGreaterThan(25);
		await store.run('customers.erase', { ref: { customerId: 'one' }, requestedBy: 'Una herself, one@example.com' });
		const left = tables().flatMap((table) => (database.prepare(`SELECT * FROM "${table}"`).all() as Record<string, unknown>[]).flatMap((row) => Object.entries(row).filter(([, value]) => typeof value === 'string' && !isSecret(table, row) && /Una|duo|one@|two@|7183|"one"|"two"|of one|of two|1980-05-17|soft 450|prov-/i.test(value.replace(KEYED_HASH, ''))).map(([column, value]) => `${table}.${column}: ${String(value).slice(0, 80)}`)));
		expect(left).toEqual([]);
		expect(database.prepare("SELECT count(*) AS n FROM identity WHERE value = 'bystander'").get()).toMatchObject({ n: 1 });
	});

	/** What leads from one table to another cannot be changed without losing it. */
	function isStructure(table: string, column: string): boolean {
		return ['seen', 'ingest_conflict', 'identity', 'merge_row', 'late_row', 'own_profile', 'customer_merge', 'wording'].includes(table) || (table === 'event' && column === 'event_id') || (table === 'consent' && column === 'wording_hash') || /^(spec|item|idem_key)$/.test(column) && table !== 'touch';
	}

	function mark(table: string, column: string, row: Record<string, unknown>, value: string): void {
		const keys = columnsOf(table).filter(({ name }) => ['seq', 'id', ...(table === 'feature' ? ['customer_id'] : [])].includes(name));
		if (keys.length === 0) return;
		database.prepare(`UPDATE "${table}" SET "${column}" = ? WHERE ${keys.map(({ name }) => `"${name}" = ?`).join(' AND ')}`).run(value, ...keys.map(({ name }) => row[name] as number));
	}
});
