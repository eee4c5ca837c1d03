import type { Store } from '../../src/store/Store';
import { PostgresStore } from '../../src/store/postgres/postgresStore';
import { HOUR, START_MS } from '../support/eachStore';
import { item, pass, people, savePolicy } from '../policy/ledgerWorld';
import { freshPostgres } from '../support/stores';
import { TcpProxy } from './support/tcpProxy';

/**
 * The connection breaks at COMMIT: whoever asked cannot know whether it was done, and asks again. What was done must not be
 * done twice, what was not must be done once.
 */
let store: Store;
let proxy: TcpProxy;
beforeEach(async () => {
	const { connectionString, schema } = freshPostgres();
	proxy = await TcpProxy.to(connectionString);
	store = await PostgresStore.open({ url: proxy.url, schema, testClock: { mode: 'frozen', atMs: START_MS } });
});
afterEach(async () => {
	await store.close();
	await proxy.close();
});

const CASES = ['lose the answer', 'lose it all'] as const;
type Case = (typeof CASES)[number];

/** Runs a call whose commit is cut. */
async function cutOff(what: Case, call: () => Promise<unknown>): Promise<void> {
	proxy.cutAtCommit(what);
	await expect(call()).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('Nothing was half-written') });
}

const counts = async () => (await store.run('store.info', {})).counts;
const track = (type = 'start', eventId = 'e1', customerId = 'c1') => store.run('events.track', { items: [{ ref: { customerId }, type, occurredAt: START_MS, eventId, source: 's', properties: {} }] });
const take = (stepKey: string) => store.run('journeys.takeBatch', { workflowId: 'w1', stepKey });
const claim = (stepKey: string, batch: { id: number; epoch: number }) => store.run('journeys.claimBatch', { ...batch, workflowId: 'w1', stepKey, skipMovedOn: true });

/** One customer in a journey's entry, due to be released. */
async function oneEntered(): Promise<void> {
	await store.run('journeys.register', { settings: { key: 'j', name: 'J', guardMs: 0, entry: { eventType: 'start', entryKey: { kind: 'event' } } }, workflowId: 'w1', workflowName: 'W', nodeId: 't', activation: 'activate' });
	await track();
}

describe.each(CASES)('A connection lost during COMMIT: %s', (what) => {
	const wasDone = what === 'lose the answer';

	test('an event that is sent again is taken in once', async () => {
		await cutOff(what, () => track());
		expect(await counts()).toMatchObject({ events: wasDone ? 1 : 0 });
		expect(await track()).toMatchObject([{ result: wasDone ? 'duplicate' : 'accepted' }]);
		expect(await counts()).toMatchObject({ events: 1 });
	});

	test('P59 a request that is asked again gets one place', async () => {
		await people(store, 'c1');
		const decide = (key: string) => store.run('policy.decide', { policy: { version: '1', storeZone: 'UTC', rules: [{ id: 'day', scope: { any: true }, limit: 1, window: 'day' }] }, dryRun: false, requests: [{ key, customer: 'c1', channel: 'email' }] });
		await cutOff(what, () => decide('k1'));
		expect(await decide('k1')).toMatchObject([{ decision: 'send' }]);
		expect(await decide('k2')).toMatchObject([{ decision: 'delay', rule: 'day' }]);
		expect(await counts()).toMatchObject({ touches: 1 });
	});

	test('a message that was perhaps handed over leaves once, and is listed when nobody can know', async () => {
		await savePolicy(store);
		await people(store, 'c1');
		await cutOff(what, () => pass(store, [item('c1')]));
		const [again] = await pass(store, [item('c1')]);
		expect(again).toMatchObject(wasDone ? { result: 'blocked', policy: { reason: 'already_handed_off' } } : { result: 'send' });
		expect(await store.run('policy.unknown', { limit: 10 })).toHaveLength(wasDone ? 1 : 0);
	});

	test('a batch that was taken but never heard of is offered again when its lease is over', async () => {
		await oneEntered();
		await cutOff(what, () => take('entry'));
		if (wasDone) {
			expect((await take('entry')).batch).toBeNull();
			await store.run('clock.advance', { byMs: HOUR });
		}
		const { batch } = await take('entry');
		expect(batch).toMatchObject({ size: 1, epoch: wasDone ? 2 : 1 });
		expect((await claim('entry', batch!)).items).toHaveLength(1);
	});

	test('a batch whose claim was cut off goes out once: the execution that asked got nobody', async () => {
		await oneEntered();
		const { batch } = await take('entry');
		await cutOff(what, () => claim('entry', batch!));
		const second = await claim('entry', batch!);
		expect(second).toMatchObject(wasDone ? { claimed: false, items: [] } : { claimed: true });
		if (!wasDone) return;
		await store.run('clock.advance', { byMs: HOUR });
		const { batch: again } = await take('entry');
		expect((await claim('entry', again!)).items).toHaveLength(1);
	});

	test('the end of a batch that is reported again changes nothing more', async () => {
		await oneEntered();
		const { batch } = await take('entry');
		await claim('entry', batch!);
		const settle = () => store.run('journeys.settleBatch', { id: batch!.id, epoch: batch!.epoch, outcome: 'success' as const });
		await cutOff(what, settle);
		expect(await settle()).toMatchObject({ settled: !wasDone, completed: wasDone ? 0 : 1 });
		expect(await store.run('journeys.list', { ref: { customerId: 'c1' }, ended: true, limit: 10 })).toMatchObject([{ way: { status: 'completed' } }]);
	});

	test('a batch that was taken with the end of another, and never heard of, is offered again when its lease is over', async () => {
		await oneEntered();
		const { batch } = await take('entry');
		await claim('entry', batch!);
		await track('start', 'e2', 'c2');
		const settle = () => store.run('journeys.settleBatch', { id: batch!.id, epoch: batch!.epoch, outcome: 'success' as const, next: { workflowId: 'w1', stepKey: 'entry' } });
		await cutOff(what, settle);
		const again = await settle();
		expect(again).toMatchObject({ settled: !wasDone, taken: { batch: wasDone ? null : { size: 1, epoch: 1 } } });
		if (!wasDone) return;
		expect((await take('entry')).batch).toBeNull();
		await store.run('clock.advance', { byMs: HOUR });
		const { batch: second } = await take('entry');
		expect(second).toMatchObject({ size: 1, epoch: 2 });
		expect((await claim('entry', second!)).items).toHaveLength(1);
	});

	test('a customer who is parked again waits once', async () => {
		await oneEntered();
		const { batch } = await take('entry');
		const { items } = await claim('entry', batch!);
		const park = () => store.run('journeys.park', { workflowId: 'w1', stepKey: 'wait', nodeName: 'Wait', parkings: items.map((one, index) => ({ index, journey: one.journey, own: {}, wait: { kind: 'delay' as const, length: { amount: 1, unit: 'hours' as const } } })) });
		await cutOff(what, park);
		expect(await park()).toMatchObject([{ result: wasDone ? 'parked_before' : 'parked' }]);
		expect(await store.run('journeys.waiting', {})).toEqual(expect.arrayContaining([expect.objectContaining({ step: 'wait', waiting: 1 })]));
	});
});
