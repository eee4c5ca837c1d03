import { existsSync, readFileSync } from 'node:fs';
import { COMPANY_POLICY } from '../../src/policy/policies';
import type { PassItem } from '../../src/policy/contract';
import { openStore } from '../../src/store/open';
import type { Store } from '../../src/store/Store';
import { dumpStore, everyText } from '../support/dumpStore';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { freshSqliteFile } from '../support/stores';

/** Words that tell who somebody was, in every place where one can stand. */
const SECRETS = ['tessa', 'quill', '+442071838750', '442071838750', 'k-4711', 'tg-9000', 'oldest@example.com', 'europe/lisbon', '1980-05-17', 'blue-suede', 'cart-of-tessa', 'ev-tessa', 'k-4711-letter', 'mailbox', 'msg-tessa'];
const TESSA = { customerId: 'k-4711', email: 'tessa@example.com', phone: '+442071838750', externalIds: { telegram: 'tg-9000' } };

async function live(store: Store): Promise<void> {
	await store.run('customers.upsert', {
		items: [
			{ ref: { customerId: 'k-4711', email: 'oldest@example.com' } },
			{ ref: TESSA, firstName: 'Tessa', lastName: 'Quill', timeZone: 'Europe/Lisbon', birthDate: '1980-05-17', locale: 'pt-PT', country: 'PT', attributes: { shoes: 'blue-suede' }, updatedAt: START_MS },
			{ ref: { customerId: 'other', email: 'other@example.com' }, firstName: 'Otto' },
		],
	});
	await store.run('journeys.register', {
		settings: { key: 'cart', name: 'Cart', entry: { eventType: 'cart_updated', entryKey: { kind: 'property', property: 'cart_id' } }, exits: [{ eventType: 'never' }], goal: { rule: { eventType: 'order_placed' }, windowMs: DAY } },
		workflowId: 'w1', workflowName: 'Carts', nodeId: 't', activation: 'activate',
	});
	await store.run('journeys.registerStep', { workflowId: 'w1', stepKey: 'wait', nodeId: 'n', nodeName: 'Wait', kind: 'wait' });
	await store.run('policy.save', { name: COMPANY_POLICY, body: { rules: [{ id: 'gap', scope: { any: true }, minGap: 'PT4H' }], requireConsent: true } });
	await store.run('consents.set', { items: [{ ref: TESSA, source: 'form filled by tessa', wording: 'I, Tessa Quill, agree', proof: 'ip of tessa' }, { ref: { customerId: 'other' } }].map((who) => ({ ...who, channel: 'email', purpose: 'marketing', status: 'granted' as const, at: START_MS - DAY })) });
	await store.run('events.track', {
		items: ['cart-of-tessa', 'cart-2-of-tessa', 'cart-3-of-tessa'].map((cart, index) => ({ ref: TESSA, type: 'cart_updated', occurredAt: START_MS, source: 'shop', eventId: `ev-tessa-${index}`, properties: { cart_id: cart, name: 'Tessa Quill', email: 'tessa@example.com' } })),
	});
	await store.run('events.track', { items: [{ ref: TESSA, type: 'cart_updated', occurredAt: START_MS, source: 'shop', eventId: 'ev-tessa-0', properties: { other: 'Tessa' } }] });
	await store.run('orders.record', { items: [{ ref: TESSA, source: 'shop', orderId: 'o-1', orderedAt: START_MS, currency: 'GBP', status: 'placed', lines: [{ productId: 'shoe', name: 'Shoe', quantity: 1, priceE4: 500_000, amountE4: 500_000 }] }] });
	await store.run('notes.add', { items: [{ ref: TESSA, text: 'Tessa called', author: 'Maria', key: 'note-of-tessa' }] });
	await store.run('tasks.create', { items: [{ ref: TESSA, title: 'Call Tessa', details: 'Quill, Lisbon', assignee: 'maria', key: 'task-of-tessa' }, { ref: { customerId: 'other' }, title: 'Call Otto', key: 'task-of-otto' }] });
	await store.run('orders.cancel', { items: [{ source: 'shop', orderId: 'o-1', cancelledAt: START_MS + 1, reason: 'called by Tessa' }] });
}

/** One enrolment waits, one is in a release, one message was sent, one is held, one was dropped. */
async function pursue(store: Store): Promise<void> {
	const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'entry' });
	const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'entry', skipMovedOn: true });
	await store.run('journeys.park', {
		workflowId: 'w1', stepKey: 'wait', nodeName: 'Wait',
		parkings: items.slice(0, 2).map((item, index) => ({ index, journey: item.journey, own: { note: `for Tessa Quill ${index}` }, wait: { kind: 'delay' as const, length: { amount: index === 0 ? 1 : 30, unit: 'minutes' as const } } })),
	});
	await store.run('journeys.settleBatch', { id: batch!.id, epoch: batch!.epoch, outcome: 'failed', error: 'the mail server is down' });
	await store.run('clock.advance', { byMs: 2 * MINUTE });
	await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' });
	const letter = (index: number, mailingKey: string): PassItem => ({ index, customer: TESSA, mailingKey, released: false, channel: 'email', category: 'news', class: 'marketing', priority: 50, tags: [], onBlock: 'delay', fallbackChannels: [], own: { greeting: 'Dear Tessa' } });
	const answers = await store.run('policy.pass', { workflowId: 'w2', stepKey: 'policy', nodeName: 'Policy', nodeRules: [], messagesPerRun: 100, onSecondHandOff: 'block', batch: null, dryRun: false, items: [letter(0, 'm1'), letter(1, 'm2')] });
	expect(answers.map((answer) => answer.result)).toEqual(['send', 'held']);
	const key = answers[0].result === 'send' ? answers[0].policy.key : '';
	await store.run('messages.record', { items: [{ key, result: 'sent', at: START_MS, providerId: 'msg-tessa-1' }, { key, result: 'bounced', at: START_MS + 5, reason: '550 no mailbox tessa@example.com' }] });
	await store.run('policy.decide', { requests: [{ key: 'k-4711-letter', customer: 'k-4711', channel: 'sms', category: 'promo', class: 'marketing', priority: 50 }], dryRun: false });
}

test('of an erased customer no byte stays in the SQLite file or its log, not even of values that were replaced before', async () => {
	const file = freshSqliteFile();
	const store = await openStore({ kind: 'file', file }, { thread: false, testClock: { mode: 'frozen', atMs: START_MS } });
	await live(store);
	await store.run('events.track', { items: [{ ref: TESSA, type: 'letter', occurredAt: START_MS, source: 'shop', properties: { text: 'Tessa Quill wrote: '.repeat(10_000) } }] });
	await pursue(store);
	await store.run('customers.erase', { ref: TESSA });
	const bytes = [file, `${file}-wal`].map((name) => (existsSync(name) ? readFileSync(name, 'latin1') : '').toLowerCase()).join('');
	expect(bytes).toContain('other@example.com');
	expect(SECRETS.filter((secret) => bytes.includes(secret))).toEqual([]);
	await store.close();
});

onEachStore('Erasure', (open) => {
	test('J43 leaves nothing that tells who it was in any column of any table, ends everything, and keeps the counts', async () => {
		const { store, location } = await open();
		await live(store);
		await pursue(store);
		const before = await dumpStore(location);
		const text = JSON.stringify(before).toLowerCase();
		expect(SECRETS.filter((secret) => !text.includes(secret))).toEqual([]);

		const certificate = await store.run('customers.erase', { ref: { customerId: 'k-4711' }, requestedBy: 'letter by Tessa, tessa@example.com' });
		expect(certificate).toMatchObject({ result: 'erased', pseudonym: expect.stringMatching(/^erased-[0-9a-f]{16}$/), counts: { journeys: 4, events: 6, consents: 1, identities: 5, notes: 1, tasks: 1 } });
		// A manager's list holds nothing more to do for nobody.
		expect((await store.run('tasks.list', { statuses: ['open', 'taken'], limit: 9 })).map(({ task }) => task.key)).toEqual(['task-of-otto']);

		const after = await everyText(location);
		expect(SECRETS.filter((secret) => after.toLowerCase().includes(secret))).toEqual([]);
		const counts = (dump: Record<string, unknown[]>) => Object.fromEntries(['event', 'orders', 'order_line', 'touch', 'touch_result', 'enrolment', 'consent', 'decision', 'suppression'].map((table) => [table, dump[table].length]));
		const dump = await dumpStore(location);
		expect(counts(dump)).toEqual(counts(before));
		expect(dump.wait).toEqual([]);
		expect(dump.release_batch.map((row) => row.items)).toEqual(dump.release_batch.map(() => '[]'));
		expect(dump.enrolment.every((row) => row.status === 'exited' && row.end_reason === 'erased')).toBe(true);
		expect(dump.decision.filter((row) => row.decision === 'delay')).toEqual([]);
		expect(after).toContain('other@example.com');
	});

	test('what is left is never found, and the address that bounced stays closed', async () => {
		const { store } = await open();
		await live(store);
		await pursue(store);
		await store.run('customers.erase', { ref: { email: 'tessa@example.com' } });
		expect(await store.run('customers.get', { refs: [TESSA, { phone: TESSA.phone }, { externalIds: TESSA.externalIds }] })).toEqual([null, null, null]);
		for (const search of ['tessa', 'quill', 'k-4711', 'erased-']) expect(await store.run('customers.find', { text: search, limit: 10 })).toEqual([]);
		expect((await store.run('customers.find', { limit: 10 })).map(({ id }) => id)).toEqual(['other']);
		await expect(store.run('customers.record', { ref: TESSA })).rejects.toMatchObject({ code: 'unknown_customer' });
		await store.run('clock.advance', { byMs: HOUR });
		await store.run('consents.set', { items: [{ ref: { email: 'tessa@example.com' }, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS + HOUR }] });
		const { suppressions } = await store.run('customers.record', { ref: { email: 'tessa@example.com' } });
		expect(suppressions).toMatchObject([{ channel: 'email', reason: 'hard_bounce' }]);
	});

	test('J44 every way in is refused afterwards, by any of the identities, item by item', async () => {
		const { store } = await open();
		await live(store);
		await store.run('customers.erase', { ref: { customerId: 'k-4711' } });
		for (const ref of [{ customerId: 'k-4711' }, { email: 'tessa@example.com' }, { email: 'oldest@example.com' }, { phone: TESSA.phone }, { externalIds: TESSA.externalIds }]) {
			const erased = { ok: false, code: 'customer_erased', message: expect.stringMatching(/was erased and is not taken in again/) };
			const order = { source: 'shop', orderId: 'o-9', orderedAt: START_MS, currency: 'GBP', status: 'placed' as const, lines: [] };
			expect(await store.run('customers.upsert', { items: [{ ref }, { ref: { customerId: 'other' } }] })).toMatchObject([erased, { ok: true }]);
			expect(await store.run('events.track', { items: [{ ref, type: 'x', occurredAt: START_MS, source: 's', properties: {} }] })).toMatchObject([erased]);
			expect(await store.run('orders.record', { items: [{ ...order, ref }] })).toMatchObject([erased]);
			expect(await store.run('import.orderLines', { run: 'r', source: 's', rows: [{ ref, orderId: 'o', orderedAt: 1, kind: 'order', quantity: 1, priceE4: 1, amountE4: 1, currency: 'GBP', gift: false }] })).toMatchObject({ accepted: 0, rejected: [{ index: 0, reason: expect.stringContaining('erased') }] });
			expect(await store.run('import.consents', { items: [{ ref, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS + DAY }] })).toMatchObject({ accepted: 0, rejected: [{ index: 0 }] });
		}
		expect((await store.run('store.info', {})).counts.customers).toBe(1);
	});

	test('J45 only a grant given since the erasure lifts the tombstone, not an old one sent again', async () => {
		const { store, advance } = await open();
		await live(store);
		await advance(HOUR);
		await store.run('customers.erase', { ref: { customerId: 'k-4711' } });
		const consent = (at: number, status: 'granted' | 'denied' | 'pending' = 'granted') => ({ ref: { email: 'tessa@example.com' }, channel: 'email', purpose: 'marketing', status, at });
		for (const old of [consent(START_MS - DAY), consent(START_MS + HOUR - 1), consent(START_MS + HOUR, 'denied'), consent(START_MS + HOUR, 'pending')]) {
			expect(await store.run('consents.set', { items: [old] })).toMatchObject([{ ok: false, code: 'customer_erased' }]);
		}
		expect(await store.run('consents.set', { items: [consent(START_MS + HOUR + 1)] })).toMatchObject([{ ok: true, result: 'recorded' }]);
		const [back] = await store.run('customers.get', { refs: [{ email: 'tessa@example.com' }] });
		expect(back).toMatchObject({ email: 'tessa@example.com', firstName: null });
		// The other identities stay erased, also beside the one that is back.
		const [answer] = await store.run('customers.upsert', { items: [{ ref: { email: 'tessa@example.com', phone: TESSA.phone }, firstName: 'Tess' }] });
		expect(answer).toMatchObject({ ok: true, customer: { id: back?.id, firstName: 'Tess', phone: null }, warnings: [expect.stringMatching(/phone was erased/)] });
	});

	test('a bounce that arrives later is counted, without the words of the mail server', async () => {
		const { store, location } = await open();
		await live(store);
		const item: PassItem = { index: 0, customer: TESSA, mailingKey: 'm', released: false, channel: 'email', category: 'news', class: 'marketing', priority: 50, tags: [], onBlock: 'delay', fallbackChannels: [], own: {} };
		const [sent] = await store.run('policy.pass', { workflowId: 'w', stepKey: 'p', nodeName: 'P', nodeRules: [], messagesPerRun: 9, onSecondHandOff: 'block', batch: null, dryRun: false, items: [item] });
		const key = sent.result === 'send' ? sent.policy.key : '';
		await store.run('customers.erase', { ref: TESSA });
		const bounce = { key, result: 'bounced' as const, at: START_MS + HOUR, providerId: 'msg-tessa-9', reason: '550 no mailbox tessa@example.com' };
		expect(await store.run('messages.record', { items: [bounce, { ...bounce, result: 'complained' }] })).toMatchObject([{ ok: true, result: 'recorded', customer: null }, { ok: true, customer: null }]);
		expect((await dumpStore(location)).touch_result).toHaveLength(2);
		const after = (await everyText(location)).toLowerCase();
		expect(SECRETS.filter((secret) => after.includes(secret))).toEqual([]);
	});

	test('asking the policy about an erased customer, or about nobody, writes down no id and no address', async () => {
		const { store, location } = await open();
		await live(store);
		await store.run('customers.erase', { ref: TESSA });
		const decide = (key: string, customer: string) => ({ key, customer, channel: 'email', category: 'promo', class: 'marketing', priority: 50 });
		const lines = await store.run('policy.decide', { requests: [decide('r1', 'tessa@example.com'), decide('r2', 'k-4711'), decide('r3', 'stranger@example.com')], dryRun: false });
		expect(lines).toMatchObject([{ reason: 'erased' }, { reason: 'erased' }, { reason: 'unknown_customer' }]);
		const item: PassItem = { index: 0, customer: { email: 'tessa@example.com' }, mailingKey: 'm', released: false, channel: 'email', category: 'news', class: 'marketing', priority: 50, tags: [], onBlock: 'delay', fallbackChannels: [], own: {} };
		expect(await store.run('policy.pass', { workflowId: 'w', stepKey: 'p', nodeName: 'P', nodeRules: [], messagesPerRun: 9, onSecondHandOff: 'block', batch: null, dryRun: false, items: [item] })).toMatchObject([{ result: 'blocked', policy: { reason: 'erased' } }]);
		expect((await dumpStore(location)).decision).toHaveLength(4);
		const after = (await everyText(location)).toLowerCase();
		expect([...SECRETS, 'stranger'].filter((secret) => after.includes(secret))).toEqual([]);
		// The same question gets the same answer all the same.
		expect(await store.run('policy.decide', { requests: [decide('r2', 'k-4711'), decide('r3', 'tessa@example.com')], dryRun: false })).toMatchObject([{ reason: 'erased' }, { error: 'idempotency_conflict' }]);
	});

	test('of one customer after another who were asked about under the same key of somebody\'s choosing', async () => {
		const { store } = await open();
		const ids = ['first', 'second', 'third'];
		for (const id of ids) {
			await store.run('customers.upsert', { items: [{ ref: { customerId: id, email: `${id}@example.com` } }] });
			await store.run('tasks.create', { items: [{ ref: { customerId: id }, title: 'Call', key: 'call' }] });
			expect(await store.run('policy.decide', { policy: { storeZone: 'UTC', requireConsent: false }, dryRun: false, requests: [{ key: 'welcome', customer: id, channel: 'email' }] })).toMatchObject([{ decision: 'send' }]);
			expect(await store.run('customers.erase', { ref: { customerId: id } })).toMatchObject({ result: 'erased', counts: { decisions: 1, tasks: 1 } });
		}
	});

	test('a mailing of before is known again by its key, and another message under it is refused', async () => {
		const { store } = await open();
		await live(store);
		const policy = { storeZone: 'UTC', requireConsent: false };
		const ask = (category: string) => store.run('policy.decide', { policy, dryRun: false, requests: [{ mailingKey: 'spring', customer: 'k-4711', channel: 'email', category }] });
		const [before] = await ask('promo');
		expect(before).toMatchObject({ decision: expect.stringMatching(/send|delay/) });
		await store.run('customers.erase', { ref: TESSA });
		expect(await ask('promo')).toMatchObject([{ key: before.key, decision: expect.stringMatching(/send|drop/) }]);
		expect(await ask('news')).toMatchObject([{ key: before.key, error: 'idempotency_conflict' }]);
	});

	test('twice gives the same certificate; nobody and two people at once are refused', async () => {
		const { store } = await open();
		await live(store);
		await expect(store.run('customers.erase', { ref: { customerId: 'k-4711', email: 'other@example.com' } })).rejects.toMatchObject({ code: 'identity_conflict', message: expect.stringMatching(/nothing was erased/) });
		await expect(store.run('customers.erase', { ref: { customerId: 'nobody' } })).rejects.toMatchObject({ code: 'unknown_customer' });
		const first = await store.run('customers.erase', { ref: { customerId: 'k-4711' } });
		expect(await store.run('customers.erase', { ref: { phone: TESSA.phone } })).toEqual({ ...first, result: 'already_erased' });
		expect(await store.run('customers.get', { refs: [{ customerId: 'other' }] })).toMatchObject([{ firstName: 'Otto' }]);
	});

	test('events and profiles that arrive while a customer is erased leave no trace', async () => {
		const { store, again, location } = await open();
		await live(store);
		const others = await Promise.all([again(), again()]);
		const writes = others.flatMap((other, place) =>
			Array.from({ length: 10 }, (_, index) => [
				() => other.run('events.track', { items: [{ ref: { customerId: 'k-4711', externalIds: { push: `push-tessa-${place}-${index}` } }, type: 'x', occurredAt: START_MS, source: 's', properties: { who: 'Tessa' } }] }),
				() => other.run('customers.upsert', { items: [{ ref: { ...TESSA, email: `tessa${place}${index}@example.com` }, firstName: 'Tessa', updatedAt: START_MS + index }] }),
			]).flat(),
		);
		const erase = () => store.run('customers.erase', { ref: { customerId: 'k-4711' } });
		await Promise.all([...writes.slice(0, 10).map((write) => write()), erase(), ...writes.slice(10).map((write) => write())]);
		const text = (await everyText(location)).toLowerCase();
		// A new push id or address beside the erased ones is refused with them; what came before went with the rest.
		expect(text.match(/[^"]*tessa[^"]*/g)).toBeNull();
		expect((await store.run('store.info', {})).counts.customers).toBe(1);
	});
});
