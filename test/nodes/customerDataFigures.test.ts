import { closeStores, customerData, freshStore } from './nodeRuns';

afterEach(closeStores);

test('Refresh Figures: once for all items, for all customers', async () => {
	const now = Date.parse('2026-11-20T12:00:00Z');
	const store = freshStore(now);
	const order = (customerId: string) => ({ ref: { customerId }, source: 's', orderId: customerId, orderedAt: now - 1000, currency: 'EUR', status: 'placed' as const, lines: [{ productId: 'p', quantity: 1, priceE4: 10_000, amountE4: 10_000 }] });
	await store.run('orders.record', { items: [order('ann'), order('bob')] });
	const { items } = await customerData({ resource: 'customer', operation: 'refreshFigures' }, [{ one: 1 }, { two: 2 }]);
	expect(items).toMatchObject([{ json: { result: 'refreshed', asOf: '2026-11-20T12:00:00.000Z', customers: 2, changed: 2, currency: 'EUR' }, pairedItem: [{ item: 0 }, { item: 1 }] }]);
	expect((await store.run('figures.page', { after: 0, limit: 9 })).rows).toMatchObject([{ key: 'ann', orders: 1 }, { key: 'bob', orders: 1 }]);
});
