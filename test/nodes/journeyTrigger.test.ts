import { properties } from '../../nodes/JourneyTrigger/properties';
import { settingsOf } from '../../nodes/JourneyTrigger/settings';
import type { JourneySettings } from '../../src/journeys/settings';
import { DAY, email, freshWorld, HOUR, jsonOf, MINUTE, own, START, workflowOf } from './journeyWorld';

const FORM = Object.fromEntries(properties.map(({ name, default: value }) => [name, value])) as Record<string, unknown>;
const read = (form: Record<string, unknown>): JourneySettings => settingsOf((name) => ({ ...FORM, eventType: 'cart_updated', ...form })[name], 'w1', 'My workflow');

const journey = (parameters: object = {}) => workflowOf([own('Start', 'journeyTrigger', { eventType: 'cart_updated', ...parameters }), email('Mail')], [['Start', 'Mail']]);

describe('settings of Journey Trigger', () => {
	it('has a use for every field as it comes', () => {
		expect(read({})).toMatchObject({
			key: 'w1',
			name: 'My workflow',
			entry: { eventType: 'cart_updated', filter: [], entryKey: { kind: 'event' }, debounceMs: 0 },
			audience: { conditions: [] },
			reEntry: { mode: 'after_exit' },
			whileActive: 'ignore',
			exits: [],
			maxTriggerAgeMs: 72 * HOUR,
			guardMs: 5 * MINUTE,
		});
		expect(read({}).goal).toBeUndefined();
	});

	it('reads every field of the form', () => {
		expect(
			read({
				filter: { conditions: [{ field: 'total', operator: 'greaterThan', value: '20' }, { field: '', operator: 'equals', value: '' }] },
				entryPer: 'property',
				entryProperty: ' cart_id ',
				quietFor: 1.5,
				consentChannel: 'sms',
				audience: { conditions: [{ field: 'stage', operator: 'exists', value: 'ignored' }] },
				reEntry: 'cooldown',
				cooldownAmount: 30,
				cooldownUnit: 'calendarDays',
				cooldownFrom: 'exit',
				whileActive: 'refresh',
				exits: { events: [{ eventType: 'order_placed', sameField: 'cart', entryField: 'cart_id', filter: {} }] },
				goal: { goal: { eventType: 'order_paid', sameField: 'cart_id', entryField: '', withinDays: 14, from: 'lastMessage', valueField: 'total' } },
				options: { journeyKey: 'cart', journeyName: 'Cart', maxAgeHours: 1, guardMinutes: 0, controlPercent: 5, controlMembers: 'outside', entriesPerHour: 500, atMostJourneys: 2, priority: 70, whenResumed: 'expire', expireAfterHours: 36, removedSteps: 'move', moveTo: ' Wait 1 ', maxVisits: 50 },
			}),
		).toEqual({
			key: 'cart',
			name: 'Cart',
			entry: { eventType: 'cart_updated', filter: [{ field: 'total', operator: 'greaterThan', value: '20' }], entryKey: { kind: 'property', property: 'cart_id' }, debounceMs: 90_000 },
			audience: { consentChannel: 'sms', conditions: [{ field: 'stage', operator: 'exists' }] },
			reEntry: { mode: 'cooldown', length: { amount: 30, unit: 'calendarDays' }, from: 'exit' },
			whileActive: 'refresh',
			exits: [{ eventType: 'order_placed', filter: [], correlate: { eventField: 'cart', entryField: 'cart_id' } }],
			goal: { rule: { eventType: 'order_paid', filter: [], correlate: { eventField: 'cart_id', entryField: 'cart_id' } }, windowMs: 14 * DAY, from: 'lastMessage', valueField: 'total' },
			maxTriggerAgeMs: HOUR,
			guardMs: 0,
			controlPercent: 5,
			controlMembers: 'outside',
			entriesPerHour: 500,
			atMostJourneys: 2,
			priority: 70,
			whenResumed: { mode: 'expire', afterMs: 36 * HOUR },
			removedSteps: { action: 'move', to: 'Wait 1' },
			maxVisits: 50,
		});
		expect(read({ options: { whenResumed: 'shift', removedSteps: 'exit' } })).toMatchObject({ whenResumed: { mode: 'shift' }, removedSteps: { action: 'exit' } });
		expect(read({ options: {} })).toMatchObject({ whenResumed: { mode: 'overdue' }, removedSteps: { action: 'hold' }, maxVisits: 1000 });
		expect(read({ reEntry: 'parallel', parallelMax: 7 }).reEntry).toEqual({ mode: 'parallel', max: 7 });
	});

	it.each([
		[{ eventType: '  ' }, '"Start When This Happens" is empty: fill it in.'],
		[{ entryPer: 'property', entryProperty: '' }, '"Field" is empty: fill it in.'],
		[{ quietFor: -1 }, '"Hold Until Quiet For" must be 0 or more.'],
		[{ reEntry: 'cooldown', cooldownAmount: -3 }, '"Not Again For" must be 0 or more.'],
		[{ reEntry: 'parallel', parallelMax: 0 }, '"At Most at the Same Time" must be 1 or more.'],
		[{ reEntry: 'parallel', parallelMax: 2000 }, '"At Most at the Same Time" must be 1000 or less.'],
		[{ exits: { events: [{ eventType: '' }] } }, '"Leave the Journey When: Event Type" is empty: fill it in.'],
		[{ goal: { goal: { eventType: 'order_placed', withinDays: -1 } } }, '"Goal: Within Days" must be 0 or more.'],
		[{ options: { removedSteps: 'move' } }, '"Step to Wait At" is empty: fill it in.'],
		[{ options: { whenResumed: 'expire', expireAfterHours: -1 } }, '"Overdue for Too Long (Hours)" must be 0 or more.'],
		[{ options: { maxVisits: 3 } }, '"Most Steps of a Customer" must be 10 or more.'],
		[{ options: { controlPercent: 60 } }, '"Control Group (%)" must be 50 or less.'],
		[{ options: { journeyKey: 'k'.repeat(300) } }, '"Journey Key" is too long: at most 200 characters.'],
		[{ whileActive: 'dance' }, '"If It Happens Again Meanwhile" must be one of ignore, restart, refresh.'],
	])('names the field of %j', (form, message) => {
		expect(() => read(form)).toThrow(message);
	});

	it('keeps the workflow from being published with a form that cannot be used', async () => {
		await expect(freshWorld(journey({ entryPer: 'property', entryProperty: ' ' }))).rejects.toThrow('"Field" is empty: fill it in.');
	});

	it('J37 refuses a journey key that another published workflow has', async () => {
		const workflow = workflowOf(
			[own('A', 'journeyTrigger', { eventType: 'x', options: { journeyKey: 'same' } }), own('B', 'journeyTrigger', { eventType: 'y', options: { journeyKey: 'same' } })],
			[],
		);
		await expect(freshWorld(workflow)).rejects.toThrow(/journey key "same" is already used/);
	});
});

describe('Journey Trigger', () => {
	it('J01 J02 lets a customer in once for the same cart, and twice for two carts', async () => {
		const { people, track, executions } = await freshWorld(journey({ entryPer: 'property', entryProperty: 'cart_id', whileActive: 'ignore' }));
		await people('anna');
		await track('anna', 'cart_updated', { cart_id: 'a' }, 'e1');
		await track('anna', 'cart_updated', { cart_id: 'a' }, 'e1');
		await track('anna', 'cart_updated', { cart_id: 'b' }, 'e2');
		expect(executions.flatMap(({ nodes }) => jsonOf(nodes.get('Start')![0]!.outputs[0]!).map(({ event }) => (event as { properties: { cart_id: string } }).properties.cart_id))).toEqual(['a', 'b']);
	});

	it('emits everybody who is due in one execution', async () => {
		const { store, driver, executions } = await freshWorld(journey());
		const items = Array.from({ length: 300 }, (_, index) => ({ ref: { customerId: `c${index}` }, type: 'cart_updated', occurredAt: START, source: 'shop', properties: {} }));
		await store.run('events.track', { items });
		await driver.settle();
		expect(executions.map(({ nodes }) => nodes.get('Start')![0]!.outputs[0]!.length)).toEqual([300]);
	});

	it('emits entries that came in while it was off for a moment', async () => {
		const { people, track, activation, driver, sent } = await freshWorld(journey());
		await people('anna');
		await activation.deactivate();
		await track('anna', 'cart_updated');
		expect(sent()).toEqual([]);
		await activation.activate('init');
		await driver.settle();
		expect(sent()).toEqual(['0 Mail -> anna@example.com']);
	});

	describe('in a test run', () => {
		const itemOf = async (parameters: object, prepare?: (world: Awaited<ReturnType<typeof freshWorld>>) => Promise<void>) => {
			const world = await freshWorld(journey(parameters), { activate: false });
			await prepare?.(world);
			const execution = await world.runner.test('Start');
			return { world, execution, item: execution.nodes.get('Start')?.[0]?.outputs[0]?.[0]?.json };
		};

		it('sends an invented customer at example.com with an event that would start the journey', async () => {
			const filter = { conditions: [{ field: 'total', operator: 'greaterThan', value: '100' }, { field: 'shop.country', operator: 'equals', value: 'DE' }] };
			const { item, world } = await itemOf({ entryPer: 'property', entryProperty: 'basket', filter, options: { journeyKey: 'cart' } });
			expect(item).toMatchObject({
				customer: { id: 'test-customer', email: 'test-customer@example.com', phone: null, firstName: 'Test' },
				journey: { key: 'cart', enrolment: 'test-run', step: 'entry', visit: 0, variant: null },
				event: { type: 'cart_updated', at: '2026-11-21T10:00:00.000Z', properties: { cart_id: 'test-cart-1', basket: 'test-basket-1', total: 101, shop: { country: 'DE' }, items: [expect.anything()] } },
				testRun: { waitingNow: ['Nobody is waiting on this journey.'] },
			});
			expect((await world.store.run('store.info', {})).counts).toMatchObject({ customers: 0, events: 0 });
		});

		it('takes a customer of the store with everything but the address', async () => {
			const { item } = await itemOf({ options: { testCustomer: '+442071838750', testAddress: 'me@example.com' } }, async ({ store }) => {
				await store.run('customers.upsert', { items: [{ ref: { customerId: 'anna', email: 'anna@example.com', phone: '+442071838750' }, firstName: 'Anna', attributes: { size: 'M' } }] });
			});
			expect(item!.customer).toMatchObject({ id: 'anna', firstName: 'Anna', email: 'me@example.com', phone: null, attributes: { size: 'M' } });
		});

		it('says when the customer is not in the store', async () => {
			const { execution } = await itemOf({ options: { testCustomer: 'ghost@example.com' } });
			expect(execution.error?.message).toBe('"Test With Customer" names nobody in this store: ghost@example.com. Give the id, e-mail or phone of a customer, or leave it empty.');
		});

		it('shows who waits where', async () => {
			const workflow = workflowOf([own('Start', 'journeyTrigger', { eventType: 'cart_updated' }), own('Three Days', 'journeyWait', { waitFor: 'delay', amount: 3, unit: 'days' })], [['Start', 'Three Days']]);
			const { people, track, runner } = await freshWorld(workflow);
			await people('anna', 'ben');
			await track('anna', 'cart_updated');
			await track('ben', 'cart_updated');
			const execution = await runner.test('Start');
			const { testRun } = execution.nodes.get('Start')![0]!.outputs[0]![0]!.json as { testRun: { waitingNow: string[] } };
			expect(testRun.waitingNow).toContain('2 customers wait at Three Days, the next one until 2026-11-24T10:00:00.000Z');
		});
	});
});
