import { ownerOf } from '../../src/journeys/owners';
import type { Store } from '../../src/store/Store';
import { dumpStore } from '../support/dumpStore';
import { DAY, HOUR, MINUTE, onEachStore, START_MS, type TestStore } from '../support/eachStore';
import { enterAndWait, fail, journeysOf, lineOf, park, register, registerStep, releaseAll, succeed, take, track, WORKFLOW_ID } from './support/steps';

async function switchOff(store: Store): Promise<void> {
	await store.run('journeys.close', { workflowId: WORKFLOW_ID, nodeId: 'trigger', stepKey: 'entry', journeyKey: 'j' });
	await store.run('journeys.close', { workflowId: WORKFLOW_ID, nodeId: 'n-wait', stepKey: 'wait' });
}

async function end(store: Store, journey = 'j'): Promise<number> {
	let total = 0;
	for (;;) {
		const { ended, more } = await store.run('journeys.end', { journey });
		total += ended;
		if (!more) return total;
	}
}

const overview = async (store: Store, key = 'j') => (await store.run('journeys.overview', {})).find(({ journey }) => journey === key);
const openRows = async ({ location }: TestStore) => (await dumpStore(location)).enrolment.filter(({ status }) => ['entering', 'active', 'waiting'].includes(String(status)));

describe('Who runs a journey', () => {
	test('switched off is known at once after two minutes, silence after a day; one node that is on is enough', () => {
		const at = 100 * DAY;
		const sign = (heartbeat_at: number, off_since: number | null = null) => ({ heartbeat_at, off_since });
		expect(ownerOf([sign(at)], at + DAY - 1)).toEqual({ state: 'on' });
		expect(ownerOf([sign(at)], at + DAY)).toEqual({ state: 'silent', since: at });
		expect(ownerOf([sign(at, at)], at + 2 * MINUTE - 1)).toEqual({ state: 'on' });
		expect(ownerOf([sign(at, at)], at + 2 * MINUTE)).toEqual({ state: 'off', since: at });
		expect(ownerOf([sign(at - 9 * DAY), sign(at)], at + MINUTE)).toEqual({ state: 'on' });
		expect(ownerOf([sign(at, at), sign(at, at + HOUR)], at + DAY)).toEqual({ state: 'off', since: at + HOUR });
		expect(ownerOf([], at)).toEqual({ state: 'off', since: null });
	});
});

onEachStore('What there is to choose from by hand', (open) => {
	test('journeys by name, with their workflow and whether it runs, and the waits that somebody has come to', async () => {
		const { store, advance } = await open();
		expect(await store.run('journeys.choices', {})).toEqual({ journeys: [], waits: [] });
		await register(store);
		await registerStep(store);
		const on = { key: 'j', name: 'Journey', workflow: 'Workflow', state: 'on' };
		expect(await store.run('journeys.choices', {})).toEqual({ journeys: [on], waits: [] });
		await enterAndWait(store, ['a', 'b']);
		expect((await store.run('journeys.choices', {})).waits).toEqual([{ journey: 'j', step: 'wait', node: expect.any(String) }]);
		await switchOff(store);
		await advance(HOUR);
		expect((await store.run('journeys.choices', {})).journeys).toEqual([{ ...on, state: 'off' }]);
	});
});

onEachStore('A journey whose workflow is gone', (open) => {
	test('switched off and deleted: the list and the overview say since when; ended, nobody is on it, and nothing is left of it', async () => {
		const opened = await open();
		const { store, advance } = opened;
		await register(store);
		await registerStep(store);
		await enterAndWait(store, ['a', 'b']);
		await track(store, 'start', 'late');
		await switchOff(store);
		await advance(DAY);
		expect(await overview(store)).toEqual({ journey: 'j', name: 'Journey', workflowId: WORKFLOW_ID, workflowName: 'Workflow', state: 'off', since: START_MS, open: 3, deadLetters: 0 });
		expect(await lineOf(store, 'wait')).toMatchObject({ held: 'The workflow is switched off since 2026-03-02 12:00 UTC.' });
		expect(await end(store)).toBe(3);
		for (const customer of ['a', 'b', 'late']) expect(await journeysOf(store, customer)).toMatchObject([{ status: 'exited', endReason: 'journey_ended' }]);
		expect(await overview(store)).toMatchObject({ open: 0 });
		expect([await openRows(opened), (await dumpStore(opened.location)).wait]).toEqual([[], []]);
		expect(await end(store)).toBe(0);
	});

	test('it is not ended as long as a workflow runs it, nor within two minutes of being switched off', async () => {
		const { store, advance } = await open();
		await register(store);
		await registerStep(store);
		await enterAndWait(store, ['a']);
		await expect(end(store)).rejects.toMatchObject({ code: 'journey_on', message: expect.stringContaining('unpublish the workflow "Workflow" first') });
		await switchOff(store);
		await advance(MINUTE);
		await expect(end(store)).rejects.toMatchObject({ code: 'journey_on' });
		await expect(end(store, 'nobody')).rejects.toMatchObject({ code: 'unknown_journey' });
		expect(await lineOf(store, 'wait')).toMatchObject({ waiting: 1 });
	});

	test('deleted while n8n was down: silence is said after a day, and only then it can be ended; entries are refused from then on', async () => {
		const { store, advance } = await open();
		await register(store);
		await registerStep(store);
		await enterAndWait(store, ['a']);
		await advance(23 * HOUR);
		expect(await lineOf(store, 'wait')).toMatchObject({ held: null });
		await expect(end(store)).rejects.toMatchObject({ code: 'journey_on', message: expect.stringContaining('a day after it was last heard of') });
		await advance(HOUR);
		expect(await lineOf(store, 'wait')).toMatchObject({ held: expect.stringContaining('Nothing was heard of the workflow since 2026-03-02 12:00 UTC') });
		expect(await overview(store)).toMatchObject({ state: 'silent', since: START_MS, open: 1 });
		expect(await track(store, 'start', 'b')).toMatchObject({ entered: ['j'] });
		expect(await end(store)).toBe(2);
		expect((await track(store, 'start', 'c')).refused).toEqual([{ journey: 'j', reason: 'journey_off' }]);
		await register(store);
		expect((await track(store, 'start', 'd')).entered).toEqual(['j']);
	});

	test('those set aside, those who rest after a failure and those cut off in the middle leave too', async () => {
		const opened = await open();
		const { store, advance } = opened;
		await register(store);
		await registerStep(store);
		await enterAndWait(store, ['bad', 'good', 'other']);
		await advance(HOUR);
		for (let runs = 0; (await store.run('journeys.deadLetters', {})).total === 0 && runs < 60; runs++) {
			const taken = await take(store, 'wait', 1);
			if (!taken) await advance(MINUTE);
			else if (taken.items[0]?.customer.id === 'bad') await fail(store, taken);
			else {
				await park(store, taken.items, 'wait', { kind: 'delay', length: { amount: 5, unit: 'minutes' } });
				await succeed(store, taken);
			}
		}
		expect(await overview(store)).toMatchObject({ deadLetters: 1 });
		await enterAndWait(store, ['resting'], 'wait', { kind: 'delay', length: { amount: 0, unit: 'minutes' } });
		await fail(store, (await take(store, 'wait'))!);
		await track(store, 'start', 'cut');
		expect(await take(store, 'entry')).toMatchObject({ items: [{ customer: { id: 'cut' } }] });
		await switchOff(store);
		await advance(2 * MINUTE);
		await end(store);
		expect(await openRows(opened)).toEqual([]);
		const { dead_letter, release_batch, wait } = await dumpStore(opened.location);
		expect([dead_letter, release_batch, wait]).toEqual([[], [], []]);
		expect(await journeysOf(store, 'bad')).toMatchObject([{ status: 'exited', endReason: 'journey_ended' }]);
	});

	test('a run that still goes on when its journey is ended is left alone, and moves nobody afterwards', async () => {
		const opened = await open();
		const { store, advance } = opened;
		await register(store);
		await registerStep(store);
		await enterAndWait(store, ['a']);
		await advance(HOUR);
		const running = (await take(store, 'wait'))!;
		await switchOff(store);
		await advance(MINUTE);
		await store.run('journeys.renewBatch', running.ref);
		await advance(MINUTE);
		expect(await end(store)).toBe(1);
		expect(await park(store, running.items, 'next')).toMatchObject([{ result: 'ended' }]);
		expect(await succeed(store, running)).toMatchObject({ settled: true, completed: 0 });
		expect(await journeysOf(store, 'a')).toMatchObject([{ endReason: 'journey_ended' }]);
	});

	test('the others of the store go on; more than a piece is ended piece by piece', async () => {
		const opened = await open();
		const { store, advance } = opened;
		await register(store);
		await registerStep(store);
		await enterAndWait(store, Array.from({ length: 700 }, (_, index) => `c${index}`));
		await store.run('journeys.register', { settings: { key: 'k', name: 'K', entry: { eventType: 'other', entryKey: { kind: 'event' } } }, workflowId: 'w2', workflowName: 'K', nodeId: 't2', activation: 'activate' });
		await track(store, 'other', 'c1');
		await switchOff(store);
		await advance(2 * MINUTE);
		expect(await store.run('journeys.end', { journey: 'j' })).toEqual({ ended: 500, more: true });
		expect(await end(store)).toBe(200);
		expect(await overview(store, 'k')).toMatchObject({ state: 'on', since: null, open: 1 });
	});

	test('held messages of a mailing whose workflow is gone: named like a journey, ended by hand, and after 14 days by another journey', async () => {
		const opened = await open();
		const { store, advance } = opened;
		await store.run('policy.save', { name: 'default', body: { requireConsent: false, quietHours: [], rules: [{ id: 'day', scope: { any: true }, limit: 1, window: 'P90D' }] } });
		await store.run('customers.upsert', { items: ['a', 'b'].map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` } })) });
		await store.run('journeys.registerStep', { workflowId: 'news', stepKey: 'policy', nodeId: 'p', nodeName: 'Policy', kind: 'policy' });
		const mail = async (mailingKey: string) =>
			await store.run('policy.pass', {
				workflowId: 'news', stepKey: 'policy', nodeName: 'Policy', nodeRules: [], messagesPerRun: 10, onSecondHandOff: 'block', batch: null, dryRun: false,
				items: ['a', 'b'].map((customerId, index) => ({ index, customer: { customerId }, mailingKey, released: false, channel: 'email', category: 'x', class: 'marketing' as const, priority: 50, tags: [], onBlock: 'delay' as const, fallbackChannels: [], own: {} })),
			});
		for (const key of ['one', 'two']) await mail(key);
		for (;;) {
			const { batch } = await store.run('journeys.takeBatch', { workflowId: 'news', stepKey: 'policy' });
			if (!batch) break;
			const { items } = await store.run('journeys.claimBatch', { ...batch, workflowId: 'news', stepKey: 'policy', skipMovedOn: true });
			await store.run('policy.pass', { workflowId: 'news', stepKey: 'policy', nodeName: 'Policy', nodeRules: [], messagesPerRun: 10, onSecondHandOff: 'block', batch, dryRun: false, items: items.map((item, index) => ({ index, customer: { customerId: item.customer.id }, journey: item.journey, released: true, channel: 'email', category: 'x', class: 'marketing' as const, priority: 50, tags: [], onBlock: 'delay' as const, fallbackChannels: [], own: {} })) });
			await store.run('journeys.settleBatch', { ...batch, outcome: 'success' });
		}
		const held = (await store.run('journeys.overview', {})).filter((row) => row.open > 0);
		expect(held.map(({ journey, state, open: people }) => ({ journey, state, people }))).toEqual([{ journey: 'mailing/two', state: 'on', people: 2 }]);
		await store.run('journeys.close', { workflowId: 'news', nodeId: 'p', stepKey: 'policy' });
		await advance(2 * MINUTE);
		expect(await overview(store, 'mailing/two')).toMatchObject({ state: 'off', since: START_MS, workflowName: null, workflowId: 'news' });
		await register(store);
		await advance(14 * DAY);
		await store.run('journeys.heartbeat', { workflowId: WORKFLOW_ID, nodeId: 'trigger', stepKey: 'entry', journeyKey: 'j' });
		expect(await store.run('journeys.tend', { journeyKey: 'j' })).toMatchObject({ left: 2 });
		expect(await openRows(opened)).toEqual([]);
		expect((await store.run('journeys.overview', {})).map(({ journey }) => journey)).toEqual(['j']);
		expect(await releaseAll(store, 'wait')).toEqual([]);
	});
});
