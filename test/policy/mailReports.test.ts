import { messageResultInput, type MessageResultInput } from '../../src/ingest/records';
import type { PassItem } from '../../src/policy/contract';
import type { Store } from '../../src/store/Store';
import { dumpStore } from '../support/dumpStore';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';

const ref = (name: string) => ({ email: `${name}@example.com` });
const from = (name: string, result: MessageResultInput['result'], more: Partial<MessageResultInput> = {}): MessageResultInput => ({ ref: ref(name), channel: 'email', result, at: START_MS, outside: false, ...more });
const report = async (store: Store, ...items: MessageResultInput[]) => (await store.run('messages.record', { items: items.map((item) => messageResultInput.parse(item)) })).map((answer) => (answer.ok ? answer.result : answer.message));

/** Customers who agreed, each of whom Contact Policy lets one mail out to. @returns their keys */
async function mailed(store: Store, names: string[], mailingKey = 'news', rules: object[] = []): Promise<string[]> {
	await store.run('policy.save', { name: 'default', body: { rules, quietHours: [], requireConsent: true } });
	await store.run('customers.upsert', { items: names.map((name) => ({ ref: { customerId: name, ...ref(name) } })) });
	await store.run('consents.set', { items: names.map((name) => ({ ref: { customerId: name }, channel: 'email', purpose: 'marketing', status: 'granted' as const, at: START_MS - DAY })) });
	return (await ask(store, names, mailingKey)).map((answer) => (answer.result === 'send' ? answer.policy.key : answer.result));
}

async function ask(store: Store, names: string[], mailingKey: string) {
	const items = names.map((customerId, index): PassItem => ({ index, customer: { customerId }, released: false, channel: 'email', category: 'news', class: 'marketing', priority: 50, tags: [], onBlock: 'delay', fallbackChannels: [], own: {}, mailingKey }));
	return await store.run('policy.pass', { workflowId: 'w1', stepKey: 'policy', nodeName: 'Contact Policy', nodeRules: [], messagesPerRun: 1000, onSecondHandOff: 'block', batch: null, dryRun: false, items });
}

const blockedBy = async (store: Store, name: string, mailingKey: string) => (await ask(store, [name], mailingKey)).map((answer) => (answer.result === 'blocked' ? answer.policy.reason : answer.result))[0];
const decided = async (store: Store, names: string[]) =>
	(await store.run('policy.decide', { dryRun: true, requests: names.map((customer) => ({ key: `decide-${customer}`, customer, channel: 'email', category: 'news' })) })).map((answer) => ('error' in answer ? answer.error : answer.reason));
const resultsOf = async (store: Store, name: string) => (await store.run('customers.record', { ref: ref(name) })).messages.map(({ state, results }) => ({ state, results }));

onEachStore('Reports of mail senders', (open) => {
	test('find the message by its key, or by any of its names at the sender; the same report twice is one', async () => {
		const { store } = await open();
		const [anna, boris] = await mailed(store, ['anna', 'boris']);
		expect(await report(store, { key: anna, result: 'sent', at: START_MS, providerId: '<m-1@shop.example.com>' })).toEqual(['recorded']);
		const opened = from('anna', 'opened', { providerId: 'other', alsoKnownAs: ['m-1@shop.example.com'], eventId: 'SendGrid:e1' });
		expect(await report(store, opened, opened)).toEqual(['recorded', 'duplicate']);
		expect(await report(store, { ...opened, at: opened.at + 1 })).toEqual(['duplicate']);
		expect(await report(store, from('boris', 'clicked', { key: boris, providerId: 'm-2', eventId: 'SendGrid:e2' }))).toEqual(['recorded']);
		expect(await resultsOf(store, 'anna')).toEqual([{ state: 'committed', results: ['sent', 'opened'] }]);
		expect(await resultsOf(store, 'boris')).toEqual([{ state: 'committed', results: ['clicked'] }]);
	});

	test('what a customer does with a message starts a journey, once; that it was sent and delivered does not, nor what is filled in', async () => {
		const { store } = await open();
		const [anna, boris] = await mailed(store, ['anna', 'boris']);
		const journey = (key: string, eventType: string) =>
			store.run('journeys.register', { settings: { key, name: key, entry: { eventType, filter: [{ field: 'category', operator: 'equals', value: 'news' }], entryKey: { kind: 'event' } } }, workflowId: key, workflowName: key, nodeId: key, activation: 'activate' });
		for (const result of ['sent', 'delivered', 'opened', 'clicked', 'complained']) await journey(result, `message_${result}`);
		for (const result of ['sent', 'delivered', 'opened', 'clicked', 'clicked'] as const) await report(store, { key: anna!, result, at: START_MS, outside: false });
		await store.run('messages.record', { items: [messageResultInput.parse({ key: boris, result: 'clicked', at: START_MS })], backfill: true });
		const journeys = async (name: string) => (await store.run('customers.record', { ref: ref(name) })).journeys.map(({ journey: key }) => key).filter((key) => !key.startsWith('mailing/')).sort();
		expect(await journeys('anna')).toEqual(['clicked', 'opened']);
		expect(await journeys('boris')).toEqual([]);
		const { events } = await store.run('customers.record', { ref: ref('anna') });
		expect(events).toContainEqual(expect.objectContaining({ type: 'message_clicked', at: START_MS, properties: expect.objectContaining({ message_key: anna, channel: 'email', category: 'news' }) as object }));
		expect(events.filter(({ type }) => type.startsWith('message_'))).toHaveLength(2);
	});

	test('without a key the latest mail to the address is meant, unless that has another name', async () => {
		const { store, advance } = await open();
		await mailed(store, ['anna']);
		// The sender tells whole seconds, so its report may seem older than the message.
		expect(await report(store, from('anna', 'delivered', { at: START_MS - 900, providerId: 'm-1' }))).toEqual(['recorded']);
		await advance(DAY);
		await ask(store, ['anna'], 'news-2');
		await advance(2 * HOUR);
		expect(await report(store, from('anna', 'opened', { at: START_MS + DAY + HOUR, providerId: 'm-1' }), from('anna', 'clicked', { at: START_MS + DAY + HOUR, providerId: 'm-2' }))).toEqual(['recorded', 'recorded']);
		expect(await resultsOf(store, 'anna')).toEqual([{ state: 'committed', results: ['clicked'] }, { state: 'committed', results: ['delivered', 'opened'] }]);
		// An invoice of the shop's own: both messages have names, and it is neither.
		expect(await report(store, from('anna', 'opened', { at: START_MS + DAY + HOUR, providerId: 'invoice-7' }))).toEqual(['unknown_message']);
		// Nothing is guessed after a month.
		await ask(store, ['anna'], 'news-3');
		expect(await report(store, from('anna', 'opened', { at: START_MS + 40 * DAY, providerId: 'm-9' }))).toEqual(['unknown_message']);
	});

	test('one send to several people has one name: each report goes to its own customer', async () => {
		const { store } = await open();
		const [anna, boris] = await mailed(store, ['anna', 'boris']);
		await report(store, { key: anna, result: 'sent', at: START_MS, providerId: 'job-1' }, { key: boris, result: 'sent', at: START_MS, providerId: 'job-1' });
		expect(await report(store, from('boris', 'opened', { providerId: 'job-1' }))).toEqual(['recorded']);
		expect(await resultsOf(store, 'anna')).toEqual([{ state: 'committed', results: ['sent'] }]);
		expect(await resultsOf(store, 'boris')).toEqual([{ state: 'committed', results: ['sent', 'opened'] }]);
	});

	test.each([
		['a hard bounce', { result: 'bounced', bounce: 'hard', reason: '4.2.2 but final' } as const, 'suppressed:hard_bounce'],
		['a soft bounce', { result: 'bounced', bounce: 'soft', reason: '550 5.1.1' } as const, 'send'],
		['a bounce that says nothing', { result: 'bounced' } as const, 'suppressed:hard_bounce'],
		['a complaint', { result: 'complained' } as const, 'suppressed:complained'],
		['an unsubscription', { result: 'unsubscribed' } as const, 'no_consent:email/marketing'],
		['an opening', { result: 'opened' } as const, 'send'],
	])('%s of a message, and of a mail that the policy knows nothing of: the next one', async (_case, { result, ...more }, expected) => {
		const { store } = await open();
		const [anna] = await mailed(store, ['anna', 'boris']);
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'cleo', ...ref('cleo') } }] });
		await store.run('consents.set', { items: [{ ref: { customerId: 'cleo' }, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS - DAY }] });
		await report(store, { key: anna, result: 'sent', at: START_MS, providerId: 'm-1' });
		const acts = expected !== 'send';
		expect(await report(store, from('anna', result, { providerId: 'm-1', ...more }))).toEqual(['recorded']);
		expect(await report(store, from('cleo', result, { providerId: 'invoice-1', ...more }))).toEqual([acts ? 'recorded_for_address' : 'unknown_message']);
		expect(await report(store, from('cleo', result, { providerId: 'invoice-1', ...more }))).toEqual([acts ? 'duplicate' : 'unknown_message']);
		expect([await blockedBy(store, 'anna', 'next'), await blockedBy(store, 'cleo', 'next'), await blockedBy(store, 'boris', 'next')]).toEqual([expected, expected, 'send']);
	});

	test('a bounce closes the address that bounced, not the customer\'s other one', async () => {
		const { store } = await open();
		const [anna] = await mailed(store, ['anna']);
		await report(store, { key: anna, result: 'bounced', bounce: 'hard', at: START_MS, ref: { email: 'anna.old@example.com' }, channel: 'email' });
		expect(await blockedBy(store, 'anna', 'next')).toBe('send');
	});

	test.each(['named', 'by key'])('P54 an address that bounced (%s) stops nobody who has another one by now, until they go back to it; a complaint is the person\'s', async (how) => {
		const { store } = await open();
		const [anna] = await mailed(store, ['anna', 'boris']);
		await report(store, { key: anna, result: 'bounced', bounce: 'hard', at: START_MS, ...(how === 'named' && { ref: ref('anna'), channel: 'email' }) }, from('boris', 'complained'));
		expect(await blockedBy(store, 'anna', 'a')).toBe('suppressed:hard_bounce');
		const move = (id: string, email: string, updatedAt: number) => store.run('customers.upsert', { items: [{ ref: { customerId: id, email }, updatedAt }] });
		for (const id of ['anna', 'boris']) await move(id, `${id}.new@example.com`, START_MS + 1);
		await store.run('consents.set', { items: [{ ref: { customerId: 'boris' }, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS + 1 }] });
		await store.run('clock.advance', { byMs: HOUR });
		expect([await blockedBy(store, 'anna', 'b'), await blockedBy(store, 'boris', 'b')]).toEqual(['send', 'suppressed:complained']);
		expect((await store.run('customers.record', { ref: { customerId: 'anna' } })).suppressions).toEqual([]);
		await move('anna', 'anna@example.com', START_MS + HOUR);
		expect(await blockedBy(store, 'anna', 'c')).toBe('suppressed:hard_bounce');
		expect(await decided(store, ['anna', 'boris'])).toEqual(['suppressed:hard_bounce', 'suppressed:complained']);
	});

	test('the bounce of a stranger closes the address and makes nobody known; whoever comes with it later is not mailed', async () => {
		const { store } = await open();
		expect(await report(store, from('dora', 'bounced', { bounce: 'hard' }), from('dora', 'opened'))).toEqual(['recorded_for_address', 'unknown_message']);
		expect((await store.run('store.info', {})).counts.customers).toBe(0);
		await mailed(store, ['dora']);
		expect(await blockedBy(store, 'dora', 'next')).toBe('suppressed:hard_bounce');
	});

	test('P12 release_on_bounce: a bounced mail gives its place back under a rule that says so', async () => {
		const { store } = await open();
		const rule = { id: 'one', scope: { any: true }, limit: 1, window: 'P1D' };
		const [anna, boris] = await mailed(store, ['anna', 'boris'], 'news', [rule]);
		await report(store, from('anna', 'bounced', { key: anna, bounce: 'soft' }), from('boris', 'delivered', { key: boris }));
		expect((await ask(store, ['anna', 'boris'], 'next')).map(({ result }) => result)).toEqual(['held', 'held']);
		await store.run('policy.save', { name: 'default', body: { rules: [{ ...rule, releaseOnBounce: true }], quietHours: [], requireConsent: true } });
		expect((await ask(store, ['anna', 'boris'], 'after')).map(({ result }) => result)).toEqual(['send', 'held']);
	});

	test('P13 mails of elsewhere count when they are to, once for processed and delivered', async () => {
		const { store } = await open();
		await mailed(store, ['anna'], 'news', [{ id: 'two', scope: { any: true }, limit: 2, window: 'P1D' }]);
		await report(store, from('anna', 'delivered', { providerId: 'own-1' }));
		expect(await report(store, from('anna', 'sent', { providerId: 'n-1' }), from('anna', 'delivered', { providerId: 'n-1' }))).toEqual(['unknown_message', 'unknown_message']);
		const counted = { providerId: 'n-1', outside: true };
		expect(await report(store, from('anna', 'sent', counted), from('anna', 'sent', counted), from('anna', 'delivered', { ...counted, at: START_MS + 2 * MINUTE }))).toEqual(['recorded_outside', 'duplicate', 'recorded']);
		expect((await ask(store, ['anna'], 'next')).map(({ result }) => result)).toEqual(['held']);
	});

	test('of an erased customer only the count is kept: no id of the report, no words', async () => {
		const { store, location } = await open();
		const [anna] = await mailed(store, ['anna']);
		await report(store, from('anna', 'opened', { key: anna, eventId: 'SendGrid:before', reason: 'anna' }));
		await store.run('customers.erase', { ref: { customerId: 'anna' } });
		await report(store, from('anna', 'clicked', { key: anna, providerId: 'm-1', eventId: 'SendGrid:after', reason: 'anna' }));
		const rows = (await dumpStore(location)).touch_result as { result: string; event_id: unknown; note: unknown }[];
		expect(rows.map(({ result, event_id, note }) => ({ result, event_id, note }))).toEqual([{ result: 'opened', event_id: null, note: null }, { result: 'clicked', event_id: null, note: null }]);
	});

	test('a thousand reports of a call are taken in soon', async () => {
		const { store } = await open();
		const names = Array.from({ length: 250 }, (_, index) => `c${index}`);
		const keys = await mailed(store, names);
		const items = names.flatMap((name, index) => (['delivered', 'opened', 'clicked', 'unsubscribed'] as const).map((result, step) => from(name, result, { key: keys[index], eventId: `e${index}-${step}` })));
		const started = performance.now();
		expect(new Set(await report(store, ...items))).toEqual(new Set(['recorded']));
		expect(performance.now() - started).toBeLessThan(20_000);
		expect(new Set(await report(store, ...items))).toEqual(new Set(['duplicate']));
	}, 180_000);
});
