import fc from 'fast-check';
import { againAfter, isBoughtAgain } from '../../src/bundles/offerAgain';
import { linkedCandidates } from '../../src/bundles/offerCandidates';
import { OfferIndex } from '../../src/bundles/offerIndex';
import { foundFor } from '../../src/bundles/offerLikely';
import { DEFAULT_MODEL_SETTINGS, fitOffers, type OfferModel } from '../../src/bundles/offerModel';
import { readOfferSettings, type OfferSettings } from '../../src/bundles/offerSettings';
import type { Catalogue, OfferSubject } from '../../src/bundles/offerSubject';
import { reasonInWords, spanInWords } from '../../src/bundles/offerWords';
import type { Purchases } from '../../src/bundles/purchases';
import { recommend, type Recommendation } from '../../src/bundles/recommend';
import { outcomeOf, spreadOf } from '../../src/bundles/settleOffers';
import { unitHash } from '../../src/core/hash';
import { ZoneClock } from '../../src/policy/zoneClock';
import type { ProductRow } from '../../src/store/plans/ingestPlans';

const DAY = 86_400_000;
const TODAY = 1_000;
const NOW = TODAY * DAY + DAY / 2;
const clock = ZoneClock.of('UTC') as ZoneClock;
const dayOf = (ms: number) => Math.floor(ms / DAY);

/** Orders as [customer, day, products]. */
type Order = [customer: number, day: number, products: number[]];

function purchases(orders: readonly Order[], names: readonly string[]): Purchases {
	const offsets = [0];
	const items: number[] = [];
	for (const [, , products] of orders) {
		items.push(...new Set(products));
		offsets.push(items.length);
	}
	return { products: [...names], offsets: Uint32Array.from(offsets), items: Uint32Array.from(items), orderedAt: Float64Array.from(orders, ([, day]) => day * DAY), customers: Float64Array.from(orders, ([customer]) => customer) };
}

const row = (product_id: string, more: Partial<ProductRow> = {}): ProductRow => ({ product_id, name: product_id, category: null, price_e4: 100_000, currency: 'EUR', family: null, tier: null, successor_of: null, lifetime_days: null, in_stock: null, margin_e4: null, successor_since: null, updated_at: 0, ...more });
const all = (rows: readonly ProductRow[]): Catalogue => ({
	product: (id) => rows.find((one) => one.product_id === id),
	family: (name) => rows.filter((one) => one.family === name),
	successors: (id) => rows.filter((one) => one.successor_of === id),
});
const subject = (owned: [product: string, day: number][], more: Partial<OfferSubject> = {}): OfferSubject => ({ key: 'c', owned: new Map(owned.map(([product, day]) => [product, { at: day * DAY, day, firstDay: day, times: 1, priceE4: 100_000 }])), returned: new Set(), restingUntil: new Map(), cart: [], rhythm: null, favouriteCategory: null, clock, ...more });
const settings = (more: Partial<OfferSettings> = {}) => readOfferSettings({ exploration: 0, ...more });

function ask(model: OfferModel, who: OfferSubject, catalogue: Catalogue, chosen = settings()): Recommendation {
	const index = new OfferIndex(model);
	return recommend(index, who, catalogue, foundFor(index, who, TODAY, chosen, linkedCandidates(index, who, TODAY, chosen.horizonDays)), chosen, NOW);
}
const products = (found: Recommendation) => (found.ready === 'nothing' ? found.why : found.offers.map(({ product }) => product.product_id));

const EMPTY = fitOffers(purchases([], []), dayOf, TODAY);
/** A leads to B after 20 to 30 days, and to C after 60 to 70. */
const LINKED: OfferModel = { ...EMPTY, products: ['a', 'b', 'c'], later: { from: [0, 0], to: [1, 2], confidence: [0.3, 0.4], lift: [3, 3], customers: [30, 30], p25: [20, 60], p50: [25, 65], p75: [30, 70], stability: [1, 1] } };
const ABC = all(['a', 'b', 'c'].map((id) => row(id)));

describe('What is offered', () => {
	test('goes by the window of each link: before, between and after them', () => {
		const at = (daysAgo: number) => ask(LINKED, subject([['a', TODAY - daysAgo]]), ABC);
		expect(products(at(25))).toEqual(['b']);
		expect(products(at(30))).toEqual(['b']);
		expect(at(31)).toMatchObject({ ready: 'later', at: (TODAY - 31 + 60) * DAY, offers: [{ product: { product_id: 'c' } }] });
		expect(products(at(65))).toEqual(['c']);
		expect(products(at(71))).toBe('no_links');
		expect(at(5)).toMatchObject({ ready: 'later', offers: [{ product: { product_id: 'b' }, readyFrom: (TODAY + 15) * DAY }, { product: { product_id: 'c' } }] });
		expect(products(ask(LINKED, subject([['a', TODAY - 5]]), ABC, settings({ horizonDays: 10 })))).toBe('no_links');
	});

	test('puts the favourite category first where that is wanted, and goes by value where none stands out', () => {
		const both: OfferModel = { ...LINKED, later: { ...LINKED.later, p25: [20, 20], p75: [30, 30] } };
		const catalogue = all([row('a'), row('b', { category: 'tea' }), row('c', { category: 'cups' })]);
		const who = (favouriteCategory: string | null) => subject([['a', TODAY - 25]], { favouriteCategory });
		expect(products(ask(both, who('tea'), catalogue))).toEqual(['c', 'b']);
		expect(products(ask(both, who('tea'), catalogue, settings({ favouriteFirst: true })))).toEqual(['b', 'c']);
		expect(products(ask(both, who('tea'), catalogue, settings({ favouriteFirst: true, maxOffers: 1 })))).toEqual(['b']);
		expect(products(ask(both, who('soap'), catalogue, settings({ favouriteFirst: true })))).toEqual(['c', 'b']);
		expect(products(ask(both, who(null), catalogue, settings({ favouriteFirst: true })))).toEqual(['c', 'b']);
	});

	test('ranks by what the offer adds times the margin, and learns from what came of offers and of none', () => {
		const both: OfferModel = { ...LINKED, later: { ...LINKED.later, p25: [20, 20], p75: [30, 30] } };
		const who = subject([['a', TODAY - 25]]);
		expect(products(ask(both, who, ABC))).toEqual(['c', 'b']);
		expect(products(ask(both, who, all([row('a'), row('b', { margin_e4: 90_000 }), row('c', { margin_e4: 10_000 })])))).toEqual(['b', 'c']);
		const learned = { product: ['c'], offered: [200], accepted: [20], held: [200], heldBought: [40] };
		expect(products(ask({ ...both, learned }, who, ABC))).toEqual(['b']);
		expect(products(ask({ ...both, learned: { ...learned, accepted: [120] } }, who, ABC))).toEqual(['c', 'b']);
	});

	test('differs: one of a family; of a category a second one only where it is worth it', () => {
		const many: OfferModel = { ...EMPTY, products: ['a', 'b', 'c', 'd'], together: { from: [0, 0, 0], to: [1, 2, 3], confidence: [0.5, 0.4, 0.3], lift: [5, 5, 5], customers: [9, 9, 9] } };
		const cart = subject([], { cart: ['a'] });
		expect(products(ask(many, cart, all([row('a'), row('b', { category: 'x' }), row('c', { category: 'x' }), row('d', { category: 'y' })]), settings({ maxOffers: 2 })))).toEqual(['b', 'd']);
		expect(products(ask(many, cart, all([row('a'), row('b', { family: 'f' }), row('c', { family: 'f' }), row('d')])))).toEqual(['b', 'd']);
	});

	test('tries something else for a share of the customers, the same ones all day', () => {
		const both: OfferModel = { ...LINKED, later: { ...LINKED.later, p25: [20, 20], p75: [30, 30] } };
		const first = (key: string) => ask(both, subject([['a', TODAY - 25]], { key }), ABC, settings({ exploration: 0.2 }));
		const explored = Array.from({ length: 500 }, (_, index) => first(`c${index}`)).filter((found) => found.ready === 'now' && found.offers[0].explored);
		expect(explored.length).toBeGreaterThan(70);
		expect(explored.length).toBeLessThan(130);
		expect(explored.every((found) => found.ready === 'now' && found.offers[0].product.product_id === 'b')).toBe(true);
		expect(first('c7')).toEqual(first('c7'));
	});

	test('fits the rhythm: regular buyers inside their cycle, those in a burst at once, a long cycle one at a time', () => {
		const rhythm = (pattern: string, more: object = {}) => ({ pattern, nextFrom: null, nextUntil: null, lastOrderAt: null, ...more });
		const who = (daysAgo: number, one: OfferSubject['rhythm']) => subject([['a', TODAY - daysAgo]], { rhythm: one });
		expect(ask(LINKED, who(22, rhythm('regular', { nextFrom: (TODAY + 3.6) * DAY })), ABC)).toMatchObject({ ready: 'later', at: (TODAY + 3) * DAY });
		expect(ask(LINKED, who(22, rhythm('regular', { nextFrom: (TODAY + 30) * DAY })), ABC)).toMatchObject({ ready: 'now' });
		expect(ask(LINKED, who(4, rhythm('serial', { lastOrderAt: NOW - 4 * DAY })), ABC)).toMatchObject({ ready: 'now' });
		expect(ask(LINKED, who(12, rhythm('serial', { lastOrderAt: NOW - 12 * DAY })), ABC)).toMatchObject({ ready: 'later' });
		expect(products(ask(LINKED, who(5, rhythm('long_cycle')), ABC))).toEqual(['b']);
	});

	test('nobody gets what is merely popular, what is gone, or what has no price to compare', () => {
		expect(products(ask(EMPTY, subject([['a', TODAY - 5]]), ABC))).toBe('no_links');
		expect(products(ask(LINKED, subject([['a', TODAY - 25]]), all([row('a')])))).toBe('unknown_product');
		expect(products(ask(LINKED, subject([['a', TODAY - 25]]), all([row('a', { price_e4: null }), row('b', { price_e4: null, category: null })])))).toEqual(['b']);
		expect(products(ask(EMPTY, subject([], { cart: ['s'] }), all([row('s', { family: 'f', tier: 1, price_e4: null }), row('t', { family: 'f', tier: 2 })])))).toBe('no_price');
		expect(products(ask(LINKED, subject([['a', TODAY - 25]]), all([row('a'), row('b', { currency: 'USD' })])))).toBe('other_currency');
	});
});

describe('What belongs together', () => {
	const order = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 200 }), fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 })) as fc.Arbitrary<Order>;
	const names = ['p0', 'p1', 'p2', 'p3', 'p4'];
	const small = { ...DEFAULT_MODEL_SETTINGS, minCustomers: 1, maxFalseDiscoveryRate: 1, minLift: 0.01 };

	test('is the same whatever the order of the orders, and survives being written down', () => {
		fc.assert(
			fc.property(fc.array(order, { maxLength: 40 }), fc.integer({ min: 0, max: 1_000 }), (orders, seed) => {
				const model = fitOffers(purchases(orders, names), dayOf, 300, small);
				const shuffled = [...orders].map((one, place) => ({ one, at: unitHash(seed, place) })).sort((a, b) => a.at - b.at).map(({ one }) => one);
				expect(fitOffers(purchases(shuffled, names), dayOf, 300, small)).toEqual(model);
				expect(JSON.parse(JSON.stringify(model))).toEqual(model);
				for (const { confidence, lift } of [model.together, model.later]) for (const figure of [...confidence, ...lift]) expect(Number.isFinite(figure)).toBe(true);
				const index = new OfferIndex(model);
				const who = subject([['p0', 290], ['p1', 250]]);
				const linked = linkedCandidates(index, who, 300, 120);
				for (const { product, fromDay, untilDay, chance, gain } of linked) {
					expect(names).toContain(product);
					expect(untilDay).toBeGreaterThanOrEqual(300);
					expect(fromDay).toBeLessThanOrEqual(420);
					expect(chance).toBeGreaterThanOrEqual(gain);
				}
			}),
			{ numRuns: 60, seed: 11 },
		);
	});

	test('is nothing where all customers are alike, or there is one product', () => {
		const alike = Array.from({ length: 200 }, (_, customer): Order[] => [[customer + 1, 100, [0]], [customer + 1, 130, [1]]]).flat();
		const { together, later } = fitOffers(purchases(alike, ['a', 'b']), dayOf, 400);
		expect([together.from, later.from.filter((_, place) => later.lift[place] < 1.2)]).toEqual([[], []]);
		const one = fitOffers(purchases(alike.map(([customer, day]) => [customer, day, [0]]), ['a']), dayOf, 400);
		expect([one.together.from, one.later.from]).toEqual([[], []]);
		expect(one.repeated.product).toHaveLength(1);
	});

	test('is found within the memory in a catalogue of 100,000 products and a basket of 5,000', () => {
		const catalogue = Array.from({ length: 100_000 }, (_, index) => `p${index}`);
		const orders = Array.from({ length: 20_000 }, (_, customer): Order => [customer + 1, Math.floor(300 * unitHash('day', customer)), [Math.floor(100_000 * unitHash('one', customer)), customer % 50 === 0 ? 7 : Math.floor(100_000 * unitHash('two', customer))]]);
		for (let customer = 0; customer < 60; customer++) orders.push([customer + 30_000, 10, [99_998]], [customer + 30_000, 31 + (customer % 4), [99_999]]);
		orders.push([50_000, 50, Array.from({ length: 5_000 }, (_, index) => index)]);
		const model = fitOffers(purchases(orders, catalogue), dayOf, 400, { ...DEFAULT_MODEL_SETTINGS, maxBytes: 64 * 2 ** 20 });
		const pair = model.later.from.findIndex((from, place) => model.products[from] === 'p99998' && model.products[model.later.to[place]] === 'p99999');
		expect(pair).toBeGreaterThanOrEqual(0);
		expect(model.later.p50[pair]).toBeGreaterThanOrEqual(22);
	}, 60_000);

	test('where no stable link speaks, the whole history does; but nobody skips the wait for a link', () => {
		// Two worlds of taste: everybody goes on buying in their own, week after week, in no order.
		const orders: Order[] = [];
		for (let customer = 0; customer < 600; customer++) {
			for (let week = 0; week < 12; week++) orders.push([customer + 1, TODAY - 90 + week * 7 + (customer % 7), [(customer % 2) * 10 + Math.floor(10 * unitHash('taste', customer, week))]]);
		}
		const names20 = Array.from({ length: 20 }, (_, index) => `t${index}`);
		const model = fitOffers(purchases(orders, names20), dayOf, TODAY);
		expect(model.likely).not.toBeNull();
		const rows = all(names20.map((name) => row(name)));
		const bare = { ...model, together: EMPTY.together, later: EMPTY.later };
		const found = ask(bare, subject([['t1', TODAY - 9], ['t2', TODAY - 2]]), rows);
		expect(found).toMatchObject({ ready: 'now', offers: [{ because: { by: 'likely' } }, {}, {}] });
		expect((products(found) as string[]).every((id) => Number(id.slice(1)) < 10 && !['t1', 't2'].includes(id))).toBe(true);
		// What is due again stands beside it: the customer's own, as often as its buyers come back for it.
		const due = ask(bare, subject([['t1', TODAY - 60], ['t2', TODAY - 2]]), rows, settings({ maxOffers: 20 }));
		if (due.ready !== 'now') throw new Error(due.ready);
		const { p25, p75 } = new OfferIndex(bare).repeatOf('t1')!;
		expect(due.offers.filter(({ because }) => because.by === 'again').map(({ product, readyFrom, readyUntil }) => [product.product_id, readyFrom, readyUntil])).toEqual([['t1', (TODAY - 60 + p25) * DAY, (TODAY - 60 + 3 * p75 + 1) * DAY - 1]]);
		expect(due.offers.length).toBeGreaterThan(1);
		expect((products(ask(bare, subject([['t1', TODAY - 60], ['t2', TODAY - 2]]), rows, settings({ maxOffers: 20, repeat: 'never' }))) as string[]).some((id) => id === 't1')).toBe(false);
		const withCart = ask(bare, subject([['t1', TODAY - 60]], { cart: ['t2'] }), rows, settings({ maxOffers: 20 }));
		expect(withCart.ready === 'now' && withCart.offers.every(({ because }) => because.by !== 'again')).toBe(true);
		const waiting = { ...bare, products: [...model.products, 'x'], later: { ...EMPTY.later, from: [model.products.indexOf('t1')], to: [model.products.length], confidence: [0.3], lift: [3], customers: [30], p25: [20], p50: [25], p75: [30], stability: [1] } };
		expect(ask(waiting, subject([['t1', TODAY - 9], ['t2', TODAY - 2]]), all([...names20.map((name) => row(name)), row('x')]))).toMatchObject({ ready: 'later', offers: [{ product: { product_id: 'x' } }] });
	});
});

test('what is bought again is due at the pace of its buyers, drawn to the customer\'s own', () => {
	const index = new OfferIndex({ ...EMPTY, products: ['a'], repeated: { product: [0], p25: [20], p75: [45] } });
	const owned = (times: number, gap: number) => ({ at: TODAY * DAY, day: TODAY, firstDay: TODAY - gap * (times - 1), times, priceE4: 0 });
	expect(againAfter(index, 'a', owned(1, 0))).toEqual({ p25: 20, p75: 45 });
	// Usually 30 days; at 60, four purchases go half of the way by the ratio, forty nearly all of it.
	expect(againAfter(index, 'a', owned(4, 60))).toEqual({ p25: 28, p75: 64 });
	expect(againAfter(index, 'a', owned(40, 60))).toEqual({ p25: 38, p75: 86 });
	expect(againAfter(index, 'a', owned(40, 10))!.p75).toBeLessThan(20);
	// Nobody else buys it twice; twice on one day is once.
	expect(againAfter(index, 'b', owned(3, 40))).toEqual({ p25: 30, p75: 50 });
	expect(againAfter(index, 'b', owned(3, 0))).toBeUndefined();
	expect([isBoughtAgain(index, 'a', owned(1, 0)), isBoughtAgain(index, 'b', owned(2, 9)), isBoughtAgain(index, 'b', owned(2, 0))]).toEqual([true, true, false]);
	expect(reasonInWords({ by: 'again', product: 'a', day: TODAY }, 'Tea', 30, 'en')).toBe('You bought Tea 30 days ago: it may be time for more.');
	expect(reasonInWords({ by: 'again', product: 'a', day: TODAY }, 'Чай', 21, 'ru')).toBe('Вы купили «Чай» 21 день назад: возможно, пора повторить.');
});

test('times in words, with their plurals', () => {
	expect([1, 2, 5, 21, 22, 25, 59].map((days) => spanInWords(days, 'ru'))).toEqual(['1 день', '2 дня', '5 дней', '21 день', '22 дня', '25 дней', '59 дней']);
	expect([61, 150, 330, 800, 1900].map((days) => spanInWords(days, 'ru'))).toEqual(['2 месяца', '5 месяцев', '11 месяцев', '2 года', '5 лет']);
	expect([1, 23, 61, 800].map((days) => spanInWords(days, 'en'))).toEqual(['1 day', '23 days', '2 months', '2 years']);
	expect(reasonInWords({ by: 'later', product: 'a', day: 1 }, 'Tea', 0, 'en')).toBe('After Tea many customers add this.');
});

test('an order in time accepts, whatever was said before; silence declines when the time is over', () => {
	const offer = { offered_at: 100, respond_until: 200 };
	expect(outcomeOf(offer, [99, 150, 120], [110], 160)).toEqual({ outcome: 'accepted', outcome_at: 120 });
	expect(outcomeOf(offer, [201], [], 200)).toBeUndefined();
	expect(outcomeOf(offer, [201], [], 201)).toEqual({ outcome: 'declined', outcome_at: 200 });
	expect(outcomeOf(offer, [], [130, 120], 300)).toEqual({ outcome: 'declined', outcome_at: 120 });
	expect(spreadOf([], 0)).toEqual({ offers: 0, products: 0, coverage: 0, concentration: 0 });
	expect(spreadOf([5, 5, 5, 5, 5, 5, 5, 5, 5, 5], 40)).toEqual({ offers: 50, products: 10, coverage: 0.25, concentration: 0.1 });
});
