import type { JourneySettingsInput } from '../../src/journeys/settings';
import type { WaitRequestInput } from '../../src/journeys/waitRequest';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { goOn, journeysOf, register, release, track } from './support/journey';

const JOURNEY: JourneySettingsInput = { key: 'j', name: 'J', entry: { eventType: 'signed_up', entryKey: { kind: 'event' } }, guardMs: 0, exits: [{ eventType: 'order_placed', filter: [{ field: 'big', operator: 'equals', value: true }] }] };
const forEvents = (types: string[], more: object = {}): WaitRequestInput => ({ kind: 'event', events: types.map((eventType) => ({ eventType })), timeout: { amount: 1, unit: 'hours' }, ...more });

onEachStore('Waiting for events', (open) => {
	async function waiting(wait: WaitRequestInput, properties = {}) {
		const opened = await open();
		await register(opened.store, JOURNEY);
		await track(opened.store, 'signed_up', 'c1', properties);
		const parked = await goOn(opened.store, 'entry', wait);
		return { ...opened, parked };
	}

	test('J12 of two branches the event that happened first decides, whatever came in first', async () => {
		const { store, advance } = await waiting(forEvents(['opened', 'clicked']));
		await advance(30 * MINUTE);
		await track(store, 'opened', 'c1', { n: 1 }, { at: START_MS + 20 * MINUTE });
		await track(store, 'clicked', 'c1', { n: 2 }, { at: START_MS + 10 * MINUTE });
		await track(store, 'opened', 'c1', { n: 3 }, { at: START_MS + 10 * MINUTE });
		expect(await release(store, 'wait')).toMatchObject([{ outcome: { by: 'event', branch: 1, event: { properties: { n: 2 } } } }]);
	});

	test('the best branch: holds to the end, and the branch that stands highest wins', async () => {
		const { store, advance } = await waiting(forEvents(['bought', 'clicked', 'opened'], { pick: 'best' }));
		for (const type of ['opened', 'clicked', 'opened']) {
			await advance(MINUTE);
			await track(store, type, 'c1');
			expect(await release(store, 'wait')).toEqual([]);
		}
		await advance(HOUR);
		expect(await release(store, 'wait')).toMatchObject([{ outcome: { by: 'event', branch: 1, event: { type: 'clicked' } } }]);
	});

	test('J08 the best branch also counts what happened since the entry', async () => {
		const { store, advance } = await open();
		await register(store, JOURNEY);
		await track(store, 'signed_up', 'c1');
		await goOn(store, 'entry', { kind: 'delay', length: { amount: 1, unit: 'hours' } }, 'first');
		await advance(HOUR);
		await track(store, 'clicked', 'c1', {}, { at: START_MS + MINUTE });
		expect(await goOn(store, 'first', forEvents(['bought', 'clicked'], { pick: 'best', since: 'entry' }))).toMatchObject([{ result: 'parked', dueAt: START_MS + 2 * HOUR }]);
		await advance(HOUR);
		expect(await release(store, 'wait')).toMatchObject([{ outcome: { branch: 1 } }]);
	});

	test('J08 a wait that began anew with its customer still counts what happened since the entry', async () => {
		for (const [since, by] of [['entry', 'event'], ['arrival', 'time']] as const) {
			const { store, advance } = await open();
			await register(store, { ...JOURNEY, whileActive: 'refresh' });
			await track(store, 'signed_up', 'c1');
			await goOn(store, 'entry', forEvents(['clicked'], { since }));
			await advance(30 * MINUTE);
			await track(store, 'signed_up', 'c1');
			await track(store, 'clicked', 'c1', {}, { at: START_MS + 10 * MINUTE });
			await advance(HOUR);
			expect(await release(store, 'wait')).toMatchObject([{ outcome: { by } }]);
		}
	});

	test('no time at all looks whether it has happened', async () => {
		for (const [happened, by] of [[true, 'event'], [false, 'time']] as const) {
			const { store, advance } = await open();
			await register(store, JOURNEY);
			await track(store, 'signed_up', 'c1');
			await goOn(store, 'entry', { kind: 'delay', length: { amount: 1, unit: 'minutes' } }, 'first');
			if (happened) await track(store, 'clicked', 'c1');
			await advance(MINUTE);
			await goOn(store, 'first', { ...forEvents(['clicked'], { since: 'entry' }), timeout: { amount: 0, unit: 'hours' } } as WaitRequestInput);
			expect(await release(store, 'wait')).toMatchObject([{ outcome: { by } }]);
		}
	});

	test('J13 waiting for the same field that the entry does not have is said, and ends by time', async () => {
		const { store, advance, parked } = await waiting({ kind: 'event', events: [{ eventType: 'order_placed', correlate: { eventField: 'cart_id', entryField: 'cart_id' } }], timeout: { amount: 1, unit: 'hours' } });
		expect(parked).toMatchObject([{ result: 'parked', warning: 'The event that started the journey has no field "cart_id", so no order_placed can have the same one: this wait ends by its time.' }]);
		await track(store, 'order_placed', 'c1', { cart_id: 'k1' });
		await advance(HOUR);
		expect(await release(store, 'wait')).toMatchObject([{ outcome: { by: 'time' } }]);
	});

	test('J20 an event that comes in two days late is noted; the branch is not taken again, and exits see it', async () => {
		const { store, advance } = await waiting(forEvents(['order_placed']));
		await advance(HOUR);
		expect(await goOn(store, 'wait', { kind: 'delay', length: { amount: 30, unit: 'days' } }, 'next')).toHaveLength(1);
		await advance(2 * DAY);
		expect(await track(store, 'order_placed', 'c1', { n: 1 }, { at: START_MS + HOUR })).toMatchObject({ late: [], exited: [] });
		expect(await track(store, 'order_placed', 'c1', { n: 2 }, { at: START_MS + HOUR - 1 })).toMatchObject({ late: ['j'], exited: [] });
		expect(await track(store, 'order_placed', 'c1', { n: 3 }, { at: START_MS + 1 })).toMatchObject({ late: [] });
		expect(await release(store, 'next')).toEqual([]);
		expect(await journeysOf(store, 'c1')).toMatchObject([{ status: 'waiting', step: 'next', lateMatches: [{ step: 'wait', event: { type: 'order_placed', properties: { n: 2 } } }] }]);
		expect(await track(store, 'order_placed', 'c1', { big: true }, { at: START_MS + 2 })).toMatchObject({ exited: ['j'] });
	});

	test('J20 nothing is noted where an event ended the wait, or what is older than the journey looks back', async () => {
		const { store, advance } = await waiting(forEvents(['clicked']));
		await track(store, 'clicked', 'c1', { n: 1 });
		await goOn(store, 'wait', forEvents(['opened']), 'next');
		expect(await track(store, 'clicked', 'c1', { n: 2 }, { at: START_MS })).toMatchObject({ late: [] });
		await advance(HOUR);
		await goOn(store, 'next', { kind: 'delay', length: { amount: 30, unit: 'days' } }, 'last');
		await advance(4 * DAY);
		expect(await track(store, 'opened', 'c1', {}, { at: START_MS + 1 })).toMatchObject({ late: [] });
	});

	test('J09 event and timeout in the same moment from two processes: one of them decides, and an event that lost is noted', async () => {
		const outcomes = new Set<string>();
		for (let round = 0; round < 12; round++) {
			const { store, again, advance } = await waiting(forEvents(['clicked']));
			const other = await again();
			await advance(HOUR);
			const [{ batch }, answer] = await Promise.all([
				store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' }),
				track(other, 'clicked', 'c1', {}, { at: START_MS + HOUR - 1 }),
			]);
			const taken = batch ?? (await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' })).batch;
			const { items } = await store.run('journeys.claimBatch', { ...taken!, workflowId: 'w1', stepKey: 'wait', skipMovedOn: true });
			expect(items).toHaveLength(1);
			const [{ lateMatches }] = await journeysOf(store, 'c1');
			const { by } = items[0].outcome;
			outcomes.add(by);
			expect([by, lateMatches.length, answer.result]).toEqual([by, by === 'event' ? 0 : 1, 'accepted']);
			expect((await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' })).batch).toBeNull();
		}
		expect(outcomes.size).toBeGreaterThan(0);
	});

	test('J10 a worker that is 3 hours late still lets the event decide that happened in time', async () => {
		const { store, advance } = await waiting(forEvents(['clicked']));
		await advance(3 * HOUR);
		await track(store, 'clicked', 'c1', {}, { at: START_MS + 30 * MINUTE });
		expect(await release(store, 'wait')).toMatchObject([{ outcome: { by: 'event', branch: 0 } }]);
	});

	test('J11 an event after the deadline leaves the late worker on the way of time', async () => {
		const { store, advance } = await waiting(forEvents(['clicked']));
		await advance(3 * HOUR);
		await track(store, 'clicked', 'c1', {}, { at: START_MS + 2 * HOUR });
		expect(await release(store, 'wait')).toMatchObject([{ outcome: { by: 'time' } }]);
	});
});
