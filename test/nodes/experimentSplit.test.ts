import type { IDataObject } from 'n8n-workflow';
import { CONTROL, drawArm } from '../../src/experiments/assign';
import { freshWorld, jsonOf, own, workflowOf } from './journeyWorld';

const noOp = (name: string) => ({ id: name, name, type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [0, 0] as [number, number], parameters: {} });
const VARIANTS = { variants: [{ name: 'Discount', weight: 50 }, { name: 'Gift', weight: 50 }] };
const PEOPLE = Array.from({ length: 12 }, (_, index) => `c${index}`);

function test2(parameters: IDataObject = {}) {
	return workflowOf(
		[
			own('Start', 'journeyTrigger', { eventType: 'go', options: { journeyKey: 'j' } }),
			own('Split', 'experimentSplit', { variants: VARIANTS, controlPercent: 20, options: { experimentKey: 'offer' }, ...parameters }),
			...['Items', 'Discount', 'Gift', 'Nobody'].map(noOp),
		],
		[['Start', 'Split'], ['Items', 'Split'], ['Split', 'Discount'], ['Split', 'Gift', 1], ['Split', 'Nobody', 2]],
	);
}

const EXPERIMENT = { key: 'offer', salt: '', controlPercent: 20, arms: VARIANTS.variants };
const outputOf: Record<string, string> = { Discount: 'Discount', Gift: 'Gift', [CONTROL]: 'Nobody' };

describe('Experiment Split', () => {
	it('sends each customer of a journey out by the variant, which the item carries on', async () => {
		const { people, track, executions, failures } = await freshWorld(test2());
		await people(...PEOPLE);
		for (const id of PEOPLE) await track(id, 'go');
		expect(failures()).toEqual([]);
		const arrived = executions.flatMap(({ nodes }) => ['Discount', 'Gift', 'Nobody'].flatMap((name) => jsonOf(nodes.get(name)?.[0]?.outputs[0] ?? []).map((json) => ({ name, json }))));
		expect(arrived).toHaveLength(PEOPLE.length);
		for (const { name, json } of arrived) {
			const arm = drawArm(EXPERIMENT, (json.customer as IDataObject).id as string);
			expect(name).toBe(outputOf[arm]);
			expect(json).toMatchObject({ journey: { key: 'j', variant: arm }, experiment: { key: 'offer', variant: arm } });
		}
	});

	it('works for a newsletter without a journey, and pairs items', async () => {
		const { people, runner } = await freshWorld(test2(), { activate: false });
		await people(...PEOPLE);
		const { nodes } = await runner.execute('Items', [PEOPLE.map((id) => ({ json: { email: `${id}@example.com`, n: id } }))], 'trigger');
		const outputs = nodes.get('Split')![0].outputs;
		expect(outputs.flatMap((list) => jsonOf(list ?? [])).map(({ n }) => n).sort()).toEqual([...PEOPLE].sort());
		outputs.forEach((list, index) => list?.forEach(({ json, pairedItem }) => {
			expect(Object.values(outputOf)[index]).toBe(outputOf[drawArm(EXPERIMENT, json.n as string)]);
			expect(json.journey).toBeUndefined();
			expect(pairedItem).toEqual({ item: PEOPLE.indexOf(json.n as string) });
		}));
	});

	it('in a test run says where the customer goes, and can be sent each way', async () => {
		const { people, runner, store } = await freshWorld(test2(), { activate: false });
		await people('c0');
		const { nodes } = await runner.execute('Items', [[{ json: { customer_id: 'c0' } }]], 'manual');
		const arm = drawArm(EXPERIMENT, 'c0');
		expect(nodes.get('Split')![0].hints.join()).toMatch(new RegExp(`Test run: this customer is drawn for "${arm === CONTROL ? 'Control' : arm}"`));
		store.release();
	});

	it.each([['gift', 1], ['Control', 2]])('in a test run leaves by %s when told to', async (testVariant, output) => {
		const { runner } = await freshWorld(test2({ options: { experimentKey: 'offer', testVariant } }), { activate: false });
		const { nodes } = await runner.execute('Items', [[{ json: { customer_id: 'whoever' } }]], 'manual');
		expect(nodes.get('Split')![0].outputs.map((list) => list?.length ?? 0)[output]).toBe(1);
	});

	it('says which field of the form is wrong, and sends nobody on', async () => {
		const { runner } = await freshWorld(test2({ variants: { variants: [{ name: 'A', weight: 0 }] } }), { activate: false });
		const { run } = await runner.execute('Items', [[{ json: { customer_id: 'c0' } }]], 'trigger');
		expect(run.data.resultData.error?.message).toMatch(/"Variants: Share" must be/);
	});
});
