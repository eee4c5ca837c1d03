import type { ReleasedItem } from '../../src/journeys/contract';
import type { Store } from '../../src/store/Store';
import { item, pass, people, savePolicy } from '../policy/ledgerWorld';
import { MINUTE, onEachStore } from '../support/eachStore';

const CUSTOMERS = 120;
const WAIT = { kind: 'delay' as const, length: { amount: 1, unit: 'hours' as const } };

type Batch = { id: number; epoch: number };

/** What the trigger of a journey does when its workflow is switched on, or when another main process takes over. */
async function signOn(store: Store): Promise<void> {
	await store.run('journeys.register', { settings: { key: 'j', name: 'J', guardMs: 0, entry: { eventType: 'start', entryKey: { kind: 'event' } } }, workflowId: 'w1', workflowName: 'W', nodeId: 't', activation: 'init' });
	await store.run('journeys.registerStep', { workflowId: 'w1', stepKey: 'policy', nodeId: 'p', nodeName: 'Policy', kind: 'policy' });
}

async function enter(store: Store, customers: number): Promise<void> {
	const { now } = await store.run('store.info', {});
	await people(store, ...Array.from({ length: customers }, (_, index) => `c${index}`));
	await store.run('events.track', { items: Array.from({ length: customers }, (_, index) => ({ ref: { customerId: `c${index}` }, type: 'start', occurredAt: now, eventId: `e${index}`, source: 's', properties: {} })) });
}

async function take(store: Store, stepKey: string, limit?: number): Promise<Batch | null> {
	const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey, limit });
	return batch && { id: batch.id, epoch: batch.epoch };
}

const claim = async (store: Store, stepKey: string, batch: Batch): Promise<ReleasedItem[]> => (await store.run('journeys.claimBatch', { ...batch, workflowId: 'w1', stepKey, skipMovedOn: true })).items;
const settle = (store: Store, batch: Batch, outcome: 'success' | 'failed' = 'success') => store.run('journeys.settleBatch', { ...batch, outcome, ...(outcome === 'failed' && { error: 'late' }) });
const parkAll = (store: Store, items: readonly ReleasedItem[]) => store.run('journeys.park', { workflowId: 'w1', stepKey: 'wait', nodeName: 'Wait', parkings: items.map((one, index) => ({ index, journey: one.journey, own: {}, wait: WAIT })) });
const asked = (items: readonly ReleasedItem[]) => items.map((one) => item(one.customer.id, { journey: one.journey, mailingKey: undefined, event: one.event }));
const held = (items: readonly ReleasedItem[]) => asked(items).map((one) => ({ ...one, released: true }));

onEachStore('Two main processes', (open) => {
	test('on one workflow: each customer goes out once, whoever releases, and the limit of messages holds', async () => {
		const { store, again } = await open();
		const mains = [store, await again()];
		await savePolicy(store, { rules: [{ id: 'day', scope: { any: true }, limit: 1, window: 'day' }] });
		for (const main of mains) await signOn(main);
		await enter(store, CUSTOMERS);
		const entered: string[] = [];
		const sent: string[] = [];

		/** One main's loops, batch after batch, until nothing is due; both run at the same time. */
		async function main(one: Store): Promise<void> {
			for (let batch = await take(one, 'entry', 7); batch; batch = await take(one, 'entry', 7)) {
				const items = await claim(one, 'entry', batch);
				entered.push(...items.map(({ customer }) => customer.id));
				await pass(one, asked(items));
				await settle(one, batch);
			}
			for (let batch = await take(one, 'policy', 5); batch; batch = await take(one, 'policy', 5)) {
				const items = await claim(one, 'policy', batch);
				const answers = await pass(one, held(items), { batch });
				sent.push(...answers.flatMap((answer) => (answer.result === 'send' ? [items[answer.index].customer.id] : [])));
				await settle(one, batch);
			}
		}
		await Promise.all(mains.map(main));
		// Whoever came to the policy after one main had looked there for the last time.
		await main(store);

		const everybody = Array.from({ length: CUSTOMERS }, (_, index) => `c${index}`).sort();
		expect([...entered].sort()).toEqual(everybody);
		expect([...sent].sort()).toEqual(everybody);
		expect((await store.run('store.info', {})).counts.touches).toBe(CUSTOMERS);
	});
});

onEachStore('A zombie past its lease', (open) => {
	/**
	 * One customer, released by a main that then slept past its lease; another one has taken over.
	 * @param before what the main did before it slept
	 */
	async function asleep(stepKey: 'entry' | 'policy', before?: (items: readonly ReleasedItem[], batch: Batch, main: Store) => Promise<unknown>) {
		const { store, again, advance } = await open();
		const other = await again();
		await savePolicy(store);
		await signOn(store);
		await enter(store, 1);
		if (stepKey === 'policy') {
			const batch = (await take(store, 'entry')) as Batch;
			await pass(store, asked(await claim(store, 'entry', batch)));
			await settle(store, batch);
		}
		const first = (await take(store, stepKey)) as Batch;
		const items = await claim(store, stepKey, first);
		await before?.(items, first, store);
		await advance(2 * MINUTE);
		const second = (await take(other, stepKey)) as Batch;
		expect(second).toEqual({ id: first.id, epoch: first.epoch + 1 });
		return { store, other, first, second, items };
	}

	test('can neither renew its lease, nor claim again, nor end the batch: neither well nor badly', async () => {
		const { store, other, first, second } = await asleep('entry');
		expect(await store.run('journeys.renewBatch', first)).toEqual({ held: false });
		expect(await claim(store, 'entry', first)).toEqual([]);
		expect(await settle(store, first)).toMatchObject({ settled: false });
		expect(await settle(store, first, 'failed')).toMatchObject({ settled: false, paused: null });
		expect(await claim(other, 'entry', second)).toHaveLength(1);
		expect(await settle(other, second)).toMatchObject({ settled: true, completed: 1 });
	});

	test('parks its customers once together with whoever took over, in either order', async () => {
		const { store, other, second, items } = await asleep('entry');
		const again = await claim(other, 'entry', second);
		expect(await parkAll(store, items)).toMatchObject([{ result: 'parked' }]);
		expect(await parkAll(other, again)).toMatchObject([{ result: 'parked_before' }]);
		expect(await settle(other, second)).toMatchObject({ settled: true, completed: 0 });
		expect(await store.run('journeys.waiting', {})).toEqual(expect.arrayContaining([expect.objectContaining({ step: 'wait', waiting: 1 })]));
	});

	test('hands no message over: its batch is another execution\'s by now', async () => {
		const { store, other, first, second, items } = await asleep('policy');
		expect(await pass(store, held(items), { batch: first })).toMatchObject([{ result: 'passed_before' }]);
		const again = await claim(other, 'policy', second);
		expect(await pass(other, held(again), { batch: second })).toMatchObject([{ result: 'send' }]);
		expect(await pass(store, held(items), { batch: first })).toMatchObject([{ result: 'passed_before' }]);
		expect(await settle(other, second)).toMatchObject({ settled: true });
		expect((await store.run('store.info', {})).counts.touches).toBe(1);
	});

	test('that handed its message over before it slept is not followed by a second one: the message is in doubt', async () => {
		const { store, other, second } = await asleep('policy', (items, batch, main) => pass(main, held(items), { batch }));
		const again = await claim(other, 'policy', second);
		expect(await pass(other, held(again), { batch: second })).toMatchObject([{ result: 'blocked', policy: { reason: 'already_handed_off' } }]);
		expect(await store.run('policy.unknown', { limit: 10 })).toHaveLength(1);
		expect((await store.run('store.info', {})).counts.touches).toBe(1);
	});
});
