import type { IDataObject } from 'n8n-workflow';
import { DAY, jsonOf, own, START, world as freshWorldOf, workflowOf, type World } from './journeyWorld';

const noOp = (name: string) => ({ id: name, name, type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [0, 0] as [number, number], parameters: {} });
const routing = (parameters: IDataObject) => workflowOf([noOp('Items'), own('Segment', 'segment', parameters), noOp('Inside'), noOp('Outside')], [['Items', 'Segment'], ['Segment', 'Inside'], ['Segment', 'Outside', 1]]);

/** "Bought category Coffee at least twice in 90 days and did not open a message for 30 days", as the form holds it. */
const COFFEE_LOVERS: IDataObject = {
	match: 'all',
	conditions: {
		bought: [{ whether: 'bought', what: 'category', category: ['Coffee'], measure: 'orders', compare: 'atLeast', value: 2, when: 'inTheLast', days: 90 }],
		did: [{ whether: 'didNot', eventType: 'message_opened', when: 'inTheLast', days: 30 }],
	},
};

async function coffeeShop({ store }: World): Promise<void> {
	await store.run('products.upsert', { items: [{ source: 's', productId: 'espresso', category: 'Coffee' }, { source: 's', productId: 'cup', category: 'Cups' }] });
	const order = (customerId: string, orderId: string, productId: string, daysAgo: number) => ({ ref: { customerId }, source: 's', orderId, orderedAt: START - daysAgo * DAY, currency: 'EUR', status: 'paid' as const, lines: [{ productId, quantity: 1, priceE4: 90_000, amountE4: 90_000 }] });
	await store.run('orders.record', {
		backfill: true,
		items: [order('anna', 'a1', 'espresso', 80), order('anna', 'a2', 'espresso', 10), order('boris', 'b1', 'espresso', 95), order('boris', 'b2', 'espresso', 10), order('clara', 'c1', 'espresso', 20), order('clara', 'c2', 'espresso', 5), order('dora', 'd1', 'cup', 20), order('dora', 'd2', 'cup', 5)],
	});
	const opened = (customerId: string, daysAgo: number) => ({ ref: { customerId }, type: 'message_opened', occurredAt: START - daysAgo * DAY, source: 'mail', properties: {} });
	await store.run('events.track', { backfill: true, items: [opened('anna', 40), opened('clara', 3)] });
}

const open = async (parameters: IDataObject) => {
	const world = await freshWorldOf(routing(parameters), { activate: false });
	await coffeeShop(world);
	const ask = async (items: IDataObject[], mode: 'trigger' | 'manual' = 'trigger') => {
		const { nodes, run } = await world.runner.execute('Items', [items.map((json) => ({ json }))], mode);
		const ran = nodes.get('Segment')?.[0];
		return { inside: ran?.outputs[0] ?? [], outside: ran?.outputs[1] ?? [], hints: ran?.hints ?? [], error: run.data.resultData.error };
	};
	return { ...world, ask };
};

describe('Segment, checking customers', () => {
	it('sends who bought coffee twice lately and stopped reading by In, everybody else by Out, and pairs items', async () => {
		const { ask } = await open(COFFEE_LOVERS);
		const { inside, outside } = await ask(['anna', 'boris', 'clara', 'dora'].map((id) => ({ customer_id: id, own: `of ${id}` })));
		expect(inside).toEqual([{ json: { customer_id: 'anna', own: 'of anna', segment: { name: null, inside: true } }, pairedItem: { item: 0 } }]);
		expect(jsonOf(outside).map((json) => json.customer_id)).toEqual(['boris', 'clara', 'dora']);
		expect(outside[2].pairedItem).toEqual({ item: 3 });
	});

	it('answers the same in a test run: a first click shows something', async () => {
		const { ask } = await open(COFFEE_LOVERS);
		const { inside, outside } = await ask([{ customer_id: 'anna' }, { customer_id: 'dora' }], 'manual');
		expect([inside, outside].map((list) => jsonOf(list).map((json) => json.customer_id))).toEqual([['anna'], ['dora']]);
	});

	it('takes a group of conditions as one: coffee, and one of two things', async () => {
		const { ask } = await open({
			match: 'all',
			conditions: { bought: [{ whether: 'bought', what: 'product', products: ' cup , espresso', when: 'inTheLast', days: 365 }] },
			groups: { groups: [{ match: 'any', conditions: { did: [{ whether: 'did', eventType: 'message_opened', when: 'ever' }], profile: [{ field: 'attribute', attribute: 'city', operator: 'equals', value: 'Riga' }] } }] },
		});
		const { inside } = await ask(['anna', 'boris', 'clara', 'dora'].map((id) => ({ customer_id: id })));
		expect(jsonOf(inside).map((json) => json.customer_id)).toEqual(['anna', 'clara']);
	});

	it('takes whoever nobody knows for outside, and says so; an item without a customer is a problem of its own', async () => {
		const { ask } = await open(COFFEE_LOVERS);
		const { outside } = await ask([{ customer_id: 'nobody' }]);
		expect(jsonOf(outside)).toEqual([{ customer_id: 'nobody', segment: { name: null, inside: false, why: 'unknown_customer' } }]);
		const { error } = await ask([{ customer_id: 'anna' }, { other: 1 }]);
		expect(error?.message).toContain('Customer');
	});

	it('needs a condition, and says which field is empty', async () => {
		const none = await open({ match: 'all' });
		expect((await none.ask([{ customer_id: 'anna' }])).error?.message).toBe('"Conditions" is empty: add at least one, such as Bought or Did Not Buy.');
		const empty = await open({ match: 'all', conditions: { bought: [{ whether: 'bought', what: 'category', category: '', when: 'ever' }] } });
		expect((await empty.ask([{ customer_id: 'anna' }])).error?.message).toBe('"Bought: Category" is empty: fill it in.');
	});
});

describe('Segment, saving', () => {
	it('keeps the conditions under a name, says in words and numbers who is in, and others ask by that name', async () => {
		const { ask, store } = await open({ operation: 'save', segmentName: 'Coffee lovers', ...COFFEE_LOVERS });
		const { inside, hints } = await ask([{}, {}]);
		expect(inside).toEqual([{ json: { segment: 'Coffee lovers', version: 1, result: 'saved', who: 'bought category "Coffee" at least 2 times in the last 90 days, and did not do message_opened in the last 30 days', members: 1, customers: 4, size: '1 of 4 customers (25 %)' }, pairedItem: [{ item: 0 }, { item: 1 }] }]);
		expect(hints).toEqual([]);
		expect(jsonOf((await ask([{}])).inside)[0]).toMatchObject({ version: 1, result: 'unchanged' });
		expect(await store.run('segments.list', {})).toMatchObject([{ name: 'Coffee lovers', version: 1, members: 1, customers: 4, countedAt: START }]);
		expect(await store.run('segments.check', { segment: { name: 'Coffee lovers' }, items: [{ index: 0, customer: { customerId: 'anna' } }] })).toMatchObject([{ inside: true }]);
	});

	it('says when a name is most likely a slip of the pen', async () => {
		const { ask } = await open({ operation: 'save', segmentName: 'x', conditions: { bought: [{ whether: 'bought', what: 'category', category: ['Cofee'], when: 'ever' }], did: [{ whether: 'did', eventType: '__other', otherEvent: 'webinar', when: 'ever' }] } });
		expect((await ask([{}])).hints).toEqual(['No product of this store is in the category "Cofee".', 'No event of the type "webinar" has come in lately.']);
	});

	it('refuses a segment that depends on itself, with the way round', async () => {
		const { store } = await open(COFFEE_LOVERS);
		const inSegment = (name: string) => ({ match: 'all', rules: [{ about: 'segment', name }] });
		await store.run('segments.save', { name: 'a', rules: { match: 'all', rules: [{ about: 'vip', is: true }] } });
		await store.run('segments.save', { name: 'b', rules: inSegment('a') });
		await expect(store.run('segments.save', { name: 'a', rules: inSegment('b') })).rejects.toThrow('A segment cannot depend on itself: "a" refers to "b" refers to "a". Take one of these conditions out.');
		await expect(store.run('segments.save', { name: 'c', rules: inSegment('missing') })).rejects.toMatchObject({ code: 'unknown_segment' });
		await expect(store.run('segments.remove', { name: 'a' })).rejects.toThrow('The segment "a" is used by the segment "b": change that first.');
		await store.run('segments.remove', { name: 'b' });
		expect((await store.run('segments.list', {})).map(({ name }) => name)).toEqual(['a']);
	});
});
