import type { PassAnswer, PassItem } from '../../src/policy/contract';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { item, pass, releaseHeld } from './ledgerWorld';

const OPEN_POLICY = { rules: [], quietHours: [], requireConsent: true };

async function policy(store: Store, body: object): Promise<void> {
	await store.run('policy.save', { name: 'default', body });
}

async function consenting(store: Store, ...ids: string[]): Promise<void> {
	await store.run('customers.upsert', { items: ids.map((id) => ({ ref: { customerId: id, email: `${id}@example.com` } })) });
	await store.run('consents.set', { items: ids.map((id) => ({ ref: { customerId: id }, channel: 'email', purpose: 'marketing', status: 'granted' as const, at: START_MS - DAY })) });
}

/** Lets this customer into a journey; the item is ready to arrive at Contact Policy. */
async function entered(store: Store, ...ids: string[]): Promise<PassItem[]> {
	await store.run('journeys.register', {
		settings: { key: 'j', name: 'J', entry: { eventType: 'go', entryKey: { kind: 'event' } }, exits: [{ eventType: 'stop' }] },
		workflowId: 'w1', workflowName: 'W', nodeId: 't', activation: 'activate',
	});
	const { now } = await store.run('store.info', {});
	await store.run('events.track', { items: ids.map((id) => ({ ref: { customerId: id }, type: 'go', occurredAt: now, source: 't', properties: { id } })) });
	const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'entry' });
	const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'entry', skipMovedOn: true });
	return items.map((one) => item(one.customer.id, { journey: one.journey, mailingKey: undefined }));
}

const results = (answers: PassAnswer[]) => answers.map((answer) => answer.result);

onEachStore('Contact Policy', (open) => {
	test('a message that may go is handed off with a signed unsubscribe token', async () => {
		const { store } = await open();
		await policy(store, OPEN_POLICY);
		await consenting(store, 'c1');
		const [answer] = await pass(store, await entered(store, 'c1'));
		expect(answer).toMatchObject({ result: 'send', customer: { email: 'c1@example.com' }, journey: { key: 'j', step: 'policy', visit: 1 }, policy: { channel: 'email', decision: 'send', reason: null } });
		const token = (answer as { policy: { unsubscribeToken: string } }).policy.unsubscribeToken;
		expect(await store.run('links.unsubscribe', { token, withdraw: false })).toMatchObject({ ok: true, channel: 'email', purpose: 'marketing', withdrawn: false, changed: false, customer: { id: 'c1' } });
		expect(await store.run('links.unsubscribe', { token: `${token}x`, withdraw: true })).toEqual({ ok: false, reason: 'bad_link' });
		expect(await store.run('links.unsubscribe', { token, withdraw: true })).toMatchObject({ ok: true, withdrawn: true, changed: true });
		expect(await store.run('links.unsubscribe', { token, withdraw: true })).toMatchObject({ ok: true, withdrawn: true, changed: false });
		expect((await store.run('consents.get', { refs: [{ customerId: 'c1' }] }))[0]?.filter(({ status }) => status === 'denied')).toHaveLength(1);
		expect(await pass(store, [item('c1', { mailingKey: 'next' })])).toMatchObject([{ result: 'blocked', policy: { reason: 'no_consent:email/marketing' } }]);
	});

	test('an unsubscribe link ends after 180 days', async () => {
		const { store, advance } = await open();
		await policy(store, OPEN_POLICY);
		await consenting(store, 'c1');
		const [answer] = await pass(store, [item('c1')]);
		await advance(180 * DAY + 1);
		const token = (answer as { policy: { unsubscribeToken: string } }).policy.unsubscribeToken;
		expect(await store.run('links.unsubscribe', { token, withdraw: true })).toEqual({ ok: false, reason: 'expired_link' });
	});

	test('no consent, no address, nobody of that id: blocked with the reason in words', async () => {
		const { store } = await open();
		await policy(store, OPEN_POLICY);
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'mute', email: 'mute@example.com' } }, { ref: { customerId: 'no-mail' } }] });
		await store.run('consents.set', { items: [{ ref: { customerId: 'no-mail' }, channel: 'email', purpose: 'marketing', status: 'granted', at: 1 }] });
		const answers = await pass(store, [item('mute'), item('no-mail'), item('nobody')]);
		expect(answers.map((answer) => (answer as { policy: { reason: string } }).policy.reason)).toEqual(['no_consent:email/marketing', 'unreachable', 'unknown_customer']);
		expect((answers[0] as { policy: { reasonText: string } }).policy.reasonText).toMatch(/consent/);
	});

	test('quiet hours hold the message to their exact end, then it goes', async () => {
		const { store, advance } = await open();
		await policy(store, { ...OPEN_POLICY, storeZone: 'UTC', quietHours: [{ start: '11:00', end: '15:00' }] });
		await consenting(store, 'c1');
		const [held] = await pass(store, await entered(store, 'c1'));
		expect(held).toMatchObject({ result: 'held', until: START_MS + 3 * HOUR, rule: 'quiet-hours' });
		await advance(3 * HOUR - 1);
		expect(await releaseHeld(store)).toEqual([]);
		await advance(1);
		expect(await releaseHeld(store)).toMatchObject([{ result: 'send' }]);
	});

	test('a cap holds the second message until the first leaves the window', async () => {
		const { store, advance } = await open();
		await policy(store, { ...OPEN_POLICY, rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D' }] });
		await consenting(store, 'c1');
		expect(results(await pass(store, [item('c1', { mailingKey: 'a' }), item('c1', { mailingKey: 'b' })]))).toEqual(['send', 'held']);
		await advance(DAY - 1);
		expect(await releaseHeld(store)).toEqual([]);
		await advance(1);
		expect(results(await releaseHeld(store))).toEqual(['send']);
	});

	test('P47 a consent withdrawn while the message is held leaves by Blocked at once', async () => {
		const { store, advance } = await open();
		await policy(store, { ...OPEN_POLICY, storeZone: 'UTC', quietHours: [{ start: '11:00', end: '15:00' }] });
		await consenting(store, 'c1');
		await pass(store, await entered(store, 'c1'));
		await advance(MINUTE);
		await store.run('consents.set', { items: [{ ref: { customerId: 'c1' }, channel: 'email', purpose: 'marketing', status: 'denied', at: START_MS + MINUTE }] });
		expect(await releaseHeld(store)).toMatchObject([{ result: 'blocked', policy: { reason: 'no_consent:email/marketing' } }]);
	});

	test('J15 an exit cancels the held message', async () => {
		const { store, advance } = await open();
		await policy(store, { ...OPEN_POLICY, storeZone: 'UTC', quietHours: [{ start: '11:00', end: '15:00' }] });
		await consenting(store, 'c1');
		await pass(store, await entered(store, 'c1'));
		await store.run('events.track', { items: [{ ref: { customerId: 'c1' }, type: 'stop', occurredAt: START_MS, source: 't', properties: {} }] });
		await advance(DAY);
		expect(await releaseHeld(store)).toEqual([]);
		const record = await store.run('customers.record', { ref: { customerId: 'c1' } });
		expect(record.decisions).toMatchObject([{ decision: 'drop', reason: 'cancelled' }]);
	});

	test('J16 an exit between release and hand-off: the customer goes no further', async () => {
		const { store } = await open();
		await policy(store, OPEN_POLICY);
		await consenting(store, 'c1');
		const items = await entered(store, 'c1');
		await store.run('events.track', { items: [{ ref: { customerId: 'c1' }, type: 'stop', occurredAt: START_MS, source: 't', properties: {} }] });
		expect(await pass(store, items)).toMatchObject([{ result: 'ended', reason: 'event:stop' }]);
	});

	test('a crash after the hand-off: the key comes again, is blocked and listed as unknown, until it is reported', async () => {
		const { store } = await open();
		await policy(store, OPEN_POLICY);
		await consenting(store, 'c1');
		const items = await entered(store, 'c1');
		const [first] = await pass(store, items);
		const again = await pass(store, items);
		expect(again).toMatchObject([{ result: 'blocked', policy: { reason: 'already_handed_off' }, journey: { visit: 1 } }]);
		const { key } = (first as { policy: { key: string } }).policy;
		expect(await store.run('policy.unknown', { limit: 10 })).toMatchObject([{ key, customer: 'c1', channel: 'email' }]);
		await store.run('messages.record', { items: [{ key, result: 'sent', at: START_MS }] });
		expect(await store.run('policy.unknown', { limit: 10 })).toEqual([]);
	});

	test('the same with "send again"', async () => {
		const { store } = await open();
		await policy(store, OPEN_POLICY);
		await consenting(store, 'c1');
		const items = await entered(store, 'c1');
		await pass(store, items);
		expect(results(await pass(store, items, { onSecondHandOff: 'send' }))).toEqual(['send']);
	});

	test('P12 a message reported as failed frees its slot and may be sent', async () => {
		const { store } = await open();
		await policy(store, { ...OPEN_POLICY, rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D' }] });
		await consenting(store, 'c1');
		const [first] = await pass(store, [item('c1', { mailingKey: 'a' })]);
		const { key } = (first as { policy: { key: string } }).policy;
		await store.run('messages.record', { items: [{ key, result: 'failed', at: START_MS, reason: 'refused' }] });
		expect(results(await pass(store, [item('c1', { mailingKey: 'b' })]))).toEqual(['send']);
	});

	test('an item whose place in a journey was made up is refused, and stops no other', async () => {
		const { store } = await open();
		await policy(store, OPEN_POLICY);
		await consenting(store, 'a');
		const madeUp = (enrolment: string) => item('a', { journey: { key: 'j', enrolment, step: '', visit: Number.MAX_SAFE_INTEGER, variant: null }, mailingKey: undefined });
		expect(results(await pass(store, [madeUp(`${store.storeId}-${'9'.repeat(30)}`), madeUp(`${store.storeId}-999999999999999`), madeUp(`${store.storeId}--1`), madeUp('-'), item('a')]))).toEqual(['refused', 'ended', 'refused', 'refused', 'send']);
	});

	test('P67 "try the next channel" with no further channel chosen waits on its own', async () => {
		const { store } = await open();
		await policy(store, { ...OPEN_POLICY, rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D' }] });
		await consenting(store, 'a');
		const alone = { onBlock: 'fallback' as const, fallbackChannels: [] };
		expect(results(await pass(store, [item('a', alone), item('a', { ...alone, mailingKey: 'more' })]))).toEqual(['send', 'held']);
	});

	test('characters that no database keeps, in one item of a run, stop neither it nor the others', async () => {
		const { store } = await open();
		await policy(store, OPEN_POLICY);
		await consenting(store, 'a', 'b');
		const odd = item('a', { category: 'pro\0mo', tags: ['x\ud800'], mailingKey: 'ne\0ws', notBefore: START_MS + HOUR, own: { note: '\0' } });
		expect(results(await pass(store, [odd, item('b')]))).toEqual(['held', 'send']);
	});

	test('P13 a message sent elsewhere counts', async () => {
		const { store } = await open();
		await policy(store, { ...OPEN_POLICY, rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D' }] });
		await consenting(store, 'c1');
		await store.run('messages.record', { items: [{ ref: { customerId: 'c1' }, channel: 'call', result: 'sent', at: START_MS - HOUR }] });
		expect(await pass(store, [item('c1')])).toMatchObject([{ result: 'held', until: START_MS - HOUR + DAY, rule: 'one' }]);
	});

	test('P54 a complaint closes the address, also for another profile that has it', async () => {
		const { store } = await open();
		await policy(store, { ...OPEN_POLICY, requireConsent: false });
		await consenting(store, 'c1');
		const [first] = await pass(store, [item('c1', { mailingKey: 'a' })]);
		await store.run('messages.record', { items: [{ key: (first as { policy: { key: string } }).policy.key, result: 'complained', at: START_MS }] });
		await store.run('customers.erase', { ref: { customerId: 'c1' } });
		await store.run('consents.set', { items: [{ ref: { customerId: 'c2', email: 'c1@example.com' }, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS }] });
		expect(await pass(store, [item('c2', { mailingKey: 'b' })])).toMatchObject([{ result: 'blocked', policy: { reason: 'suppressed:complained' } }]);
	});

	test('Messages per run: the rest stays parked as due now and leaves in the next runs, everybody once', async () => {
		const { store } = await open();
		await policy(store, OPEN_POLICY);
		const ids = Array.from({ length: 25 }, (_, n) => `c${n}`);
		await consenting(store, ...ids);
		const sent: string[] = [];
		const note = (answers: PassAnswer[]) => sent.push(...answers.flatMap((answer) => (answer.result === 'send' ? [answer.customer!.id] : [])));
		note(await pass(store, await entered(store, ...ids), { messagesPerRun: 10 }));
		expect(sent).toHaveLength(10);
		note(await releaseHeld(store, { messagesPerRun: 10 }));
		expect(sent).toHaveLength(20);
		note(await releaseHeld(store, { messagesPerRun: 10 }));
		expect(await releaseHeld(store)).toEqual([]);
		expect([...sent].sort()).toEqual([...ids].sort());
	});

	test('while the node releases by itself, arrivals are parked as due now: one run at a time is under way', async () => {
		const { store } = await open();
		await policy(store, OPEN_POLICY);
		await consenting(store, 'c1', 'c2');
		await store.run('journeys.registerStep', { workflowId: 'w1', stepKey: 'policy', nodeId: 'n', nodeName: 'Contact Policy', kind: 'policy' });
		// The clock jumps, and the customers arrive before the node's next heartbeat.
		const arriving = await entered(store, 'c1', 'c2');
		await store.run('clock.advance', { byMs: HOUR });
		expect(await pass(store, arriving)).toMatchObject([{ result: 'held', until: START_MS + HOUR, rule: 'messages-per-run' }, { result: 'held' }]);
		expect(results(await releaseHeld(store))).toEqual(['send', 'send']);
	});

	test('a batch that the node claimed but never judged is not settled as a success', async () => {
		const { store, advance } = await open();
		await policy(store, OPEN_POLICY);
		await consenting(store, 'c1');
		await pass(store, await entered(store, 'c1'), { messagesPerRun: 0 });
		const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'policy' });
		await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'policy', skipMovedOn: true });
		await store.run('journeys.settleBatch', { ...batch!, outcome: 'success' });
		await advance(MINUTE);
		expect(results(await releaseHeld(store))).toEqual(['send']);
	});

	test('a crash with a full run: those held again are not released twice', async () => {
		const { store, advance } = await open();
		await policy(store, OPEN_POLICY);
		await consenting(store, 'c1', 'c2');
		await pass(store, await entered(store, 'c1', 'c2'), { messagesPerRun: 0 });
		const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'policy' });
		const claimed = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'policy', skipMovedOn: true });
		const again = claimed.items.map((one) => item(one.customer.id, { ...(one.request as Partial<PassItem>), journey: one.journey, released: true }));
		expect(results(await pass(store, again, { batch, messagesPerRun: 1 }))).toEqual(['send', 'held']);
		await advance(2 * MINUTE);
		const first = await releaseHeld(store);
		const second = await releaseHeld(store);
		expect([...results(first), ...results(second)].sort()).toEqual(['blocked', 'send']);
		expect(await releaseHeld(store)).toEqual([]);
	});

	test.each(['before the batch is offered again', 'after it was claimed again'])('a crash after the hand-off and an exit %s: nobody asks for the message any more, so it is listed as unknown', async (when) => {
		const { store, advance } = await open();
		await policy(store, OPEN_POLICY);
		await consenting(store, 'c1');
		const exit = () => store.run('events.track', { items: [{ ref: { customerId: 'c1' }, type: 'stop', occurredAt: START_MS, source: 't', properties: {} }] });
		const claim = async () => {
			const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'policy' });
			const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'policy', skipMovedOn: true });
			return { batch, items: items.map((one) => item(one.customer.id, { ...(one.request as Partial<PassItem>), journey: one.journey, released: true })) };
		};
		await pass(store, await entered(store, 'c1'), { messagesPerRun: 0 });
		const first = await claim();
		const [sent] = await pass(store, first.items, { batch: first.batch });
		expect(sent).toMatchObject({ result: 'send' });
		if (when.startsWith('before')) await exit();
		await advance(3 * MINUTE);
		const again = await claim();
		if (when.startsWith('after')) {
			await exit();
			expect(await pass(store, again.items, { batch: again.batch })).toMatchObject([{ result: 'ended' }]);
		} else expect(again.items).toEqual([]);
		expect(await store.run('policy.unknown', { limit: 10 })).toMatchObject([{ key: (sent as { policy: { key: string } }).policy.key, customer: 'c1' }]);
	});

	test('an execution that runs again finds its held message held, once', async () => {
		const { store, advance } = await open();
		await policy(store, { ...OPEN_POLICY, storeZone: 'UTC', quietHours: [{ start: '11:00', end: '15:00' }] });
		await consenting(store, 'c1', 'c2');
		const items = [...(await entered(store, 'c1')), item('c2')];
		expect(results(await pass(store, items))).toEqual(['held', 'held']);
		expect(results(await pass(store, items))).toEqual(['passed_before', 'passed_before']);
		await advance(3 * HOUR);
		expect(results([...(await releaseHeld(store)), ...(await releaseHeld(store))])).toEqual(['send', 'send']);
	});

	test('a node can only make the company policy stricter', async () => {
		const { store } = await open();
		await policy(store, { ...OPEN_POLICY, rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D' }] });
		await consenting(store, 'c1', 'c2');
		const nodeRules = [{ id: 'never', scope: { any: true }, limit: 0, window: 'P1D' }];
		expect(await pass(store, [item('c1')], { nodeRules })).toMatchObject([{ result: 'blocked', policy: { reason: 'cap:never' } }]);
		expect(results(await pass(store, [item('c2')]))).toEqual(['send']);
	});

	test('P66 a thousand items, fifty of one customer: order kept, cap held', async () => {
		const { store } = await open();
		await policy(store, { ...OPEN_POLICY, rules: [{ id: 'three', scope: { channel: 'email' }, limit: 3, window: 'P7D' }] });
		const ids = Array.from({ length: 950 }, (_, n) => `c${n}`);
		await consenting(store, 'many', ...ids);
		const items = Array.from({ length: 1000 }, (_, n) => (n % 20 === 0 ? item('many', { mailingKey: `m${n}` }) : item(ids[n - 1 - Math.floor(n / 20)], { mailingKey: 'news' })));
		const answers = await pass(store, items, { messagesPerRun: 5000 });
		expect(answers.map((answer) => answer.index)).toEqual(items.map((_, index) => index));
		const ofMany = answers.filter((_, index) => index % 20 === 0);
		expect(results(ofMany.slice(0, 4))).toEqual(['send', 'send', 'send', 'held']);
		expect(ofMany.filter((answer) => answer.result === 'send')).toHaveLength(3);
		expect(answers.filter((answer) => answer.result === 'send')).toHaveLength(953);
	});

	test('P56 and P62: a hundred requests at once from two openings of the store, limit 1: exactly one goes', async () => {
		const { store, again } = await open();
		await policy(store, { ...OPEN_POLICY, rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D' }] });
		await consenting(store, 'c1');
		const other = await again();
		const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => pass(n % 2 ? store : other, [item('c1', { mailingKey: `m${n}` })])));
		expect(answers.flat().filter((answer) => answer.result === 'send')).toHaveLength(1);
	});

	test('a test run decides without writing anything', async () => {
		const { store } = await open();
		await policy(store, { ...OPEN_POLICY, rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D' }] });
		await consenting(store, 'c1');
		for (let round = 0; round < 3; round++) expect(results(await pass(store, [item('c1')], { dryRun: true }))).toEqual(['send']);
		expect(results(await pass(store, [item('stranger')], { dryRun: true }))).toEqual(['send']);
		expect((await store.run('store.info', {})).counts.touches).toBe(0);
	});

	test('an item without journey and mailing key is refused with what to do', async () => {
		const { store } = await open();
		await consenting(store, 'c1');
		expect(await pass(store, [item('c1', { mailingKey: undefined })])).toMatchObject([{ result: 'refused', code: 'bad_input', message: expect.stringContaining('Mailing key') }]);
	});

	test('P16 a tightened policy judges held messages anew', async () => {
		const { store, advance } = await open();
		await policy(store, { ...OPEN_POLICY, storeZone: 'UTC', quietHours: [{ start: '11:00', end: '15:00' }] });
		await consenting(store, 'c1');
		await pass(store, await entered(store, 'c1'));
		const saved = await store.run('policy.save', { name: 'default', body: { ...OPEN_POLICY, storeZone: 'UTC', quietHours: [{ start: '11:00', end: '18:00' }] } });
		expect(saved).toMatchObject({ version: 2, result: 'saved' });
		await advance(3 * HOUR);
		expect(await releaseHeld(store)).toMatchObject([{ result: 'held', until: START_MS + 6 * HOUR }]);
		await advance(3 * HOUR);
		expect(results(await releaseHeld(store))).toEqual(['send']);
	});

	test('a step that was sent under another key is a duplicate, however long ago', async () => {
		const { store } = await open();
		await consenting(store, 'c1');
		const asked = { customer: 'c1', channel: 'email', category: 'promo', enrolment: 'e1', step: 's', visit: 1 };
		const decide = (key: string, at: number) => store.run('policy.decide', { policy: { ...OPEN_POLICY, storeZone: 'UTC' }, requests: [{ ...asked, key, at: new Date(at).toISOString() }], dryRun: false });
		expect(await decide('k1', START_MS)).toMatchObject([{ decision: 'send' }]);
		expect(await decide('k2', START_MS + 60 * DAY)).toMatchObject([{ decision: 'drop', reason: 'duplicate' }]);
	});
});
