import type { IDataObject } from 'n8n-workflow';
import { defaultPolicy } from '../../src/policy/defaultPolicy';
import { ContactPolicy } from '../../nodes/ContactPolicy/ContactPolicy.node';
import { DAY, email, freshWorld, HOUR, jsonOf, MINUTE, own, START, workflowOf, type World } from './journeyWorld';

const noOp = (name: string) => ({ id: name, name, type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [0, 0] as [number, number], parameters: {} });

/** Signed up -> Contact Policy -> a mail; what is blocked, and who goes on meanwhile. */
function guarded(parameters: IDataObject) {
	return workflowOf(
		[
			own('Start', 'journeyTrigger', { eventType: 'viewed', entryPer: 'property', entryProperty: 'product', reEntry: 'parallel', parallelMax: 100, options: { journeyKey: 'j', guardMinutes: 0 } }),
			own('Policy', 'contactPolicy', parameters),
			email('Mail'),
			noOp('Blocked'),
			own('Next', 'journeyWait', { waitFor: 'delay', amount: 1, unit: 'minutes' }),
			noOp('End'),
		],
		[['Start', 'Policy'], ['Policy', 'Mail'], ['Policy', 'Next'], ['Policy', 'Blocked', 1], ['Policy', 'Next', 2], ['Next', 'End']],
	);
}

const save = async ({ store }: World, more: object) => await store.run('policy.save', { name: 'default', body: { ...defaultPolicy, rules: [], quietHours: [], ...more } });
const came = ({ executions }: World, name: string): IDataObject[] => executions.flatMap(({ nodes }) => jsonOf(nodes.get(name)?.[0]?.outputs[0] ?? []));
const NIGHT = { quietHours: [{ start: '09:00', end: '13:00' }] };

describe('Options of Contact Policy', () => {
	it('J55 Later: the customer goes on at once, the mail follows, and the next step takes the customer once', async () => {
		const world = await freshWorld(guarded({ options: { goesOn: true } }));
		await save(world, NIGHT);
		await world.people('anna');
		await world.track('anna', 'viewed', { product: 'p1' });
		await world.driver.advanceTo(START + HOUR);
		expect(came(world, 'End')).toEqual([expect.objectContaining({ journey: expect.objectContaining({ key: 'j' }), event: expect.objectContaining({ type: 'viewed' }) })]);
		expect(world.sent()).toEqual([]);
		await world.driver.advanceTo(START + DAY);
		expect(world.sent()).toEqual(['180 Mail -> anna@example.com']);
		expect(came(world, 'End')).toHaveLength(1);
		expect(world.failures()).toEqual([]);
	});

	it('P68 Collect and Send as One: one mail with a list of all that was held', async () => {
		const world = await freshWorld(guarded({ onBlock: 'digest' }));
		await save(world, NIGHT);
		await world.people('anna', 'ben');
		for (const product of ['p1', 'p2', 'p3']) await world.track('anna', 'viewed', { product });
		await world.track('ben', 'viewed', { product: 'p1' });
		await world.driver.advanceTo(START + DAY);
		expect(world.sent().sort()).toEqual(['180 Mail -> anna@example.com', '180 Mail -> ben@example.com']);
		const digests = world.executions.flatMap(({ nodes }) => jsonOf(nodes.get('Policy')?.[0]?.outputs[0] ?? [])).map(({ digest }) => (digest as { event: { properties: { product: string } } }[]).map(({ event }) => event.properties.product).sort());
		expect(digests.sort((a, b) => b.length - a.length)).toEqual([['p1', 'p2', 'p3'], ['p1']]);
		expect(world.failures()).toEqual([]);
	});

	it('Confirm After Sending: what nobody reports gives its place back', async () => {
		const world = await freshWorld(guarded({ onBlock: 'drop', options: { confirm: true } }));
		await save(world, { rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P7D' }] });
		await world.people('anna');
		await world.track('anna', 'viewed', { product: 'p1' });
		await world.track('anna', 'viewed', { product: 'p2' });
		await world.driver.advanceTo(START + 16 * MINUTE);
		await world.track('anna', 'viewed', { product: 'p3' });
		expect(world.sent()).toHaveLength(2);
		expect(came(world, 'Blocked')).toEqual([expect.objectContaining({ policy: expect.objectContaining({ reason: 'cap:one' }) })]);
	});

	it('Urgent service goes at night, Limits That Do Not Hold are passed, and a named policy holds where it is named', async () => {
		const world = await freshWorld(guarded({ messageClass: 'service', onBlock: 'drop', options: { urgent: true, exempt: 'one, other' } }));
		await save(world, { ...NIGHT, rules: [{ id: 'one', scope: { any: true }, limit: 0, window: 'P7D' }] });
		await world.people('anna');
		await world.track('anna', 'viewed', { product: 'p1' });
		expect(world.sent()).toHaveLength(1);
		await world.activation.deactivate();
		const named = await freshWorld(guarded({ onBlock: 'drop', options: { policyName: 'strict' } }));
		await save(named, {});
		await named.store.run('policy.save', { name: 'strict', body: { ...defaultPolicy, off: true } });
		await named.people('anna');
		await named.track('anna', 'viewed', { product: 'p1' });
		expect(came(named, 'Blocked')).toEqual([expect.objectContaining({ policy: expect.objectContaining({ reason: 'policy_off' }) })]);
	});

	describe('a limit "Of This Category", where the category is an expression', () => {
		const limits = { nodeLimits: { limits: [{ atMost: 1, scope: 'category', period: 'P7D' }] } };

		it('holds for the category of each message, also after it was held', async () => {
			const world = await freshWorld(guarded({ category: '={{ $json.event.properties.product }}', ...limits }));
			await save(world, NIGHT);
			await world.people('anna');
			for (const product of ['cart', 'news']) await world.track('anna', 'viewed', { product });
			await world.driver.advanceTo(START + DAY);
			expect(world.sent()).toEqual(['180 Mail -> anna@example.com', '180 Mail -> anna@example.com']);
			expect(world.failures()).toEqual([]);
		});

		it('holds in one run for all categories that its items have', async () => {
			const mailing = workflowOf([noOp('Items'), own('Policy', 'contactPolicy', { category: '={{ $json.about }}', onBlock: 'drop', options: { mailingKey: '={{ $json.n }}' }, ...limits })], [['Items', 'Policy']]);
			const world = await freshWorld(mailing, { activate: false });
			await save(world, {});
			await world.people('anna');
			const items = ['cart', 'news', 'news', 'cart'].map((about, n) => ({ json: { customer_id: 'anna', about, n: `n${n}` } }));
			const [send, blocked] = (await world.runner.execute('Items', [items], 'trigger')).nodes.get('Policy')![0].outputs;
			expect(jsonOf(send!).map(({ n }) => n)).toEqual(['n0', 'n1']);
			expect(jsonOf(blocked!).map(({ n }) => n)).toEqual(['n2', 'n3']);
		});
	});

	it('takes an empty priority for the usual one, and says which other is none', async () => {
		const mailing = workflowOf([noOp('Items'), own('Policy', 'contactPolicy', { priority: '={{ $json.priority }}', options: { mailingKey: '={{ $json.n }}', deadlineHours: '={{ $json.hours }}' } })], [['Items', 'Policy']]);
		const run = async (json: IDataObject) => {
			const world = await freshWorld(mailing, { activate: false });
			await save(world, {});
			await world.people('anna');
			const { run: done } = await world.runner.execute('Items', [[{ json: { customer_id: 'anna', n: 'n', event: { type: 'x', at: new Date(START).toISOString(), properties: {} }, ...json } }]], 'trigger');
			const { decisions } = await world.store.run('customers.record', { ref: { customerId: 'anna' } });
			return done.data.resultData.error?.message ?? decisions.length;
		};
		expect(await run({ priority: '' })).toBe(1);
		expect(await run({})).toBe(1);
		expect(await run({ priority: 'high' })).toContain('"Priority" must be a whole number from 0 to 100');
		expect(await run({ hours: 'soon' })).toContain('"Expires After (Hours)" must be a number from 0 on');
	});

	it('sums itself up under the node, and has the outputs that its settings give it', () => {
		const read = (expression: unknown, parameters: object): unknown => new Function('$parameter', `return ${String(expression).slice(3, -2)}`)(parameters) as unknown;
		const { subtitle, outputs } = new ContactPolicy().description;
		const said = (parameters: object) => read(subtitle, { channels: ['email'], messageClass: 'marketing', category: 'promo', onBlock: 'delay', ...parameters });
		expect(said({})).toBe('email · promo');
		expect(said({ channels: ['email', 'sms'], onBlock: 'fallback' })).toBe('email, sms · promo · first that may');
		expect(said({ messageClass: 'service', onBlock: 'drop', options: { urgent: true, policyName: 'crm' } })).toBe('email · urgent service · now or never · crm');
		expect(said({ operation: 'editPolicy', policyName: 'crm' })).toBe('edit policy crm');
		const names = (parameters: object) => (read(outputs, parameters) as { displayName: string }[]).map(({ displayName }) => displayName);
		expect(names({ channels: ['email', 'sms'], options: { goesOn: true } })).toEqual(['Send: email', 'Send: sms', 'Blocked', 'Later']);
	});
});
