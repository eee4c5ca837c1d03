import { dumpStore } from '../support/dumpStore';
import { HOUR, onEachStore, START_MS } from '../support/eachStore';
import { keeping, waitsOf } from '../../src/journeys/batchItems';

const WORKFLOW_ID = 'w1';
const DELAY = { kind: 'delay' as const, length: { amount: 1, unit: 'hours' as const } };

onEachStore('What a batch keeps of those in it', (open) => {
	test('is each one\'s own where it differs, and is not lost with the first of them', async () => {
		const { store, location } = await open();
		await store.run('journeys.register', { settings: { key: 'j', name: 'J', entry: { eventType: 'start', entryKey: { kind: 'event' } } }, workflowId: WORKFLOW_ID, workflowName: 'W', nodeId: 'n', activation: 'activate' });
		await store.run('journeys.registerStep', { workflowId: WORKFLOW_ID, stepKey: 'wait', nodeId: 'n2', nodeName: 'Wait', kind: 'wait' });
		await store.run('events.track', { items: ['a', 'b', 'c', 'd'].map((customerId) => ({ ref: { customerId }, type: 'start', occurredAt: START_MS, eventId: customerId, source: 's', properties: {} })) });
		const entered = await taken('entry');
		// The first three wait for the same; the last for something else, as long.
		const waits = [DELAY, DELAY, DELAY, { kind: 'delay' as const, length: { amount: 60, unit: 'minutes' as const } }];
		await store.run('journeys.park', { workflowId: WORKFLOW_ID, stepKey: 'wait', nodeName: 'Wait', parkings: entered.items.map(({ journey }, index) => ({ index, journey, own: { mine: `own of ${index}` }, wait: waits[index] })) });
		await entered.settle();
		await store.run('clock.advance', { byMs: HOUR });
		const { batch } = await store.run('journeys.takeBatch', { workflowId: WORKFLOW_ID, stepKey: 'wait' });

		const kept = async () => (await dumpStore(location)).release_batch.map((row) => row as unknown as { items: string; spec: string | null })[0];
		const before = await kept();
		expect((JSON.parse(before.items) as { spec: string | null }[]).map(({ spec }) => spec === null)).toEqual([true, true, true, false]);
		expect(waitsOf(before).map(({ spec }) => (JSON.parse(spec) as { request: { length: { unit: string } } }).request.length.unit)).toEqual(['hours', 'hours', 'hours', 'minutes']);

		// With the first one goes what a batch kept for all: it may be said of them alone.
		await store.run('customers.erase', { ref: { customerId: 'a' } });
		const after = await kept();
		expect([after.spec, waitsOf(after).map(({ visit, spec }) => [visit, spec])]).toEqual([null, waitsOf(before).slice(1).map(({ visit, spec }) => [visit, spec])]);
		const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: WORKFLOW_ID, stepKey: 'wait', skipMovedOn: true });
		expect(items.map(({ customer, own, outcome }) => [customer.id, own.mine, outcome])).toEqual([['b', 'own of 1', { by: 'time' }], ['c', 'own of 2', { by: 'time' }], ['d', 'own of 3', { by: 'time' }]]);
		expect(await store.run('journeys.settleBatch', { ...batch!, outcome: 'success' })).toMatchObject({ settled: true, completed: 3 });

		async function taken(stepKey: string) {
			const { batch } = await store.run('journeys.takeBatch', { workflowId: WORKFLOW_ID, stepKey });
			const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: WORKFLOW_ID, stepKey, skipMovedOn: true });
			return { items, settle: () => store.run('journeys.settleBatch', { ...batch!, outcome: 'success' }) };
		}
	});

	test('may be handed on half and half, after failures', async () => {
		const { store } = await open();
		await store.run('journeys.register', { settings: { key: 'j', name: 'J', entry: { eventType: 'start', entryKey: { kind: 'event' } } }, workflowId: WORKFLOW_ID, workflowName: 'W', nodeId: 'n', activation: 'activate' });
		await store.run('events.track', { items: ['a', 'b', 'c'].map((customerId) => ({ ref: { customerId }, type: 'start', occurredAt: START_MS, eventId: customerId, source: 's', properties: {} })) });
		const seen: string[] = [];
		for (let run = 0; run < 12 && seen.length < 3; run++) {
			const { batch } = await store.run('journeys.takeBatch', { workflowId: WORKFLOW_ID, stepKey: 'entry' });
			if (batch) {
				const { items } = await store.run('journeys.claimBatch', { ...batch, workflowId: WORKFLOW_ID, stepKey: 'entry', skipMovedOn: true });
				// The first run fails; from then on everybody gets through.
				if (run > 0) seen.push(...items.map(({ customer }) => customer.id));
				await store.run('journeys.settleBatch', { ...batch, outcome: run > 0 ? 'success' : 'failed', error: 'no' });
			}
			await store.run('clock.advance', { byMs: 6 * HOUR });
		}
		expect(seen.sort()).toEqual(['a', 'b', 'c']);
	});
});

test('what is kept is what was given', () => {
	const waits = [1, 2].map((enrolment_id) => ({ step_id: 1, due_at: 5, enrolment_id, visit: 1, customer_id: 9, parked_at: 4, spec: '{"kind":"time"}', item: '{"a":"\\"spec\\":null"}' }));
	expect([waitsOf(keeping(waits)), keeping(waits).size]).toEqual([waits, 2]);
});
