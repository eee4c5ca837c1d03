import type { PassAnswer } from '../../src/policy/contract';
import { dumpStore } from '../support/dumpStore';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { entered, item, pass, people, releaseHeld, said, savePolicy } from './ledgerWorld';

const CONFIRM = { confirm: true };
const ONE_A_DAY = { rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D' }] };
const keyOf = (answer: PassAnswer) => (answer as { policy: { key: string } }).policy.key;

onEachStore('Confirm after sending', (open) => {
	const report = async (store: Awaited<ReturnType<typeof open>>['store'], key: string, result: 'sent' | 'failed' | 'bounced' | 'unknown', at?: number) => {
		const { now } = await store.run('store.info', {});
		const [answer] = await store.run('messages.record', { items: [{ key, result, at: at ?? now }] });
		return answer;
	};
	const stateOf = async (location: Parameters<typeof dumpStore>[0], key: string) => (await dumpStore(location)).touch.find((row) => row.idem_key === key)?.state;

	test('P57 a place that nobody confirms is free after 15 minutes, to the millisecond', async () => {
		const { store, advance } = await open();
		await savePolicy(store, ONE_A_DAY);
		await people(store, 'c1');
		expect((await pass(store, [item('c1', { mailingKey: 'a' })], CONFIRM)).map(said)).toEqual(['send']);
		await advance(15 * MINUTE - 1);
		expect((await pass(store, [item('c1', { mailingKey: 'b', onBlock: 'drop' })], CONFIRM)).map(said)).toEqual(['blocked cap:one']);
		await advance(1);
		expect((await pass(store, [item('c1', { mailingKey: 'c' })], CONFIRM)).map(said)).toEqual(['send']);
	});

	test('P57 the run that was cut off is offered again: within the 15 minutes under the same place, later as a new question', async () => {
		const { store, location, advance } = await open();
		await savePolicy(store, ONE_A_DAY);
		await people(store, 'c1');
		const [first] = await pass(store, [item('c1')], CONFIRM);
		const [again] = await pass(store, [item('c1')], CONFIRM);
		expect([said(again), keyOf(again)]).toEqual(['send', keyOf(first)]);
		expect((await dumpStore(location)).touch).toHaveLength(1);
		await advance(15 * MINUTE);
		expect((await pass(store, [item('c1', { mailingKey: 'other' })])).map(said)).toEqual(['send']);
		expect((await pass(store, [item('c1')], CONFIRM)).map(said)).toEqual(['held one']);
	});

	test('P58 a report that comes late is believed, counted and flagged', async () => {
		const { store, location, advance } = await open();
		await savePolicy(store, ONE_A_DAY);
		await people(store, 'c1');
		const [first] = await pass(store, [item('c1', { mailingKey: 'a' })], CONFIRM);
		await advance(20 * MINUTE);
		expect((await pass(store, [item('c1', { mailingKey: 'b' })])).map(said)).toEqual(['send']);
		expect(await report(store, keyOf(first), 'sent')).toMatchObject({ result: 'recorded', late: true });
		expect((await dumpStore(location)).touch.find((row) => row.idem_key === keyOf(first))).toMatchObject({ state: 'committed', result_note: 'late_commit' });
		// Over the limit, and both count: a third waits until the later one leaves the window.
		const [third] = await pass(store, [item('c1', { mailingKey: 'c' })]);
		expect(third).toMatchObject({ result: 'held', until: START_MS + 20 * MINUTE + DAY });
	});

	test('a confirmed message counts from the instant of sending', async () => {
		const { store, advance } = await open();
		await savePolicy(store, ONE_A_DAY);
		await people(store, 'c1');
		const [first] = await pass(store, [item('c1', { mailingKey: 'a' })], CONFIRM);
		await advance(10 * MINUTE);
		expect(await report(store, keyOf(first), 'sent')).not.toHaveProperty('late');
		await advance(HOUR);
		expect(await pass(store, [item('c1', { mailingKey: 'b' })])).toMatchObject([{ result: 'held', until: START_MS + 10 * MINUTE + DAY }]);
	});

	test('P12 rejected at once frees the place; P65 not after it was reported as sent; a bounce afterwards still counts', async () => {
		const { store, location } = await open();
		await savePolicy(store, ONE_A_DAY);
		await people(store, 'c1');
		const [first] = await pass(store, [item('c1', { mailingKey: 'a' })], CONFIRM);
		await report(store, keyOf(first), 'failed');
		expect(await stateOf(location, keyOf(first))).toBe('released');
		const [second] = await pass(store, [item('c1', { mailingKey: 'b' })], CONFIRM);
		expect(said(second)).toBe('send');
		await report(store, keyOf(second), 'sent');
		await report(store, keyOf(second), 'failed');
		expect(await stateOf(location, keyOf(second))).toBe('committed');
		await report(store, keyOf(second), 'bounced');
		expect(await stateOf(location, keyOf(second))).toBe('committed');
		expect((await pass(store, [item('c1', { mailingKey: 'c', class: 'service', onBlock: 'drop' })])).map(said)).toEqual([expect.stringMatching(/blocked (cap:one|suppressed:hard_bounce)/)]);
	});

	test('P61 the sender did not answer: unknown, counted as sent, settled by a later report', async () => {
		const { store, location } = await open();
		await savePolicy(store, ONE_A_DAY);
		await people(store, 'c1', 'c2');
		const [first, other] = await pass(store, [item('c1'), item('c2')], CONFIRM);
		for (const answer of [first, other]) await report(store, keyOf(answer), 'unknown');
		expect(await store.run('policy.unknown', { limit: 10 })).toHaveLength(2);
		expect((await pass(store, [item('c1', { mailingKey: 'b', onBlock: 'drop' })])).map(said)).toEqual(['blocked cap:one']);
		await report(store, keyOf(first), 'sent');
		await report(store, keyOf(other), 'failed');
		expect([await stateOf(location, keyOf(first)), await stateOf(location, keyOf(other))]).toEqual(['committed', 'released']);
	});

	test('P64 the same report twice changes nothing', async () => {
		const { store, location } = await open();
		await savePolicy(store, ONE_A_DAY);
		await people(store, 'c1');
		const [first] = await pass(store, [item('c1')], CONFIRM);
		await report(store, keyOf(first), 'sent', START_MS);
		const before = (await dumpStore(location)).touch;
		expect(await report(store, keyOf(first), 'sent', START_MS)).toMatchObject({ result: 'duplicate' });
		expect((await dumpStore(location)).touch).toEqual(before);
		await report(store, keyOf(first), 'sent', START_MS + MINUTE);
		expect((await dumpStore(location)).touch.map(({ state, ts }) => [state, Number(ts)])).toEqual([['committed', START_MS]]);
	});

	test('P47 a consent withdrawn between reserve and commit frees the place, and the last look says not to send', async () => {
		const { store, location, advance } = await open();
		await savePolicy(store);
		await people(store, 'c1', 'c2');
		const [mail, other] = await pass(store, [item('c1'), item('c2')], CONFIRM);
		await advance(MINUTE);
		await store.run('consents.set', { items: [{ ref: { customerId: 'c1' }, channel: 'email', purpose: 'marketing', status: 'denied', at: START_MS + MINUTE }] });
		expect(await stateOf(location, keyOf(mail))).toBe('released');
		expect(await store.run('messages.check', { keys: [keyOf(mail), keyOf(other), 'nobody'] })).toEqual([
			{ key: keyOf(mail), result: 'blocked', reason: 'no_consent:email/marketing', reasonText: expect.stringMatching(/no consent to marketing/) },
			{ key: keyOf(other), result: 'send', expiresAt: START_MS + 15 * MINUTE },
			{ key: 'nobody', result: 'unknown_message' },
		]);
	});

	test('P47 erased, suppressed or called off since: the last look says so', async () => {
		const { store, advance } = await open();
		await savePolicy(store);
		await people(store, 'c1', 'c2');
		const [mail] = await pass(store, await entered(store, ['c1']), CONFIRM);
		await store.run('events.track', { items: [{ ref: { customerId: 'c1' }, type: 'stop', occurredAt: START_MS, source: 't', properties: {} }] });
		expect(await store.run('messages.check', { keys: [keyOf(mail)] })).toMatchObject([{ result: 'blocked', reason: 'cancelled' }]);
		const [second] = await pass(store, [item('c2')], CONFIRM);
		await store.run('messages.record', { items: [{ ref: { email: 'c2@example.com' }, channel: 'email', result: 'complained', at: START_MS, outside: false }] });
		await advance(1);
		expect((await store.run('messages.check', { keys: [keyOf(second)] }))[0]).toMatchObject({ result: 'blocked', reason: expect.stringMatching(/^(suppressed:complained|no_consent:email\/marketing)$/) });
		await people(store, 'c3');
		const [third] = await pass(store, [item('c3')], CONFIRM);
		await store.run('customers.erase', { ref: { customerId: 'c3' } });
		expect(await store.run('messages.check', { keys: [keyOf(third)] })).toMatchObject([{ result: 'blocked', reason: 'erased' }]);
	});

	test('the last look asks anew for a place that has run out', async () => {
		const { store, advance } = await open();
		await savePolicy(store, ONE_A_DAY);
		await people(store, 'c1');
		const [mail] = await pass(store, [item('c1')], CONFIRM);
		await advance(HOUR);
		expect(await store.run('messages.check', { keys: [keyOf(mail)] })).toMatchObject([{ result: 'send', expiresAt: START_MS + HOUR + 15 * MINUTE }]);
		await advance(HOUR);
		expect((await pass(store, [item('c1', { mailingKey: 'b' })])).map(said)).toEqual(['send']);
		expect(await store.run('messages.check', { keys: [keyOf(mail)] })).toMatchObject([{ result: 'blocked', reason: 'cap:one' }]);
	});

	test('the last look judges by the policy that the message was let out under, as it stands now, with the rules of its node', async () => {
		const { store, advance } = await open();
		await savePolicy(store, {}, 'default');
		await savePolicy(store, ONE_A_DAY, 'second-2');
		await people(store, 'c1', 'c2', 'c3', 'c4');
		const named = { ...CONFIRM, policyName: 'second-2' };
		const own = { ...CONFIRM, nodeRules: [{ id: 'node-limit-1', scope: { category: 'promo' }, limit: 1, window: 'P1D' }] };
		const [company] = await pass(store, [item('c1')], CONFIRM);
		const [second] = await pass(store, [item('c2')], named);
		const [node] = await pass(store, [item('c3')], own);
		const [both] = await pass(store, [item('c4')], { ...named, ...own });
		await advance(HOUR);
		// Their places have run out, and somebody else was sent something meanwhile.
		expect((await pass(store, ['c1', 'c2', 'c3', 'c4'].map((id) => item(id, { mailingKey: 'other' })))).map(said)).toEqual(['send', 'send', 'send', 'send']);
		const keys = [company, second, node, both].map((answer) => keyOf(answer));
		const reasons = (answers: { result: string; reason?: string }[]) => answers.map((answer) => answer.reason ?? answer.result);
		expect(reasons(await store.run('messages.check', { keys }))).toEqual(['send', 'cap:one', 'cap:node-limit-1', 'cap:one']);
		await savePolicy(store, { rules: [] }, 'second-2');
		expect(reasons(await store.run('messages.check', { keys: [...keys].reverse() }))).toEqual(['cap:node-limit-1', 'cap:node-limit-1', 'send', 'send']);
		await savePolicy(store, { off: true }, 'second-2');
		expect(reasons(await store.run('messages.check', { keys }))).toEqual(['send', 'policy_off', 'cap:node-limit-1', 'policy_off']);
	});

	test('one look for a thousand messages is one transaction, and sees what it gives back itself', async () => {
		const { store, again, advance } = await open();
		await savePolicy(store, ONE_A_DAY);
		await savePolicy(store, ONE_A_DAY, 'second');
		await people(store, 'c1');
		const other = await again();
		const first = await pass(store, [item('c1', { mailingKey: 'a' })], CONFIRM);
		await advance(HOUR);
		const later = await pass(store, [item('c1', { mailingKey: 'b' })], { ...CONFIRM, policyName: 'second' });
		await advance(HOUR);
		const keys = [...first, ...later].map(keyOf);
		const looks = await Promise.all([store, other].map((one) => one.run('messages.check', { keys: [...keys, ...Array.from({ length: 998 }, (_, index) => `nobody-${index}`)] })));
		for (const look of looks) {
			expect(look).toHaveLength(1000);
			expect(look.slice(0, 2)).toMatchObject([{ result: 'send' }, { result: 'blocked', reason: 'cap:one' }]);
		}
	});

	test('P41 a more important message takes the place of one that is reserved, never of one that was sent', async () => {
		const { store, location } = await open();
		await savePolicy(store, ONE_A_DAY);
		await people(store, 'c1', 'c2');
		const [low] = await pass(store, [item('c1', { mailingKey: 'low', priority: 40 })], CONFIRM);
		expect((await pass(store, [item('c1', { mailingKey: 'high', priority: 60 })], CONFIRM)).map(said)).toEqual(['send']);
		expect(await stateOf(location, keyOf(low))).toBe('released');
		expect(await store.run('messages.check', { keys: [keyOf(low)] })).toMatchObject([{ result: 'blocked', reason: expect.stringMatching(/^outranked:/) }]);
		const [again] = await pass(store, [item('c1', { mailingKey: 'low', priority: 40 })], CONFIRM);
		expect(again).toMatchObject({ result: 'held', until: START_MS + DAY, rule: expect.stringMatching(/^outranked:/), text: expect.stringContaining('goes first') });
		const [sent] = await pass(store, [item('c2', { mailingKey: 'low', priority: 40 })], CONFIRM);
		await report(store, keyOf(sent), 'sent');
		expect((await pass(store, [item('c2', { mailingKey: 'high', priority: 60 })], CONFIRM)).map(said)).toEqual(['held one']);
		expect(await releaseHeld(store)).toEqual([]);
	});

	test('P41 P44 a message that gained priority while it was held keeps it in its place', async () => {
		const { store, advance } = await open();
		await savePolicy(store, { ...ONE_A_DAY, ageing: true });
		await people(store, 'c1', 'c2');
		for (const id of ['c1', 'c2']) await pass(store, [item(id, { mailingKey: 'old', notBefore: START_MS + 3 * DAY, priority: 50 })], CONFIRM);
		await advance(3 * DAY);
		expect((await releaseHeld(store, CONFIRM)).map(said)).toEqual(['send', 'send']);
		expect((await pass(store, [item('c1', { mailingKey: 'new', priority: 53 })], CONFIRM)).map(said)).toEqual(['held one']);
		expect((await pass(store, [item('c2', { mailingKey: 'new', priority: 54 })], CONFIRM)).map(said)).toEqual(['send']);
	});
});
