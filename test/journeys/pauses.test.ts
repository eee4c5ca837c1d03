import type { JourneySettingsInput } from '../../src/journeys/settings';
import type { WaitRequestInput } from '../../src/journeys/waitRequest';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { customersOf, enterAndWait, fail, journeysOf, lineOf, park, register, registerStep, releaseAll, succeed, take, track, WORKFLOW_ID } from './support/steps';

/** What n8n does when the workflow is unpublished, or stopped in good order: it calls the close functions. */
async function switchOff(store: Store): Promise<void> {
	await store.run('journeys.close', { workflowId: WORKFLOW_ID, nodeId: 'trigger', stepKey: 'entry', journeyKey: 'j' });
	await store.run('journeys.close', { workflowId: WORKFLOW_ID, nodeId: 'n-wait', stepKey: 'wait' });
}

async function switchOn(store: Store, settings: Partial<JourneySettingsInput> = {}, activation: 'activate' | 'init' = 'activate'): Promise<void> {
	await register(store, settings, activation);
	await registerStep(store);
}

const hours = (amount: number): WaitRequestInput => ({ kind: 'delay', length: { amount, unit: 'hours' } });

/** When the next customer of the step leaves, once everything that was to be done to the waits is done. */
async function nextDue(store: Store, stepKey = 'wait'): Promise<number | null> {
	for (;;) {
		const { batch, now, nextDueAt } = await store.run('journeys.takeBatch', { workflowId: WORKFLOW_ID, stepKey });
		if (batch) throw new Error('Somebody is due');
		if (nextDueAt !== now) return nextDueAt;
	}
}

onEachStore('A journey that is switched off', (open) => {
	test('J31 deactivated during a wait: nobody is let in or out, an exit acts, a goal counts; published again, who left stays out', async () => {
		const { store, advance } = await open();
		await switchOn(store, { goal: { rule: { eventType: 'bought' }, windowMs: DAY } });
		await enterAndWait(store, ['leaves', 'stays']);
		await switchOff(store);
		await advance(3 * HOUR);
		expect((await track(store, 'leave', 'leaves')).exited).toEqual(['j']);
		await track(store, 'bought', 'stays');
		expect((await track(store, 'start', 'new')).refused).toEqual([{ journey: 'j', reason: 'journey_off' }]);
		expect(await lineOf(store, 'wait')).toMatchObject({ on: false, held: 'The workflow is switched off since 2026-03-02 12:00 UTC.', waiting: 1 });
		await switchOn(store, { goal: { rule: { eventType: 'bought' }, windowMs: DAY } });
		expect(customersOf(await releaseAll(store, 'wait'))).toEqual(['stays']);
		expect(await journeysOf(store, 'stays')).toMatchObject([{ goalAt: START_MS + 3 * HOUR }]);
	});

	test('its customers are held in a sub-workflow too, which is on', async () => {
		const { store, advance } = await open();
		await switchOn(store);
		await track(store, 'start', 'c1');
		const entered = (await take(store, 'entry'))!;
		await store.run('journeys.registerStep', { workflowId: 'sub', stepKey: 'below', nodeId: 'n', nodeName: 'Below', kind: 'wait' });
		await store.run('journeys.park', { workflowId: 'sub', stepKey: 'below', nodeName: 'Below', parkings: [{ index: 0, journey: entered.items[0].journey, own: {}, wait: hours(1) }] });
		await succeed(store, entered);
		await switchOff(store);
		await advance(2 * HOUR);
		expect(await store.run('journeys.takeBatch', { workflowId: 'sub', stepKey: 'below' })).toMatchObject({ batch: null, nextDueAt: null });
		await switchOn(store);
		expect((await store.run('journeys.takeBatch', { workflowId: 'sub', stepKey: 'below' })).batch).toMatchObject({ size: 1 });
	});

	test('a restart is no pause, however long: nothing is shifted, nobody leaves', async () => {
		for (const whenResumed of [{ mode: 'shift' }, { mode: 'expire', afterMs: 0 }] as const) {
			const { store, advance } = await open();
			await switchOn(store, { whenResumed });
			await enterAndWait(store, ['c1']);
			await switchOff(store);
			await advance(DAY);
			await switchOn(store, { whenResumed }, 'init');
			expect(customersOf(await releaseAll(store, 'wait'))).toEqual(['c1']);
		}
	});

	test('a minute off is no pause either', async () => {
		const { store, advance } = await open();
		await switchOn(store, { whenResumed: { mode: 'shift' } });
		await enterAndWait(store, ['c1']);
		await switchOff(store);
		await advance(2 * MINUTE - 1);
		await switchOn(store, { whenResumed: { mode: 'shift' } });
		expect(await nextDue(store)).toBe(START_MS + HOUR);
	});

	test('J32 paused for 10 days with shift: whoever had half an hour left has half an hour left, in every lane', async () => {
		const { store, advance } = await open();
		const whenResumed = { mode: 'shift' } as const;
		await switchOn(store, { whenResumed, entry: { eventType: 'start', entryKey: { kind: 'event' }, debounceMs: 2 * HOUR } });
		await registerStep(store, 'second');
		await track(store, 'start', 'waits');
		await track(store, 'start', 'second');
		await advance(2 * HOUR);
		const entered = (await take(store, 'entry'))!;
		await park(store, entered.items.filter(({ customer }) => customer.id === 'waits'));
		await park(store, entered.items.filter(({ customer }) => customer.id === 'second'), 'second', hours(5));
		await succeed(store, entered);
		await track(store, 'start', 'held');
		await advance(30 * MINUTE);
		await switchOff(store);
		await advance(10 * DAY);
		await switchOn(store, { whenResumed, entry: { eventType: 'start', entryKey: { kind: 'event' }, debounceMs: 2 * HOUR } });
		await registerStep(store, 'second');
		const before = START_MS + 2 * HOUR;
		expect([await nextDue(store, 'wait'), await nextDue(store, 'second'), await nextDue(store, 'entry')]).toEqual([before + HOUR + 10 * DAY, before + 5 * HOUR + 10 * DAY, before + 2 * HOUR + 10 * DAY]);
	});

	test('J32 a time of day stays that time of day, a date that date, and whom an event let go, goes', async () => {
		const { store, advance } = await open();
		const whenResumed = { mode: 'shift' } as const;
		await switchOn(store, { whenResumed });
		for (const step of ['clock', 'date', 'event']) await registerStep(store, step);
		await enterAndWait(store, ['clock'], 'clock', { kind: 'localTime', time: '10:00' });
		await enterAndWait(store, ['date'], 'date', { kind: 'date', at: START_MS + 20 * DAY });
		await enterAndWait(store, ['event', 'late', 'never'], 'event', { kind: 'event', events: [{ eventType: 'seen' }], timeout: { amount: 1, unit: 'days' } });
		await advance(HOUR);
		await switchOff(store);
		await advance(2 * HOUR);
		await track(store, 'seen', 'event');
		// After the old end of the window, before the new one.
		await advance(2 * DAY);
		await track(store, 'seen', 'late');
		await advance(DAY + 30 * MINUTE);
		await switchOn(store, { whenResumed });
		for (const step of ['clock', 'date', 'event']) await registerStep(store, step);
		// Off for 3 days and 2½ hours: from 3 March 10:00 that is 6 March 12:30; the next 10:00 is on the 7th.
		expect(new Date((await nextDue(store, 'clock')) as number).toISOString()).toBe('2026-03-07T10:00:00.000Z');
		expect(await nextDue(store, 'date')).toBe(START_MS + 20 * DAY);
		const gone = await releaseAll(store, 'event');
		expect(gone.map(({ customer, outcome }) => [customer.id, outcome.by]).sort()).toEqual([['event', 'event'], ['late', 'event']]);
		expect(await nextDue(store, 'event')).toBe(START_MS + DAY + 3 * DAY + 2 * HOUR + 30 * MINUTE);
	});

	test('shifting a full lane goes piece by piece, shifts everybody once, and nobody who comes meanwhile', async () => {
		const { store, advance } = await open();
		const whenResumed = { mode: 'shift' } as const;
		await switchOn(store, { whenResumed });
		const many = Array.from({ length: 2500 }, (_, index) => `c${index}`);
		await enterAndWait(store, many, 'wait', hours(48));
		await switchOff(store);
		await advance(DAY);
		await switchOn(store, { whenResumed });
		await store.run('journeys.takeBatch', { workflowId: WORKFLOW_ID, stepKey: 'wait' });
		expect(await lineOf(store, 'wait')).toMatchObject({ held: expect.stringContaining('adjusted') });
		await enterAndWait(store, ['new'], 'wait', hours(1));
		expect(await nextDue(store)).toBe(START_MS + DAY + HOUR);
		await advance(HOUR);
		expect(customersOf(await releaseAll(store, 'wait'))).toEqual(['new']);
		expect(await nextDue(store)).toBe(START_MS + 72 * HOUR);
		await advance(47 * HOUR);
		expect(await releaseAll(store, 'wait')).toHaveLength(2500);
	});

	test('a message that Contact Policy holds is not shifted: it is judged again when it is due', async () => {
		const { store, advance } = await open();
		const whenResumed = { mode: 'shift' } as const;
		await switchOn(store, { whenResumed });
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'c1', email: 'c1@example.com' } }] });
		await store.run('consents.set', { items: [{ ref: { customerId: 'c1' }, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS - 1 }] });
		await track(store, 'start', 'c1');
		const entered = (await take(store, 'entry'))!;
		const held = await pass(store, entered.items[0].journey, START_MS + 5 * HOUR);
		expect(held).toMatchObject({ result: 'held', until: START_MS + 5 * HOUR });
		await succeed(store, entered);
		await switchOff(store);
		await advance(DAY);
		await switchOn(store, { whenResumed });
		expect((await take(store, 'policy'))?.items).toMatchObject([{ customer: { id: 'c1' } }]);
	});

	test('expire: whoever is overdue by more than that leaves, also from a run that was cut off; the others go on', async () => {
		const { store, advance } = await open();
		const whenResumed = { mode: 'expire', afterMs: 12 * HOUR } as const;
		await switchOn(store, { whenResumed });
		await enterAndWait(store, ['cut off', 'failed'], 'wait', hours(1));
		await enterAndWait(store, ['old'], 'wait', hours(2));
		await enterAndWait(store, ['edge'], 'wait', hours(14));
		await enterAndWait(store, ['fresh'], 'wait', hours(20));
		await advance(HOUR);
		expect(customersOf((await take(store, 'wait', 1))!.items)).toEqual(['cut off']);
		await fail(store, (await take(store, 'wait', 1))!);
		await switchOff(store);
		await advance(25 * HOUR);
		await switchOn(store, { whenResumed });
		expect(customersOf(await releaseAll(store, 'wait')).sort()).toEqual(['edge', 'fresh']);
		for (const customer of ['cut off', 'failed', 'old']) expect(await journeysOf(store, customer)).toMatchObject([{ status: 'exited', endReason: 'expired_while_off' }]);
	});
});

onEachStore('A workflow that is gone', (open) => {
	/** Another journey of the store, whose loop looks after everybody. */
	async function another(store: Store): Promise<void> {
		await store.run('journeys.register', { settings: { key: 'other', name: 'Other', entry: { eventType: 'x', entryKey: { kind: 'event' } } }, workflowId: 'w2', workflowName: 'W2', nodeId: 'n', activation: 'activate' });
	}
	const tend = (store: Store) => store.run('journeys.tend', { journeyKey: 'other' });

	test('off for 14 days: its customers leave, with those in runs that were cut off and those set aside', async () => {
		const { store, advance } = await open();
		await switchOn(store);
		await another(store);
		await enterAndWait(store, ['released'], 'wait', hours(1));
		await enterAndWait(store, ['waits'], 'wait', hours(2));
		await advance(HOUR);
		await take(store, 'wait');
		await switchOff(store);
		await advance(14 * DAY - 1);
		expect(await tend(store)).toEqual({ left: 0, moved: 0, more: false });
		await advance(1);
		for (let calls = 0; calls < 10 && (await tend(store)).more; calls++);
		for (const customer of ['released', 'waits']) expect(await journeysOf(store, customer)).toMatchObject([{ status: 'exited', endReason: 'workflow_deleted' }]);
		expect(await tend(store)).toEqual({ left: 0, moved: 0, more: false });
		expect(await lineOf(store, 'wait')).toMatchObject({ waiting: 0, inRelease: 0 });
	});

	test('after a long standstill of n8n nobody is sent home before the others had time to sign on', async () => {
		const { store, advance } = await open();
		await switchOn(store);
		await enterAndWait(store, ['waits']);
		await switchOff(store);
		await advance(20 * DAY);
		await another(store);
		expect(await tend(store)).toMatchObject({ left: 0 });
		await switchOn(store, {}, 'init');
		await advance(2 * HOUR);
		expect(await tend(store)).toMatchObject({ left: 0 });
		expect(customersOf(await releaseAll(store, 'wait'))).toEqual(['waits']);
	});
});

async function pass(store: Store, journey: { key: string; enrolment: string; step: string; visit: number; variant: string | null }, notBefore: number) {
	const [answer] = await store.run('policy.pass', {
		workflowId: WORKFLOW_ID, stepKey: 'policy', nodeName: 'Policy', nodeRules: [], messagesPerRun: 100, onSecondHandOff: 'block', batch: null, dryRun: false,
		items: [{ index: 0, customer: { customerId: 'c1' }, journey, released: false, channel: 'email', category: 'x', class: 'marketing', priority: 50, tags: [], notBefore, onBlock: 'delay', fallbackChannels: [], own: {} }],
	});
	return answer;
}
