import type { OfferView, RecommendAnswer } from '../../src/bundles/offerContract';
import { refreshOffers } from '../../src/bundles/refreshOffers';
import { refresh } from '../../src/features/refresh';
import type { Store } from '../../src/store/Store';
import { dumpStore } from '../support/dumpStore';
import { DAY, onEachStore, START_MS } from '../support/eachStore';
import { buy, catalogue, shopWithLinks } from './support/offerShop';

const recommend = async (store: Store, items: { customer?: string; cart?: string[]; held?: boolean; key?: string }[], settings: object = {}, dryRun = false) =>
	await store.run('offers.recommend', { settings: { exploration: 0, ...settings }, dryRun, items: items.map(({ customer, ...item }) => ({ ...item, ...(customer === undefined ? {} : { ref: { customerId: customer } }) })) });
const offersOf = (answer: RecommendAnswer): OfferView[] => (answer.ok && answer.recommended.ready !== 'nothing' ? answer.recommended.offers : []);
const productsOf = (answer: RecommendAnswer): string[] => offersOf(answer).map(({ product }) => product.id);
const readyOf = (answer: RecommendAnswer): string => (answer.ok ? answer.recommended.ready : answer.code);

onEachStore('Recommendation', (open) => {
	async function shop() {
		const opened = await open();
		await shopWithLinks(opened.store);
		const refreshed = await refreshOffers(opened.store);
		expect(refreshed).toMatchObject({ version: 1, customers: 60 });
		return opened;
	}

	test('a gap window decides: too early says when, inside it offers, afterwards no more', async () => {
		const { store, location, advance } = await shop();
		await buy(store, [{ customer: 'anna', product: 'machine', daysAgo: 2, price: 100 }]);
		const settings = { kinds: ['cross-sell'], categories: ['care'] };
		const [early] = await recommend(store, [{ customer: 'anna' }], settings);
		expect(early).toMatchObject({ ok: true, recommended: { ready: 'later', offers: [{ product: { id: 'filter', name: 'FILTER', price: '12.00', currency: 'EUR' }, kind: 'cross-sell' }] } });
		const at = early.ok && early.recommended.ready === 'later' ? early.recommended.at : 0;
		const { readyUntil } = offersOf(early)[0];
		expect((at - START_MS) / DAY).toBeGreaterThan(17);
		expect((at - START_MS) / DAY).toBeLessThan(21);
		expect((await dumpStore(location)).offer).toEqual([]);
		await advance(at - START_MS - 1);
		expect(readyOf((await recommend(store, [{ customer: 'anna' }], settings))[0])).toBe('later');
		await advance(1);
		const [now] = await recommend(store, [{ customer: 'anna' }], settings);
		expect(now).toMatchObject({ recommended: { ready: 'now', offers: [{ product: { id: 'filter' }, reason: expect.stringMatching(/^You bought MACHINE \d+ days ago/) }] } });
		await advance((readyUntil as number) - at + 1);
		expect(readyOf((await recommend(store, [{ customer: 'anna' }], settings))[0])).toBe('nothing');
	});

	test('a cart is offered what goes with it and a step up within the price reach', async () => {
		const { store } = await shop();
		const [cart] = await recommend(store, [{ cart: ['machine'] }]);
		expect(productsOf(cart).sort()).toEqual(['beans', 'machine-pro']);
		expect(offersOf(cart).find(({ product }) => product.id === 'machine-pro')).toMatchObject({ kind: 'upsell', reason: 'A step up from MACHINE.' });
		expect(productsOf((await recommend(store, [{ cart: ['machine'] }], { priceReach: 5, kinds: ['upsell'] }))[0])).toEqual(['machine-lux']);
		expect(productsOf((await recommend(store, [{ cart: ['machine'] }], { priceReach: 1.2, kinds: ['upsell'] }))[0])).toEqual([]);
		expect(readyOf((await recommend(store, [{ cart: ['machine', 'beans'] }], { kinds: ['cross-sell'] }))[0])).toBe('nothing');
	});

	test('the favorite category that comes first is the one that the latest orders make it, without waiting for a refresh', async () => {
		const { store } = await shop();
		await catalogue(store, [{ id: 'ground', category: 'coffee' }, { id: 'hose', category: 'machines' }]);
		let orders = 0;
		const bought = (productId: string, price: number) => ({ ref: { customerId: 'anna' }, source: 'shop', orderId: `live ${++orders}`, orderedAt: START_MS, currency: 'EUR', status: 'placed' as const, lines: [{ productId, quantity: 1, priceE4: price * 10_000, amountE4: price * 10_000 }] });
		await refresh(store, { owner: 'test' });
		const first = async () => productsOf((await recommend(store, [{ customer: 'anna', cart: ['machine'] }], { favouriteFirst: true }))[0])[0];
		await store.run('orders.record', { items: [bought('ground', 10), bought('ground', 10)] });
		expect(await first()).toBe('beans');
		await store.run('orders.record', { items: [bought('hose', 500), bought('hose', 500)] });
		expect(await first()).toBe('machine-pro');
		// Most of the money was spent on neither any more.
		await store.run('orders.record', { items: [bought('spoon', 9000), bought('spoon', 9000)] });
		const [unmoved] = await recommend(store, [{ customer: 'nobody known', cart: ['machine'] }], { favouriteFirst: true });
		expect(await first()).toBe(productsOf(unmoved)[0]);
	});

	test('never: owned, out of stock, given back, below the margin floor, declined', async () => {
		const { store } = await shop();
		const why = async (customer: string, settings: object = {}) => {
			const [answer] = await recommend(store, [{ customer, cart: ['machine'] }], { kinds: ['cross-sell'], ...settings }, true);
			return answer.ok && answer.recommended.ready === 'nothing' ? answer.recommended.why : productsOf(answer).join();
		};
		await store.run('customers.upsert', { items: ['new', 'said-no'].map((customerId) => ({ ref: { customerId } })) });
		await buy(store, [{ customer: 'owner', product: 'beans', daysAgo: 300 }, { customer: 'returner', product: 'beans', daysAgo: 300, status: 'refunded' }]);
		expect(await why('new')).toBe('beans');
		expect(await why('owner')).toBe('owned');
		expect(await why('owner', { repeat: 'always' })).toBe('beans');
		expect(await why('returner')).toBe('returned');
		expect(await why('new', { marginFloor: 0.5 })).toBe('margin_too_low');
		await store.run('events.track', { items: [{ ref: { customerId: 'said-no' }, type: 'offer_declined', occurredAt: START_MS - DAY, source: 't', properties: { product_id: 'beans' } }] });
		expect(await why('said-no')).toBe('resting');
		expect(await why('said-no', { notAgainDays: 0 })).toBe('beans');
		await catalogue(store, [{ id: 'beans', inStock: false }]);
		expect(await why('new')).toBe('out_of_stock');
	});

	test('the same question on a day is one offer; later it rests, and what comes of it is measured', async () => {
		const { store, location, advance } = await shop();
		await buy(store, [{ customer: 'anna', product: 'machine', daysAgo: 23, price: 100 }, { customer: 'ben', product: 'machine', daysAgo: 23, price: 100 }, { customer: 'cleo', product: 'machine', daysAgo: 23, price: 100 }]);
		const settings = { kinds: ['cross-sell'], categories: ['care'], notAgainDays: 3, respondDays: 5 };
		const people = ['anna', 'ben', 'cleo'].map((customer) => ({ customer, held: customer === 'cleo' }));
		const first = await recommend(store, people, settings);
		expect(first.map(productsOf)).toEqual([['filter'], ['filter'], ['filter']]);
		expect(first.map((one) => one.ok && one.held)).toEqual([false, false, true]);
		expect((await recommend(store, people, settings)).map(productsOf)).toEqual(first.map(productsOf));
		expect((await dumpStore(location)).offer).toHaveLength(3);
		await advance(DAY);
		expect((await recommend(store, people, settings, true)).map(readyOf)).toEqual(['nothing', 'nothing', 'now']);
		await buy(store, [{ customer: 'anna', product: 'filter', daysAgo: -1 }]);
		await store.run('offers.settle', { after: 0 });
		expect(await store.run('offers.results', { since: 0, until: START_MS + 9 * DAY })).toMatchObject({ kinds: [{ kind: 'cross-sell', shown: false, offers: 1, accepted: 0, declined: 0 }, { shown: true, offers: 2, accepted: 1, declined: 0 }] });
		await advance(6 * DAY);
		await refreshOffers(store);
		expect(await store.run('offers.results', { since: 0, until: START_MS + 9 * DAY })).toEqual({
			kinds: [{ kind: 'cross-sell', shown: false, offers: 1, accepted: 0, declined: 1 }, { kind: 'cross-sell', shown: true, offers: 2, accepted: 1, declined: 1 }],
			spread: { offers: 2, products: 1, coverage: 1 / 8, concentration: 1 },
		});
		expect(await store.run('offers.learned', { until: START_MS + 9 * DAY })).toEqual({ product: ['filter'], offered: [2], accepted: [1], held: [1], heldBought: [0] });
	});

	test('the successor of what is owned, and a new one where it nears the end of its life', async () => {
		const { store, advance } = await shop();
		await catalogue(store, [{ id: 'kettle', lifetimeDays: 100, price: 40 }, { id: 'phone', price: 300 }, { id: 'phone-2', price: 900, successorOf: 'phone' }]);
		await buy(store, [{ customer: 'kim', product: 'kettle', daysAgo: 80, price: 40 }, { customer: 'pia', product: 'phone', daysAgo: 500, price: 300 }]);
		const [kim, pia] = await recommend(store, [{ customer: 'kim' }, { customer: 'pia' }]);
		expect(pia).toMatchObject({ recommended: { ready: 'now', offers: [{ product: { id: 'phone-2' }, kind: 'upgrade', reasons: { en: 'The new version of what you have: PHONE.', ru: 'Новая версия того, что у вас есть: «PHONE».' } }] } });
		expect(kim).toMatchObject({ recommended: { ready: 'later', offers: [{ product: { id: 'kettle' }, kind: 'upgrade', readyFrom: Date.parse('2026-03-12T00:00:00Z') }] } });
		await advance(10 * DAY);
		expect((await recommend(store, [{ customer: 'kim' }]))[0]).toMatchObject({ recommended: { ready: 'now', offers: [{ reason: 'You have had KETTLE for 3 months: it may be time for a new one.' }] } });
	});

	test('bad input has an answer each: nobody, nothing, unknown products, no price, an empty shop, the erased', async () => {
		const { store } = await open();
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'new' } }] });
		const answers = await recommend(store, [{}, { customer: 'nobody' }, { customer: 'new' }, { cart: ['no-such-thing'] }, { customer: 'nobody', cart: ['no-such-thing'] }, { cart: ['   '] }]);
		expect(answers.map((answer) => (answer.ok ? answer.recommended.ready === 'nothing' && answer.recommended.why : answer.code))).toEqual(['bad_input', 'unknown_customer', 'no_history', 'unknown_products', 'unknown_products', 'empty_cart']);
		await expect(recommend(store, [], { maxOffers: 0 })).rejects.toThrow(/maxOffers must be 1 to 20/);
		await store.run('customers.erase', { ref: { customerId: 'new' } });
		expect((await recommend(store, [{ customer: 'new' }]))[0]).toMatchObject({ ok: false, code: 'customer_erased' });
		expect(await refreshOffers(store)).toMatchObject({ links: 0, customers: 0 });
		await catalogue(store, [{ id: 'only', price: null }]);
		await buy(store, Array.from({ length: 40 }, (_, index) => ({ customer: `c${index}`, product: 'only', daysAgo: 40 })));
		expect(await refreshOffers(store)).toMatchObject({ links: 0 });
		expect((await recommend(store, [{ customer: 'c1' }])).map(readyOf)).toEqual(['nothing']);
	});

	test('one miner at a time; a customer of a merge brings the offers along', async () => {
		const { store, location } = await shop();
		expect(await store.run('offers.beginMining', {})).toEqual({ begun: true });
		expect(await refreshOffers(store)).toBeUndefined();
		await store.run('offers.endMining', {});
		expect(await refreshOffers(store)).toMatchObject({ version: 2 });
		expect(await refreshOffers(store)).toMatchObject({ version: 3 });
		expect((await dumpStore(location)).model.map(({ version }) => Number(version))).toEqual([2, 3]);
		await buy(store, [{ customer: 'anna', product: 'machine', daysAgo: 23, price: 100 }]);
		await recommend(store, [{ customer: 'anna' }], { categories: ['care'] });
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'twin' } }] });
		await store.run('customers.merge', { survivor: { customerId: 'twin' }, other: { customerId: 'anna' } });
		const { offer, identity } = await dumpStore(location);
		expect(offer.map((row) => row.customer_id)).toEqual([identity.find((row) => row.value === 'twin')?.customer_id]);
		expect((await store.run('customers.export', { ref: { customerId: 'twin' } }))).toMatchObject({ offers: [{ productId: 'filter', readyFrom: '2026-02-28T00:00:00.000Z' }] });
	});
});
