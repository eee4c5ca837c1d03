import { JourneyError } from '../../src/core/errors';
import { email, freshWorld, HOUR, own, workflowOf, type World } from './journeyWorld';

type OnError = 'continueErrorOutput' | 'continueRegularOutput';

/** Start -> Wait an hour -> Policy -> Mail; every node of ours goes on after errors. */
function lenient(onError: OnError) {
	return workflowOf(
		[
			own('Start', 'journeyTrigger', { eventType: 'signed_up', options: { journeyKey: 'welcome' } }),
			{ ...own('Wait', 'journeyWait', { amount: 1, unit: 'hours' }), onError },
			{ ...own('Policy', 'contactPolicy', {}), onError },
			email('Mail'),
		],
		[['Start', 'Wait'], ['Wait', 'Policy'], ['Policy', 'Mail']],
	);
}

/** The store fails in these operations until the returned function is called. */
async function failing(world: World, ...operations: string[]): Promise<() => void> {
	const store = (await world.store.store()) as unknown as { run(name: string, input: unknown): Promise<unknown> };
	const run = store.run.bind(store);
	store.run = async (name, input) => {
		if (operations.includes(name)) throw new JourneyError('store_unavailable', 'The customer store is away.');
		return await run(name, input);
	};
	return () => {
		store.run = run;
	};
}

describe.each(['continueErrorOutput', 'continueRegularOutput'] as const)('With On Error: %s', (onError) => {
	it('a store that fails lets no message out unchecked, and the customer gets it when the store is back', async () => {
		const world = await freshWorld(lenient(onError));
		await world.people('anna');
		await world.track('anna', 'signed_up');
		const mend = await failing(world, 'policy.pass');
		await world.driver.advanceTo(world.clock.now() + HOUR);
		expect(world.messages.filter(({ to }) => to === 'anna@example.com')).toEqual([]);
		mend();
		await world.driver.advanceTo(world.clock.now() + HOUR);
		expect(world.messages.filter(({ to }) => to === 'anna@example.com').length).toBeLessThanOrEqual(1);
	});

	it('a store that fails skips no wait', async () => {
		const world = await freshWorld(lenient(onError));
		await world.people('anna');
		const mend = await failing(world, 'journeys.park');
		await world.track('anna', 'signed_up');
		expect(world.messages.filter(({ to }) => to === 'anna@example.com')).toEqual([]);
		mend();
	});

	it('customers whose release failed are offered again and get their message once', async () => {
		const world = await freshWorld(lenient(onError));
		await world.people('anna');
		await world.track('anna', 'signed_up');
		const mend = await failing(world, 'journeys.claimBatch');
		await world.driver.advanceTo(world.clock.now() + HOUR);
		expect(world.messages).toEqual([]);
		mend();
		await world.driver.advanceTo(world.clock.now() + HOUR);
		expect(world.messages.map(({ to }) => to)).toEqual(['anna@example.com']);
	});
});
