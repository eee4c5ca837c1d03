import { dumpStore } from '../support/dumpStore';
import { HOUR, onEachStore, START_MS } from '../support/eachStore';
import { item, pass, people, releaseHeld, said, savePolicy } from './ledgerWorld';

/** A newsletter's list often names somebody twice. */
onEachStore('A customer who is listed twice', (open) => {
	const start = async () => {
		const opened = await open();
		await savePolicy(opened.store);
		await people(opened.store, 'a', 'b');
		return opened;
	};
	const serve = async ({ store }: Awaited<ReturnType<typeof start>>) => store.run('journeys.registerStep', { workflowId: 'w1', stepKey: 'policy', nodeId: 'n', nodeName: 'Contact Policy', kind: 'policy' });

	test('gets one message; the second is blocked and nothing is in doubt', async () => {
		const { store, location } = await start();
		expect((await pass(store, [item('a'), item('a'), item('b')])).map(said)).toEqual(['send', 'blocked duplicate', 'send']);
		expect((await dumpStore(location)).touch.map(({ state }) => state)).toEqual(['handed_off', 'handed_off']);
		expect(await store.run('policy.unknown', { limit: 5 })).toEqual([]);
	});

	test('gets one message where what is in doubt is sent again', async () => {
		const { store } = await start();
		expect((await pass(store, [item('a'), item('a')], { onSecondHandOff: 'send' })).map(said)).toEqual(['send', 'blocked duplicate']);
		expect((await pass(store, [item('a'), item('a')], { onSecondHandOff: 'send' })).map(said)).toEqual(['send', 'blocked duplicate']);
	});

	test('gets one message where the list is so long that it comes in several calls', async () => {
		const { store } = await start();
		const [first] = await pass(store, [item('a')], { onSecondHandOff: 'send' });
		const letOut = [(first as { policy: { key: string } }).policy.key];
		expect((await pass(store, [item('b'), item('a')], { onSecondHandOff: 'send', letOut })).map(said)).toEqual(['send', 'blocked duplicate']);
		expect(await store.run('policy.unknown', { limit: 5 })).toEqual([]);
	});

	test('is parked once where the node lets messages out by its own trigger', async () => {
		const opened = await start();
		const { store, location } = opened;
		await serve(opened);
		expect((await pass(store, [item('a'), item('a'), item('b')], { nodeId: 'n' })).map(said)).toEqual(['held messages-per-run', 'blocked duplicate', 'held messages-per-run']);
		expect((await pass(store, [item('a'), item('a')], { nodeId: 'n' })).map(said)).toEqual(['passed_before', 'passed_before']);
		expect((await releaseHeld(store)).map(said)).toEqual(['send', 'send']);
		expect((await dumpStore(location)).touch).toHaveLength(2);
	});

	test('is parked once beyond a full run, and while a message waits for its hour', async () => {
		const { store, advance } = await start();
		expect((await pass(store, [item('b'), item('a'), item('a')], { messagesPerRun: 1 })).map(said)).toEqual(['send', 'held messages-per-run', 'blocked duplicate']);
		const later = { mailingKey: 'later', notBefore: START_MS + HOUR };
		expect((await pass(store, [item('a', later), item('a', later)])).map(said)).toEqual(['held not-before', 'blocked duplicate']);
		await advance(HOUR);
		expect([...(await releaseHeld(store)), ...(await releaseHeld(store))].map(said)).toEqual(['send', 'send']);
	});

	test('is told so where the list is so long that the first was parked by an earlier call, and has left meanwhile', async () => {
		const opened = await start();
		const { store, advance } = opened;
		await serve(opened);
		const { now: startedAt } = await store.run('store.settings', {});
		expect((await pass(store, [item('a'), item('b')], { nodeId: 'n' })).map(said)).toEqual(['held messages-per-run', 'held messages-per-run']);
		expect((await pass(store, [item('a')], { nodeId: 'n', startedAt })).map(said)).toEqual(['blocked duplicate']);
		expect((await releaseHeld(store)).map(said)).toEqual(['send', 'send']);
		expect((await pass(store, [item('b')], { nodeId: 'n', startedAt })).map(said)).toEqual(['blocked duplicate']);
		expect(await store.run('policy.unknown', { limit: 5 })).toEqual([]);
		await advance(HOUR);
		const later = (await store.run('store.settings', {})).now;
		expect((await pass(store, [item('a')], { nodeId: 'n', startedAt: later })).map(said)).toEqual(['blocked already_handed_off']);
	});

	test('with another message under the same mailing key is told so', async () => {
		const { store } = await start();
		expect((await pass(store, [item('a'), item('a', { category: 'service' })])).map(said)).toEqual(['send', 'refused idempotency_conflict']);
	});
});
