import { email, freshWorld, HOUR, MINUTE, own, START, workflowOf, DAY } from './journeyWorld';

const CART_EXIT = { events: [{ eventType: 'order_placed', sameField: 'cart_id', entryField: '', filter: {} }] };

/** Cart left behind -> 1 hour -> policy -> mail. */
function abandonedCart(parameters: object = {}, wait: object = {}) {
	return workflowOf(
		[
			own('Cart', 'journeyTrigger', { eventType: 'cart_updated', entryPer: 'property', entryProperty: 'cart_id', whileActive: 'refresh', exits: CART_EXIT, options: { journeyKey: 'abandoned-cart' }, ...parameters }),
			own('One Hour', 'journeyWait', { waitFor: 'delay', amount: 1, unit: 'hours', ...wait }),
			own('Policy', 'contactPolicy', { category: 'cart' }),
			email('Reminder'),
		],
		[
			['Cart', 'One Hour'],
			['One Hour', 'Policy'],
			['Policy', 'Reminder'],
		],
	);
}

describe.each(['sqlite', 'postgres'] as const)('a whole journey in n8n\'s engine, on %s', (database) => {
	it('sends one mail to who left a cart, an hour later, and none to who ordered it', async () => {
		const { people, track, driver, sent, failures, executions } = await freshWorld(abandonedCart(), { database });
		await people('anna', 'ben', 'carla');
		for (const id of ['anna', 'ben', 'carla']) await track(id, 'cart_updated', { cart_id: `cart-${id}`, total: 40 });
		await driver.advanceTo(START + 30 * MINUTE);
		await track('ben', 'order_placed', { cart_id: 'cart-ben' });
		await track('carla', 'order_placed', { cart_id: 'another-cart' });
		await driver.advanceTo(START + 3 * HOUR);
		expect(sent().sort()).toEqual(['60 Reminder -> anna@example.com', '60 Reminder -> carla@example.com']);
		expect(failures()).toEqual([]);
		// Entry by entry, then both released in one execution.
		expect(executions.filter(({ startNode }) => startNode === 'One Hour')).toHaveLength(1);
	});

	it('carries customer, journey, event, wait and policy in the item, and pairs it with what came in', async () => {
		const { people, track, driver, executions } = await freshWorld(abandonedCart(), { database });
		await people('anna');
		await track('anna', 'cart_updated', { cart_id: 'c1', total: 40 });
		await driver.advanceTo(START + 2 * HOUR);
		const [item] = executions.at(-1)!.nodes.get('Policy')![0]!.outputs[0]!;
		expect(item).toMatchObject({
			json: {
				customer: { id: 'anna', email: 'anna@example.com', firstName: 'anna', timeZone: 'UTC' },
				journey: { key: 'abandoned-cart', visit: 2, variant: null },
				event: { type: 'cart_updated', at: '2026-11-21T10:00:00.000Z', properties: { cart_id: 'c1', total: 40 } },
				wait: { endedBy: 'time' },
				policy: { channel: 'email', decision: 'send', reason: null, nextPossibleAt: null, unsubscribeUrl: expect.stringMatching(/^https:\/\/n8n\.example\/webhook\/.+\/unsubscribe\?t=.+/) },
			},
			pairedItem: { item: 0 },
		});
		expect(item!.json.policy).not.toHaveProperty('unsubscribeToken');
	});

	it('J05 starts the first wait again when the cart is filled further, and mails its newest state', async () => {
		const { people, track, driver, sent, messages } = await freshWorld(abandonedCart(), { database });
		await people('anna');
		await track('anna', 'cart_updated', { cart_id: 'c1', total: 40 });
		await driver.advanceTo(START + 40 * MINUTE);
		await track('anna', 'cart_updated', { cart_id: 'c1', total: 90 });
		await driver.advanceTo(START + 3 * HOUR);
		expect(sent()).toEqual(['100 Reminder -> anna@example.com']);
		expect(messages[0]!.item).toMatchObject({ event: { properties: { total: 90 } } });
	});

	it('holds the entry until the cart was quiet', async () => {
		const { people, track, driver, sent } = await freshWorld(abandonedCart({ quietFor: 10 }), { database });
		await people('anna');
		await track('anna', 'cart_updated', { cart_id: 'c1', total: 40 });
		await driver.advanceTo(START + 8 * MINUTE);
		await track('anna', 'cart_updated', { cart_id: 'c1', total: 50 });
		await driver.advanceTo(START + 3 * HOUR);
		expect(sent()).toEqual(['78 Reminder -> anna@example.com']);
	});

	it('lets nobody in who does not fit the filter, the audience or the consent', async () => {
		const { people, track, store } = await freshWorld(
			abandonedCart({
				filter: { conditions: [{ field: 'total', operator: 'greaterThan', value: '20' }] },
				audience: { conditions: [{ field: 'attributes.staff', operator: 'notExists', value: '' }] },
				consentChannel: 'email',
			}),
			{ database },
		);
		await people('anna', 'staff');
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'staff' }, attributes: { staff: true } }, { ref: { customerId: 'nobody' } }] });
		expect((await track('anna', 'cart_updated', { cart_id: 'c1', total: 10 })).entered).toEqual([]);
		expect((await track('staff', 'cart_updated', { cart_id: 'c2', total: 50 })).refused).toEqual([{ journey: 'abandoned-cart', reason: 'not_in_audience' }]);
		expect((await track('nobody', 'cart_updated', { cart_id: 'c3', total: 50 })).refused).toEqual([{ journey: 'abandoned-cart', reason: 'not_in_audience' }]);
		expect((await track('anna', 'cart_updated', { cart_id: 'c1', total: 21 })).entered).toEqual(['abandoned-cart']);
	});

	it('stops on switching off, keeps who waits, and goes on after switching on', async () => {
		const { people, track, driver, sent, activation } = await freshWorld(abandonedCart(), { database });
		await people('anna');
		await track('anna', 'cart_updated', { cart_id: 'c1' });
		await activation.deactivate();
		await driver.advanceTo(START + 2 * HOUR);
		expect(sent()).toEqual([]);
		await activation.activate();
		await driver.settle();
		expect(sent()).toEqual(['120 Reminder -> anna@example.com']);
	});

	it('offers a failed batch again, and Contact Policy keeps who had been handed off from a second mail', async () => {
		const { people, track, driver, sent, failures, executions, store } = await freshWorld(abandonedCart(), { database, failFor: ['ben@example.com'] });
		await people('anna', 'ben');
		await track('anna', 'cart_updated', { cart_id: 'a' });
		await track('ben', 'cart_updated', { cart_id: 'b' });
		await driver.advanceTo(START + 60.5 * MINUTE);
		expect(failures()).toHaveLength(1);
		expect((await store.run('journeys.waiting', {})).map(({ step, inRelease }) => [step, inRelease])).toContainEqual(['policy', 2]);
		await driver.advanceTo(START + 63 * MINUTE);
		const again = executions.at(-1)!;
		expect(again.startNode).toBe('Policy');
		expect(again.status).toBe('success');
		expect(again.nodes.get('Policy')![0]!.outputs[1]!.map(({ json }) => json.policy)).toEqual([
			expect.objectContaining({ decision: 'blocked', reason: 'already_handed_off' }),
			expect.objectContaining({ decision: 'blocked', reason: 'already_handed_off' }),
		]);
		expect(sent().filter((one) => one.endsWith('anna@example.com'))).toHaveLength(1);
		expect((await store.run('policy.unknown', { limit: 10 })).map(({ customer }) => customer).sort()).toEqual(['anna', 'ben']);
	});

	it('lets nobody complete twice and takes the customer back in after the journey has ended', async () => {
		const { people, track, driver, sent } = await freshWorld(abandonedCart(), { database });
		await people('anna');
		await track('anna', 'cart_updated', { cart_id: 'c1' });
		await driver.advanceTo(START + 2 * HOUR);
		await driver.advanceTo(START + DAY);
		expect((await track('anna', 'cart_updated', { cart_id: 'c1' })).entered).toEqual(['abandoned-cart']);
		await driver.advanceTo(START + DAY + 2 * HOUR);
		expect(sent()).toEqual(['60 Reminder -> anna@example.com', '1500 Reminder -> anna@example.com']);
	});
});
