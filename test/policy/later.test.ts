import { dumpStore } from '../support/dumpStore';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';
import { entered, item, pass, people, releaseHeld, said, savePolicy } from './ledgerWorld';

const QUIET = { quietHours: [{ start: '11:00', end: '15:00' }] };

onEachStore('What becomes of a held message', (open) => {
	test('J55 the journey goes on while the message waits: the customer leaves by Later once, the message by Send when it may', async () => {
		const { store, location, advance } = await open();
		await savePolicy(store, QUIET);
		await people(store, 'c1');
		const [one] = await entered(store, ['c1']);
		const [held] = await pass(store, [one], { goesOn: true });
		expect(held).toMatchObject({ result: 'held', until: START_MS + 3 * HOUR, goesOn: { customer: { id: 'c1' }, journey: { step: 'policy', visit: 1 }, policy: { decision: 'later', reason: 'quiet-hours', nextPossibleAt: new Date(START_MS + 3 * HOUR).toISOString() } } });
		expect((await dumpStore(location)).enrolment).toMatchObject([{ status: 'active' }]);
		await savePolicy(store, { quietHours: [{ start: '11:00', end: '16:00' }] });
		await advance(3 * HOUR);
		const [again] = await releaseHeld(store, { goesOn: true });
		expect(again).toMatchObject({ result: 'held' });
		expect(again).not.toHaveProperty('goesOn');
		await advance(HOUR);
		expect((await releaseHeld(store, { goesOn: true })).map(said)).toEqual(['send']);
	});

	test('J55 what ends the journey takes the message along, whether the customer waits for it or has gone on', async () => {
		for (const goesOn of [true, false]) {
			const { store, advance } = await open();
			await savePolicy(store, QUIET);
			await people(store, 'c1');
			await pass(store, await entered(store, ['c1']), { goesOn });
			await store.run('events.track', { items: [{ ref: { customerId: 'c1' }, type: 'stop', occurredAt: START_MS, source: 't', properties: {} }] });
			await advance(3 * HOUR);
			expect(await releaseHeld(store, { goesOn })).toEqual([]);
		}
	});

	test('P68 a digest: what was held for the same step leaves as one message that counts once', async () => {
		const { store, location, advance } = await open();
		await savePolicy(store, { ...QUIET, rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D' }] });
		await people(store, 'c1', 'c2');
		const items = await entered(store, ['c1', 'c1', 'c1', 'c2'], {}, { onBlock: 'digest' });
		const answers = await pass(store, items.map((one, n) => ({ ...one, own: { n } })));
		expect(answers.map(said)).toEqual(Array(4).fill('held quiet-hours'));
		// The run that brought them has ended: it was the first batch of this store.
		await store.run('journeys.settleBatch', { id: 1, epoch: 1, outcome: 'success' });
		await advance(3 * HOUR);
		const released = await releaseHeld(store);
		expect(released.map(said).sort()).toEqual(['passed_before', 'passed_before', 'send', 'send']);
		const digests = released.flatMap((answer) => (answer.result === 'send' ? [answer.digest!.map(({ own }) => own.n)] : []));
		expect(digests.map((one) => one.sort())).toEqual([[0, 1, 2], [3]]);
		const { touch, wait, enrolment } = await dumpStore(location);
		expect(touch).toHaveLength(2);
		expect(wait).toEqual([]);
		expect(enrolment.map(({ status }) => status)).toEqual(Array(4).fill('completed'));
	});

	test('P68 a digest takes along what is due later, of its own category, channel and step only', async () => {
		const { store, location, advance } = await open();
		await savePolicy(store, { ...QUIET, rules: [{ id: 'news', scope: { category: 'news' }, limit: 1, window: 'P1D' }] });
		await people(store, 'c1');
		const at = (hours: number) => ({ notBefore: START_MS + hours * HOUR });
		const items = await entered(store, ['c1', 'c1', 'c1'], {}, { onBlock: 'digest' });
		await pass(store, [{ ...items[0], own: { n: 0 } }, { ...items[1], own: { n: 1 }, ...at(10) }, { ...items[2], own: { n: 2 }, category: 'news' }]);
		await advance(3 * HOUR);
		const released = await releaseHeld(store);
		expect(released.flatMap((answer) => (answer.result === 'send' ? [answer.digest!.map(({ own }) => own.n)] : []))).toEqual([[0, 1], [2]]);
		await advance(DAY);
		expect(await releaseHeld(store)).toEqual([]);
		expect((await dumpStore(location)).touch).toHaveLength(2);
	});

	test('P67 another channel is tried once, by its own consent and limits', async () => {
		const { store } = await open();
		await savePolicy(store, { rules: [{ id: 'mail', scope: { channel: 'email' }, limit: 1, window: 'P1D' }, { id: 'sms', scope: { channel: 'sms' }, limit: 1, window: 'P1D' }] });
		await people(store, 'c1', 'c2');
		const ask = (id: string, mailingKey: string) => item(id, { mailingKey, onBlock: 'fallback', fallbackChannels: ['sms'] });
		const channels = async (id: string, mailingKey: string) => (await pass(store, [ask(id, mailingKey)])).map((answer) => (answer.result === 'send' ? answer.policy.channel : said(answer)));
		expect([await channels('c1', 'a'), await channels('c1', 'b'), await channels('c1', 'c')].flat()).toEqual(['email', 'sms', 'held mail']);
		await store.run('consents.set', { items: [{ ref: { customerId: 'c2' }, channel: 'sms', purpose: 'marketing', status: 'denied', at: START_MS }] });
		expect([await channels('c2', 'a'), await channels('c2', 'b')].flat()).toEqual(['email', 'held mail']);
	});

	test('P67 blocked on all channels, a message goes by the one that opens first, at that instant', async () => {
		const { store, advance } = await open();
		await savePolicy(store, { rules: [{ id: 'mail', scope: { channel: 'email' }, limit: 1, window: 'P2D' }, { id: 'sms', scope: { channel: 'sms' }, limit: 1, window: 'P1D' }] });
		await people(store, 'c1');
		const ask = (mailingKey: string) => item('c1', { mailingKey, onBlock: 'fallback', fallbackChannels: ['sms'] });
		await pass(store, [ask('a'), ask('b')]);
		expect(await pass(store, [ask('c')])).toMatchObject([{ result: 'held', until: START_MS + DAY, rule: 'sms' }]);
		await advance(DAY);
		expect(await releaseHeld(store)).toMatchObject([{ result: 'send', policy: { channel: 'sms' } }]);
	});

	test('a released run is judged by importance: the highest takes the one place, whatever came first', async () => {
		const { store, advance } = await open();
		await savePolicy(store, { ...QUIET, rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D', mode: 'fcfs' }] });
		await people(store, 'c1');
		const items = await entered(store, ['c1', 'c1', 'c1']);
		await pass(store, items.map((one, n) => ({ ...one, priority: [50, 90, 70][n], own: { n } })));
		await advance(3 * HOUR);
		expect((await releaseHeld(store)).map(said)).toEqual(['held one', 'send', 'held one']);
	});

	test('a named policy holds where it is named; a name that nobody saved is refused', async () => {
		const { store } = await open();
		await savePolicy(store, { rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D' }] });
		await savePolicy(store, { rules: [{ id: 'two', scope: { any: true }, limit: 2, window: 'P1D' }], storeZone: 'Asia/Tokyo' }, 'crm');
		await people(store, 'c1');
		const send = async (mailingKey: string, policyName?: string) => (await pass(store, [item('c1', { mailingKey, onBlock: 'drop' })], { policyName })).map(said);
		expect([await send('a'), await send('b'), await send('c', 'crm'), await send('d', 'crm')].flat()).toEqual(['send', 'blocked cap:one', 'send', 'blocked cap:two']);
		await expect(send('e', 'nobody')).rejects.toThrow('There is no policy "nobody" in this customer store');
		expect((await store.run('store.settings', {})).zone).toBe('UTC');
	});
});
