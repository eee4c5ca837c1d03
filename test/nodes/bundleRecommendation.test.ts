import type { IDataObject } from 'n8n-workflow';
import { cartOf } from '../../nodes/BundleRecommendation/settings';
import { buy, shopWithLinks } from '../bundles/support/offerShop';
import { DAY, freshWorld, jsonOf, own, START, workflowOf } from './journeyWorld';

const noOp = (name: string) => ({ id: name, name, type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [0, 0] as [number, number], parameters: {} });

const flow = (parameters: IDataObject = {}, more: IDataObject = {}) =>
	workflowOf(
		[
			own('Start', 'journeyTrigger', { eventType: 'delivered', options: { journeyKey: 'j' } }),
			{ ...own('Offer', 'bundleRecommendation', { kinds: ['cross-sell'], options: { explorationPercent: 0, categories: 'Care', ...more }, ...parameters }) },
			own('Until then', 'journeyWait', { waitFor: 'date', date: '={{ $json.offer.readyOn }}', dateTime: '09:30' }),
			...['Items', 'Now', 'Nothing'].map(noOp),
		],
		[['Start', 'Offer'], ['Items', 'Offer'], ['Offer', 'Now'], ['Offer', 'Until then', 1], ['Until then', 'Offer'], ['Offer', 'Nothing', 2]],
	);

describe('Bundle Recommendation', () => {
	it('a customer who is not ready waits for the day the window opens, and gets the offer then, once', async () => {
		const { store, track, driver, executions, failures } = await freshWorld(flow());
		const opened = await store.store();
		await shopWithLinks(opened);
		await buy(opened, [{ customer: 'anna', product: 'machine', daysAgo: 0, price: 100 }], START);
		await track('anna', 'delivered');
		const now = () => executions.flatMap(({ nodes }) => (nodes.get('Now') ?? []).flatMap((run) => jsonOf(run.outputs[0] ?? [])));
		expect(now()).toEqual([]);
		await driver.advanceTo(START + 40 * DAY);
		expect(failures()).toEqual([]);
		expect(new Date(executions.find(({ nodes }) => nodes.get('Now'))!.atMs).toISOString()).toMatch(/^2026-12-1\dT09:30/);
		const [offered] = now();
		expect(now()).toHaveLength(1);
		expect(offered).toMatchObject({ customer: { id: 'anna' }, journey: { key: 'j' }, offer: { ready: 'now', kind: 'cross-sell', product: { id: 'filter', name: 'FILTER', price: '12.00', currency: 'EUR' }, reason: expect.stringMatching(/^You bought MACHINE (19|20|21|22) days ago: about now many customers add this\.$/) } });
		const { kinds } = await store.run('offers.results', { since: 0, until: START + 99 * DAY });
		expect(kinds).toEqual([{ kind: 'cross-sell', shown: true, offers: 1, accepted: 0, declined: 0 }]);
	});

	it('a cart as the shop sends it, a link to the product, and the language that is asked for', async () => {
		const { store, runner } = await freshWorld(flow({ offerFor: 'cart', kinds: ['cross-sell', 'upsell'], maxOffers: 2 }, { categories: '', link: 'https://shop.example/p/{ID}?x=1', language: 'ru' }), { activate: false });
		await shopWithLinks(await store.store());
		const items = [{ items: [{ product_id: 'machine', name: 'Machine' }] }, { cart: 'tea' }].map((json) => ({ json: json as IDataObject }));
		const { nodes } = await runner.execute('Items', [items], 'trigger');
		const ran = nodes.get('Offer')![0];
		const [offered] = jsonOf(ran.outputs[0]!);
		expect(offered.offers).toHaveLength(2);
		expect((offered.offers as { product: { link: string }; reason: string }[]).map(({ product, reason }) => `${product.link} ${reason}`).sort()).toEqual([
			'https://shop.example/p/beans?x=1 Часто берут вместе: «MACHINE» и этот товар.',
			'https://shop.example/p/machine-pro?x=1 Следующая ступень после «MACHINE».',
		]);
		expect(ran.hints.join(' ')).toMatch(/Looked for the first time .* links in the orders of 60 customers/);
		expect(ran.hints.join(' ')).toMatch(/1 to offer now, 0 later, 1 with nothing that fits/);
		expect(jsonOf(ran.outputs[2]!)).toMatchObject([{ cart: 'tea', offer: { ready: 'nothing', why: expect.any(String), words: expect.any(String) }, offers: [] }]);
	});

	it('what is an expression is asked for each item: how many offers, of which category, in which language', async () => {
		const { store, runner } = await freshWorld(flow({ offerFor: 'cart', kinds: ['cross-sell', 'upsell'], maxOffers: '={{ $json.most }}' }, { categories: '={{ $json.only }}', language: '={{ $json.language }}' }), { activate: false });
		await shopWithLinks(await store.store());
		const items = [{ cart: 'machine', most: 1, only: '', language: 'en' }, { cart: 'machine', most: 2, only: '', language: 'ru' }, { cart: 'machine', most: 2, only: 'Nowhere', language: 'en' }, { cart: 'machine', most: 1, only: '', language: 'en' }];
		const { nodes } = await runner.execute('Items', [items.map((json) => ({ json: json as IDataObject }))], 'trigger');
		const [now, , nothing] = nodes.get('Offer')![0].outputs;
		expect(jsonOf(now!).map(({ offers }) => (offers as { reason: string }[]).map(({ reason }) => (/[а-я]/i.test(reason) ? 'ru' : 'en')))).toEqual([['en'], ['ru', 'ru'], ['en']]);
		expect(now!.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 3 }]);
		expect(jsonOf(nothing!).map(({ only }) => only)).toEqual(['Nowhere']);
	});

	it('a test run looks and records nothing; a wrong form names its field; nobody leaves by the first output as an error', async () => {
		const { store, runner, people } = await freshWorld(flow(), { activate: false });
		await people('new');
		await shopWithLinks(await store.store());
		await buy(await store.store(), [{ customer: 'anna', product: 'machine', daysAgo: 22 }], START);
		const run = async (workflowRunner: typeof runner, json: IDataObject, mode: 'manual' | 'trigger') => await workflowRunner.execute('Items', [[{ json }]], mode);
		const tried = await run(runner, { customer_id: 'anna' }, 'manual');
		expect(jsonOf(tried.nodes.get('Offer')![0].outputs[0]!)).toHaveLength(1);
		expect(tried.nodes.get('Offer')![0].hints.join()).toMatch(/Test run, nothing recorded/);
		expect((await store.run('offers.results', { since: 0, until: START })).kinds).toEqual([]);
		const wrong = await freshWorld(flow({ maxOffers: 0 }), { activate: false });
		expect((await run(wrong.runner, { customer_id: 'new' }, 'trigger')).run.data.resultData.error?.message).toMatch(/"Offers at Most" must be 1 or more/);
	});

	it('with On Error: continue, an unknown customer leaves by Nothing Fits as an error, and the others go on', async () => {
		const workflow = flow();
		Object.assign(workflow.nodes.find(({ name }) => name === 'Offer')!, { onError: 'continueRegularOutput' });
		const { store, runner } = await freshWorld(workflow, { activate: false });
		await shopWithLinks(await store.store());
		await buy(await store.store(), [{ customer: 'anna', product: 'machine', daysAgo: 22 }], START);
		const { nodes } = await runner.execute('Items', [[{ json: { customer_id: 'nobody' } }, { json: { customer_id: 'anna' } }]], 'trigger');
		const { outputs } = nodes.get('Offer')![0];
		expect(jsonOf(outputs[0]!)).toHaveLength(1);
		expect(outputs[0]![0].pairedItem).toEqual({ item: 1 });
		expect(jsonOf(outputs[2]!)).toEqual([{ error: expect.stringMatching(/No customer with this ID/i) }]);
	});

	it('reads carts however they are written', () => {
		expect([cartOf('a, b,,c'), cartOf('["a","b"]'), cartOf([{ sku: 'a' }, { productId: 7 }, {}, 'b', null]), cartOf(5), cartOf(undefined), cartOf('[broken')]).toEqual([['a', 'b', 'c'], ['a', 'b'], ['a', '7', 'b'], ['5'], [], []]);
	});
});
