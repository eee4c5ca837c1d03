import type { IDataObject } from 'n8n-workflow';
import { DAY, email, freshWorld, HOUR, jsonOf, MINUTE, own, START, workflowOf } from './journeyWorld';

const ORDER = (more: IDataObject = {}) => ({ events: [{ eventType: 'order_placed', sameField: '', entryField: '', filter: {}, ...more }] });

/** Signed up -> the wait under test -> a mail per output. */
function waiting(parameters: IDataObject, outputs = 1, trigger: IDataObject = {}) {
	const names = ['Done', 'Bought', 'Clicked'].slice(0, outputs);
	return workflowOf(
		[own('Start', 'journeyTrigger', { eventType: 'signed_up', options: { journeyKey: 'welcome' }, ...trigger }), own('Wait', 'journeyWait', parameters), ...names.map((name) => email(name))],
		[['Start', 'Wait'], ...names.map((name, output) => ['Wait', name, output] as [string, string, number])],
	);
}

describe('Journey Wait', () => {
	it.each([
		['90 seconds', { amount: 90, unit: 'seconds' }, 1.5],
		['2 weeks', { amount: 2, unit: 'weeks' }, 14 * 24 * 60],
		['nothing at all', { amount: 0, unit: 'hours' }, 0],
	])('waits for %s', async (_words, length, minutes) => {
		const { people, track, driver, sent } = await freshWorld(waiting({ waitFor: 'delay', ...length }));
		await people('anna');
		await track('anna', 'signed_up');
		await driver.advanceTo(START + 30 * DAY);
		expect(sent()).toEqual([`${minutes} Done -> anna@example.com`]);
	});

	it('J14 keeps the time of day over the change of the clocks with calendar days, not with days', async () => {
		for (const [unit, hours] of [['calendarDays', 23], ['days', 24]] as const) {
			const { store, track, driver, messages, activation } = await freshWorld(waiting({ waitFor: 'delay', amount: 1, unit }), { atMs: Date.parse('2027-03-27T09:00:00Z') });
			await store.run('customers.upsert', { items: [{ ref: { customerId: 'anna', email: 'anna@example.com' }, timeZone: 'Europe/Berlin' }] });
			await track('anna', 'signed_up');
			await driver.advanceTo(Date.parse('2027-03-29T09:00:00Z'));
			expect(messages.map(({ atMs }) => (atMs - Date.parse('2027-03-27T09:00:00Z')) / HOUR)).toEqual([hours]);
			await activation.deactivate();
		}
	});

	it('waits until some days before a date of the event, at the time given', async () => {
		const form = { waitFor: 'date', date: '={{ $json.event.properties.expires_at }}', shift: 'before', shiftAmount: 3, shiftUnit: 'calendarDays', dateTime: '09:30' };
		const { people, track, driver, messages } = await freshWorld(waiting(form));
		await people('anna', 'late');
		await track('anna', 'signed_up', { expires_at: '2026-12-10' });
		await track('late', 'signed_up', { expires_at: '2026-11-22' });
		await driver.advanceTo(START + 30 * DAY);
		expect(messages.map(({ atMs, to }) => `${new Date(atMs).toISOString()} ${to}`)).toEqual(['2026-11-21T10:00:00.000Z late@example.com', '2026-12-07T09:30:00.000Z anna@example.com']);
	});

	it("waits until a time of day on a weekday, by the customer's clock", async () => {
		const { store, track, driver, messages } = await freshWorld(waiting({ waitFor: 'localTime', time: '10:00', days: ['mon', 'tue'] }));
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'tokyo', email: 'tokyo@example.com' }, timeZone: 'Asia/Tokyo' }, { ref: { customerId: 'lima', email: 'lima@example.com' }, timeZone: 'America/Lima' }] });
		await track('tokyo', 'signed_up');
		await track('lima', 'signed_up');
		await driver.advanceTo(START + 5 * DAY);
		expect(messages.map(({ atMs, to }) => `${new Date(atMs).toISOString()} ${to}`)).toEqual(['2026-11-23T01:00:00.000Z tokyo@example.com', '2026-11-23T15:00:00.000Z lima@example.com']);
	});

	it('lets a customer go by the output of the event that came first, with the event in the item', async () => {
		const events = { events: [...ORDER().events, { eventType: 'clicked', sameField: '', entryField: '', filter: { conditions: [{ field: 'link', operator: 'contains', value: 'sale' }] } }] };
		const { people, track, driver, sent, messages } = await freshWorld(waiting({ waitFor: 'event', events, timeoutAmount: 1, timeoutUnit: 'days' }, 3));
		await people('anna', 'ben', 'carla');
		for (const id of ['anna', 'ben', 'carla']) await track(id, 'signed_up');
		await driver.advanceTo(START + HOUR);
		await track('anna', 'order_placed', { total: 12 });
		await track('ben', 'clicked', { link: '/summer-sale' });
		await track('carla', 'clicked', { link: '/about' });
		await driver.advanceTo(START + 2 * DAY);
		expect(sent().sort()).toEqual(['1440 Done -> carla@example.com', '60 Bought -> anna@example.com', '60 Clicked -> ben@example.com']);
		expect(messages.find(({ to }) => to.startsWith('anna'))!.item.wait).toEqual({ endedBy: 'event', event: { type: 'order_placed', at: '2026-11-21T11:00:00.000Z', properties: { total: 12 } } });
		expect(messages.find(({ to }) => to.startsWith('carla'))!.item.wait).toEqual({ endedBy: 'time' });
	});

	it('counts an event of the same order only, under another name on either side', async () => {
		const form = { waitFor: 'event', events: ORDER({ sameField: 'order_ref', entryField: 'order_id' }), timeoutAmount: 1, timeoutUnit: 'hours' };
		const { people, track, driver, sent } = await freshWorld(waiting(form, 2));
		await people('anna', 'ben');
		await track('anna', 'signed_up', { order_id: 7 });
		await track('ben', 'signed_up', { order_id: 8 });
		await track('anna', 'order_placed', { order_ref: '7' });
		await track('ben', 'order_placed', { order_ref: '7' });
		await driver.advanceTo(START + 2 * HOUR);
		expect(sent().sort()).toEqual(['0 Bought -> anna@example.com', '60 Done -> ben@example.com']);
	});

	it('J08 counts what happened earlier on the journey only when asked to', async () => {
		for (const [since, expected] of [['entry', '60 Bought'], ['arrival', '120 Done']] as const) {
			const workflow = workflowOf(
				[
					own('Start', 'journeyTrigger', { eventType: 'signed_up' }),
					own('First', 'journeyWait', { waitFor: 'delay', amount: 1, unit: 'hours' }),
					own('Wait', 'journeyWait', { waitFor: 'event', events: ORDER(), timeoutAmount: 1, timeoutUnit: 'hours', since }),
					email('Done'),
					email('Bought'),
				],
				[['Start', 'First'], ['First', 'Wait'], ['Wait', 'Done'], ['Wait', 'Bought', 1]],
			);
			const { people, track, driver, sent, activation } = await freshWorld(workflow);
			await people('anna');
			await track('anna', 'signed_up');
			await driver.advanceTo(START + 30 * MINUTE);
			await track('anna', 'order_placed');
			await driver.advanceTo(START + 3 * HOUR);
			expect(sent()).toEqual([`${expected} -> anna@example.com`]);
			await activation.deactivate();
		}
	});

	it('names its outputs after the events', async () => {
		const { runner } = await freshWorld(waiting({ waitFor: 'event', events: { events: [...ORDER().events, { eventType: '' }] } }, 3), { activate: false });
		const workflow = runner.newWorkflow();
		const { NodeHelpers } = runner.engine.workflow;
		const node = workflow.getNode('Wait')!;
		const outputs = NodeHelpers.getNodeOutputs(workflow, node, runner.nodeTypes.getByNameAndVersion(node.type, 1).description);
		expect(outputs.map((output) => (typeof output === 'string' ? output : output.displayName))).toEqual(["Time's Up", 'order_placed', 'Event 2']);
	});

	it('refuses items that come from no journey, by their place, and parks the others', async () => {
		const { people, track, executions, runner, store } = await freshWorld(waiting({ waitFor: 'delay', amount: 1, unit: 'hours' }));
		await people('anna');
		await track('anna', 'signed_up');
		const real = executions[0]!.nodes.get('Start')![0]!.outputs[0]![0]!;
		const execution = await runner.execute('Wait', [[{ json: { email: 'stranger@example.com' } }, { json: real.json }]]);
		expect(execution.status).toBe('error');
		expect(execution.error?.message).toContain('This item comes from no journey');
		expect(execution.run.data.resultData.error).toMatchObject({ context: { itemIndex: 0 }, description: expect.stringContaining('The other 1 customers were taken in and wait.') });
		expect((await store.run('journeys.waiting', {})).find(({ step }) => step === 'wait')!.waiting).toBe(1);
	});

	it('gives an error item when On Error says to go on', async () => {
		const workflow = waiting({ waitFor: 'delay', amount: 1, unit: 'hours' });
		Object.assign(workflow.nodes[1]!, { onError: 'continueErrorOutput' });
		const { runner } = await freshWorld(workflow);
		const execution = await runner.execute('Wait', [[{ json: { email: 'stranger@example.com' } }]]);
		expect(execution.status).toBe('success');
		expect(jsonOf(execution.nodes.get('Wait')![0]!.outputs[1]!)).toEqual([{ error: expect.stringContaining('comes from no journey') }]);
	});

	it('names the field of the form that cannot be used', async () => {
		const { people, track, failures } = await freshWorld(waiting({ waitFor: 'localTime', time: '25:00' }));
		await people('anna');
		await track('anna', 'signed_up');
		expect(failures()).toEqual([expect.stringContaining('"Time" is wrong: write the time as HH:MM, 00:00 to 23:59.')]);
	});

	it('says which date it cannot read', async () => {
		const { people, track, failures } = await freshWorld(waiting({ waitFor: 'date', date: '={{ $json.event.properties.expires_at }}' }));
		await people('anna');
		await track('anna', 'signed_up', { expires_at: 'soon' });
		expect(failures()).toEqual([expect.stringContaining('The date to wait for cannot be read: "soon"')]);
	});

	it('gives a batch out once: an execution that n8n runs again, or an item somebody made up, moves nobody', async () => {
		const { people, track, driver, executions, runner, sent } = await freshWorld(waiting({ waitFor: 'delay', amount: 1, unit: 'hours' }));
		await people('anna');
		await track('anna', 'signed_up');
		await driver.advanceTo(START + HOUR);
		expect(sent()).toHaveLength(1);
		const released = executions.at(-1)!.run.data.executionData!.nodeExecutionStack;
		expect(released).toEqual([]);
		for (const batch of [1, 2, 3]) await runner.execute('Wait', [[{ json: { release: { batch, epoch: 1, step: 'wait' } } }]]);
		expect(sent()).toHaveLength(1);
	});

	it('J27 does not activate two nodes with one step key', async () => {
		const workflow = workflowOf(
			[own('Start', 'journeyTrigger', { eventType: 'signed_up' }), own('A', 'journeyWait', { options: { stepKey: 'same' } }), own('B', 'journeyWait', { options: { stepKey: 'same' } })],
			[
				['Start', 'A'],
				['A', 'B'],
			],
		);
		await expect(freshWorld(workflow)).rejects.toThrow(/step key "same" is already used/);
	});

	it('J27 parks nobody by the second node of a step key, which n8n publishes without its trigger', async () => {
		const { people, track, executions, runner, store } = await freshWorld(waiting({ waitFor: 'delay', amount: 1, unit: 'hours', options: { stepKey: 'pause' } }));
		await people('anna', 'ben');
		await track('anna', 'signed_up');
		const second = runner.workflowData.nodes.find(({ name }) => name === 'Wait')!;
		second.id = 'the-copy';
		await track('ben', 'signed_up');
		expect(executions.map(({ error }) => error?.message)).toEqual([undefined, 'The step key "pause" is already used by the node "Wait" of this workflow. Give "Wait" a step key of its own.']);
		expect((await store.run('journeys.waiting', {})).find(({ step }) => step === 'pause')!.waiting).toBe(1);
	});

	it('skips no wait for an item that cannot be parked, whatever On Error says', async () => {
		const workflow = waiting({ waitFor: 'date', date: '={{ $json.event.properties.until }}' });
		Object.assign(workflow.nodes[1]!, { onError: 'continueRegularOutput' });
		const { people, track, executions } = await freshWorld(workflow);
		await people('anna');
		await track('anna', 'signed_up', { until: 'some day' });
		expect(jsonOf(executions[0]!.nodes.get('Wait')![0]!.outputs[0]!)).toEqual([{ error: expect.stringContaining('The date to wait for cannot be read') }]);
	});

	it('J28 keeps customers in place under an explicit step key when the node gets another id and name', async () => {
		const { people, track, driver, activation, runner, sent } = await freshWorld(waiting({ waitFor: 'delay', amount: 1, unit: 'hours', options: { stepKey: 'pause' } }));
		await people('anna');
		await track('anna', 'signed_up');
		await activation.deactivate();
		const wait = runner.workflowData.nodes.find(({ name }) => name === 'Wait')!;
		wait.id = 'another-id';
		await activation.activate();
		await driver.advanceTo(START + HOUR);
		expect(sent()).toEqual(['60 Done -> anna@example.com']);
	});

	describe('in a test run', () => {
		it('passes everybody at once, with a hint until when they would have waited, and writes nothing', async () => {
			const { runner, store } = await freshWorld(waiting({ waitFor: 'localTime', time: '09:00', days: ['mon'] }), { activate: false });
			const execution = await runner.test('Start');
			expect(execution.status).toBe('success');
			const [ran] = execution.nodes.get('Wait')!;
			expect(ran!.outputs[0]).toHaveLength(1);
			expect(ran!.hints).toEqual(['Test run: passed at once. On the journey the customer would wait here until Monday 23 November 2026, 09:00 (UTC).']);
			expect((await store.run('store.info', {})).counts).toMatchObject({ customers: 0, waiting: 0 });
			expect(await store.run('journeys.waiting', {})).toEqual([]);
		});

		it('counts the visit, so that a loop on the canvas that counts them ends in a test run too', async () => {
			const { runner } = await freshWorld(waiting({ waitFor: 'delay', amount: 1, unit: 'hours' }), { activate: false });
			const execution = await runner.test('Start');
			expect(execution.nodes.get('Wait')![0]!.outputs[0]![0]!.json.journey).toMatchObject({ visit: 1 });
		});

		it('leaves by the first event when told to', async () => {
			const { runner } = await freshWorld(waiting({ waitFor: 'event', events: ORDER(), options: { testOutput: 'event' } }, 2), { activate: false });
			const execution = await runner.test('Start');
			expect(execution.nodes.get('Wait')![0]!.outputs.map((items) => items.length)).toEqual([0, 1]);
		});

		it('J36 touches nobody real: a pinned item of a live customer does not move them', async () => {
			const { people, track, executions, runner, driver, sent } = await freshWorld(waiting({ waitFor: 'delay', amount: 1, unit: 'hours' }));
			await people('anna');
			await track('anna', 'signed_up');
			const real = executions[0]!.nodes.get('Start')![0]!.outputs[0]![0]!;
			await runner.execute('Wait', [[{ json: real.json }]], 'manual');
			await driver.advanceTo(START + 30 * MINUTE);
			const before = sent().length;
			await driver.advanceTo(START + 2 * HOUR);
			expect(sent().slice(before)).toEqual(['60 Done -> anna@example.com']);
		});
	});
});
