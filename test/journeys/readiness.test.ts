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
