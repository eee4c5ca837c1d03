import type { PassItem, PassRequest } from '../../../src/policy/contract';
import type { ExplainedMessage, ExplainedMessages } from '../../../src/policy/why/contract';
import type { Store } from '../../../src/store/Store';
import { everyText } from '../../support/dumpStore';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../../support/eachStore';

const DAILY = { id: 'any-day', scope: { any: true }, limit: 1, window: 'day' };
const NIGHT = { start: '21:00', end: '09:00' };

async function policy(store: Store, body: object): Promise<void> {
	await store.run('policy.save', { name: 'default', body: { requireConsent: false, ...body } });
}

async function known(store: Store, ...ids: string[]): Promise<void> {
	await store.run('customers.upsert', { items: ids.map((id) => ({ ref: { customerId: id, email: `${id}@example.com` } })) });
}

const asked = (key: string, more: Record<string, unknown> = {}) => ({ key, customer: 'c1', channel: 'email', category: 'promo', ...more });

async function decideAll(store: Store, ...requests: Record<string, unknown>[]): Promise<string[]> {
	const lines = await store.run('policy.decide', { requests, dryRun: false });
	return lines.map((line) => String('decision' in line ? line.decision : line.message));
}

const explain = (store: Store, more: { days?: number; at?: number } = {}): Promise<ExplainedMessages> => store.run('policy.explain', { ref: { customerId: 'c1' }, ...more });
const changesOf = (message: ExplainedMessage | undefined) => message?.counterfactual?.options.map(({ changes }) => changes);
const byKey = ({ messages }: ExplainedMessages, key: string) => messages.find((message) => message.key === key);

/** Contact Policy takes an item in, or judges those again that are due. */
async function pass(store: Store, items: Partial<PassItem>[], more: Partial<PassRequest> = {}) {
	return await store.run('policy.pass', {
		workflowId: 'w1', stepKey: 'policy', nodeName: 'Contact Policy', nodeRules: [], messagesPerRun: 100, onSecondHandOff: 'block', batch: null, dryRun: false,
		items: items.map((item, index) => ({ customer: { customerId: 'c1' }, released: false, channel: 'email', category: 'promo', class: 'marketing', priority: 50, tags: [], onBlock: 'delay', fallbackChannels: [], own: {}, ...item, index }) as PassItem),
		...more,
	});
}

async function inJourney(store: Store): Promise<Partial<PassItem>> {
	await store.run('journeys.register', {
		settings: { key: 'j', name: 'J', entry: { eventType: 'go', entryKey: { kind: 'event' } }, exits: [{ eventType: 'stop' }] },
		workflowId: 'w1', workflowName: 'W', nodeId: 't', activation: 'activate',
	});
	await track(store, 'go');
	const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'entry' });
	const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'entry', skipMovedOn: true });
	return { journey: items[0]!.journey };
}

async function track(store: Store, type: string): Promise<void> {
	const { now } = await store.run('store.info', {});
	await store.run('events.track', { items: [{ ref: { customerId: 'c1' }, type, occurredAt: now, source: 't', properties: {} }] });
}

async function judgeDue(store: Store): Promise<string[]> {
	const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'policy' });
	const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'policy', skipMovedOn: true });
	const answers = await pass(store, items.map((one) => ({ ...(one.request as Partial<PassItem>), journey: one.journey, released: true, own: one.own })), { batch });
	await store.run('journeys.settleBatch', { ...batch!, outcome: 'success' });
	return answers.map(({ result }) => result);
}

onEachStore('Why a message was sent, held or dropped', (open) => {
	test("tells times by the customer's clock, also of what was refused before any clock was looked at", async () => {
		const { store } = await open();
		await policy(store, { requireConsent: true, rules: [DAILY, { id: 'gap', scope: { any: true }, minGap: 'PT4H' }] });
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'c1', email: 'c1@example.com', phone: '+442071838750' }, timeZone: 'Asia/Tokyo' }] });
		await store.run('consents.set', { items: [{ ref: { customerId: 'c1' }, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS - DAY }] });
		expect(await decideAll(store, asked('mail'), asked('text', { channel: 'sms', onBlock: 'drop' }))).toEqual(['send', 'drop']);
		const told = await explain(store);
		expect(byKey(told, 'text')?.counterfactual?.text).toContain('the message by email of 21:00 today');
	});

	test('each message with its words, its checks and the smallest change that would have sent it', async () => {
		const { store } = await open();
		await known(store, 'c1');
		await policy(store, { rules: [DAILY] });
		expect(await decideAll(store, asked('a'), asked('b'), asked('c', { channel: 'sms' }))).toEqual(['send', 'delay', 'drop']);
		const explained = await explain(store);
		expect(explained).toMatchObject({ asOf: START_MS, since: START_MS - 30 * DAY, customer: 'c1' });
		expect(byKey(explained, 'a')).toMatchObject({ outcome: 'sent', counterfactual: null, text: 'Sent: nothing in the contact policy speaks against it.' });
		expect(byKey(explained, 'b')).toMatchObject({
			outcome: 'held', rule: 'any-day', until: Date.parse('2026-03-03T00:00Z'), heldBefore: [],
			text: 'Held until 0:00 tomorrow because the rule "any-day" allows 1 message a day.',
			counterfactual: { repeated: true, text: 'It would have gone at once if the rule "any-day" had allowed 2 messages a day instead of 1.' },
		});
		expect(changesOf(byKey(explained, 'b'))).toEqual([[{ kind: 'limit', rule: 'any-day', from: 1, to: 2 }], [{ kind: 'earlier-send', key: 'a', at: START_MS, channel: 'email', journey: null }]]);
		expect(byKey(explained, 'c')).toMatchObject({ outcome: 'dropped', reason: 'unreachable' });
		expect(changesOf(byKey(explained, 'c'))).toEqual([[{ kind: 'address', channel: 'sms' }, { kind: 'limit', rule: 'any-day', from: 1, to: 2 }], [{ kind: 'address', channel: 'sms' }, { kind: 'earlier-send', key: 'a', at: START_MS, channel: 'email', journey: null }]]);
		expect(explained.text).toContain('Customer c1, messages of the last 30 days: 1 sent, 1 held, 1 dropped.');
	});

	test('as of the instant of the decision: what came later changes nothing in it', async () => {
		const { store, advance } = await open();
		await known(store, 'c1');
		await policy(store, { rules: [DAILY], requireConsent: true });
		expect(await decideAll(store, asked('a'))).toEqual(['drop']);
		await store.run('consents.set', { items: [{ ref: { customerId: 'c1' }, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS - DAY }] });
		await advance(HOUR);
		expect(await decideAll(store, asked('b'), asked('c'))).toEqual(['send', 'delay']);
		const before = await explain(store);
		expect(changesOf(byKey(before, 'a'))).toEqual([[{ kind: 'consent', channel: 'email', purpose: 'marketing' }]]);
		await policy(store, { rules: [{ ...DAILY, limit: 9 }], quietHours: [NIGHT] });
		await advance(HOUR);
		expect(await decideAll(store, asked('d'))).toEqual(['send']);
		await store.run('messages.record', { items: [{ key: 'b', result: 'failed', at: START_MS + 2 * HOUR }] });
		const after = await explain(store);
		for (const key of ['a', 'c']) expect(byKey(after, key)).toEqual(byKey(before, key));
		// And the record of that hour knows nothing of what came later.
		expect((await explain(store, { at: START_MS })).messages.map(({ key, outcome }) => [key, outcome])).toEqual([['a', 'dropped']]);
	});

	test('a message that was held at night and went in the morning tells both; one held when asked for is told as it stood then', async () => {
		const { store, advance } = await open();
		await known(store, 'c1');
		await policy(store, { quietHours: [NIGHT] });
		await advance(10 * HOUR);
		await pass(store, [await inJourney(store)]);
		await advance(11 * HOUR);
		expect(await judgeDue(store)).toEqual(['send']);
		const [message] = (await explain(store)).messages;
		expect(message).toMatchObject({
			outcome: 'sent', journey: 'j', askedAt: START_MS + 10 * HOUR, decidedAt: START_MS + 21 * HOUR,
			heldBefore: [{ at: START_MS + 10 * HOUR, until: START_MS + 21 * HOUR, rule: 'quiet-hours', text: 'Held until 9:00 tomorrow because it is night for this customer.' }],
		});
		const record = (at: number) => store.run('customers.record', { ref: { customerId: 'c1' }, at });
		expect((await record(START_MS + 11 * HOUR)).decisions).toMatchObject([{ decision: 'delay', at: START_MS + 10 * HOUR, until: START_MS + 21 * HOUR, rule: 'quiet-hours', journey: 'j' }]);
		expect((await record(START_MS + 21 * HOUR)).decisions).toMatchObject([{ decision: 'send', until: null }]);
		expect((await record(START_MS + 9 * HOUR)).decisions).toEqual([]);
		const [then] = (await explain(store, { at: START_MS + 11 * HOUR })).messages;
		expect(then).toMatchObject({ outcome: 'held', until: START_MS + 21 * HOUR });
		expect(changesOf(then)).toEqual([[{ kind: 'quiet-hours', edge: 'start', from: '21:00', to: '22:01' }]]);
	});

	test('a message that was called off says so, and what would have sent it before', async () => {
		const { store, advance } = await open();
		await known(store, 'c1');
		await policy(store, { quietHours: [NIGHT] });
		await advance(10 * HOUR);
		await pass(store, [await inJourney(store)]);
		await advance(HOUR);
		await track(store, 'stop');
		const [message] = (await explain(store)).messages;
		expect(message).toMatchObject({ outcome: 'dropped', reason: 'cancelled', until: null, decidedAt: START_MS + 11 * HOUR, counterfactual: { repeated: true } });
		expect(message!.text).toBe('Held until 9:00 tomorrow because it is night for this customer. It was called off at 23:00 today, when the customer left the journey.');
		expect(changesOf(message)).toEqual([[{ kind: 'quiet-hours', edge: 'start', from: '21:00', to: '22:01' }]]);
	});

	test('a more important message that was waiting, and the rules of the node itself', async () => {
		const { store } = await open();
		await known(store, 'c1');
		await policy(store, { rules: [DAILY] });
		expect(await decideAll(store, asked('high', { priority: 90, notBefore: '2026-03-02T18:00:00Z', journey: 'win-back' }), asked('low'))).toEqual(['delay', 'delay']);
		expect(changesOf(byKey(await explain(store), 'low'))).toEqual([
			[{ kind: 'priority', from: 50, to: 90 }],
			[{ kind: 'limit', rule: 'any-day', from: 1, to: 2 }],
			[{ kind: 'waiting-message', key: 'high', channel: 'email', journey: 'win-back' }],
		]);
		await policy(store, { rules: [] });
		await pass(store, [{ mailingKey: 'one' }], { messagesPerRun: 1, nodeRules: [{ id: 'node-limit-1', scope: { any: true }, limit: 0, window: 'day' }] });
		// Two: the waiting message of higher priority would have taken the first.
		const blocked = (await explain(store)).messages.find(({ reason }) => reason === 'cap:node-limit-1');
		expect(changesOf(blocked)).toEqual([[{ kind: 'limit', rule: 'node-limit-1', from: 0, to: 2 }]]);
	});

	test('what was decided by a clock of its own is made again with consents that came in afterwards by the clock of the store', async () => {
		const { store } = await open();
		await policy(store, { requireConsent: true, rules: [DAILY] });
		await known(store, 'c1');
		await store.run('consents.set', { items: [{ ref: { customerId: 'c1' }, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS - 9 * DAY }] });
		const at = new Date(START_MS - DAY).toISOString();
		expect(await decideAll(store, asked('a', { at }), asked('b', { at, onBlock: 'drop' }))).toEqual(['send', 'drop']);
		const told = byKey(await explain(store), 'b');
		expect(told?.counterfactual).toMatchObject({ repeated: true, text: expect.stringContaining('2 messages a day') });
	});

	test('what cannot be made again is not explained by a guess', async () => {
		const { store } = await open();
		await known(store, 'c1');
		await policy(store, { requireConsent: true });
		expect(await decideAll(store, asked('a', { channel: 'sms' }))).toEqual(['drop']);
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'c1', phone: '+442071838750' } }] });
		await policy(store, { requireConsent: true });
		expect(await decideAll(store, asked('b', { channel: 'telegram' }))).toEqual(['drop']);
		// The consent was missing either way; the address came later, and only what is the same is told.
		const a = byKey(await explain(store), 'a');
		expect(a).toMatchObject({ reason: 'no_consent:sms/marketing', counterfactual: { repeated: true } });
		await store.run('policy.decide', { requests: [asked('x')], dryRun: false, at: START_MS + MINUTE });
		await policy(store, { requireConsent: false });
		await store.run('policy.decide', { requests: [asked('late', { channel: 'telegram' })], dryRun: false });
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'c1', externalIds: { telegram: '7' } } }] });
		expect(byKey(await explain(store), 'late')).toMatchObject({ reason: 'unreachable', counterfactual: { repeated: false, options: [] } });
	});

	test('older messages are left out, those that are held are not', async () => {
		const { store, advance } = await open();
		await known(store, 'c1');
		await policy(store, { rules: [{ ...DAILY, window: 'P30D' }] });
		expect(await decideAll(store, asked('a'), asked('b'))).toEqual(['send', 'delay']);
		await advance(9 * DAY);
		expect((await explain(store, { days: 7 })).messages.map(({ key }) => key)).toEqual(['b']);
		expect((await explain(store, { days: 10 })).messages).toHaveLength(2);
	});

	test('erasure leaves nothing of it', async () => {
		const { store, advance, location } = await open();
		await known(store, 'c1');
		await policy(store, { quietHours: [NIGHT] });
		await advance(10 * HOUR);
		await decideAll(store, asked('the-key-says-ann'));
		await advance(11 * HOUR);
		await decideAll(store, asked('the-key-says-ann'));
		expect((await explain(store)).messages[0]?.heldBefore).toHaveLength(1);
		await store.run('customers.erase', { ref: { customerId: 'c1' } });
		expect(await everyText(location)).not.toMatch(/the-key-says-ann|c1@example/);
		await expect(explain(store)).rejects.toMatchObject({ code: 'unknown_customer' });
	});
});
