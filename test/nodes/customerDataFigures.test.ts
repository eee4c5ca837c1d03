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

test('Edit Value Settings: once for all items, with the values of the form, in words; what cannot be is refused', async () => {
	const store = freshStore();
	const edit = async (form: object) => await customerData({ resource: 'customer', operation: 'editValue', ...form }, [{ one: 1 }, { two: 2 }]);
	expect((await edit({})).items).toMatchObject([{ json: { result: 'Unchanged: this held already.' }, pairedItem: [{ item: 0 }, { item: 1 }] }]);
	const { items } = await edit({ marginKnown: true, marginPercent: 35.5, horizonDays: 730, discountPercent: 12 });
	expect(items).toMatchObject([{ json: { result: expect.stringMatching(/^Saved/) as string, settings: ['Values are margin: what the catalogue says is left of a product, and 35.5 % of the revenue of all others.', 'Lifetime value is what a customer has brought, and what is expected over the next 730 days.', 'What comes a year later is worth 12 % less.'] } }]);
	expect((await store.run('figures.settings', {})).value).toEqual({ discountRate: 0.12, horizonDays: 730, marginShare: 0.355 });
	expect((await edit({ discountPercent: 120 })).error?.message).toContain('"Discount Rate (% a Year)" must be 100 or less');
	expect((await edit({ marginKnown: true, marginPercent: 0 })).error?.message).toContain('"Margin (% of Revenue)" must be 0.1 or more');
	expect((await edit({ horizonDays: 5 })).error?.message).toContain('"Look Ahead (Days)" must be 30 or more');
});
