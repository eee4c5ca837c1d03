import { COMPANY_POLICY } from '../../src/policy/policies';
import type { PassAnswer, PassItem, PassRequest } from '../../src/policy/contract';
import type { Store } from '../../src/store/Store';
import { contentOf, dumpStore } from '../support/dumpStore';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';

const ANN = { customerId: 'ann', email: 'ann@example.com' };
const TWO = { customerId: 'two', email: 'anna@example.org', phone: '+442071838750', externalIds: { telegram: 't-2' } };
const BYE = { customerId: 'bye', email: 'bye@example.com' };

async function people(store: Store): Promise<void> {
	await store.run('customers.upsert', {
		items: [
			{ ref: ANN, firstName: 'Ann', lastName: 'Old', timeZone: 'Europe/Berlin', attributes: { city: 'Berlin', size: 'M' }, updatedAt: START_MS - 5 * DAY, createdAt: START_MS - 9 * DAY },
			{ ref: TWO, firstName: 'Anna', lastName: 'New', attributes: { city: 'Bonn', pet: 'cat' }, updatedAt: START_MS - DAY, createdAt: START_MS - 30 * DAY },
			{ ref: BYE },
		],
	});
	await store.run('policy.save', { name: COMPANY_POLICY, body: { rules: [{ id: 'day', scope: { any: true }, limit: 1, window: 'day' }], requireConsent: true } });
	await store.run('consents.set', { items: [ANN, TWO].map((ref) => ({ ref, channel: 'email', purpose: 'marketing', status: 'granted' as const, at: START_MS - 3 * DAY })) });
}

/** A journey that waits. `keyed`: one entry per cart. */
async function journey(store: Store, settings: object = {}): Promise<void> {
	await store.run('journeys.register', { settings: { key: 'cart', name: 'Cart', entry: { eventType: 'cart_updated', entryKey: { kind: 'property', property: 'cart_id' } }, exits: [{ eventType: 'order_placed' }], ...settings }, workflowId: 'w1', workflowName: 'Carts', nodeId: 't', activation: 'activate' });
	await store.run('journeys.registerStep', { workflowId: 'w1', stepKey: 'wait', nodeId: 'n', nodeName: 'Wait', kind: 'wait' });
}
const cart = (store: Store, ref: object, cart_id: string, at = START_MS) => store.run('events.track', { items: [{ ref, type: 'cart_updated', occurredAt: at, source: 'shop', eventId: `${cart_id}-${JSON.stringify(ref)}-${at}`, properties: { cart_id } }] });

async function release(store: Store, stepKey: string) {
	const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey });
	if (!batch) return { batch, items: [] };
	return { batch, items: (await store.run('journeys.claimBatch', { ...batch, workflowId: 'w1', stepKey, skipMovedOn: true })).items };
}
/** Lets everybody who just entered wait at the step for so many minutes. */
async function park(store: Store, minutes: (customer: string) => number = () => 60, stepKey = 'wait'): Promise<void> {
	const { batch, items } = await release(store, 'entry');
	await store.run('journeys.park', { workflowId: 'w1', stepKey, nodeName: 'Wait', parkings: items.map((item, index) => ({ index, journey: item.journey, own: { n: index }, wait: { kind: 'delay' as const, length: { amount: minutes(item.customer.id), unit: 'minutes' as const } } })) });
	await store.run('journeys.settleBatch', { id: batch!.id, epoch: batch!.epoch, outcome: 'success' });
}

const letter = (ref: object, more: Partial<PassItem> = {}): PassItem => ({ index: 0, customer: ref, mailingKey: 'm', released: false, channel: 'email', category: 'news', class: 'marketing', priority: 50, tags: [], onBlock: 'delay', fallbackChannels: [], own: {}, ...more });
const pass = (store: Store, items: PassItem[], more: Partial<PassRequest> = {}): Promise<PassAnswer[]> =>
	store.run('policy.pass', { workflowId: 'w1', stepKey: 'policy', nodeName: 'Policy', nodeRules: [], messagesPerRun: 100, onSecondHandOff: 'block', batch: null, dryRun: false, items: items.map((one, index) => ({ ...one, index })), ...more });
async function releaseHeld(store: Store): Promise<PassAnswer[]> {
	const { batch, items } = await release(store, 'policy');
	if (!batch) return [];
	const answers = await pass(store, items.map((item) => letter({ customerId: item.customer.id }, { ...(item.request as Partial<PassItem>), journey: item.journey, released: true, own: item.own })), { batch });
	await store.run('journeys.settleBatch', { ...batch, outcome: 'success' });
	return answers;
}

const merge = (store: Store, survivor: object = ANN, other: object = TWO) => store.run('customers.merge', { survivor, other, by: 'Maria' });
const unmerge = (store: Store, other: object = { customerId: 'two' }) => store.run('customers.unmerge', { other });
const record = (store: Store, ref: object = ANN) => store.run('customers.record', { ref });

/** A bit of everything for a customer. */
async function history(store: Store, ref: { customerId: string }, n: string): Promise<void> {
	await store.run('events.track', { items: [{ ref, type: 'viewed', occurredAt: START_MS - 2 * DAY, source: 'shop', eventId: `viewed-${n}`, properties: { n } }] });
	await store.run('orders.record', { items: [{ ref, source: 'shop', orderId: `o-${n}`, orderedAt: START_MS - 2 * DAY, currency: 'EUR', status: 'placed', lines: [{ productId: 'p', quantity: 1, priceE4: 100_000, amountE4: 100_000 }] }] });
	await store.run('notes.add', { items: [{ ref, text: `note ${n}`, key: `note-${n}` }] });
	await store.run('tasks.create', { items: [{ ref, title: `task ${n}`, key: `task-${n}` }] });
	await store.run('subscriptions.upsert', { items: [{ ref, source: 'shop', subscriptionId: `s-${n}`, status: 'active' }] });
	await store.run('messages.record', { items: [{ ref, channel: 'sms', result: 'sent', at: START_MS - 2 * DAY, providerId: `p-${n}` }] });
}

onEachStore('Merge', (open) => {
	test('everything of both is the survivor\'s, and both lead to the survivor', async () => {
		const { store } = await open();
		await people(store);
		await history(store, ANN, 'a');
		await history(store, TWO, 'b');
		const answer = await merge(store);
		expect(answer).toMatchObject({ result: 'merged', merged: 'two', customer: { id: 'ann' }, counts: { events: 3, orders: 1, notes: 1, tasks: 1, subscriptions: 1, messages: 1, consents: 0 } });
		const seen = await record(store);
		expect(await record(store, { externalIds: TWO.externalIds })).toEqual(seen);
		expect(seen.identities.map(({ value }) => value).sort()).toEqual(['+442071838750', 'ann', 'ann@example.com', 'anna@example.org', 't-2', 'two']);
		expect(seen.mergedFrom).toEqual([{ customer: 'two', at: START_MS, by: 'Maria' }]);
		expect([seen.orders.length, seen.notes.length, seen.tasks.length, seen.messages.length, seen.revenue[0].amount]).toEqual([2, 2, 2, 2, '20.00']);
		expect((await store.run('customers.find', { limit: 9 })).map(({ id }) => id)).toEqual(['ann', 'bye']);
		expect((await store.run('customers.find', { text: 'anna@', limit: 9 })).map(({ id }) => id)).toEqual(['ann']);
		expect((await store.run('store.info', {})).counts.customers).toBe(2);
		// Late events under the old id, and a task's end, come to the survivor.
		await store.run('events.track', { items: [{ ref: { customerId: 'two' }, type: 'late', occurredAt: START_MS, source: 'shop', properties: {} }] });
		await store.run('tasks.done', { items: [{ key: 'task-b' }] });
		expect((await record(store)).events.map(({ type }) => type)).toEqual(expect.arrayContaining(['late', 'task_done']));
	});

	test('profiles are united field by field, the newer by event time', async () => {
		const { store } = await open();
		await people(store);
		const { customer } = await merge(store);
		expect(customer).toEqual({ id: 'ann', email: 'anna@example.org', phone: '+442071838750', firstName: 'Anna', lastName: 'New', timeZone: 'Europe/Berlin', locale: null, stage: null, vip: false, attributes: { city: 'Bonn', size: 'M', pet: 'cat' } });
		// An older report does not win against what either said later.
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'ann' }, lastName: 'Oldest', timeZone: 'Europe/Paris', updatedAt: START_MS - 3 * DAY }] });
		expect((await store.run('customers.get', { refs: [ANN] }))[0]).toMatchObject({ lastName: 'New', timeZone: 'Europe/Paris' });
	});

	test('J39 both wait for the same cart: the one further along stays, the other ends as merged_duplicate', async () => {
		const { store, advance } = await open();
		await people(store);
		await journey(store);
		await cart(store, TWO, 'k1');
		await park(store);
		await advance(MINUTE);
		await cart(store, ANN, 'k1');
		await cart(store, ANN, 'k2');
		expect(await merge(store)).toMatchObject({ counts: { journeys: 1, ended: 1 } });
		const { journeys } = await record(store);
		expect(journeys.map(({ status, endReason }) => `${status} ${endReason}`).sort()).toEqual(['entering null', 'exited merged_duplicate', 'waiting null']);
		await advance(DAY);
		const { items } = await release(store, 'wait');
		expect(items).toMatchObject([{ customer: { id: 'ann' }, event: { properties: { cart_id: 'k1' } } }]);
		expect((await release(store, 'entry')).items).toMatchObject([{ event: { properties: { cart_id: 'k2' } } }]);
	});

	test('J39 in a journey that takes everybody once at a time, two different entries are the same way', async () => {
		const { store } = await open();
		await people(store);
		await journey(store, { entry: { eventType: 'cart_updated', entryKey: { kind: 'event' } } });
		await cart(store, ANN, 'k1');
		await cart(store, TWO, 'k2');
		await park(store);
		await merge(store);
		expect((await record(store)).journeys.map(({ status }) => status).sort()).toEqual(['exited', 'waiting']);
		expect((await store.run('journeys.waiting', {})).reduce((sum, row) => sum + row.waiting, 0)).toBe(1);
	});

	test('J40 one is in, the other was: the active way goes on, and once in a lifetime holds for both', async () => {
		const { store, advance } = await open();
		await people(store);
		await journey(store, { reEntry: { mode: 'once_ever' } });
		await cart(store, TWO, 'k1');
		await park(store);
		await store.run('orders.record', { items: [{ ref: TWO, source: 'shop', orderId: 'o', orderedAt: START_MS, currency: 'EUR', status: 'placed', lines: [] }] });
		await cart(store, ANN, 'k2');
		await park(store);
		await merge(store);
		expect((await record(store)).journeys.map(({ status, endReason }) => `${status} ${endReason}`).sort()).toEqual(['exited event:order_placed', 'waiting null']);
		await advance(HOUR);
		expect(await cart(store, ANN, 'k1', START_MS + HOUR)).toMatchObject([{ entered: [], refused: [{ reason: 'already_entered' }] }]);
	});

	test('J40 ways that were gone before under one key keep their order', async () => {
		const { store } = await open();
		await people(store);
		await journey(store);
		for (const [ref, index] of [[ANN, 1], [TWO, 2], [ANN, 3], [TWO, 4]] as const) {
			await cart(store, ref, 'k1', START_MS + index);
			await store.run('events.track', { items: [{ ref, type: 'order_placed', occurredAt: START_MS + index, source: 'shop', properties: {} }] });
		}
		await merge(store);
		expect((await record(store)).journeys).toHaveLength(4);
		expect(await cart(store, TWO, 'k1', START_MS + 9)).toMatchObject([{ entered: ['cart'] }]);
		await unmerge(store);
		expect((await record(store)).journeys).toHaveLength(3);
		expect((await record(store, TWO)).journeys).toHaveLength(2);
	});

	test('J41 other arms: the survivor\'s from now on, control wins, and nobody of it is compared', async () => {
		const { store, location } = await open();
		await people(store);
		const experiment = { key: 'subject', controlPercent: 50, arms: [{ name: 'A', weight: 1 }, { name: 'B', weight: 1 }] };
		// Draw customers until there are two of each arm.
		const arms = new Map<string, string[]>();
		await store.run('customers.upsert', { items: Array.from({ length: 60 }, (_, index) => ({ ref: { customerId: `x${index}` } })) });
		const answers = await store.run('experiments.split', { experiment, dryRun: false, items: Array.from({ length: 60 }, (_, index) => ({ index, customer: { customerId: `x${index}` } })) });
		for (const answer of answers) if (answer.result === 'arm') arms.set(answer.arm, [...(arms.get(answer.arm) ?? []), `x${answer.index}`]);
		const [a, b, control] = ['A', 'B', 'control'].map((arm) => arms.get(arm) as string[]);
		const armOf = async (customerId: string) => {
			const [answer] = await store.run('experiments.split', { experiment, dryRun: false, items: [{ index: 0, customer: { customerId } }] });
			return answer.result === 'arm' ? answer.arm : answer.result;
		};
		const mixed = async () => (await dumpStore(location)).assignment.filter((row) => row.mixed_at !== null).length;
		await merge(store, { customerId: a[0] }, { customerId: a[1] });
		expect([await armOf(a[1]), await mixed()]).toEqual(['A', 0]);
		await merge(store, { customerId: a[0] }, { customerId: b[0] });
		expect([await armOf(b[0]), await mixed()]).toEqual(['A', 1]);
		await merge(store, { customerId: a[2] }, { customerId: control[0] });
		expect([await armOf(a[2]), await mixed()]).toEqual(['control', 2]);
		await merge(store, { customerId: control[1] }, { customerId: b[1] });
		expect([await armOf(b[1]), await mixed()]).toEqual(['control', 3]);
		// Who is split off gets the arm they had.
		await unmerge(store, { customerId: b[0] });
		expect([await armOf(a[0]), await armOf(b[0])]).toEqual(['A', 'B']);
	});

	test('J42 P63 merged while messages are out: both count, none is forgotten, and results still find them', async () => {
		const { store } = await open();
		await people(store);
		const answers = await pass(store, [letter(ANN), letter(TWO)]);
		expect(answers.map(({ result }) => result)).toEqual(['send', 'send']);
		await merge(store);
		const { messages } = await record(store);
		expect(messages.map(({ state }) => state)).toEqual(['handed_off', 'handed_off']);
		// The limit of one a day is exceeded, and holds from here on.
		expect(await pass(store, [letter(TWO, { mailingKey: 'm2' })])).toMatchObject([{ result: 'held', rule: 'day' }]);
		const key = answers[1].result === 'send' ? answers[1].policy.key : '';
		expect(await store.run('messages.record', { items: [{ key, result: 'sent', at: START_MS }] })).toMatchObject([{ ok: true, result: 'recorded', customer: { id: 'ann' } }]);
	});

	test('J42 merged while a message is held: it is judged again as the survivor\'s, once, under the united limits', async () => {
		const { store, advance } = await open();
		await people(store);
		await journey(store);
		await store.run('journeys.registerStep', { workflowId: 'w1', stepKey: 'policy', nodeId: 'p', nodeName: 'Policy', kind: 'policy' });
		await store.run('messages.record', { items: [{ ref: TWO, channel: 'email', result: 'sent', at: START_MS }] });
		await cart(store, TWO, 'k1');
		const { batch, items } = await release(store, 'entry');
		const [held] = await pass(store, [letter(TWO, { journey: items[0].journey, mailingKey: undefined })]);
		expect(held).toMatchObject({ result: 'held', rule: 'day' });
		await store.run('journeys.settleBatch', { id: batch!.id, epoch: batch!.epoch, outcome: 'success' });
		expect(await pass(store, [letter(TWO, { mailingKey: 'news' })])).toMatchObject([{ result: 'held' }]);
		await merge(store);
		await advance(12 * HOUR);
		const answers = await releaseHeld(store);
		const more = await releaseHeld(store);
		expect([...answers, ...more].map(({ result }) => result).sort()).toEqual(['held', 'send']);
		expect([...answers, ...more].find(({ result }) => result === 'send')).toMatchObject({ customer: { id: 'ann' } });
	});

	test('merged while in a released batch: who goes on is the survivor', async () => {
		const { store, advance } = await open();
		await people(store);
		await journey(store);
		await cart(store, TWO, 'k1');
		await park(store);
		await advance(DAY);
		const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' });
		await merge(store);
		const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'wait', skipMovedOn: true });
		expect(items).toMatchObject([{ customer: { id: 'ann', firstName: 'Anna' } }]);
		expect(await store.run('journeys.settleBatch', { id: batch!.id, epoch: batch!.epoch, outcome: 'success' })).toMatchObject({ settled: true, completed: 1 });
		expect((await record(store)).journeys).toMatchObject([{ status: 'completed' }]);
	});

	test('a message that was decided under a name stays known under it, however often its customer is merged and taken apart', async () => {
		const { store, location } = await open();
		await people(store);
		const ask = async (key: string, customer: string) => {
			const [line] = await store.run('policy.decide', { dryRun: false, requests: [{ key, customer, channel: 'email', tags: ['a "tag"'] }] });
			return 'decision' in line ? line.decision : line.error;
		};
		const asked = async () => (await dumpStore(location)).decision.map(({ idem_key, customer_key, request }) => ({ key: idem_key, customer: customer_key, request: JSON.parse(String(request)) as unknown })).sort((a, b) => String(a.key).localeCompare(String(b.key)));
		const said = { channel: 'email', tags: ['a "tag"'] };
		expect([await ask('k1', 'two'), await ask('k2', 'ann')]).toEqual(['send', 'send']);
		expect(await asked()).toEqual([{ key: 'k1', customer: 'two', request: said }, { key: 'k2', customer: 'ann', request: said }]);
		await merge(store);
		await merge(store, BYE, ANN);
		expect(await asked()).toEqual([{ key: 'k1', customer: 'bye', request: { customer: 'two', ...said } }, { key: 'k2', customer: 'bye', request: { customer: 'ann', ...said } }]);
		expect([await ask('k1', 'two'), await ask('k2', 'ann'), await ask('k1', 'bye')]).toEqual(['send', 'send', 'idempotency_conflict']);
		await unmerge(store, { customerId: 'ann' });
		await unmerge(store);
		expect(await asked()).toEqual([{ key: 'k1', customer: 'two', request: { customer: 'two', ...said } }, { key: 'k2', customer: 'ann', request: { customer: 'ann', ...said } }]);
		expect([await ask('k1', 'two'), await ask('k2', 'ann'), await ask('k1', 'ann')]).toEqual(['send', 'send', 'idempotency_conflict']);
	});

	test('the withdrawal wins on its channel and purpose, whoever said what last, and takes held messages back at once', async () => {
		const { store } = await open();
		await people(store);
		await store.run('consents.set', { items: [{ ref: ANN, channel: 'email', purpose: 'marketing', status: 'denied', at: START_MS - 2 * DAY }, { ref: TWO, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS - HOUR }, { ref: TWO, channel: 'sms', purpose: 'marketing', status: 'granted', at: START_MS - HOUR }] });
		await store.run('journeys.registerStep', { workflowId: 'w1', stepKey: 'policy', nodeId: 'p', nodeName: 'Policy', kind: 'policy' });
		await store.run('messages.record', { items: [{ ref: TWO, channel: 'email', result: 'sent', at: START_MS }] });
		expect(await pass(store, [letter(TWO)])).toMatchObject([{ result: 'held' }]);
		await merge(store);
		expect((await record(store)).consents.at(-1)).toMatchObject({ channel: 'email', status: 'denied', source: 'merge', at: START_MS });
		expect(await releaseHeld(store)).toMatchObject([{ result: 'blocked', policy: { reason: 'no_consent:email/marketing' } }]);
		expect((await store.run('policy.decide', { dryRun: true, requests: ['email', 'sms'].map((channel) => ({ key: channel, customer: 'ann', channel, category: '', class: 'marketing', priority: 50 })) })).map((line) => ('decision' in line ? line.decision : line.error))).toEqual(['drop', 'delay']);
		// Split again, each has their own word.
		await unmerge(store);
		expect((await record(store)).consents.at(-1)).toMatchObject({ status: 'denied', source: null });
		expect((await record(store, TWO)).consents.filter(({ channel }) => channel === 'email').at(-1)).toMatchObject({ status: 'granted' });
	});

	test('a letter from before the merge still unsubscribes', async () => {
		const { store } = await open();
		await people(store);
		const [sent] = await pass(store, [letter(TWO)]);
		await merge(store);
		const token = sent.result === 'send' ? (sent.policy.unsubscribeToken as string) : '';
		expect(await store.run('links.unsubscribe', { token, withdraw: true })).toMatchObject({ ok: true, withdrawn: true });
		expect((await record(store)).consents.at(-1)).toMatchObject({ status: 'denied', source: 'unsubscribe_link' });
	});

	test('what is inherited starts, ends and resumes nothing', async () => {
		const { store } = await open();
		await people(store);
		await journey(store);
		await cart(store, ANN, 'k1');
		await park(store);
		await store.run('orders.record', { items: [{ ref: TWO, source: 'shop', orderId: 'o', orderedAt: START_MS + MINUTE, currency: 'EUR', status: 'placed', lines: [] }] });
		await store.run('import.events', { items: [{ ref: TWO, type: 'cart_updated', occurredAt: START_MS, source: 'shop', properties: { cart_id: 'k9' } }] });
		await merge(store);
		expect((await record(store)).journeys).toMatchObject([{ status: 'waiting' }]);
	});

	test('with oneself, twice and in a circle changes nothing; nobody and the erased are refused', async () => {
		const { store, location } = await open();
		await people(store);
		expect(await merge(store, ANN, { email: 'ann@example.com' })).toMatchObject({ result: 'unchanged', merged: null });
		await merge(store);
		const before = await dumpStore(location);
		expect(await merge(store)).toMatchObject({ result: 'unchanged', customer: { id: 'ann' } });
		expect(await merge(store, TWO, ANN)).toMatchObject({ result: 'unchanged', customer: { id: 'ann' } });
		await expect(merge(store, ANN, { customerId: 'nobody' })).rejects.toMatchObject({ code: 'unknown_customer', message: expect.stringContaining('The other customer') });
		await store.run('customers.erase', { ref: BYE });
		const erased = await dumpStore(location);
		for (const [one, two] of [[ANN, BYE], [BYE, ANN]]) await expect(merge(store, one, two)).rejects.toMatchObject({ code: 'customer_erased' });
		expect((await dumpStore(location)).customer).toEqual(erased.customer);
		expect(before.customer_merge).toEqual(erased.customer_merge);
	});

	test('of an erased customer nothing is left of those who were merged into them', async () => {
		const { store, location } = await open();
		await people(store);
		await history(store, TWO, 'b');
		await store.run('policy.decide', { dryRun: false, requests: [{ key: 'secret-two', customer: 'two', channel: 'email', category: '', class: 'marketing', priority: 50 }] });
		await merge(store);
		await store.run('events.track', { items: [{ ref: { customerId: 'two' }, type: 'late', occurredAt: START_MS, source: 'shop', properties: { name: 'anna' } }] });
		expect(await store.run('customers.erase', { ref: { customerId: 'two' } })).toMatchObject({ result: 'erased', counts: { merged: 1, identities: 6 } });
		const text = JSON.stringify(await dumpStore(location)).toLowerCase();
		expect(['anna', 'ann@', '"two"', 'secret-two', '7183', 't-2', 'bonn', 'maria'].filter((secret) => text.includes(secret))).toEqual([]);
		await expect(unmerge(store)).rejects.toMatchObject({ code: 'customer_erased' });
		expect(await store.run('events.track', { items: [{ ref: { email: TWO.email }, type: 'x', occurredAt: START_MS, source: 's', properties: {} }] })).toMatchObject([{ ok: false, code: 'customer_erased' }]);
	});
});

onEachStore('Unmerge', (open) => {
	test('brings back exactly what was', async () => {
		const { store, location } = await open();
		await people(store);
		await journey(store);
		await store.run('journeys.registerStep', { workflowId: 'w1', stepKey: 'policy', nodeId: 'p', nodeName: 'Policy', kind: 'policy' });
		for (const [ref, n] of [[ANN, 'a'], [TWO, 'b']] as const) {
			await history(store, ref, n);
			await cart(store, ref, 'same');
			await cart(store, ref, `own-${n}`);
		}
		await park(store, (customer) => (customer === 'ann' ? 60 : 90));
		await pass(store, [letter(ANN), letter(TWO), letter(TWO, { mailingKey: 'm2' }), letter(ANN, { mailingKey: 'm2' })]);
		await store.run('consents.set', { items: [{ ref: ANN, channel: 'sms', purpose: 'marketing', status: 'denied', at: START_MS - DAY }, { ref: TWO, channel: 'sms', purpose: 'marketing', status: 'granted', at: START_MS }] });
		const before = await comparable(location);
		expect(await merge(store)).toMatchObject({ counts: { ended: 3 } });
		expect(await comparable(location)).not.toEqual(before);
		expect(await unmerge(store)).toMatchObject({ result: 'unmerged', customer: { id: 'ann', lastName: 'Old' }, other: { id: 'two', lastName: 'New' } });
		expect(await comparable(location)).toEqual(before);
		// And once more, which leaves nothing behind either.
		await merge(store, TWO, ANN);
		await unmerge(store, { customerId: 'ann' });
		expect(await comparable(location)).toEqual(before);
		expect((await dumpStore(location)).merge_row).toEqual([]);
	});

	test('gives what came in since to whom it came through; what was decided since stays', async () => {
		const { store, advance } = await open();
		await people(store);
		await merge(store);
		await advance(HOUR);
		const at = START_MS + HOUR;
		for (const [ref, n] of [[{ email: 'ann@example.com' }, 'a'], [{ email: 'anna@example.org' }, 'b']] as const) {
			await store.run('events.track', { items: [{ ref, type: `event-${n}`, occurredAt: at, source: 'shop', properties: {} }] });
			await store.run('orders.record', { items: [{ ref, source: 'shop', orderId: `o-${n}`, orderedAt: at, currency: 'EUR', status: 'placed', lines: [] }] });
			await store.run('consents.set', { items: [{ ref, channel: n === 'a' ? 'push' : 'sms', purpose: 'marketing', status: 'granted', at }] });
			await store.run('notes.add', { items: [{ ref, text: `note-${n}` }] });
			await store.run('tasks.create', { items: [{ ref, title: `task-${n}` }] });
			await store.run('subscriptions.upsert', { items: [{ ref, source: 'shop', subscriptionId: `s-${n}`, status: 'active' }] });
			await store.run('customers.upsert', { items: [{ ref: { ...ref, externalIds: { shopify: `shop-${n}` } }, firstName: `Name ${n}`, attributes: { [`only-${n}`]: 1 }, updatedAt: at + (n === 'a' ? 1 : 0) }] });
		}
		expect((await store.run('customers.get', { refs: [ANN] }))[0]).toMatchObject({ firstName: 'Name a', attributes: { 'only-a': 1, 'only-b': 1 } });
		await pass(store, [letter({ email: 'anna@example.org' })]);
		await unmerge(store);
		for (const [ref, n] of [[ANN, 'a'], [TWO, 'b']] as const) {
			const one = await record(store, ref);
			expect(one.customer.firstName).toBe(`Name ${n}`);
			expect(Object.keys(one.customer.attributes).filter((name) => name.startsWith('only'))).toEqual([`only-${n}`]);
			expect(one.events.map(({ type }) => type).sort()).toEqual([`event-${n}`, 'order_placed', 'subscription_started']);
			expect([one.orders.map(({ orderId }) => orderId), one.notes.map(({ text }) => text), one.tasks.map(({ title }) => title)]).toEqual([[`o-${n}`], [`note-${n}`], [`task-${n}`]]);
			expect(one.consents.map(({ channel }) => channel).sort()).toEqual(n === 'a' ? ['email', 'push'] : ['email', 'sms']);
			expect(one.identities).toContainEqual({ type: 'shopify', value: `shop-${n}` });
			expect(one.messages).toHaveLength(n === 'a' ? 1 : 0);
		}
	});

	test('a chain comes apart in any order', async () => {
		const { store } = await open();
		const names = ['a', 'b', 'c', 'd'];
		const whole = async () => {
			await store.run('customers.upsert', { items: names.map((name) => ({ ref: { customerId: name, email: `${name}@example.com` }, attributes: { [name]: name } })) });
			await store.run('notes.add', { items: names.map((name) => ({ ref: { customerId: name }, text: name, key: `n-${name}` })) });
			await merge(store, { customerId: 'b' }, { customerId: 'c' });
			await merge(store, { customerId: 'a' }, { customerId: 'b' });
			await merge(store, { customerId: 'd' }, { customerId: 'a' });
		};
		const notesOf = async (name: string) => (await record(store, { customerId: name })).notes.map(({ text }) => text).sort().join('');
		const all = async () => await Promise.all(names.map(notesOf));
		await whole();
		expect(await all()).toEqual(['abcd', 'abcd', 'abcd', 'abcd']);
		await unmerge(store, { customerId: 'b' });
		expect(await all()).toEqual(['ad', 'bc', 'bc', 'ad']);
		expect((await record(store, { customerId: 'b' })).customer).toMatchObject({ id: 'b', attributes: { b: 'b', c: 'c' } });
		await unmerge(store, { customerId: 'a' });
		expect(await all()).toEqual(['a', 'bc', 'bc', 'd']);
		await unmerge(store, { customerId: 'c' });
		expect(await all()).toEqual(['a', 'b', 'c', 'd']);
		await whole();
		await unmerge(store, { customerId: 'c' });
		expect(await all()).toEqual(['abd', 'abd', 'c', 'abd']);
		expect((await record(store, { customerId: 'c' })).customer.attributes).toEqual({ c: 'c' });
		await store.run('notes.add', { items: [{ ref: { customerId: 'b' }, text: '+' }] });
		await unmerge(store, { customerId: 'a' });
		expect(await all()).toEqual(['+ab', '+ab', 'c', 'd']);
		await unmerge(store, { customerId: 'b' });
		expect(await all()).toEqual(['a', '+b', 'c', 'd']);
	});

	test('who was ended as a duplicate goes on only while the other way is not over', async () => {
		const { store, advance } = await open();
		await people(store);
		await journey(store);
		await cart(store, ANN, 'k1');
		await cart(store, TWO, 'k1');
		await park(store);
		await merge(store);
		await store.run('events.track', { items: [{ ref: ANN, type: 'order_placed', occurredAt: START_MS + 1, source: 'shop', properties: {} }] });
		await unmerge(store);
		expect((await record(store, TWO)).journeys).toMatchObject([{ endReason: 'merged_duplicate' }]);
		await advance(DAY);
		expect((await release(store, 'wait')).items).toEqual([]);
	});

	test('who was ended while a batch held them is not let out twice', async () => {
		const { store, advance } = await open();
		await people(store);
		await journey(store);
		await cart(store, ANN, 'k1');
		await cart(store, TWO, 'k1');
		await park(store);
		await advance(DAY);
		const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' });
		await merge(store);
		await unmerge(store);
		const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'wait', skipMovedOn: true });
		expect(items.map(({ customer }) => customer.id).sort()).toEqual(['ann', 'two']);
		await store.run('journeys.settleBatch', { id: batch!.id, epoch: batch!.epoch, outcome: 'success' });
		expect((await release(store, 'wait')).items).toEqual([]);
	});

	test('who never was merged is refused', async () => {
		const { store } = await open();
		await people(store);
		await expect(unmerge(store, ANN)).rejects.toMatchObject({ code: 'bad_input', message: expect.stringContaining('did not come over by a merge') });
		await merge(store);
		await expect(unmerge(store, { customerId: 'ann' })).rejects.toMatchObject({ code: 'bad_input' });
		await unmerge(store);
		await expect(unmerge(store)).rejects.toMatchObject({ code: 'bad_input' });
	});
});

onEachStore('Merges at once', (open) => {
	test('two of the same pair, in both directions, make one customer; events of that moment are kept', async () => {
		const { store, again } = await open({ mode: 'system' });
		const other = await again();
		const third = await again();
		for (let round = 0; round < 8; round++) {
			const [one, two] = [{ customerId: `one-${round}` }, { customerId: `two-${round}` }];
			await store.run('customers.upsert', { items: [{ ref: one }, { ref: two }] });
			const events = (worker: Store, n: number) => worker.run('events.track', { items: [two, one].map((ref, index) => ({ ref, type: 'x', occurredAt: 1_700_000_000_000, source: 's', eventId: `${round}-${n}-${index}`, properties: {} })) });
			const [first, second] = await Promise.all([store.run('customers.merge', { survivor: one, other: two }), other.run('customers.merge', { survivor: two, other: one }), events(third, 1), events(store, 2), events(other, 3)]);
			expect([first.result, second.result].sort()).toEqual(['merged', 'unchanged']);
			const [a, b] = [await record(store, one), await record(other, two)];
			expect(a.customer.id).toBe(b.customer.id);
			expect(a.events).toHaveLength(6);
		}
	});

	test('a circle of three made by three workers ends as one customer', async () => {
		const { store, again } = await open({ mode: 'system' });
		const workers = [store, await again(), await again()];
		const refs = ['x', 'y', 'z'].map((customerId) => ({ customerId }));
		await store.run('customers.upsert', { items: refs.map((ref) => ({ ref })) });
		await store.run('notes.add', { items: refs.map((ref) => ({ ref, text: ref.customerId })) });
		await Promise.all(workers.map((worker, index) => worker.run('customers.merge', { survivor: refs[index], other: refs[(index + 1) % 3] })));
		const ids = await Promise.all(refs.map(async (ref) => (await record(store, ref)).customer.id));
		expect(new Set(ids).size).toBe(1);
		expect((await record(store, refs[0])).notes).toHaveLength(3);
	});
});

/** What must be the same again: everything but the traces that a merge was made and undone. */
async function comparable(location: Parameters<typeof contentOf>[0]): Promise<object> {
	const { customer_merge: _merge, ...tables } = await contentOf(location);
	const findable = (value: unknown) => [...new Set(String(value).split('\n'))].sort();
	const without = (row: Record<string, unknown>) => Object.fromEntries(Object.entries(row).filter(([column]) => !['row_version', 'updated_at'].includes(column)).map(([column, value]) => [column, column === 'find_ids' ? findable(value) : value]));
	return Object.fromEntries(Object.entries(tables).map(([table, rows]) => [table, rows.map(without)]));
}
