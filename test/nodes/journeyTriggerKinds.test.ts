import { properties } from '../../nodes/JourneyTrigger/properties';
import { settingsOf } from '../../nodes/JourneyTrigger/settings';
import { shopWithLinks } from '../bundles/support/offerShop';
import { DAY, email, freshWorld, HOUR, jsonOf, own, START, workflowOf } from './journeyWorld';

/** The form as n8n hands it over: fields that do not show cannot be read. */
function read(form: Record<string, unknown>) {
	const parameter = (name: string): unknown => {
		const shown = properties.filter((property) => property.name === name).find(({ displayOptions }) => Object.entries(displayOptions?.show ?? {}).every(([other, values]) => (values as unknown[]).includes(parameter(other))));
		if (!shown) throw new Error(`${name} does not show`);
		return form[name] ?? shown.default;
	};
	return settingsOf(parameter, 'w1', 'My workflow');
}
const moments = (...list: [number, 'before' | 'after'][]) => ({ moments: list.map(([days, when]) => ({ days, when })) });

describe('Journey Trigger starts on', () => {
	it('a birthday, with nothing but the defaults', () => {
		expect(read({ startOn: 'date' }).entry).toEqual({
			eventType: 'date_near', filter: [], entryKey: { kind: 'event' }, debounceMs: 0,
			date: { of: 'customer', field: 'birthDate', offsets: [-7], time: '10:00', yearly: true, leapDay: 'feb28', onChange: 'leave' },
		});
	});

	it('the end of a subscription, 30, 7 and 1 days before and a day after, with everything the form has', () => {
		const filter = { conditions: [{ field: 'plan', operator: 'equals', value: 'yearly' }] };
		const form = { startOn: 'date', dateOf: 'subscription', offsets: moments([30, 'before'], [7, 'before'], [1, 'before'], [1, 'after'], [0, 'before'], [0, 'after']), dateTime: '08:30', filter, options: { leapDay: 'mar1', ifDateChanges: 'stay' } };
		expect(read(form).entry).toMatchObject({
			filter: [{ field: 'plan', operator: 'equals', value: 'yearly' }],
			date: { of: 'subscription', field: 'expiresAt', offsets: [-30, -7, -1, 1, 0], time: '08:30', yearly: false, leapDay: 'mar1', onChange: 'stay' },
		});
	});

	it('a date of an order, and one in another field', () => {
		expect(read({ startOn: 'date', dateOf: 'order', offsets: moments([14, 'after']) }).entry.date).toMatchObject({ of: 'order', field: 'orderedAt', offsets: [14], yearly: false });
		expect(read({ startOn: 'date', customerDate: 'attribute', customerField: ' contract_end ', yearly: false }).entry.date).toMatchObject({ of: 'customer', field: 'attributes.contract_end', yearly: false });
		expect(read({ startOn: 'date', dateOf: 'subscription', subscriptionDate: 'attribute', subscriptionField: 'attributes.inspection' }).entry.date).toMatchObject({ field: 'attributes.inspection' });
	});

	it('a segment entered or left, and a change of stage', () => {
		expect(read({ startOn: 'segmentEntered', segment: 'Loyal' }).entry).toMatchObject({ eventType: 'segment_entered', filter: [{ field: 'segment', operator: 'equals', value: 'Loyal' }] });
		expect(read({ startOn: 'segmentLeft', segment: 'Loyal' }).entry).toMatchObject({ eventType: 'segment_left' });
		expect(read({ startOn: 'stageChanged' }).entry).toMatchObject({ eventType: 'stage_changed', filter: [] });
		expect(read({ startOn: 'stageChanged', fromStage: 'active', toStage: 'dormant' }).entry.filter).toEqual([{ field: 'from', operator: 'equals', value: 'active' }, { field: 'to', operator: 'equals', value: 'dormant' }]);
	});

	it('the moment a customer is ready: a gap that opens, or what the customer does', () => {
		expect(read({ startOn: 'ready' }).entry).toMatchObject({ eventType: 'date_near', date: { of: 'moment', field: 'any', offsets: [0], time: '10:00', onChange: 'stay' } });
		expect(read({ startOn: 'ready', readyFor: 'category', readyCategory: 'Care' }).entry.date?.field).toBe('category:Care');
		expect(read({ startOn: 'ready', readyFor: 'product', readyProduct: 'P-1' }).entry.date?.field).toBe('product:P-1');
		expect(read({ startOn: 'ready', readyWhen: 'repeated' }).entry).toMatchObject({ eventType: 'product_viewed', ready: { rule: 'repeated', times: 3, withinDays: 30, same: 'category' } });
		expect(read({ startOn: 'ready', readyWhen: 'spend', readyAmount: 500, readyWithin: 0 }).entry).toMatchObject({ eventType: 'order_placed', ready: { rule: 'spend', amount: 500 } });
		expect(read({ startOn: 'ready', readyWhen: 'orders', readyTimes: 5 }).entry.ready).toEqual({ rule: 'orders', times: 5, withinDays: 30 });
		expect(read({ startOn: 'ready', readyWhen: 'level', readyEvent: 'used', readyProperty: 'percent', readyAmount: 80 }).entry).toMatchObject({ eventType: 'used', ready: { rule: 'level', property: 'percent', amount: 80 } });
		expect(read({ startOn: 'ready', readyWhen: 'upgrade' }).entry).toMatchObject({ eventType: 'date_near', date: { of: 'owned', field: 'upgrade', offsets: [0], time: '10:00', onChange: 'stay' } });
		expect(read({ startOn: 'ready', readyWhen: 'upgrade', readyBecause: 'lifetime', readyFor: 'category', readyCategory: 'Care: home', readyTime: '09:30' }).entry.date).toMatchObject({ field: 'lifetime:category:Care: home', time: '09:30' });
		expect(read({ startOn: 'ready', readyWhen: 'newCategory' }).entry).toMatchObject({ eventType: 'order_placed', ready: { rule: 'newCategory' } });
	});

	it('a gap on the canvas: on the day it opens the customer enters, with the product and the reason', async () => {
		const workflow = workflowOf([own('Start', 'journeyTrigger', { startOn: 'ready', readyFor: 'category', readyCategory: 'Care', options: { journeyKey: 'j' } }), email('Mail')], [['Start', 'Mail']]);
		const { store, driver, executions, people, failures } = await freshWorld(workflow);
		await people('anna');
		await shopWithLinks(await store.store());
		await store.run('orders.record', { items: [{ ref: { customerId: 'anna' }, source: 'shop', orderId: 'o1', orderedAt: START, currency: 'EUR', status: 'placed', lines: [{ productId: 'machine', quantity: 1, priceE4: 1_000_000, amountE4: 1_000_000 }] }] });
		await driver.advanceTo(START + 40 * DAY);
		expect(failures()).toEqual([]);
		const items = executions.flatMap(({ nodes }) => jsonOf(nodes.get('Start')?.[0]?.outputs[0] ?? []));
		expect(items).toMatchObject([{ customer: { id: 'anna' }, event: { properties: { product_id: 'filter', ready: { rule: 'gap' } } } }]);
	});

	it('a figure that crosses a value, a lead score, and a predicted next purchase', () => {
		expect(read({ startOn: 'figure', figureValue: 30 }).entry).toMatchObject({ eventType: 'figure_crossed', filter: [{ field: 'figure', operator: 'equals', value: 'stillBuys' }, { field: 'value', operator: 'equals', value: 30 }, { field: 'direction', operator: 'equals', value: 'down' }] });
		expect(read({ startOn: 'leadScore', leadCrossing: 'SQL/down' }).entry).toMatchObject({ eventType: 'lead_score_crossed', filter: [{ field: 'score', operator: 'equals', value: 'default' }, { field: 'threshold', operator: 'equals', value: 'SQL' }, { field: 'direction', operator: 'equals', value: 'down' }] });
		expect(read({ startOn: 'date', customerDate: 'nextPurchase', offsets: moments([3, 'before']) }).entry.date).toMatchObject({ of: 'nextPurchase', field: 'predicted', offsets: [-3], yearly: false, onChange: 'stay' });
	});

	it('a predicted next purchase of a product, of a category, or of each product that is bought again', () => {
		const of = (form: Record<string, unknown>) => read({ startOn: 'date', customerDate: 'nextPurchase', ...form }).entry.date;
		expect(of({ purchaseOf: 'product', purchaseProduct: { __rl: true, mode: 'list', value: 'P-205' } })).toMatchObject({ of: 'nextGoods', field: 'product:P-205', offsets: [-7], yearly: false, onChange: 'stay' });
		expect(of({ purchaseOf: 'category', purchaseCategory: { __rl: true, mode: 'name', value: ' Coffee ' } })).toMatchObject({ of: 'nextGoods', field: 'category:Coffee' });
		expect(of({ purchaseOf: 'each', options: { ifDateChanges: 'leave' } })).toMatchObject({ of: 'nextGoods', field: 'each', onChange: 'stay' });
		expect(() => of({ purchaseOf: 'product' })).toThrow('"Product" is empty: fill it in.');
		expect(() => of({ purchaseOf: 'category' })).toThrow('"Category" is empty: fill it in.');
	});

	it.each([
		[{ startOn: 'ready', readyFor: 'product' }, '"Product ID" is empty: fill it in.'],
		[{ startOn: 'ready', readyWhen: 'spend', readyAmount: 0 }, '"Amount" must be'],
		[{ startOn: 'segmentEntered' }, '"Segment" is empty: fill it in.'],
		[{ startOn: 'date', customerDate: 'attribute' }, '"Field With the Date" is empty: fill it in.'],
		[{ startOn: 'date', offsets: {} }, '"When" must be 1 or more.'],
		[{ startOn: 'date', offsets: moments([4000, 'after']) }, '"When" must be 3650 or less.'],
		[{ startOn: 'date', dateTime: '25:00' }, '"At What Time" is wrong: write the time as HH:MM, 00:00 to 23:59.'],
	])('names the field of %j', (form, message) => {
		expect(() => read(form)).toThrow(message);
	});

	it('a date on the canvas: the customer enters on the day, at the time, and the item says which date it is', async () => {
		const workflow = workflowOf([own('Start', 'journeyTrigger', { startOn: 'date', offsets: moments([3, 'before']), dateTime: '09:00' }), email('Mail')], [['Start', 'Mail']]);
		const { store, driver, executions, sent } = await freshWorld(workflow);
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'anna', email: 'anna@example.com' }, birthDate: '1990-11-26' }, { ref: { customerId: 'ben', email: 'ben@example.com' }, birthDate: '1990-12-24' }] });
		await driver.advanceTo(START + 2 * DAY - 2 * HOUR);
		expect(sent()).toEqual([]);
		await driver.advanceTo(START + 10 * DAY);
		const [item] = jsonOf(executions[0].nodes.get('Start')![0]!.outputs[0]!);
		expect(item).toMatchObject({ customer: { id: 'anna' }, event: { type: 'date_near', at: '2026-11-23T09:00:00.000Z', properties: { field: 'birthDate', date: '2026-11-26', days_before: 3 } } });
		expect(sent()).toHaveLength(1);
		await driver.advanceTo(START + 40 * DAY);
		expect(sent()).toHaveLength(2);
	});

	it('a tracked event of a segment or stage starts those journeys', async () => {
		const workflow = workflowOf([own('Start', 'journeyTrigger', { startOn: 'stageChanged', toStage: 'dormant' }), email('Mail')], [['Start', 'Mail']]);
		const { people, track, sent } = await freshWorld(workflow);
		await people('anna');
		await track('anna', 'stage_changed', { from: 'new', to: 'active' });
		expect(sent()).toEqual([]);
		await track('anna', 'stage_changed', { from: 'active', to: 'dormant' });
		expect(sent()).toHaveLength(1);
	});

	it('those already inside: they start on publishing when the form says so, and a test run says how many they are', async () => {
		const form = { startOn: 'date', dateOf: 'subscription', offsets: moments([30, 'before']), dateTime: '09:00' };
		expect(read(form).entry.date).not.toHaveProperty('alreadyInside');
		expect(read({ ...form, datesInside: 'start' }).entry.date).toMatchObject({ alreadyInside: true });
		for (const datesInside of ['wait', 'start']) {
			const workflow = workflowOf([own('Start', 'journeyTrigger', { ...form, datesInside }), email('Mail')], [['Start', 'Mail']]);
			const world = await freshWorld(workflow, { activate: false });
			await world.people('anna', 'ben');
			await world.store.run('subscriptions.upsert', { items: [{ ref: { customerId: 'anna' }, source: 's', subscriptionId: 's1', expiresOn: '2026-12-01' }, { ref: { customerId: 'ben' }, source: 's', subscriptionId: 's2', expiresOn: '2027-12-01' }] });
			const tried = await world.runner.test('Start');
			const { testRun } = tried.nodes.get('Start')![0]!.outputs[0]![0]!.json as { testRun: { insideNow: string } };
			expect(testRun.insideNow).toBe(`1 of 2 subscriptions: the moment has passed and the date is ahead${datesInside === 'start' ? '; they start too, little by little, when you publish' : ''}`);
			await world.activation.activate();
			await world.driver.settle();
			expect(world.sent().filter((mail) => !mail.includes('test-customer'))).toEqual(datesInside === 'start' ? ['0 Mail -> anna@example.com'] : []);
		}
	});

	it('a test run shows a date that has just come near', async () => {
		const workflow = workflowOf([own('Start', 'journeyTrigger', { startOn: 'date', dateOf: 'subscription', offsets: moments([7, 'before']) })], []);
		const { runner } = await freshWorld(workflow, { activate: false });
		const execution = await runner.test('Start');
		expect(execution.nodes.get('Start')![0]!.outputs[0]![0]!.json.event).toMatchObject({ type: 'date_near', properties: { subscription_id: 'test-subscription-1', date: '2026-11-28', days_before: 7 } });
	});
});
