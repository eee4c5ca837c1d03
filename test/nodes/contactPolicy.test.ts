import type { IDataObject } from 'n8n-workflow';
import { defaultPolicy } from '../../src/policy/defaultPolicy';
import { DAY, email, freshWorld, HOUR, jsonOf, MINUTE, own, START, workflowOf, type World } from './journeyWorld';

/** Signed up -> Contact Policy -> a mail, or *Blocked*. */
function guarded(parameters: IDataObject = {}, more: { onError?: 'continueErrorOutput'; channels?: number } = {}) {
	const { channels = 1, ...node } = more;
	return workflowOf(
		[
			own('Start', 'journeyTrigger', { eventType: 'signed_up', reEntry: 'parallel', parallelMax: 100, options: { journeyKey: 'welcome', guardMinutes: 0 } }),
			{ ...own('Policy', 'contactPolicy', parameters), ...node },
			...['Mail', 'Second'].slice(0, channels).map((name) => email(name)),
			{ id: 'Blocked', name: 'Blocked', type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [0, 0] as [number, number], parameters: {} },
		],
		[['Start', 'Policy'], ['Policy', 'Mail'], ...(channels > 1 ? [['Policy', 'Second', 1] as [string, string, number]] : []), ['Policy', 'Blocked', channels]],
	);
}

function blocked({ executions }: World): IDataObject[] {
	return executions.flatMap(({ nodes }) => jsonOf(nodes.get('Blocked')?.[0]?.outputs[0] ?? []));
}

const held = async ({ store }: World) => (await store.run('journeys.waiting', {})).find(({ step }) => step === 'policy')?.waiting ?? 0;

const policyFile = (more: object) => ({ ...defaultPolicy, rules: [], quietHours: [], ...more });
const save = async ({ store }: World, more: object) => await store.run('policy.save', { name: 'default', body: policyFile(more) });

describe('Contact Policy', () => {
	it('blocks without consent, and says so in a code and in words', async () => {
		const world = await freshWorld(guarded());
		await world.store.run('customers.upsert', { items: [{ ref: { customerId: 'anna', email: 'anna@example.com' } }] });
		await world.track('anna', 'signed_up');
		expect(world.sent()).toEqual([]);
		expect(blocked(world)).toEqual([
			expect.objectContaining({
				customer: expect.objectContaining({ id: 'anna' }),
				journey: expect.objectContaining({ key: 'welcome' }),
				policy: expect.objectContaining({ decision: 'blocked', reason: 'no_consent:email/marketing', reasonText: expect.stringMatching(/consent|agree/i) }),
			}),
		]);
	});

	it('holds for quiet hours and lets go at their end, to the minute', async () => {
		const world = await freshWorld(guarded(), { atMs: Date.parse('2026-11-21T22:30:00Z') });
		await world.people('anna');
		await world.track('anna', 'signed_up');
		expect(await held(world)).toBe(1);
		await world.driver.advanceTo(Date.parse('2026-11-22T12:00:00Z'));
		expect(world.messages.map(({ atMs }) => new Date(atMs).toISOString())).toEqual(['2026-11-22T09:00:00.000Z']);
		expect(world.failures()).toEqual([]);
	});

	it('does not hold what must not wait', async () => {
		const world = await freshWorld(guarded({ onBlock: 'drop' }), { atMs: Date.parse('2026-11-21T22:30:00Z') });
		await world.people('anna');
		await world.track('anna', 'signed_up');
		expect(blocked(world)).toEqual([expect.objectContaining({ policy: expect.objectContaining({ reason: 'quiet_discard' }) })]);
	});

	it('lets transactional messages through at night and without consent', async () => {
		const world = await freshWorld(guarded({ messageClass: 'transactional' }), { atMs: Date.parse('2026-11-21T22:30:00Z') });
		await world.store.run('customers.upsert', { items: [{ ref: { customerId: 'anna', email: 'anna@example.com' } }] });
		await world.track('anna', 'signed_up');
		expect(world.sent()).toHaveLength(1);
	});

	it('blocks what would come after the deadline: a date, or hours after the event', async () => {
		for (const options of [{ deadline: '2026-11-22T08:00:00Z' }, { deadlineHours: 6 }]) {
			const world = await freshWorld(guarded({ options }), { atMs: Date.parse('2026-11-21T22:30:00Z') });
			await world.people('anna');
			await world.track('anna', 'signed_up');
			expect(blocked(world)).toEqual([expect.objectContaining({ policy: expect.objectContaining({ reason: 'expired' }) })]);
			await world.activation.deactivate();
		}
	});

	it('holds until Not Before', async () => {
		const world = await freshWorld(guarded({ options: { notBefore: '2026-11-21T15:00:00Z' } }));
		await world.people('anna');
		await world.track('anna', 'signed_up');
		await world.driver.advanceTo(START + DAY);
		expect(world.sent()).toEqual(['300 Mail -> anna@example.com']);
	});

	it('keeps to the stricter limits of the node on top of the company policy', async () => {
		const world = await freshWorld(guarded({ nodeLimits: { limits: [{ atMost: 1, scope: 'category', period: 'P14D' }] } }));
		await save(world, { rules: [{ id: 'week', scope: { any: true }, limit: 5, window: 'P7D' }] });
		await world.people('anna');
		await world.track('anna', 'signed_up', {}, 'e1');
		await world.driver.advanceTo(START + HOUR);
		await world.track('anna', 'signed_up', {}, 'e2');
		await world.driver.advanceTo(START + 20 * DAY);
		expect(world.sent()).toEqual(['0 Mail -> anna@example.com', `${14 * 24 * 60} Mail -> anna@example.com`]);
	});

	it('counts a limit for this journey by its messages alone, also after holding', async () => {
		const world = await freshWorld(guarded({ nodeLimits: { limits: [{ atMost: 1, scope: 'journey', period: 'P7D' }] } }), { atMs: Date.parse('2026-11-21T22:30:00Z') });
		await save(world, { quietHours: [{ start: '21:00', end: '09:00' }] });
		await world.people('anna');
		const outside = { ref: { customerId: 'anna' }, channel: 'email', result: 'sent' as const, at: world.clock.now() - HOUR };
		await world.store.run('messages.record', { items: [outside] });
		await world.track('anna', 'signed_up');
		await world.driver.advanceTo(Date.parse('2026-11-22T10:00:00Z'));
		expect(world.messages.map(({ atMs }) => new Date(atMs).toISOString())).toEqual(['2026-11-22T09:00:00.000Z']);
	});

	it('tries the next channel, which leaves by its own output', async () => {
		const world = await freshWorld(guarded({ channels: ['sms', 'email'], onBlock: 'fallback' }, { channels: 2 }));
		await world.people('anna');
		await world.track('anna', 'signed_up');
		expect(world.sent()).toEqual(['0 Second -> anna@example.com']);
		expect(world.messages[0]!.item).toMatchObject({ policy: { channel: 'email' } });
	});

	it('takes the channel that the item names first', async () => {
		const world = await freshWorld(guarded({ channels: ['sms', 'email'], options: { itemChannel: '={{ $json.event.properties.by }}' } }, { channels: 2 }));
		await world.people('anna');
		await world.track('anna', 'signed_up', { by: 'email' });
		expect(world.sent()).toEqual(['0 Second -> anna@example.com']);
	});

	it('names an output for each of several channels', async () => {
		const { runner } = await freshWorld(guarded({ channels: ['email', 'sms'] }, { channels: 2 }), { activate: false });
		const names = (parameters: IDataObject) => {
			const workflow = runner.newWorkflow();
			const node = Object.assign(workflow.getNode('Policy')!, { parameters });
			const { description } = runner.nodeTypes.getByNameAndVersion(node.type, 1);
			const outputs = runner.engine.workflow.NodeHelpers.getNodeOutputs(workflow, node, description);
			return outputs.map((output) => (typeof output === 'string' ? output : output.displayName));
		};
		expect(names({ operation: 'check', channels: ['email'] })).toEqual(['Send', 'Blocked']);
		expect(names({ operation: 'check', channels: ['sms', 'email'] })).toEqual(['Send: sms', 'Send: email', 'Blocked']);
		expect(names({ operation: 'editPolicy' })).toEqual(['Policy']);
	});

	it('lets out at most Messages per Run in an execution; the others follow in the next ones', async () => {
		const world = await freshWorld(guarded({ options: { messagesPerRun: 2 } }));
		const ids = ['a', 'b', 'c', 'd', 'e'];
		await world.people(...ids);
		await world.store.run('events.track', { items: ids.map((id) => ({ ref: { customerId: id }, type: 'signed_up', occurredAt: START, source: 'shop', properties: {} })) });
		await world.driver.settle();
		expect(world.sent()).toHaveLength(5);
		const perRun = world.executions.filter(({ startNode }) => startNode === 'Policy').map(({ nodes }) => nodes.get('Policy')![0]!.outputs[0]!.length);
		expect(perRun.sort()).toEqual([1, 2, 2]);
		expect(new Set(world.messages.map(({ to }) => to)).size).toBe(5);
	});

	it('P66 keeps the order of items, and the cap, when one run brings the same customer many times', async () => {
		const world = await freshWorld(guarded(), { activate: false });
		await save(world, { rules: [{ id: 'week', scope: { any: true }, limit: 2, window: 'P7D' }] });
		await world.people('anna', 'ben');
		const item = (customer: string, mailing: number) => ({ json: { customer_id: customer, mailing } });
		Object.assign(world.runner.workflowData.nodes.find(({ name }) => name === 'Policy')!.parameters, { onBlock: 'drop', options: { mailingKey: '={{ $json.mailing }}' } });
		const items = [1, 2, 3, 4].flatMap((mailing) => [item('anna', mailing), item('ben', mailing)]);
		const execution = await world.runner.execute('Policy', [items]);
		const [send, block] = execution.nodes.get('Policy')![0]!.outputs;
		expect(jsonOf(send!).map(({ customer_id, mailing }) => `${customer_id as string} ${mailing as number}`)).toEqual(['anna 1', 'ben 1', 'anna 2', 'ben 2']);
		expect(block!.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 4 }, { item: 5 }, { item: 6 }, { item: 7 }]);
	});

	describe('for items that come through no journey', () => {
		const mailing = async (world: World, ids: string[]) => {
			const execution = await world.runner.execute('Policy', [ids.map((id) => ({ json: { email: `${id}@example.com`, city: 'Riga' } }))]);
			await world.driver.settle();
			return execution;
		};

		it('sends one mailing a day, and holds it under quiet hours, too', async () => {
			const world = await freshWorld(guarded(), { atMs: Date.parse('2026-11-21T22:30:00Z') });
			await world.people('anna');
			const first = await mailing(world, ['anna']);
			expect(first.nodes.get('Policy')![0]!.outputs.flat()).toEqual([]);
			await world.driver.advanceTo(Date.parse('2026-11-22T12:00:00Z'));
			expect(world.messages.map(({ atMs }) => new Date(atMs).toISOString())).toEqual(['2026-11-22T09:00:00.000Z']);
			const { item } = world.messages[0]!;
			expect(item).toMatchObject({ email: 'anna@example.com', city: 'Riga', customer: { id: 'anna' } });
			expect(item).not.toHaveProperty('journey');
		});

		it('keeps to a limit of its own by tag, and a test run says it beside the policy of the name', async () => {
			const limited = guarded({ nodeLimits: { limits: [{ atMost: 1, scope: 'tag', tag: '={{ "sale" }}', period: 'P14D' }] }, onBlock: 'drop', options: { tags: 'sale, x', policyName: 'second' } });
			const world = await freshWorld(limited);
			await world.store.run('policy.save', { name: 'second', body: { rules: [], quietHours: [] } });
			await world.people('anna', 'ben');
			await mailing(world, ['anna']);
			const again = await world.runner.execute('Policy', [[{ json: { email: 'anna@example.com' } }, { json: { email: 'ben@example.com' } }]], 'manual');
			expect(again.nodes.get('Policy')![0]!.outputs.map((items) => items.length)).toEqual([1, 1]);
			expect(again.nodes.get('Policy')![0]!.hints).toEqual([expect.any(String), expect.stringMatching(/^Rules in force \(policy "second" version 1\): .* This node: at most 1 message with the tag sale in 14 days\.$/)]);
			const empty = await freshWorld(guarded({ nodeLimits: { limits: [{ atMost: 1, scope: 'tag', tag: ' ', period: 'P14D' }] } }));
			await empty.people('anna');
			expect((await mailing(empty, ['anna'])).error?.message).toContain('Limit 1 of this node has an empty "Tag"');
		});

		it('does not send the same mailing twice', async () => {
			const world = await freshWorld(guarded());
			await world.people('anna');
			await mailing(world, ['anna']);
			await mailing(world, ['anna']);
			expect(world.sent()).toHaveLength(1);
			expect(blocked(world)).toEqual([expect.objectContaining({ policy: expect.objectContaining({ reason: 'already_handed_off' }) })]);
		});

		it('fails before anything is let out when an item names nobody', async () => {
			const world = await freshWorld(guarded());
			await world.people('anna');
			const execution = await world.runner.execute('Policy', [[{ json: { email: 'anna@example.com' } }, { json: { nothing: 1 } }]]);
			expect(execution.error?.message).toContain('Customer is missing');
			expect(world.sent()).toEqual([]);
			expect((await mailing(world, ['anna'])).status).toBe('success');
			expect(world.sent()).toHaveLength(1);
		});

		it('lets the good ones go when On Error says so', async () => {
			const world = await freshWorld(guarded({}, { onError: 'continueErrorOutput' }));
			await world.people('anna');
			const execution = await world.runner.execute('Policy', [[{ json: { nothing: 1 } }, { json: { email: 'anna@example.com' } }]]);
			const outputs = execution.nodes.get('Policy')![0]!.outputs;
			expect(outputs.map((items) => items.length)).toEqual([0, 0, 1]);
			await world.driver.settle();
			expect(world.sent()).toEqual(['0 Mail -> anna@example.com']);
			expect(outputs[2]![0]!.json).toEqual({ error: expect.stringContaining('Customer is missing') });
		});
	});

	it.each([[{ options: { unsubscribePage: 'our-shop/unsubscribe' } }, '"Unsubscribe Page" is no address of a page'], [{ channels: [] }, '"Channels" is empty: choose how the message is sent.']])(
		'lets nothing out with %j, and says why',
		async (parameters, message) => {
			const world = await freshWorld(guarded(parameters));
			await world.people('anna');
			await world.track('anna', 'signed_up');
			expect(world.failures()).toEqual([expect.stringContaining(message)]);
			expect((await world.store.run('store.info', {})).counts.touches).toBe(0);
		},
	);

	it('links to another unsubscribe page when told to', async () => {
		const world = await freshWorld(guarded({ options: { unsubscribePage: 'https://shop.example/off?lang=en' } }));
		await world.people('anna');
		await world.track('anna', 'signed_up');
		expect((world.messages[0]!.item.policy as IDataObject).unsubscribeUrl).toMatch(/^https:\/\/shop\.example\/off\?lang=en&t=[\w.%-]+$/);
	});

	it('links to the unsubscribe page of each item, also once it was held, and blocks the one whose address is none', async () => {
		const pages = guarded({ options: { unsubscribePage: '={{ $json.event.properties.page }}' } }, { onError: 'continueErrorOutput' });
		const world = await freshWorld(pages, { atMs: Date.parse('2026-11-21T22:30:00Z') });
		await world.people('anna', 'ben', 'carl', 'dora');
		await world.track('anna', 'signed_up', { page: 'https://one.example/off' });
		await world.track('ben', 'signed_up', { page: 'https://two.example/off' });
		await world.track('carl', 'signed_up');
		await world.track('dora', 'signed_up', { page: 'nowhere' });
		await world.driver.advanceTo(Date.parse('2026-11-22T12:00:00Z'));
		const links = world.messages.map(({ to, item }) => `${to} ${String((item.policy as IDataObject).unsubscribeUrl).replace(/\?t=.*/, '')}`);
		expect(links.sort()).toEqual(['anna@example.com https://one.example/off', 'ben@example.com https://two.example/off', expect.stringMatching(/^carl@example\.com https:\/\/n8n\.example\/webhook\/.*\/unsubscribe$/)]);
		const errors = world.executions.flatMap(({ nodes }) => jsonOf((nodes.get('Policy') ?? []).flatMap(({ outputs }) => outputs.flat())).flatMap(({ error }) => error ?? []));
		expect(errors).toEqual([expect.stringContaining('"Unsubscribe Page" is no address of a page')]);
	});

	it('takes the page that stands in the node when a held message leaves', async () => {
		const world = await freshWorld(guarded({ options: { unsubscribePage: '={{ "https://old.example/" + $json.customer.id }}' } }), { atMs: Date.parse('2026-11-21T22:30:00Z') });
		await world.people('anna');
		await world.track('anna', 'signed_up');
		world.runner.workflowData.nodes.find(({ name }) => name === 'Policy')!.parameters.options = { unsubscribePage: 'https://new.example/off' };
		await world.driver.advanceTo(Date.parse('2026-11-22T12:00:00Z'));
		expect((world.messages[0]!.item.policy as IDataObject).unsubscribeUrl).toMatch(/^https:\/\/new\.example\/off\?t=/);
	});

	it.each([['atMost', '={{ $json.customer.vip ? 3 : 1 }}', 'At Most'], ['tag', "={{ $('Start').item.json.event.properties.tag }}", 'Tag'], ['period', '={{ $input.item.json.period }}', 'Per']])('lets nothing out where the limit\'s %s depends on the item, and says what to do', async (field, expression, label) => {
		const world = await freshWorld(guarded({ nodeLimits: { limits: [{ atMost: 1, scope: 'tag', tag: 'sale', period: 'P7D', [field]: expression }] } }));
		await world.people('anna');
		await world.track('anna', 'signed_up');
		expect(world.failures()).toEqual([expect.stringMatching(new RegExp(`Limit 1 of this node: "${label}" depends on the item.*Edit Company Policy`))]);
		expect((await world.store.run('store.info', {})).counts.touches).toBe(0);
	});

	describe('in a test run', () => {
		const test = async (world: World) => (await world.runner.test('Start')).nodes.get('Policy')![0]!;

		it('lets the invented test customer through, and says what was not looked at', async () => {
			const world = await freshWorld(guarded(), { activate: false });
			const { outputs, hints } = await test(world);
			expect(outputs.map((items) => items.length)).toEqual([1, 0]);
			expect(hints).toEqual([expect.stringContaining('The test customer is not in the store and is taken to have agreed'), expect.stringMatching(/^Rules in force \(company policy, as every store starts\): At most 1 message per calendar day/)]);
			expect(outputs[0]![0]!.json.policy).toMatchObject({ decision: 'send', unsubscribeUrl: expect.stringContaining('?t=test') });
			expect(world.messages.map(({ to }) => to)).toEqual(['test-customer@example.com']);
		});

		it('judges a customer who was chosen, counts nothing, and writes to the test address', async () => {
			const world = await freshWorld(guarded(), { activate: false });
			await world.people('anna');
			const trigger = world.runner.workflowData.nodes.find(({ name }) => name === 'Start')!;
			trigger.parameters.options = { testCustomer: 'anna@example.com', testAddress: 'me@example.com' };
			for (let run = 0; run < 3; run++) {
				const { outputs, hints } = await test(world);
				expect(outputs.map((items) => items.length)).toEqual([1, 0]);
				expect(hints).toEqual([expect.stringContaining('The message would go now.'), expect.stringContaining('Rules in force')]);
			}
			expect(world.messages.map(({ to }) => to)).toEqual(['me@example.com', 'me@example.com', 'me@example.com']);
			expect((await world.store.run('store.info', {})).counts.touches).toBe(0);
		});

		it('shows until when a message would be held, and goes on', async () => {
			const world = await freshWorld(guarded(), { activate: false, atMs: Date.parse('2026-11-21T22:30:00Z') });
			await world.people('anna');
			world.runner.workflowData.nodes.find(({ name }) => name === 'Start')!.parameters.options = { testCustomer: 'anna' };
			const { outputs, hints } = await test(world);
			expect(outputs.map((items) => items.length)).toEqual([1, 0]);
			expect(hints[0]).toBe('Test run: nothing is counted or held. On the journey: held until 9:00 tomorrow because it is night for this customer.');
		});

		it('shows why a message would be blocked', async () => {
			const world = await freshWorld(guarded(), { activate: false });
			await world.store.run('customers.upsert', { items: [{ ref: { customerId: 'anna', email: 'anna@example.com' } }] });
			world.runner.workflowData.nodes.find(({ name }) => name === 'Start')!.parameters.options = { testCustomer: 'anna' };
			const { outputs, hints } = await test(world);
			expect(outputs.map((items) => items.length)).toEqual([0, 1]);
			expect(hints[0]).toMatch(/The message would be blocked: .*(consent|agree)/i);
			expect(outputs[1]![0]!.json.customer).toMatchObject({ email: 'test-customer@example.com' });
		});

		it('J35 leaves a live customer alone whose item is tried out', async () => {
			const world = await freshWorld(guarded(), { atMs: Date.parse('2026-11-21T22:30:00Z') });
			await world.people('anna');
			await world.track('anna', 'signed_up');
			const [item] = world.executions[0]!.nodes.get('Start')![0]!.outputs[0]!;
			await world.runner.execute('Policy', [[{ json: item!.json }]], 'manual');
			expect(await held(world)).toBe(1);
			const tried = world.messages.length;
			await world.driver.advanceTo(Date.parse('2026-11-22T12:00:00Z'));
			expect(world.messages.length - tried).toBe(1);
		});
	});

	it('P50 blocks what was held for a customer who has unsubscribed meanwhile', async () => {
		const world = await freshWorld(guarded(), { atMs: Date.parse('2026-11-21T22:30:00Z') });
		await world.people('anna');
		await world.track('anna', 'signed_up');
		await world.store.run('consents.set', { items: [{ ref: { customerId: 'anna' }, channel: 'email', purpose: 'marketing', status: 'denied', at: world.clock.now() + MINUTE }] });
		await world.driver.advanceTo(Date.parse('2026-11-22T12:00:00Z'));
		expect(world.messages).toEqual([]);
		expect(blocked(world)).toHaveLength(1);
		expect(await held(world)).toBe(0);
	});
});
