import { refreshOffers } from '../../src/bundles/refreshOffers';
import type { JourneySettingsInput } from '../../src/journeys/settings';
import type { Store } from '../../src/store/Store';
import { buy, catalogue, shopWithLinks } from '../bundles/support/offerShop';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';

const register = async (store: Store, entry: Partial<JourneySettingsInput['entry']>) =>
	void (await store.run('journeys.register', { settings: { key: 'j', name: 'J', guardMs: 0, reEntry: { mode: 'parallel', max: 9 }, entry: { eventType: 'order_placed', entryKey: { kind: 'event' }, ...entry } }, workflowId: 'w', workflowName: 'W', nodeId: 'n', activation: 'activate' }));
const gap = (field: string): Partial<JourneySettingsInput['entry']> => ({ eventType: 'date_near', date: { of: 'moment', field, offsets: [0], time: '10:00', onChange: 'stay' } });
const entered = async (store: Store) => {
	let count = 0;
	for (let more = true; more; ) {
		const answer = await store.run('journeys.enterByDate', { journeyKey: 'j' });
		count += answer.entered;
		more = answer.more;
	}
	return count;
};
const released = async (store: Store) => {
	const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w', stepKey: 'entry' });
	if (!batch) return [];
	const { items } = await store.run('journeys.claimBatch', { ...batch, workflowId: 'w', stepKey: 'entry', skipMovedOn: true });
	await store.run('journeys.settleBatch', { id: batch.id, epoch: batch.epoch, outcome: 'success' });
	return items;
};
const order = async (store: Store, customer: string, product: string, id: string, atMs: number, price = 100) =>
	(await store.run('orders.record', { items: [{ ref: { customerId: customer }, source: 'shop', orderId: id, orderedAt: atMs, currency: 'EUR', status: 'placed', lines: [{ productId: product, quantity: 1, priceE4: price * 10_000, amountE4: price * 10_000 }] }] }))[0];

onEachStore('Customer is ready for', (open) => {
	test('the gap after an order opens: on that day, once, whatever becomes of the model', async () => {
		const { store, advance } = await open();
		await shopWithLinks(store);
		await refreshOffers(store);
		await register(store, gap('category:Care'));
		expect(await entered(store)).toBe(0);
		await order(store, 'anna', 'machine', 'o1', START_MS);
		await order(store, 'ben', 'machine', 'o2', START_MS);
		await order(store, 'cleo', 'mug', 'o3', START_MS);
		await advance(15 * DAY);
		await order(store, 'ben', 'filter', 'o4', START_MS + 15 * DAY);
		await register(store, gap('category:Care'));
		expect(await entered(store)).toBe(0);
		let day = 15;
		for (; day < 40 && (await entered(store)) === 0; day++) {
			await advance(DAY);
			await register(store, gap('category:Care'));
		}
		expect(day).toBeGreaterThan(18);
		expect(day).toBeLessThan(23);
		const items = await released(store);
		expect(items).toHaveLength(1);
		expect(items[0]).toMatchObject({ customer: { id: 'anna' }, event: { properties: { order_id: 'o1', product_id: 'filter', after_product_id: 'machine', ready: { rule: 'gap', reason: expect.stringMatching(/days after MACHINE is when customers buy FILTER/) } } } });
		for (let again = 0; again < 3; again++) {
			await refreshOffers(store);
			await store.run('orders.record', { items: [{ ref: { customerId: 'anna' }, source: 'shop', orderId: 'o1', orderedAt: START_MS - (again + 1) * DAY, updatedAt: START_MS + 20 * DAY + again, currency: 'EUR', status: 'delivered', lines: [{ productId: 'machine', quantity: 1, priceE4: 1_000_000, amountE4: 1_000_000 }] }] });
			await advance(HOUR);
			expect(await entered(store)).toBe(0);
		}
	});

	test('orders from before the first model get their moments when it comes; what is out of stock is nothing to be ready for', async () => {
		const { store, advance } = await open();
		await shopWithLinks(store);
		await register(store, gap('product:filter'));
		await order(store, 'anna', 'machine', 'o1', START_MS);
		expect(await entered(store)).toBe(0);
		await refreshOffers(store);
		await advance(17 * DAY);
		await register(store, gap('product:filter'));
		expect(await entered(store)).toBe(0);
		await catalogue(store, [{ id: 'filter', inStock: false }]);
		await advance(6 * DAY);
		await register(store, gap('product:filter'));
		expect(await entered(store)).toBe(0);
		await catalogue(store, [{ id: 'filter', inStock: true }]);
		await order(store, 'dora', 'machine', 'o9', START_MS + 23 * DAY);
		await buy(store, [{ customer: 'old', product: 'machine', daysAgo: 0 }]);
		await advance(23 * DAY);
		await register(store, gap('product:filter'));
		expect(await entered(store)).toBe(1);
	});

	test('the order that reaches a sum, the third view of a category; import is history and starts nobody', async () => {
		const { store } = await open();
		await register(store, { ready: { rule: 'spend', amount: 150 } });
		expect(await order(store, 'anna', 'x', 'o1', START_MS - 2 * HOUR)).toMatchObject({ entered: [] });
		expect(await order(store, 'anna', 'x', 'o2', START_MS - HOUR)).toMatchObject({ entered: ['j'] });
		expect(await order(store, 'anna', 'x', 'o3', START_MS)).toMatchObject({ entered: [] });
		await buy(store, [{ customer: 'ben', product: 'x', daysAgo: 3, price: 500 }]);
		expect(await order(store, 'ben', 'x', 'o5', START_MS)).toMatchObject({ entered: [] });
		expect(await released(store)).toMatchObject([{ customer: { id: 'anna' }, event: { properties: { order_id: 'o2', ready: { rule: 'spend', reason: 'spent 150 EUR' } } } }]);
		await register(store, { eventType: 'product_viewed', ready: { rule: 'repeated', times: 3, withinDays: 7, same: 'category' } });
		const view = async (n: number, category: string) => (await store.run('events.track', { items: [{ ref: { customerId: 'anna' }, type: 'product_viewed', occurredAt: START_MS + n, source: 't', eventId: `v${n}`, properties: { category } }] }))[0];
		const came = [];
		for (const [n, category] of ['tea', 'mugs', 'tea', 'tea', 'tea'].entries()) came.push(await view(n, category));
		expect(came.map((answer) => answer.ok && answer.entered.length)).toEqual([0, 0, 0, 1, 0]);
		expect(await view(3, 'tea')).toMatchObject({ entered: [] });
	});
});

const renewal = (field: string): Partial<JourneySettingsInput['entry']> => ({ eventType: 'date_near', date: { of: 'owned', field, offsets: [0], time: '10:00', onChange: 'stay' } });

onEachStore('It is time for a new one', (open) => {
	/** Signs of life as the node gives them, day by day. @returns on which day customers entered */
	async function daysUntil(world: Awaited<ReturnType<typeof open>>, field: string, most: number): Promise<Record<string, number>> {
		const days: Record<string, number> = {};
		for (let day = 0; day <= most; day++) {
			await register(world.store, renewal(field));
			if ((await entered(world.store)) > 0) for (const { customer } of await released(world.store)) days[customer.id] = day;
			await world.advance(DAY);
		}
		return days;
	}

	test('when nine tenths of the lifetime have passed, of the last one bought, whatever else is in the order', async () => {
		const world = await open();
		await catalogue(world.store, [{ id: 'filter', lifetimeDays: 20 }, { id: 'mug' }]);
		await register(world.store, renewal('lifetime'));
		await order(world.store, 'anna', 'filter', 'o1', START_MS);
		await order(world.store, 'ben', 'filter', 'o2', START_MS - 5 * DAY);
		await order(world.store, 'ben', 'filter', 'o3', START_MS);
		await order(world.store, 'cleo', 'mug', 'o4', START_MS);
		await order(world.store, 'dora', 'filter', 'o5', START_MS);
		await world.store.run('orders.cancel', { items: [{ ref: { customerId: 'dora' }, source: 'shop', orderId: 'o5', cancelledAt: START_MS }] });
		expect(await daysUntil(world, 'lifetime', 25)).toEqual({ anna: 18, ben: 18 });
	});

	test('what is offered on that day is the new one', async () => {
		const { store, advance } = await open();
		await catalogue(store, [{ id: 'filter', name: 'Filter', lifetimeDays: 20 }]);
		await register(store, renewal('upgrade:product:filter'));
		await order(store, 'anna', 'filter', 'o1', START_MS);
		await advance(18 * DAY);
		await register(store, renewal('upgrade:product:filter'));
		expect(await entered(store)).toBe(1);
		expect(await released(store)).toMatchObject([{ event: { properties: { order_id: 'o1', product_id: 'filter', owned_product_id: 'filter', ready: { rule: 'lifetime', reason: 'Filter nears the end of its lifetime of 20 days' } } } }]);
		expect(await store.run('offers.recommend', { settings: { kinds: ['upgrade'], exploration: 0 }, dryRun: true, items: [{ ref: { customerId: 'anna' } }] })).toMatchObject([{ ok: true, recommended: { ready: 'now', offers: [{ product: { id: 'filter' } }] } }]);
	});

	test('the day after a successor came out: not who has it already, nor who bought the old one since; the price of it changes nothing', async () => {
		const world = await open();
		const { store, advance } = world;
		await catalogue(store, [{ id: 'phone', name: 'Phone' }, { id: 'radio' }, { id: 'radio-2', successorOf: 'radio' }]);
		for (const [customer, product] of [['anna', 'phone'], ['ben', 'phone'], ['cleo', 'radio']] as const) await order(store, customer, product, `${customer}-1`, START_MS);
		await advance(DAY);
		// radio-2 is out since before the journey was: no news.
		await register(store, renewal('upgrade'));
		expect(await entered(store)).toBe(0);
		await catalogue(store, [{ id: 'phone-2', name: 'Phone 2', successorOf: 'phone' }]);
		await order(store, 'dora', 'phone', 'dora-1', START_MS + DAY + HOUR);
		await order(store, 'ben', 'phone-2', 'ben-2', START_MS + DAY + HOUR);
		await catalogue(store, [{ id: 'phone-2', name: 'Phone 2', price: 99 }]);
		expect(await entered(store)).toBe(0);
		await advance(DAY);
		await register(store, renewal('upgrade'));
		expect(await entered(store)).toBe(1);
		expect(await released(store)).toMatchObject([{ customer: { id: 'anna' }, event: { properties: { product_id: 'phone-2', owned_product_id: 'phone', ready: { rule: 'successor', reason: 'Phone 2 is the successor of Phone' } } } }]);
		await catalogue(store, [{ id: 'phone-2', name: 'Phone 2', price: 89 }]);
		expect(await daysUntil(world, 'upgrade', 5)).toEqual({});
	});

	test('a successor that is announced before it is in stock is out when it is; of another category it is nobody’s', async () => {
		const world = await open();
		await catalogue(world.store, [{ id: 'phone', category: 'Phones' }, { id: 'radio', category: 'Radios' }]);
		await register(world.store, renewal('successor:category:phones'));
		await order(world.store, 'anna', 'phone', 'o1', START_MS);
		await order(world.store, 'ben', 'radio', 'o2', START_MS);
		await catalogue(world.store, [{ id: 'phone-2', successorOf: 'phone', inStock: false }, { id: 'radio-2', successorOf: 'radio' }]);
		expect(await daysUntil(world, 'successor:category:phones', 4)).toEqual({});
		await catalogue(world.store, [{ id: 'phone-2', inStock: true }]);
		expect(await daysUntil(world, 'successor:category:phones', 3)).toEqual({ anna: 1 });
	});

	test('a lifetime that becomes known later, or changes while orders are being looked through, counts for all of them', async () => {
		const world = await open();
		await catalogue(world.store, [{ id: 'filter' }]);
		for (let one = 0; one < 5; one++) await order(world.store, `c${one}`, 'filter', `o${one}`, START_MS);
		await register(world.store, renewal('lifetime'));
		expect(await entered(world.store)).toBe(0);
		await catalogue(world.store, [{ id: 'filter', lifetimeDays: 30 }]);
		expect(await world.store.run('journeys.enterByDate', { journeyKey: 'j', limit: 2 })).toMatchObject({ more: true });
		await catalogue(world.store, [{ id: 'filter', lifetimeDays: 10 }]);
		expect(await daysUntil(world, 'lifetime', 12)).toEqual({ c0: 9, c1: 9, c2: 9, c3: 9, c4: 9 });
	});
});
