import type { IDataObject } from 'n8n-workflow';
import { DAY, email, freshWorld, HOUR, own, START, workflowOf, type World } from './journeyWorld';

/** Signed up -> a wait -> a mail; the node's last output leads to another. */
function journey(wait: IDataObject, trigger: IDataObject = {}, lastOutput = 1) {
	return workflowOf(
		[own('Start', 'journeyTrigger', { eventType: 'signed_up', options: { journeyKey: 'welcome', ...trigger } }), own('Wait', 'journeyWait', wait), email('Done'), email('Last')],
		[['Start', 'Wait'], ['Wait', 'Done'], ['Wait', 'Last', lastOutput]],
	);
}

/** The workflow is unpublished; that much later it is published again. */
async function pause({ activation, driver, runner }: World, atMs: number, change?: (parameters: IDataObject) => void): Promise<void> {
	await activation.deactivate();
	await driver.advanceTo(atMs);
	const wait = runner.workflowData.nodes.find(({ name }) => name === 'Wait')!;
	change?.(wait.parameters as IDataObject);
	await activation.activate();
	await driver.advanceTo(atMs + 1);
}

describe.each(['sqlite', 'postgres'] as const)('On %s', (database) => {
	const delay = (amount: number, options: IDataObject = {}) => ({ waitFor: 'delay', amount, unit: 'days', options });

	it('whoever is too late leaves by an output of their own, with how late they are', async () => {
		const world = await freshWorld(journey(delay(1, { late: 'output', lateAfter: 2 })), { database });
		await world.people('anna', 'ben');
		await world.track('anna', 'signed_up');
		await world.driver.advanceTo(START + 6 * HOUR);
		await world.track('ben', 'signed_up');
		await pause(world, START + DAY + 7 * HOUR);
		expect(world.sent()).toEqual(['1860 Done -> ben@example.com', '1860 Last -> anna@example.com']);
		expect(world.messages.find(({ to }) => to.startsWith('anna'))!.item.wait).toEqual({ endedBy: 'time', late: true, lateByMinutes: 420 });
		expect(world.messages.find(({ to }) => to.startsWith('ben'))!.item.wait).toEqual({ endedBy: 'time' });
		expect(world.failures()).toEqual([]);
	});

	it('the output of the late is the last one of a wait for events, and an event in time leads by its own', async () => {
		const events = { events: [{ eventType: 'clicked', sameField: '', entryField: '', filter: {} }] };
		const world = await freshWorld(journey({ waitFor: 'event', events, timeoutAmount: 1, timeoutUnit: 'days', options: { late: 'output', lateAfter: 2 } }, {}, 2), { database });
		await world.people('anna', 'ben');
		for (const id of ['anna', 'ben']) await world.track(id, 'signed_up');
		await world.activation.deactivate();
		await world.driver.advanceTo(START + HOUR);
		await world.track('ben', 'clicked');
		await pause(world, START + 2 * DAY);
		expect(world.sent()).toEqual(['2880 Last -> anna@example.com']);
	});

	it('or leaves the journey', async () => {
		const world = await freshWorld(journey(delay(1, { late: 'exit', lateAfter: 0 })), { database });
		await world.people('anna');
		await world.track('anna', 'signed_up');
		await pause(world, START + 2 * DAY);
		expect(world.sent()).toEqual([]);
		const { journeys } = await world.store.run('customers.record', { ref: { customerId: 'anna' } });
		expect(journeys).toMatchObject([{ status: 'exited', endReason: 'too_late' }]);
	});

	it('J32 published again after a pause, waits last longer by it where Journey Trigger says so', async () => {
		const world = await freshWorld(journey(delay(2), { whenResumed: 'shift' }), { database });
		await world.people('anna');
		await world.track('anna', 'signed_up');
		await pause(world, START + 10 * DAY);
		await world.driver.advanceTo(START + 30 * DAY);
		expect(world.sent()).toEqual([`${12 * 24 * 60} Done -> anna@example.com`]);
	});

	it('or whoever is overdue for too long leaves', async () => {
		const world = await freshWorld(journey(delay(2), { whenResumed: 'expire', expireAfterHours: 24 }), { database });
		await world.people('anna', 'ben');
		await world.track('anna', 'signed_up');
		await world.driver.advanceTo(START + DAY);
		await world.track('ben', 'signed_up');
		await pause(world, START + 3 * DAY + 1);
		await world.driver.advanceTo(START + 30 * DAY);
		expect(world.sent().map((line) => line.split('-> ')[1])).toEqual(['ben@example.com']);
	});

	it('J25 a changed delay leaves those who wait alone, unless the node says otherwise', async () => {
		for (const [recompute, minutes] of [[false, 7 * 24 * 60], [true, 5 * 24 * 60]] as const) {
			const world = await freshWorld(journey(delay(7, recompute ? { recompute } : {})), { database });
			await world.people('anna');
			await world.track('anna', 'signed_up');
			await world.driver.advanceTo(START + 5 * DAY - 1);
			await pause(world, START + 5 * DAY, (parameters) => (parameters.amount = 3));
			await world.driver.advanceTo(START + 30 * DAY);
			expect(world.sent()).toEqual([`${minutes} Done -> anna@example.com`]);
			expect(world.failures()).toEqual([]);
			await world.activation.deactivate();
		}
	});

	it('J30 a loop of two nodes ends after the most steps of a customer', async () => {
		const looping = workflowOf(
			[own('Start', 'journeyTrigger', { eventType: 'signed_up', options: { journeyKey: 'loop', maxVisits: 10 } }), own('Wait', 'journeyWait', delay(1)), email('Again'), { name: 'Round', type: 'n8n-nodes-base.noOp' }],
			[['Start', 'Wait'], ['Wait', 'Again'], ['Wait', 'Round'], ['Round', 'Wait']],
		);
		const world = await freshWorld(looping, { database });
		await world.people('anna');
		await world.track('anna', 'signed_up');
		await world.driver.advanceTo(START + 40 * DAY);
		expect(world.sent()).toEqual(Array.from({ length: 10 }, (_, day) => `${(day + 1) * 24 * 60} Again -> anna@example.com`));
		const { journeys } = await world.store.run('customers.record', { ref: { customerId: 'anna' } });
		expect(journeys).toMatchObject([{ status: 'exited', endReason: 'max_visits' }]);
	});

	it('J35 n8n repeats a finished execution, and a person tries a step in the editor: nobody moves twice, nobody live moves at all', async () => {
		const world = await freshWorld(journey(delay(1)), { database });
		await world.people('anna');
		await world.track('anna', 'signed_up');
		const [entry] = world.executions[0]!.nodes.get('Start')![0]!.outputs[0]!;
		await world.runner.execute('Wait', [[{ json: entry!.json }]], 'retry');
		await world.runner.execute('Wait', [[{ json: entry!.json }]], 'manual');
		expect((await world.store.run('journeys.waiting', {})).map(({ step, waiting }) => `${step} ${waiting}`)).toEqual(['entry 0', 'wait 1']);
		const tried = world.messages.length;
		await world.driver.advanceTo(START + DAY);
		expect(world.messages.length - tried).toBe(1);
		// The item by which the node's own trigger started the execution; its batch was given out already.
		for (const batch of [1, 2, 3]) await world.runner.execute('Wait', [[{ json: { release: { batch, epoch: 1, step: 'wait' } } }]], 'retry');
		await world.driver.advanceTo(START + 5 * DAY);
		expect(world.messages.length - tried).toBe(1);
	});

	it('J36 pinned data in a test run touches nobody: a pinned item of a live customer does not park, move or end them', async () => {
		const world = await freshWorld(journey(delay(1)), { database });
		await world.people('anna');
		await world.track('anna', 'signed_up');
		const [entry] = world.executions[0]!.nodes.get('Start')![0]!.outputs[0]!;
		for (const mode of ['manual', 'evaluation'] as const) await world.runner.execute('Wait', [[{ json: { ...entry!.json, pinned: true } }]], mode);
		const { journeys } = await world.store.run('customers.record', { ref: { customerId: 'anna' } });
		expect(journeys).toMatchObject([{ status: 'waiting', dueAt: START + DAY }]);
		const tried = world.messages.length;
		await world.driver.advanceTo(START + 2 * DAY);
		expect(world.messages.slice(tried).map(({ item }) => (item as IDataObject).pinned)).toEqual([undefined]);
	});
});
