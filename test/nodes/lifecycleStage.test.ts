import type { IDataObject } from 'n8n-workflow';
import { refresh } from '../../src/features/refresh';
import { DAY, freshWorld, jsonOf, own, START, workflowOf } from './journeyWorld';

const noOp = (name: string) => ({ id: name, name, type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [0, 0] as [number, number], parameters: {} });
const workflow = (parameters: IDataObject) => workflowOf([noOp('Items'), own('Stage', 'lifecycleStage', parameters)], [['Items', 'Stage']]);

let orders = 0;
const order = (customerId: string, daysAgo: number) => ({ ref: { customerId }, source: 'shop', orderId: `o-${++orders}`, orderedAt: START - daysAgo * DAY, currency: 'EUR', status: 'paid' as const, totalE4: 100_000, lines: [{ productId: 'p', quantity: 1, priceE4: 100_000, amountE4: 100_000 }] });
/** Customers who order every ten days, the last time so many days ago. */
const LAST = { active: 2, due: 13.5, dormant: 20, churned: 40 };

async function stage(parameters: IDataObject, items: IDataObject[] = [...Object.keys(LAST), 'lead'].map((customer_id) => ({ customer_id })), compute = true) {
	const world = await freshWorld(workflow(parameters), { activate: false });
	await world.people('lead');
	await (await world.store.store()).run('orders.record', { backfill: true, items: Object.entries(LAST).flatMap(([customer, last]) => Array.from({ length: 6 }, (_, place) => order(customer, last + 10 * place))) });
	if (compute) await refresh(await world.store.store(), { owner: 'test' });
	const { nodes, error } = await world.runner.execute('Items', [items.map((json) => ({ json }))], 'trigger');
	const run = nodes.get('Stage')?.[0];
	return { outputs: (run?.outputs ?? []).map((list) => jsonOf(list ?? [])), hints: run?.hints.join() ?? '', error, world };
}

test('each customer leaves by the output of their stage, with the reason; the others by Other', async () => {
	const { outputs, error } = await stage({ stages: ['dormant', 'active'] });
	expect(error).toBeUndefined();
	expect(outputs.map((list) => list.map((json) => (json.customer as IDataObject).id))).toEqual([['dormant'], ['active'], ['due', 'churned', 'lead']]);
	expect(outputs[0]?.[0]).toMatchObject({ customer_id: 'dormant', customer: { stage: 'dormant' }, lifecycle: { stage: 'dormant', vip: false, expectedGapDays: 10, reason: expect.stringMatching(/^Last order 20 days ago, the next is expected every 10 days .* 2\.0 times the expected gap; dormant after 15 days\.$/i) as string } });
});

test('VIPs go their own way where they have one', async () => {
	const { outputs } = await stage({ stages: ['active'], vipFirst: true });
	// A tenth of four buyers is nobody.
	expect(outputs[0]).toEqual([]);
	expect(outputs).toHaveLength(3);
	expect(outputs[1]?.map((json) => (json.customer as IDataObject).id)).toEqual(['active']);
});

test('a customer nobody knows stops the run with a sentence, and with "continue" leaves by Other', async () => {
	const { error } = await stage({ stages: ['active'] }, [{ customer_id: 'active' }, { customer_id: 'nobody' }]);
	expect(error?.message).toMatch(/customer/i);
});

test('the invented customer of a test run goes the first way', async () => {
	const { outputs, error } = await stage({ stages: ['dormant'] }, [{ customer: { id: 'test-customer' }, journey: { key: 'j', enrolment: 'test-run', step: 'entry', visit: 1 } }]);
	expect(error).toBeUndefined();
	expect(outputs.map((list) => list.length)).toEqual([1, 0]);
});

test('where nothing was ever computed it says so instead of making stages up', async () => {
	const { outputs, hints } = await stage({ stages: ['active'] }, [{ customer_id: 'active' }], false);
	expect(outputs[1]).toHaveLength(1);
	expect(hints).toContain('never computed');
});

test('the cut-offs of the shop are shown, changed and refused in words', async () => {
	const edit = { operation: 'edit', takeProposal: false, by: 'gap', due: 1, dormant: 2, churned: 4, holdDays: 1, vipPercent: 20 };
	const { outputs, world } = await stage(edit, [{}]);
	expect(outputs[0]?.[0]).toMatchObject({ result: expect.stringMatching(/^Saved/) as string, stages: ["Due after 1 times the customer's usual gap without an order, dormant after 2 times the customer's usual gap, churned after 4 times the customer's usual gap or when hardly anybody of this shop ever stayed away so long.", 'Journeys are told when a stage that time alone has brought has held 1 day; of an order they are told at once.', 'VIP: the 20 % of the buyers with the highest margin of twelve months.'] });
	expect(await (await world.store.store()).run('figures.settings', {})).toMatchObject({ lifecycle: { dormant: 2, churned: 4, holdDays: 1, vipShare: 0.2 } });
	expect((await stage({ ...edit, dormant: 9 }, [{}])).error?.message).toContain('dormant before churned');
	expect((await stage({ ...edit, vipPercent: 120 }, [{}])).error?.message).toContain('"VIPs (% of Buyers)" must be 100 or less');
	expect((await stage({ ...edit, takeProposal: true }, [{}])).error?.message).toContain('too few of them have come back');
	const { outputs: shown } = await stage({ operation: 'show' }, [{}]);
	expect(shown[0]?.[0]).toMatchObject({ settings: { due: 1, dormant: 1.5, churned: 3 }, customers: { active: 1, due: 1, dormant: 1, churned: 1, lead: 1 }, proposal: null });
});
