import type { JourneySettingsInput } from '../../src/journeys/settings';
import { dumpStore } from '../support/dumpStore';
import { HOUR, START_MS } from '../support/eachStore';
import { openScene, type Scene } from './support/rival';

/** Locks of journeys on PostgreSQL: workers are held at the same point by somebody else's transaction, every time. */
let scene: Scene;
beforeEach(async () => {
	scene = await openScene({ mode: 'frozen', atMs: START_MS });
});
afterEach(() => scene.close());

const journey = (more: Partial<JourneySettingsInput> = {}): JourneySettingsInput => ({ key: 'j', name: 'J', entry: { eventType: 'start', entryKey: { kind: 'event' } }, ...more });
const register = (workflowId: string, more: Partial<JourneySettingsInput> = {}) =>
	scene.store.run('journeys.register', { settings: journey(more), workflowId, workflowName: workflowId, nodeId: 'trigger', activation: 'activate' });
const track = (type: string, customerId = 'c1') => scene.store.run('events.track', { items: [{ ref: { customerId }, type, occurredAt: START_MS, source: 's', properties: {} }] });
const registryLock = () => scene.rival.query("BEGIN; SELECT pg_advisory_xact_lock(hashtext('customer-journeys'), hashtext(current_schema() || '.journey'))");

/** A customer in a batch that was taken, not claimed yet. */
async function taken(): Promise<{ id: number; epoch: number }> {
	await register('w1');
	await track('start');
	const { batch } = await scene.store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'entry' });
	return { id: batch!.id, epoch: batch!.epoch };
}

test('two workflows that go live at once with one journey key: one wins, the other is told', async () => {
	await registryLock();
	const calls = Promise.allSettled(['w1', 'w2'].map((workflowId) => register(workflowId)));
	await scene.blocked(2);
	await scene.rival.query('COMMIT');
	const results = await calls;
	expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
	expect(results.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).message] : []))).toEqual([expect.stringContaining('already used by the active workflow')]);
});

test('two nodes that go live at once with one step key: one wins, the other is told', async () => {
	await registryLock();
	const calls = Promise.allSettled(['n1', 'n2'].map((nodeId) => scene.store.run('journeys.registerStep', { workflowId: 'w1', stepKey: 's', nodeId, nodeName: nodeId, kind: 'wait' })));
	await scene.blocked(2);
	await scene.rival.query('COMMIT');
	expect((await calls).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

/** Everything that needs a batch and its customers takes the customers first; else two of them could wait for each other. */
describe('who waits for a customer does not hold their batch', () => {
	type Call = (batch: { id: number; epoch: number }) => Promise<unknown>;
	const calls: Record<string, Call> = {
		claim: (batch) => scene.store.run('journeys.claimBatch', { ...batch, workflowId: 'w1', stepKey: 'entry', skipMovedOn: true }),
		'settle a success': (batch) => scene.store.run('journeys.settleBatch', { ...batch, outcome: 'success' }),
		'settle a success and take the next': (batch) => scene.store.run('journeys.settleBatch', { ...batch, outcome: 'success', next: { workflowId: 'w1', stepKey: 'entry' } }),
		'settle a failure': (batch) => scene.store.run('journeys.settleBatch', { ...batch, outcome: 'failed', error: 'x' }),
		erase: () => scene.store.run('customers.erase', { ref: { customerId: 'c1' } }),
		pass: async (batch) =>
			scene.store.run('policy.pass', {
				workflowId: 'w1', stepKey: 'policy', nodeName: 'Policy', messagesPerRun: 10, onSecondHandOff: 'block', dryRun: false, batch,
				nodeRules: [],
				items: [{ index: 0, released: true, customer: { customerId: 'c1' }, journey: { key: 'j', enrolment: `${scene.store.storeId}-1`, step: 'policy', visit: 1, variant: null }, event: null, own: {}, channel: 'email', category: 'x', class: 'marketing', priority: 50, mailingKey: 'm', tags: [], onBlock: 'delay', fallbackChannels: [] }],
			}),
	};

	test.each(Object.entries(calls))('%s', async (_name, call) => {
		const batch = await taken();
		await scene.rival.query("BEGIN; SELECT 1 FROM customer WHERE key = 'c1' FOR UPDATE");
		const running = call(batch);
		await scene.blocked(1);
		expect((await scene.onlooker.query('SELECT 1 FROM release_batch FOR UPDATE SKIP LOCKED')).rowCount).toBe(1);
		await scene.rival.query('COMMIT');
		await running;
	});
});

test('an erasure that is through before the claim leaves nothing to claim, though the batch was seen with the customer', async () => {
	const batch = await taken();
	await scene.rival.query("BEGIN; SELECT 1 FROM customer WHERE key = 'c1' FOR UPDATE");
	const erased = scene.store.run('customers.erase', { ref: { customerId: 'c1' } });
	await scene.blocked(1);
	const claimed = scene.store.run('journeys.claimBatch', { ...batch, workflowId: 'w1', stepKey: 'entry', skipMovedOn: true });
	await scene.blocked(2);
	await scene.rival.query('COMMIT');
	expect(await erased).toMatchObject({ result: 'erased', counts: { released: 1 } });
	expect((await claimed).items).toEqual([]);
});

test('J09 the timer takes a wait while an event is about to end it: the customer is released once', async () => {
	await register('w1', { goal: { rule: { eventType: 'visited' }, windowMs: HOUR } });
	await track('start');
	const entry = (await scene.store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'entry' })).batch!;
	const { items } = await scene.store.run('journeys.claimBatch', { ...entry, workflowId: 'w1', stepKey: 'entry', skipMovedOn: true });
	const wait = { kind: 'event' as const, events: [{ eventType: 'visited' }], timeout: { amount: 1, unit: 'minutes' as const } };
	await scene.store.run('journeys.park', { workflowId: 'w1', stepKey: 'wait', nodeName: 'Wait', parkings: [{ index: 0, journey: items[0].journey, own: {}, wait }] });
	await scene.store.run('journeys.settleBatch', { ...entry, outcome: 'success' });
	await scene.store.run('clock.advance', { byMs: 60_000 });
	// The goal of the event is noted before its wait is ended: there it is held.
	await scene.rival.query('BEGIN; SELECT 1 FROM enrolment FOR UPDATE');
	const tracked = track('visited');
	await scene.blocked(1);
	const { batch } = await scene.store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' });
	expect(batch).toMatchObject({ size: 1 });
	await scene.rival.query('COMMIT');
	await tracked;
	const dump = await dumpStore(scene.location);
	expect(dump.wait).toEqual([]);
	expect(dump.release_batch).toHaveLength(1);
});

test('an event that comes while the waits of its step are made longer is not lost, and nobody waits twice', async () => {
	for (const first of ['shift', 'event']) {
		const settings = { key: first, entry: { eventType: `start-${first}`, entryKey: { kind: 'event' as const } }, whenResumed: { mode: 'shift' as const } };
		await register('w1', settings);
		await track(`start-${first}`, first);
		const entry = (await scene.store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'entry', journeyKey: first })).batch!;
		const { items } = await scene.store.run('journeys.claimBatch', { ...entry, workflowId: 'w1', stepKey: 'entry', skipMovedOn: true });
		const wait = { kind: 'event' as const, events: [{ eventType: 'visited' }], timeout: { amount: 10, unit: 'days' as const } };
		await scene.store.run('journeys.park', { workflowId: 'w1', stepKey: first, nodeName: 'Wait', parkings: items.filter(({ journey: { key } }) => key === first).map(({ journey: place }) => ({ index: 0, journey: place, own: {}, wait })) });
		await scene.store.run('journeys.settleBatch', { ...entry, outcome: 'success' });
		await scene.store.run('journeys.close', { workflowId: 'w1', nodeId: 'trigger', stepKey: 'entry', journeyKey: first });
		await scene.store.run('clock.advance', { byMs: HOUR });
		await register('w1', settings);
		const now = (await scene.store.run('store.settings', {})).now;
		await scene.rival.query(`BEGIN; SELECT 1 FROM customer WHERE key = '${first}' FOR UPDATE`);
		const event = () => scene.store.run('events.track', { items: [{ ref: { customerId: first }, type: 'visited', occurredAt: now, source: 's', properties: {} }] });
		const shift = () => scene.store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: first });
		const one = first === 'shift' ? shift() : event();
		await scene.blocked(1);
		const other = first === 'shift' ? event() : shift();
		await scene.blocked(2);
		await scene.rival.query('COMMIT');
		await Promise.all([one, other]);
		const waits = (await dumpStore(scene.location)).wait.map((row) => ({ due: Number(row.due_at), spec: JSON.parse(row.spec as string) as { outcome: { by: string } } }));
		expect(waits.map(({ due, spec }) => [due, spec.outcome.by])).toEqual([[now, 'event']]);
		const last = (await scene.store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: first })).batch!;
		await scene.store.run('journeys.claimBatch', { ...last, workflowId: 'w1', stepKey: first, skipMovedOn: true });
		await scene.store.run('journeys.settleBatch', { ...last, outcome: 'success' });
	}
});
