import type { ReleasedItem } from '../../src/journeys/contract';
import { HOUR, onEachStore } from '../support/eachStore';

const CUSTOMERS = 20;
const KIB = 1024;

onEachStore('A batch of customers who carry much', (open) => {
	test('holds 4 MiB at most; whoever comes last waits on and is next', async () => {
		const { store, advance } = await open();
		const { now } = await store.run('store.info', {});
		await store.run('journeys.register', { settings: { key: 'j', name: 'J', guardMs: 0, entry: { eventType: 'start', entryKey: { kind: 'event' } } }, workflowId: 'w1', workflowName: 'W', nodeId: 't', activation: 'activate' });
		await store.run('events.track', { items: Array.from({ length: CUSTOMERS }, (_, n) => ({ ref: { customerId: `c${n}` }, type: 'start', occurredAt: now, eventId: `e${n}`, source: 's', properties: {} })) });
		// Quotes: inside a batch it is longer still.
		const own = { text: '"a'.repeat(80 * KIB) };
		const wait = { kind: 'delay' as const, length: { amount: 1, unit: 'hours' as const } };
		const [entered] = await release('entry', (items) => store.run('journeys.park', { workflowId: 'w1', stepKey: 'wait', nodeName: 'Wait', parkings: items.map(({ journey }, index) => ({ index, journey, own, wait })) }));
		await advance(HOUR);
		const batches = await release('wait');
		expect(batches.length).toBeGreaterThan(1);
		for (const items of batches) expect(items.length * JSON.stringify(own).length).toBeLessThanOrEqual(4 * KIB * KIB);
		expect(batches.flat().map(({ customer }) => customer.id)).toEqual(entered.map(({ customer }) => customer.id));
		expect(batches.flat().every((item) => item.own.text === own.text)).toBe(true);

		async function release(stepKey: string, each?: (items: ReleasedItem[]) => Promise<unknown>): Promise<ReleasedItem[][]> {
			const released: ReleasedItem[][] = [];
			for (;;) {
				const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey });
				if (!batch) return released;
				const { items } = await store.run('journeys.claimBatch', { ...batch, workflowId: 'w1', stepKey, skipMovedOn: true });
				expect(items).toHaveLength(batch.size);
				released.push(items);
				await each?.(items);
				await store.run('journeys.settleBatch', { id: batch.id, epoch: batch.epoch, outcome: 'success' });
			}
		}
	});
});
