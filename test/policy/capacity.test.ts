import { MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { decideLines, item, pass, people, releaseHeld, said, savePolicy } from './ledgerWorld';

const IDS = Array.from({ length: 12 }, (_, index) => `c-${index}`);
const TEN_S = 10_000;
const PACE = { channelCapacity: [{ channel: 'email', limit: 3 }] };

const untilMinutes = (answers: Awaited<ReturnType<typeof pass>>) => answers.map((answer) => (answer.result === 'held' ? (answer.until - START_MS) / MINUTE : answer.result));

onEachStore('Channel capacity', (open) => {
	test('three a minute: three go, the others book the minutes ahead, three each, and go then', async () => {
		const { store, advance } = await open();
		await savePolicy(store, PACE);
		await people(store, ...IDS);
		const answers = await pass(store, IDS.map((id) => item(id)));
		expect(untilMinutes(answers)).toEqual(['send', 'send', 'send', 1, 1, 1, 2, 2, 2, 3, 3, 3]);
		expect(answers[3]).toMatchObject({ rule: 'channel-capacity', text: expect.stringMatching(/email channel takes no more messages until then/) });
		for (let minute = 1; minute <= 3; minute++) {
			await advance(MINUTE);
			expect((await releaseHeld(store)).map(said)).toEqual(['send', 'send', 'send']);
		}
		expect(await releaseHeld(store)).toEqual([]);
	});

	test('a rolling minute, not a calendar one: a place is free exactly a minute after the message that took it', async () => {
		const { store, advance } = await open();
		await savePolicy(store, PACE);
		await people(store, ...IDS);
		await pass(store, [item('c-0'), item('c-1')]);
		await advance(TEN_S);
		expect(untilMinutes(await pass(store, [item('c-2'), item('c-3'), item('c-4'), item('c-5')]))).toEqual(['send', 1, 1, 1 + 1 / 6]);
		await advance(MINUTE - TEN_S);
		expect((await releaseHeld(store)).map(said)).toEqual(['send', 'send']);
	});

	test('transactional and higher messages go before booked places, and the booked are looked at again', async () => {
		const { store, advance } = await open();
		await savePolicy(store, PACE);
		await people(store, ...IDS);
		await pass(store, IDS.slice(0, 6).map((id) => item(id)));
		await advance(MINUTE);
		expect((await pass(store, [item('c-9'), item('c-10', { priority: 90 }), item('c-11', { class: 'transactional' })])).map(said)).toEqual(['held channel-capacity', 'send', 'send']);
		expect((await releaseHeld(store)).map(said)).toEqual(['send', 'held channel-capacity', 'held channel-capacity']);
	});

	test('not to be held: blocked as channel_full, with the next possible instant; a limit of 0 is for good', async () => {
		const { store } = await open();
		await savePolicy(store, PACE);
		await people(store, ...IDS);
		const answers = await pass(store, IDS.slice(0, 4).map((id) => item(id, { onBlock: 'drop' })));
		expect(answers[3]).toMatchObject({ result: 'blocked', policy: { reason: 'channel_full', nextPossibleAt: new Date(START_MS + MINUTE).toISOString() } });
		await savePolicy(store, { channelCapacity: [{ channel: 'sms', limit: 0 }] });
		expect((await pass(store, [item('c-9', { channel: 'sms' })])).map(said)).toEqual(['blocked channel_full']);
		expect((await pass(store, [item('c-9', { channel: 'sms', onBlock: 'fallback', fallbackChannels: ['email'], mailingKey: 'x' })])).map(said)).toEqual(['send']);
	});

	test('policy decide counts by its own clock, and names the instant', async () => {
		const { store } = await open();
		await people(store, ...IDS);
		const ask = (n: number, at: string) => ({ key: `k${n}`, customer: `c-${n}`, channel: 'email', at });
		expect(await decideLines(store, [ask(0, '2026-11-21T10:00:00Z'), ask(1, '2026-11-21T10:00:10Z'), ask(2, '2026-11-21T10:00:20Z'), ask(3, '2026-11-21T10:00:30Z'), ask(3, '2026-11-21T10:01:00Z')], { channelCapacity: [{ channel: 'email', limit: 2, window: 'PT1M' }] })).toEqual([
			'send', 'send', 'delay 2026-11-21T10:01:00.000Z channel-capacity', 'delay 2026-11-21T10:01:10.000Z channel-capacity', 'delay 2026-11-21T10:01:10.000Z channel-capacity',
		]);
	});

	test('two openings of the store at once never exceed it', async () => {
		const { store, again } = await open();
		await savePolicy(store, { channelCapacity: [{ channel: 'email', limit: 7 }] });
		await people(store, ...IDS);
		const other = await again();
		const answers = (await Promise.all(IDS.map((id, index) => pass(index % 2 ? store : other, [item(id)])))).flat();
		expect(answers.filter((answer) => answer.result === 'send')).toHaveLength(7);
	});
});
