import type { IDataObject, ILoadOptionsFunctions } from 'n8n-workflow';
import { getRuns } from '../../nodes/Segment/lists';
import { properties } from '../../nodes/Segment/properties';
import { refresh } from '../../src/features/refresh';
import { getSegments } from '../../src/n8n/segmentLists';
import { RFM_DEFAULTS } from '../../src/segments/rfmDefaults';
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

	it('asks for each item what its own fields say: did the customer buy what the item is about', async () => {
		const boughtIt = { match: 'all', conditions: { bought: [{ whether: 'bought', what: 'product', products: '={{ $json.product }}', measure: 'orders', compare: 'atLeast', value: 1, when: 'ever' }] } };
		const { ask } = await open(boughtIt);
		const items = [['anna', 'espresso'], ['anna', 'cup'], ['dora', 'espresso'], ['dora', 'cup'], ['clara', 'espresso']].map(([customer_id, product]) => ({ customer_id, product }));
		const { inside, outside } = await ask(items as IDataObject[]);
		expect([inside, outside].map((list) => jsonOf(list).map(({ customer_id, product }) => `${String(customer_id)} ${String(product)}`))).toEqual([['anna espresso', 'dora cup', 'clara espresso'], ['anna cup', 'dora espresso']]);
		expect([...inside, ...outside].map(({ pairedItem }) => (pairedItem as { item: number }).item)).toEqual([0, 3, 4, 1, 2]);
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

describe('Segment, going through all members', () => {
	const running = (parameters: IDataObject = {}) => workflowOf([noOp('Items'), own('Everybody', 'segment', { operation: 'source', conditions: { profile: [{ field: 'attribute', attribute: 'in', operator: 'equals', value: 'yes' }] }, options: { pageSize: 4, ...(parameters.options as object) } }), noOp('Members')], [['Items', 'Everybody'], ['Everybody', 'Members']]);
	const members = async ({ store }: World, count: number) => void (await store.run('customers.upsert', { items: Array.from({ length: count }, (_, place) => ({ ref: { customerId: `m${place}` }, attributes: { in: 'yes' } })) }));
	const arrived = ({ executions }: World) => executions.map(({ nodes }) => jsonOf(nodes.get('Members')?.[0]?.outputs[0] ?? []).map((json) => (json.customer as IDataObject).id)).filter((page) => page.length > 0);

	it('lets them go page by page through its own trigger, in order, each in an execution of its own, with what started the run', async () => {
		const world = await freshWorldOf(running());
		await members(world, 10);
		const { nodes, run } = await world.runner.execute('Items', [[{ json: { campaign: 'spring', customer: { id: 'whoever' } } }, { json: {} }]], 'trigger');
		expect(run.data.resultData.error).toBeUndefined();
		expect(nodes.get('Everybody')?.[0]?.outputs[0]).toEqual([]);
		expect(nodes.get('Everybody')?.[0]?.hints).toEqual(['Run 1 goes through 10 customers; its members leave by this node, page by page, while the workflow is published.']);
		await world.driver.advanceTo(START + DAY / 24);
		expect(arrived(world)).toEqual([['m0', 'm1', 'm2', 'm3'], ['m4', 'm5', 'm6', 'm7'], ['m8', 'm9']]);
		const first = jsonOf(world.executions.find(({ nodes: ran }) => ran.get('Members'))!.nodes.get('Members')![0]!.outputs[0]!)[0];
		expect(first).toMatchObject({ campaign: 'spring', customer: { id: 'm0' }, segment: { name: null, inside: true, run: 1, startedAt: expect.stringMatching(/^2026-.*Z$/) as string } });
		expect(await world.store.run('segments.runs', {})).toMatchObject([{ state: 'done', released: 10, customers: 10 }]);
		expect(world.failures()).toEqual([]);
	});

	it('is not begun twice: the second start says what is under way', async () => {
		const world = await freshWorldOf(running(), { activate: false });
		await members(world, 10);
		await world.runner.execute('Items', [[{ json: {} }]], 'trigger');
		const { run } = await world.runner.execute('Items', [[{ json: {} }]], 'trigger');
		expect(run.data.resultData.error?.message).toContain('A run of this node is not over');
		const queueing = await freshWorldOf(running({ options: { ifUnderWay: 'queue' } }));
		await members(queueing, 3);
		for (let start = 0; start < 2; start++) await queueing.runner.execute('Items', [[{ json: {} }]], 'trigger');
		await queueing.driver.advanceTo(START + DAY / 24);
		expect(arrived(queueing)).toEqual([['m0', 'm1', 'm2'], ['m0', 'm1', 'm2']]);
	});

	it('shows the first page in a test run, and begins nothing', async () => {
		const world = await freshWorldOf(running());
		await members(world, 10);
		const { nodes } = await world.runner.execute('Items', [[{ json: { campaign: 'spring' } }]], 'manual');
		expect(jsonOf(nodes.get('Members')![0]!.outputs[0]!).map((json) => (json.customer as IDataObject).id)).toEqual(['m0', 'm1', 'm2', 'm3']);
		expect(nodes.get('Everybody')![0]!.hints).toEqual(['Test run: the first 4 members, found among 4 customers. No run was begun; published, all of them come, page by page.']);
		expect(await world.store.run('segments.runs', {})).toEqual([]);
	});

	it('believes no item that only looks like a page of its own', async () => {
		const world = await freshWorldOf(running(), { activate: false });
		await members(world, 3);
		const { nodes } = await world.runner.execute('Items', [[{ json: { release: { batch: 1, epoch: 1, step: 'everybody' } } }]], 'trigger');
		expect(nodes.get('Everybody')?.[0]?.outputs[0]).toEqual([]);
		expect(await world.store.run('segments.runs', {})).toEqual([]);
	});

	it('runs are listed, paused, resumed and stopped by another Segment node', async () => {
		const world = await freshWorldOf(workflowOf([noOp('Items'), ...['list', 'pause', 'resume', 'stop'].map((runAction) => own(runAction, 'segment', { operation: 'runs', runAction, runId: 1 })), own('latest', 'segment', { operation: 'runs', runAction: 'list', limit: 1 }), own('every one', 'segment', { operation: 'runs', runAction: 'list', returnAll: true })], ['latest', 'every one', 'list', 'pause', 'resume', 'stop'].map((name): [string, string] => ['Items', name])), { activate: false });
		await members(world, 10);
		for (const stepKey of ['s', 'another']) await world.store.run('segments.startRun', { workflowId: 'w', stepKey, segment: { rules: { match: 'all', rules: [] } }, own: {}, ifUnderWay: 'refuse' });
		const { nodes, run } = await world.runner.execute('Items', [[{ json: {} }, { json: {} }]], 'trigger');
		expect(run.data.resultData.error).toBeUndefined();
		expect(jsonOf(nodes.get('list')![0]!.outputs[0]!)).toMatchObject([{ id: 2 }, { id: 1, state: 'running', progress: '0 %', who: 'all customers' }]);
		expect(['latest', 'every one'].map((name) => jsonOf(nodes.get(name)![0]!.outputs[0]!).map(({ id }) => id))).toEqual([[2], [2, 1]]);
		expect(['pause', 'resume', 'stop'].map((name) => jsonOf(nodes.get(name)![0]!.outputs[0]!)[0].state)).toEqual(['paused', 'running', 'stopped']);
	});
});

describe('Segment, showing RFM groups', () => {
	it('gives an item for each of the eleven groups, and the map as a picture; before the first refresh it says what to do', async () => {
		const world = await freshWorldOf(routing({ operation: 'rfm' }), { activate: false });
		const ask = async () => await world.runner.execute('Items', [[{ json: {} }, { json: {} }]], 'trigger');
		expect((await ask()).run.data.resultData.error?.message).toContain('The figures of this store have not been computed yet');
		await coffeeShop(world);
		await refresh(await world.store.store(), { owner: 'test' });
		const items = (await ask()).nodes.get('Segment')![0]!.outputs[0]!;
		expect(items).toHaveLength(11);
		expect(jsonOf(items).reduce((sum, { customers }) => sum + Number(customers), 0)).toBe(4);
		expect(items[0].json).toMatchObject({ group: 'champions', name: 'Champions', currency: 'EUR', asOf: new Date(START).toISOString() });
		expect(items[0].binary?.map).toMatchObject({ mimeType: 'image/svg+xml', fileName: 'rfm-map-2026-11-21.svg' });
		// Where the shop is, it is the next day already.
		await world.store.run('store.configure', { zone: 'Pacific/Kiritimati' });
		expect((await ask()).nodes.get('Segment')![0]!.outputs[0]![0].binary?.map).toMatchObject({ fileName: 'rfm-map-2026-11-22.svg' });
	});
});

describe('Segment, the lists of its form', () => {
	const form = { getNode: () => ({}) } as unknown as ILoadOptionsFunctions;

	it('says of saved segments how many were counted on which day of the shop, and lists the runs that are not over', async () => {
		const { store } = await freshWorldOf(routing({}), { activate: false });
		await store.run('store.configure', { zone: 'Pacific/Kiritimati' });
		const rules = { match: 'all', rules: [] };
		expect(await getSegments.call(form)).toEqual([{ name: 'No Segment Is Saved Yet', value: '', description: 'The node Segment saves one: Save a Segment' }]);
		expect(await getRuns.call(form)).toEqual([{ name: 'No Run Is Under Way', value: '', description: 'Go Through All Members begins one' }]);
		await store.run('segments.save', { name: 'everybody', rules });
		expect(await getSegments.call(form)).toMatchObject([{ name: 'everybody', value: 'everybody' }]);
		await store.run('segments.keepSize', { name: 'everybody', version: 1, members: 1_234, customers: 2_000, at: START });
		expect(await getSegments.call(form)).toMatchObject([{ name: 'everybody (1,234 on 2026-11-22)', description: 'all customers' }]);
		for (const stepKey of ['over', 'on']) await store.run('segments.startRun', { workflowId: 'w', stepKey, segment: { name: 'everybody' }, own: {}, ifUnderWay: 'refuse' });
		await store.run('segments.controlRun', { id: 1, action: 'stop' });
		expect(await getRuns.call(form)).toEqual([{ name: '2: everybody (running)', value: 2, description: '0 of 0 customers looked at, 0 members gone on' }]);
	});
});

describe('Segment, editing RFM groups', () => {
	const form = { operation: 'editRfm', rfmMonths: 24, rfmMethod: 'quintiles', rfmFixed: {}, rfmMap: {} };
	const edit = async (world: Awaited<ReturnType<typeof freshWorldOf>>) => {
		const { nodes, run } = await world.runner.execute('Items', [[{ json: {} }, { json: {} }]], 'trigger');
		return { item: nodes.get('Segment')?.[0]?.outputs[0]?.[0], items: nodes.get('Segment')?.[0]?.outputs[0]?.length, hints: nodes.get('Segment')?.[0]?.hints.join(' '), error: run.data.resultData.error?.message };
	};

	it('an untouched form is what every store has at first', async () => {
		const world = await freshWorldOf(routing({ operation: 'editRfm' }), { activate: false });
		const { item, items } = await edit(world);
		expect(items).toBe(1);
		expect(item).toMatchObject({ json: { result: 'Unchanged: this held already.', asOf: null } });
		expect((await (await world.store.store()).run('figures.settings', {})).rfm).toEqual(RFM_DEFAULTS);
		expect(properties.find(({ name }) => name === 'rfmMonths')?.default).toBe(RFM_DEFAULTS.windowMonths);
		expect(properties.find(({ name }) => name === 'rfmMethod')?.default).toBe(RFM_DEFAULTS.method);
	});

	it('saves another row of the map, and shows what it makes of the customers', async () => {
		const top = { fm1: 'promising', fm2: 'promising', fm3: 'loyal', fm4: 'champions', fm5: 'champions' };
		const world = await freshWorldOf(routing({ ...form, rfmMap: { r5: top } }), { activate: false });
		await coffeeShop(world);
		const store = await world.store.store();
		await refresh(store, { owner: 'test' });
		const before = (await store.run('segments.rfmOverview', {})).cells;
		const { item, hints } = await edit(world);
		expect(item?.json).toMatchObject({ result: expect.stringMatching(/^Saved/) as string, settings: expect.arrayContaining(['Recency 5, frequency and revenue 1: Promising instead of New.', 'Recency 5, frequency and revenue 2: Promising instead of Potential loyalist.']) as string[] });
		const groups = item?.json.groups as { group: string; now: number; withThisMap: number }[];
		expect(groups.map(({ now }) => now).reduce((sum, one) => sum + one, 0)).toBe(4);
		expect(groups.map(({ withThisMap }) => withThisMap).reduce((sum, one) => sum + one, 0)).toBe(4);
		const ofRow = before.filter(({ group }) => group === 'potential_loyalist').reduce((sum, { customers }) => sum + customers, 0);
		expect(ofRow).toBeGreaterThan(0);
		expect(groups.find(({ group }) => group === 'potential_loyalist')).toMatchObject({ now: ofRow, withThisMap: 0 });
		expect(item?.binary?.map).toMatchObject({ mimeType: 'image/svg+xml' });
		expect(hints).toBe('');
		await refresh(store, { owner: 'test' });
		const after = (await store.run('segments.rfmOverview', {})).cells;
		expect(after.filter(({ group }) => group === 'potential_loyalist')).toEqual([]);
		expect(after.filter(({ group }) => group === 'promising').reduce((sum, { customers }) => sum + customers, 0)).toBeGreaterThanOrEqual(ofRow);
	});

	it('other months and fixed values hold from the next computation on, and it says so', async () => {
		const world = await freshWorldOf(routing({ ...form, rfmMonths: 6, rfmMethod: 'thresholds', rfmFixed: { revenue: { cut0: 10, cut1: 20, cut2: 30, cut3: 40.5 } } }), { activate: false });
		await coffeeShop(world);
		await refresh(await world.store.store(), { owner: 'test' });
		const { hints } = await edit(world);
		expect(hints).toContain('Refresh Figures');
		expect((await (await world.store.store()).run('figures.settings', {})).rfm).toEqual({ ...RFM_DEFAULTS, windowMonths: 6, method: 'thresholds', thresholds: { ...RFM_DEFAULTS.thresholds, revenueE4: [100_000, 200_000, 300_000, 405_000] } });
	});

	it('refuses values that do not ascend, naming the field', async () => {
		const world = await freshWorldOf(routing({ ...form, rfmFixed: { orders: { cut0: 3, cut1: 2, cut2: 4, cut3: 9 } } }), { activate: false });
		expect((await edit(world)).error).toBe('"Fixed Values: How Often" is wrong: let the four values ascend, each above the one before.');
	});
});

describe('A journey that starts by a segment, at virtual time', () => {
	it('lets in whom time alone brings in within a quarter of an hour, also when the clock is moved by a day', async () => {
		const world = await freshWorldOf(workflowOf([own('Start', 'journeyTrigger', { startOn: 'segmentEntered', segment: 'quiet' }), noOp('Letter')], [['Start', 'Letter']]), { activate: false });
		const order = (customerId: string, hoursAgo: number) => ({ ref: { customerId }, source: 's', orderId: customerId, orderedAt: START - hoursAgo * (DAY / 24), currency: 'EUR', status: 'paid' as const, totalE4: 10_000, lines: [] });
		await world.store.run('orders.record', { backfill: true, items: [order('inside', 61 * 24), order('soon', 60 * 24 - 3), order('later', 60 * 24 - 40)] });
		await world.store.run('segments.save', { name: 'quiet', rules: { match: 'all', rules: [{ about: 'order', which: 'last', is: 'longerAgo', days: 60 }] } });
		await world.activation.activate();
		await world.driver.advanceTo(START + DAY);
		const entered = () => world.executions.flatMap(({ nodes, atMs }) => jsonOf(nodes.get('Letter')?.[0]?.outputs[0] ?? []).map((json) => ({ id: (json.customer as IDataObject).id, hours: (atMs - START) / (DAY / 24) })));
		expect(entered().map(({ id }) => id)).toEqual(['soon']);
		expect(entered()[0]!.hours).toBeGreaterThan(3);
		expect(entered()[0]!.hours).toBeLessThanOrEqual(3.25);
		// Rounds have no end, and nobody waits for them.
		expect(await world.driver.runOut(START + 300 * DAY)).toBe(true);
		expect(world.clock.now()).toBe(START + DAY);
		await world.driver.advanceTo(START + 2 * DAY);
		expect(entered().map(({ id }) => id)).toEqual(['soon', 'later']);
		expect(world.failures()).toEqual([]);
	});
});
