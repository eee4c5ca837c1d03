import type { ChangedWaitInput } from '../../src/journeys/laneJobs';
import type { JourneySettingsInput } from '../../src/journeys/settings';
import type { WaitRequestInput } from '../../src/journeys/waitRequest';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { customersOf, enterAndWait, JOURNEY, journeysOf, lineOf, park, register, registerStep, releaseAll, succeed, take, track, WORKFLOW_ID } from './support/steps';

const days = (amount: number): Extract<WaitRequestInput, { kind: 'delay' }> => ({ kind: 'delay', length: { amount, unit: 'days' } });

/** The node is published anew: with `wait`, its changes hold for those who wait. */
async function publish(store: Store, wait?: ChangedWaitInput, stepKey = 'wait'): Promise<void> {
	await store.run('journeys.registerStep', { workflowId: WORKFLOW_ID, stepKey, nodeId: `n-${stepKey}`, nodeName: `Node ${stepKey}`, kind: 'wait', wait });
}

async function nextDue(store: Store, stepKey = 'wait'): Promise<number | null> {
	for (;;) {
		const { batch, now, nextDueAt } = await store.run('journeys.takeBatch', { workflowId: WORKFLOW_ID, stepKey });
		if (batch) throw new Error('Somebody is due');
		if (nextDueAt !== now) return nextDueAt;
	}
}

onEachStore('A wait that is changed while customers wait', (open) => {
	test('J25 from 7 days to 3: who waits for 5 days waits on; who comes now waits 3', async () => {
		const { store, advance } = await open();
		await register(store);
		await publish(store);
		await enterAndWait(store, ['old'], 'wait', days(7));
		await advance(5 * DAY);
		await publish(store);
		await enterAndWait(store, ['new'], 'wait', days(3));
		expect(await nextDue(store)).toBe(START_MS + 7 * DAY);
		await advance(2 * DAY);
		expect(customersOf(await releaseAll(store, 'wait'))).toEqual(['old']);
	});

	test('J25 with recompute they are due now, and leave once', async () => {
		const { store, advance } = await open();
		await register(store);
		await publish(store, days(7));
		await enterAndWait(store, ['old'], 'wait', days(7));
		await advance(4 * DAY);
		await enterAndWait(store, ['young'], 'wait', days(7));
		await advance(DAY);
		await publish(store, days(3));
		expect(customersOf(await releaseAll(store, 'wait'))).toEqual(['old']);
		expect(await nextDue(store)).toBe(START_MS + 7 * DAY);
		await advance(30 * DAY);
		expect(customersOf(await releaseAll(store, 'wait'))).toEqual(['young']);
	});

	test('a longer wait is longer for those who wait; the same settings published again change nothing', async () => {
		const { store, advance } = await open();
		await register(store);
		await publish(store, days(1));
		await enterAndWait(store, ['c1'], 'wait', days(1));
		await publish(store, days(1));
		expect((await store.run('journeys.takeBatch', { workflowId: WORKFLOW_ID, stepKey: 'wait' })).nextDueAt).toBe(START_MS + DAY);
		await publish(store, days(2));
		expect(await nextDue(store)).toBe(START_MS + 2 * DAY);
		await advance(DAY);
		expect(await releaseAll(store, 'wait')).toEqual([]);
	});

	test('times of day go by the zone of the customer, dates keep the date of each, windows their beginning', async () => {
		const { store, advance } = await open();
		await register(store);
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'tokyo' }, timeZone: 'Asia/Tokyo' }] });
		await publish(store, { kind: 'localTime', time: '10:00' }, 'clock');
		await publish(store, { kind: 'date', time: '10:00' }, 'date');
		await publish(store, { kind: 'event', events: [{ eventType: 'seen' }], timeout: { amount: 1, unit: 'days' } }, 'event');
		await enterAndWait(store, ['tokyo'], 'clock', { kind: 'localTime', time: '10:00' });
		await enterAndWait(store, ['dated'], 'date', { kind: 'date', at: START_MS + 9 * DAY });
		await enterAndWait(store, ['seen', 'unseen'], 'event', { kind: 'event', events: [{ eventType: 'seen' }], timeout: { amount: 1, unit: 'days' } });
		await publish(store, { kind: 'localTime', time: '12:00' }, 'clock');
		await publish(store, { kind: 'date', time: '10:00', shift: { amount: 2, unit: 'days' }, shiftDirection: 'before' }, 'date');
		await publish(store, { kind: 'event', events: [{ eventType: 'other' }, { eventType: 'seen' }], timeout: { amount: 2, unit: 'days' } }, 'event');
		expect(new Date((await nextDue(store, 'clock')) as number).toISOString()).toBe('2026-03-03T03:00:00.000Z');
		expect(await nextDue(store, 'date')).toBe(START_MS + 7 * DAY);
		expect(await nextDue(store, 'event')).toBe(START_MS + 2 * DAY);
		await advance(DAY + HOUR);
		await track(store, 'seen', 'seen');
		expect(await releaseAll(store, 'event')).toMatchObject([{ customer: { id: 'seen' }, outcome: { by: 'event', branch: 1 } }]);
	});

	test('a wait that the cart started anew is counted from there', async () => {
		const { store, advance } = await open();
		const settings: Partial<JourneySettingsInput> = { whileActive: 'refresh', entry: { eventType: 'start', entryKey: { kind: 'property', property: 'cart' } } };
		await register(store, settings);
		await publish(store, days(2));
		await enterAndWait(store, ['c1'], 'wait', days(2));
		await advance(DAY);
		await track(store, 'start', 'c1', { cart: 'c1' });
		await publish(store, days(3));
		expect(await nextDue(store)).toBe(START_MS + DAY + 3 * DAY);
	});

	test('a change comes on top of a pause that was made up for', async () => {
		const { store, advance } = await open();
		await register(store, { whenResumed: { mode: 'shift' } });
		await publish(store, days(7));
		await enterAndWait(store, ['c1'], 'wait', days(7));
		await store.run('journeys.close', { workflowId: WORKFLOW_ID, nodeId: 'trigger', stepKey: 'entry', journeyKey: 'j' });
		await advance(10 * DAY);
		await register(store, { whenResumed: { mode: 'shift' } });
		await publish(store, days(3));
		expect(await nextDue(store)).toBe(START_MS + 10 * DAY + 3 * DAY);
	});
});

onEachStore('A step that is removed while customers wait', (open) => {
	async function removed(removedSteps: JourneySettingsInput['removedSteps']) {
		const opened = await open();
		const { store, advance } = opened;
		await register(store, { removedSteps });
		await registerStep(store);
		await registerStep(store, 'next');
		await enterAndWait(store, ['released'], 'wait', { kind: 'delay', length: { amount: 1, unit: 'minutes' } });
		await enterAndWait(store, ['a', 'b'], 'wait', days(2));
		await advance(MINUTE);
		await take(store, 'wait');
		await store.run('journeys.close', { workflowId: WORKFLOW_ID, nodeId: 'n-wait', stepKey: 'wait' });
		return { ...opened, store, advance };
	}

	/** The loops of the nodes that are left, for so many half minutes. */
	async function live(store: Store, advance: (byMs: number) => Promise<number>, beats: number): Promise<void> {
		for (let beat = 0; beat < beats; beat++) {
			await advance(30_000);
			await store.run('journeys.heartbeat', { workflowId: WORKFLOW_ID, nodeId: 'n-next', stepKey: 'next' });
			await store.run('journeys.heartbeat', { workflowId: WORKFLOW_ID, nodeId: 'trigger', stepKey: 'entry', journeyKey: 'j' });
			for (let calls = 0; calls < 10 && (await store.run('journeys.tend', { journeyKey: 'j' })).more; calls++);
		}
	}

	test('J26 its customers are frozen and reported until a choice is made', async () => {
		const { store, advance } = await removed(undefined);
		await live(store, advance, 20);
		expect(await lineOf(store, 'wait')).toMatchObject({ waiting: 2, held: expect.stringContaining('If a Step Is Removed') });
		expect(await journeysOf(store, 'a')).toMatchObject([{ status: 'waiting' }]);
		await registerStep(store);
		await advance(2 * DAY);
		expect(customersOf(await releaseAll(store, 'wait')).sort()).toEqual(['a', 'b', 'released']);
	});

	test('J26 exit: they leave after two minutes with the reason, the others stay', async () => {
		const { store, advance } = await removed({ action: 'exit' });
		await enterAndWait(store, ['elsewhere'], 'next', days(2));
		await live(store, advance, 2);
		expect(await journeysOf(store, 'a')).toMatchObject([{ status: 'waiting' }]);
		await live(store, advance, 6);
		for (const customer of ['a', 'b', 'released']) expect(await journeysOf(store, customer)).toMatchObject([{ status: 'exited', endReason: 'step_removed' }]);
		expect(await journeysOf(store, 'elsewhere')).toMatchObject([{ status: 'waiting' }]);
		expect(await lineOf(store, 'wait')).toMatchObject({ waiting: 0, inRelease: 0 });
	});

	test('J26 move: they wait at the other step as long as they would have, and go on from there', async () => {
		const { store, advance } = await removed({ action: 'move', to: 'Node next' });
		await live(store, advance, 8);
		expect(await lineOf(store, 'wait')).toMatchObject({ waiting: 0, inRelease: 0 });
		expect(await releaseAll(store, 'next')).toMatchObject([{ customer: { id: 'released' }, journey: { step: 'next', visit: 2 }, outcome: { by: 'time' } }]);
		expect((await lineOf(store, 'next')).nextDueAt).toBe(START_MS + 2 * DAY);
		expect((await track(store, 'leave', 'a')).exited).toEqual(['j']);
		await advance(2 * DAY);
		expect(await releaseAll(store, 'next')).toMatchObject([{ customer: { id: 'b' }, journey: { step: 'next', visit: 2 } }]);
		expect(await journeysOf(store, 'b')).toMatchObject([{ status: 'completed' }]);
	});

	test('a step to move to that does not exist moves nobody', async () => {
		const { store, advance } = await removed({ action: 'move', to: 'nowhere' });
		await live(store, advance, 8);
		expect(await lineOf(store, 'wait')).toMatchObject({ waiting: 2 });
	});

	test('a clock that jumps, or a machine that slept, removes no step: whoever beats first finds the others silent', async () => {
		const { store, advance } = await open();
		await register(store, { removedSteps: { action: 'exit' } });
		await registerStep(store);
		await enterAndWait(store, ['a'], 'wait', days(9));
		await advance(2 * DAY);
		for (let beat = 0; beat < 6; beat++) {
			await store.run('journeys.heartbeat', { workflowId: WORKFLOW_ID, nodeId: 'trigger', stepKey: 'entry', journeyKey: 'j' });
			expect(await store.run('journeys.tend', { journeyKey: 'j' })).toMatchObject({ left: 0 });
			await store.run('journeys.heartbeat', { workflowId: WORKFLOW_ID, nodeId: 'n-wait', stepKey: 'wait' });
			await advance(beat === 3 ? DAY : 30_000);
		}
	});

	test('a sub-workflow that is off is no removed step', async () => {
		const { store, advance } = await open();
		await register(store, { removedSteps: { action: 'exit' } });
		await track(store, 'start', 'a');
		const entered = (await take(store, 'entry'))!;
		await store.run('journeys.park', { workflowId: 'sub', stepKey: 'below', nodeName: 'Below', parkings: [{ index: 0, journey: entered.items[0].journey, own: {}, wait: days(1) }] });
		await succeed(store, entered);
		await live(store, advance, 8);
		expect(await lineOf(store, 'below')).toMatchObject({ waiting: 1 });
	});
});

onEachStore('A workflow that is renamed, copied or wired in a circle', (open) => {
	test('J28 a renamed node, and one deployed over REST, keep their customers: the keys are the same', async () => {
		const { store, advance } = await open();
		await register(store);
		await registerStep(store);
		await enterAndWait(store, ['a']);
		await store.run('journeys.close', { workflowId: WORKFLOW_ID, nodeId: 'n-wait', stepKey: 'wait' });
		await store.run('journeys.registerStep', { workflowId: WORKFLOW_ID, stepKey: 'wait', nodeId: 'n-wait', nodeName: 'New name', kind: 'wait' });
		await advance(HOUR);
		expect(customersOf(await releaseAll(store, 'wait'))).toEqual(['a']);
		expect(await lineOf(store, 'wait')).toMatchObject({ nodeName: 'New name' });
	});

	test('J28 copied with a journey key: the customers follow it, those in a sub-workflow stay there', async () => {
		const { store, advance } = await open();
		await register(store);
		await registerStep(store);
		await enterAndWait(store, ['a']);
		await track(store, 'start', 'b');
		const entered = (await take(store, 'entry'))!;
		await store.run('journeys.park', { workflowId: 'sub', stepKey: 'below', nodeName: 'Below', parkings: [{ index: 0, journey: entered.items[0].journey, own: {}, wait: { kind: 'delay', length: { amount: 1, unit: 'hours' } } }] });
		await succeed(store, entered);
		await store.run('journeys.close', { workflowId: WORKFLOW_ID, nodeId: 'trigger', stepKey: 'entry', journeyKey: 'j' });
		await store.run('journeys.register', { settings: JOURNEY, workflowId: 'copy', workflowName: 'Copy', nodeId: 't2', activation: 'activate' });
		await advance(HOUR);
		expect((await store.run('journeys.takeBatch', { workflowId: 'copy', stepKey: 'wait' })).batch).toMatchObject({ size: 1 });
		expect((await store.run('journeys.takeBatch', { workflowId: 'sub', stepKey: 'below' })).batch).toMatchObject({ size: 1 });
	});

	test('J28 copied without a journey key: another journey; the customers stay with the old one', async () => {
		const { store, advance } = await open();
		await register(store);
		await enterAndWait(store, ['a']);
		await store.run('journeys.register', { settings: { ...JOURNEY, key: 'w2' }, workflowId: 'w2', workflowName: 'Copy', nodeId: 't2', activation: 'activate' });
		await advance(HOUR);
		expect((await store.run('journeys.takeBatch', { workflowId: 'w2', stepKey: 'wait' })).batch).toBeNull();
		expect(customersOf(await releaseAll(store, 'wait'))).toEqual(['a']);
	});

	test('J30 a loop: every round is a visit of its own, and after the most visits the customer leaves', async () => {
		const { store, advance } = await open();
		await register(store, { maxVisits: 12 });
		await registerStep(store);
		await enterAndWait(store, ['a']);
		const visits: number[] = [];
		for (;;) {
			await advance(HOUR);
			const round = (await take(store, 'wait'))!;
			visits.push(round.items[0].journey.visit);
			const [answer] = await park(store, round.items);
			// The same execution again: the same visit.
			expect(await park(store, round.items)).toMatchObject([{ result: answer.result === 'parked' ? 'parked_before' : 'ended' }]);
			await succeed(store, round);
			if (answer.result === 'parked') continue;
			expect(answer).toMatchObject({ result: 'ended', reason: 'max_visits' });
			break;
		}
		expect(visits).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
		expect(await journeysOf(store, 'a')).toMatchObject([{ status: 'exited', endReason: 'max_visits' }]);
	});
});

onEachStore('A customer who is late', (open) => {
	const late = (action: 'mark' | 'exit') => ({ afterMs: 2 * HOUR, action });

	async function overdue(byMs: number) {
		const opened = await open();
		const { store, advance } = opened;
		await register(store);
		await registerStep(store);
		await enterAndWait(store, ['timer', 'event'], 'wait', { kind: 'event', events: [{ eventType: 'seen' }], timeout: { amount: 1, unit: 'hours' } });
		await track(store, 'seen', 'event');
		await advance(HOUR + byMs);
		const { batch } = await store.run('journeys.takeBatch', { workflowId: WORKFLOW_ID, stepKey: 'wait' });
		return { store, claim: async (limits?: { afterMs: number; action: 'mark' | 'exit' }) => (await store.run('journeys.claimBatch', { ...batch!, workflowId: WORKFLOW_ID, stepKey: 'wait', skipMovedOn: true, late: limits })).items };
	}

	test('goes on as if nothing had happened, by default', async () => {
		const { claim } = await overdue(100 * DAY);
		expect((await claim()).map(({ customer, lateByMs }) => [customer.id, lateByMs])).toEqual([['event', undefined], ['timer', undefined]]);
	});

	test('is marked when the time was up too long ago, not when an event came in time', async () => {
		const { claim } = await overdue(2 * HOUR + 1);
		expect((await claim(late('mark'))).map(({ customer, lateByMs }) => [customer.id, lateByMs])).toEqual([['event', undefined], ['timer', 2 * HOUR + 1]]);
	});

	test('is not late at the last instant', async () => {
		const { claim } = await overdue(2 * HOUR);
		expect((await claim(late('mark'))).map(({ lateByMs }) => lateByMs)).toEqual([undefined, undefined]);
	});

	test('leaves the journey where the step says so', async () => {
		const { store, claim } = await overdue(3 * HOUR);
		expect(customersOf(await claim(late('exit')))).toEqual(['event']);
		expect(await journeysOf(store, 'timer')).toMatchObject([{ status: 'exited', endReason: 'too_late' }]);
	});

	test('J10 an event before the deadline leads by the event output although the worker is hours late; J11 one after it does not', async () => {
		const { store, advance } = await open();
		await register(store);
		await registerStep(store);
		await enterAndWait(store, ['before', 'after'], 'wait', { kind: 'event', events: [{ eventType: 'seen' }], timeout: { amount: 1, unit: 'hours' } });
		await advance(4 * HOUR);
		await track(store, 'seen', 'before', {}, START_MS + HOUR - 1);
		await track(store, 'seen', 'after', {}, START_MS + HOUR);
		expect((await releaseAll(store, 'wait')).map(({ customer, outcome }) => [customer.id, outcome.by]).sort()).toEqual([['after', 'time'], ['before', 'event']]);
	});
});
