import { refresh } from '../../src/features/refresh';
import type { Store } from '../../src/store/Store';
import { DAY, jsonOf, own, START, world as freshWorldOf, workflowOf, type World } from './journeyWorld';

const noOp = (name: string) => ({ id: name, name, type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [0, 0] as [number, number], parameters: {} });
const journeyTo = (fromStage: string, toStage: string) => workflowOf([own('Start', 'journeyTrigger', { startOn: 'stageChanged', fromStage, toStage, options: { guardMinutes: 0 } }), noOp('Letter')], [['Start', 'Letter']]);

/** @param daysAgo of the orders, before the start */
async function orders({ store }: Pick<World, 'store'>, customerId: string, daysAgo: readonly number[], backfill = true) {
	const items = daysAgo.map((ago) => ({ ref: { customerId }, source: 'shop', orderId: `${customerId}-${ago}`, orderedAt: START - ago * DAY, currency: 'EUR', status: 'placed' as const, totalE4: 100_000, lines: [{ productId: 'p', quantity: 1, priceE4: 100_000, amountE4: 100_000 }] }));
	await store.run('orders.record', { items, backfill });
}
const refreshFigures = async (world: Pick<World, 'store'>) => await refresh((await world.store.store()) as Store, { owner: 'test' });

describe('Journey Trigger on a stage', () => {
	it('starts whoever becomes dormant, three days after the line, once', async () => {
		const world = await freshWorldOf(journeyTo('', 'dormant'));
		await orders(world, 'adam', [95, 65, 35, 5]);
		await refreshFigures(world);
		await world.driver.advanceTo(START + 42 * DAY);
		expect(world.executions).toHaveLength(0);
		await world.driver.advanceTo(START + 70 * DAY);
		expect(world.failures()).toEqual([]);
		expect(world.executions).toHaveLength(1);
		expect(jsonOf(world.executions[0]?.nodes.get('Start')?.[0]?.outputs[0] ?? [])[0]).toMatchObject({ customer: { id: 'adam', stage: 'dormant' }, event: { type: 'stage_changed', at: new Date(START + 43 * DAY).toISOString(), properties: { from: 'due', to: 'dormant' } } });
	});

	it('starts whoever comes back, at once, and nobody else', async () => {
		const world = await freshWorldOf(journeyTo('churned', 'returned'));
		await orders(world, 'carl', [300, 270, 240, 210]);
		await orders(world, 'adam', [95, 65, 35, 5]);
		await refreshFigures(world);
		await orders(world, 'carl', [0], false);
		await orders(world, 'adam', [0], false);
		await world.driver.settle();
		expect(world.executions).toHaveLength(1);
		expect(jsonOf(world.executions[0]?.nodes.get('Start')?.[0]?.outputs[0] ?? [])[0]).toMatchObject({ customer: { id: 'carl' } });
	});
});
