import fc from 'fast-check';
import { segmentRules, type Group } from '../../src/segments/rules';
import type { Store } from '../../src/store/Store';
import { DAY, onEachStore, START_MS } from '../support/eachStore';
import { membersByLooking, type Person } from './oracle';
import { putFigures } from './figures';

const RUNS = { seed: Number(process.env.FC_SEED ?? 20_261_122), numRuns: Number(process.env.FC_RUNS ?? 250) };
const ZONE = 'Europe/Berlin';
const HOSTILE = ["o'clock", '"; DROP TABLE customer; --', ':ids', '{a,b}', '%', 'кофе ☕', '\\', '$."x"'];

/** Around the boundaries of the periods that rules ask about, to the millisecond. */
const instant = fc.oneof(
	fc.tuple(fc.constantFrom(1, 7, 30, 90, 365), fc.constantFrom(-1, 0, 1)).map(([days, by]) => START_MS - days * DAY + by),
	fc.integer({ min: 0, max: 400 * DAY }).map((ago) => START_MS - ago),
	fc.constantFrom(START_MS, START_MS + 1, START_MS + 5 * DAY, Date.parse('2025-11-27T23:00:00Z'), Date.parse('2025-11-27T22:59:59.999Z'), Date.parse('2025-11-30T22:59:59.999Z'), Date.parse('2025-11-30T23:00:00Z')),
);
const product = fc.constantFrom('p1', 'p2', 'p3', HOSTILE[1]);
const category = fc.constantFrom('Coffee', 'Tea', HOSTILE[0]);
const CATEGORY_OF: Record<string, string> = { p1: 'Coffee', p2: 'Tea', p3: HOSTILE[0], [HOSTILE[1]]: 'Coffee' };
const value = fc.oneof(fc.constantFrom<string | number | boolean>('gold', 'Gold', '12', 12, 12.5, true, 'true'), fc.constantFrom(...HOSTILE));

const person = fc.record({
	country: fc.option(fc.constantFrom('DE', 'FR'), { nil: undefined }),
	createdAt: fc.integer({ min: 0, max: 500 * DAY }).map((ago) => START_MS - ago),
	birthDate: fc.option(fc.constantFrom('1990-03-02', '1992-02-29', '1985-03-31', '1970-01-01', '1999-12-24'), { nil: undefined }),
	attributes: fc.dictionary(fc.constantFrom('tier', 'size', HOSTILE[7]), value),
	orders: fc.array(
		fc.record({
			at: instant,
			currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'),
			status: fc.constantFrom('placed', 'paid', 'delivered', 'cancelled', 'refunded'),
			lines: fc.uniqueArray(fc.record({ product, quantity: fc.constantFrom(1, 2, 0.5), amount: fc.integer({ min: 1, max: 20_000 }).map((cents) => cents / 100) }), { minLength: 1, maxLength: 3, selector: ({ product: one }) => one }),
		}),
		{ maxLength: 5 },
	),
	events: fc.array(fc.record({ type: fc.constantFrom('message_opened', 'viewed', HOSTILE[1]), at: instant, properties: fc.dictionary(fc.constantFrom('page', 'n'), value) }), { maxLength: 6 }),
	consents: fc.uniqueArray(fc.record({ channel: fc.constantFrom('email', 'sms'), status: fc.constantFrom('granted' as const, 'denied' as const), at: instant.map((at) => Math.min(at, START_MS)), expiresAt: fc.option(fc.constantFrom(START_MS, START_MS + 1), { nil: undefined }) }), { maxLength: 3, selector: ({ channel, at }) => `${channel}${at}` }),
	figures: fc.option(fc.record({ rfmGroup: fc.constantFrom('champions', 'lost', null), pAlive: fc.constantFrom(0, 0.5, 0.91, null), lastOrderAt: fc.option(instant), revenue: fc.constantFrom(0, 12.34, 99.99, null) }), { nil: undefined }),
});

const compare = fc.record({ is: fc.constantFrom('atLeast', 'atMost', 'exactly', 'moreThan', 'lessThan'), value: fc.constantFrom(0, 1, 2, 3, 12.34, 50, 100) });
const days = fc.constantFrom(1, 7, 30, 90, 365);
const period = fc.oneof(
	fc.constant({ kind: 'ever' }),
	fc.record({ kind: fc.constantFrom('inTheLast', 'longerAgo'), days }),
	fc.constant({ kind: 'between', from: '2025-11-28', to: '2025-11-30' }),
);
const goods = fc.record({ products: fc.array(fc.oneof(product, product.map((id) => `Name of ${id}`)), { maxLength: 2 }), categories: fc.array(category, { maxLength: 2 }) });
const condition = fc.record({ field: fc.constantFrom('page', 'n'), operator: fc.constantFrom('equals', 'notEquals', 'contains', 'greaterThan', 'exists'), value });
const filter = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(condition, { minLength: 1, maxLength: 2 }) });
const eventType = fc.constantFrom('message_opened', 'viewed', HOSTILE[1], 'never happened');
const which = fc.constantFrom('first', 'last');
const nearOrFar = fc.constantFrom('inTheLast', 'longerAgo');
const leaf = fc.oneof(
	fc.record({ about: fc.constant('profile'), field: fc.constantFrom('country', 'attributes.tier', 'attributes.size', 'id', 'vip'), operator: fc.constantFrom('equals', 'notEquals', 'contains', 'notContains', 'greaterThan', 'lessThan', 'exists', 'notExists'), value }),
	fc.record({ about: fc.constant('date'), field: fc.constantFrom('createdAt', 'birthDate'), is: fc.constantFrom('inTheLast', 'longerAgo', 'inTheNext', 'anniversary'), days }),
	fc.record({ about: fc.constant('bought'), measure: fc.constantFrom('orders', 'pieces', 'amount', 'average'), compare, period }).chain((rule) => goods.map((what) => ({ ...rule, ...what }))),
	fc.record({ about: fc.constant('order'), which, is: nearOrFar, days }).chain((rule) => goods.map((what) => ({ ...rule, ...what }))),
	fc.record({ about: fc.constant('did'), eventType, compare, period, filter }),
	fc.record({ about: fc.constant('event'), eventType, which, is: nearOrFar, days, filter }),
	fc.record({ about: fc.constant('label'), label: fc.constant('rfmGroup'), oneOf: fc.uniqueArray(fc.constantFrom('champions', 'lost'), { minLength: 1 }), not: fc.boolean() }),
	fc.record({ about: fc.constant('number'), number: fc.constantFrom('pAlive', 'recency', 'monetary'), compare }),
	fc.record({ about: fc.constant('vip'), is: fc.boolean() }),
	fc.record({ about: fc.constant('consent'), channel: fc.constantFrom('email', 'sms'), given: fc.boolean() }),
	fc.record({ about: fc.constant('segment'), name: fc.constantFrom('saved 1', 'saved 2'), inside: fc.boolean() }),
);
const withoutSegments = leaf.filter(({ about }) => about !== 'segment');
const groupOf = (inner: fc.Arbitrary<unknown>) => fc.record({ match: fc.constantFrom('all', 'any', 'none'), rules: fc.array(inner, { minLength: 1, maxLength: 3 }) });
const rulesOf = (one: fc.Arbitrary<unknown>) => groupOf(fc.oneof({ weight: 2, arbitrary: one }, { weight: 1, arbitrary: groupOf(fc.oneof({ weight: 3, arbitrary: one }, { weight: 1, arbitrary: groupOf(one) })) })).map((rules) => segmentRules.parse(rules));

/** History: nothing of it is an event of the store's own. */
async function open(store: Store, people: readonly Person[]): Promise<void> {
	await store.run('policy.save', { name: 'default', body: { storeZone: ZONE, rules: [] } });
	await store.run('products.upsert', { items: Object.entries(CATEGORY_OF).map(([productId, name]) => ({ source: 's', productId, name: `Name of ${productId}`, category: name })) });
	await store.run('customers.upsert', { items: people.map((one) => ({ ref: { customerId: one.id }, country: one.country, createdAt: one.createdAt, birthDate: one.birthDate, attributes: one.attributes as never })) });
	await store.run('orders.record', {
		backfill: true,
		items: people.flatMap((one) => one.orders.map((order, place) => ({ ref: { customerId: one.id }, source: 's', orderId: `${one.id}-${place}`, orderedAt: order.at, currency: order.currency, status: order.status as 'placed', lines: order.lines.map((line) => ({ productId: line.product, quantity: line.quantity, priceE4: Math.round((line.amount / line.quantity) * 10_000), amountE4: Math.round(line.amount * 10_000) })) }))),
	});
	const answers = await store.run('import.events', { items: people.flatMap((one) => one.events.map((event, place) => ({ ref: { customerId: one.id }, type: event.type, occurredAt: event.at, eventId: `${one.id}-${place}`, source: 's', properties: event.properties as never }))) });
	expect(answers.rejected.every(({ reason }) => reason.includes('future'))).toBe(true);
	await store.run('consents.set', { items: people.flatMap((one) => one.consents.map(({ channel, status, at, expiresAt }) => ({ ref: { customerId: one.id }, channel, purpose: 'marketing', status, at, expiresAt }))) });
}

/** The shop's currency is the one most of its latest orders are in; in a tie the first by name. */
function currencyOf(people: readonly Person[]): string {
	const orders = people.flatMap((one) => one.orders);
	const euros = orders.filter(({ currency }) => currency === 'EUR').length;
	return euros >= orders.length - euros ? 'EUR' : 'USD';
}

onEachStore('Segments agree with looking at every customer', (openStore) => {
	test('whatever the rules, hostile words included', async () => {
		for (const [round, sample] of fc.sample(fc.array(person, { minLength: 25, maxLength: 40 }), { ...RUNS, numRuns: 3 }).entries()) {
			const { store, location } = await openStore();
			const people: Person[] = sample.map((one, place) => ({ ...one, id: `c${place}`, orders: one.orders.map((order) => ({ ...order, lines: order.lines.map((line) => ({ ...line, category: CATEGORY_OF[line.product] })) })) }));
			await open(store, people);
			await putFigures(location, people);
			const saved: Record<string, Group> = {};
			for (const [place, rules] of fc.sample(rulesOf(withoutSegments), { seed: RUNS.seed + round, numRuns: 2 }).entries()) {
				saved[`saved ${place + 1}`] = rules;
				await store.run('segments.save', { name: `saved ${place + 1}`, rules });
			}
			let telling = 0;
			const shop = { zone: ZONE, currency: currencyOf(people), now: START_MS, saved };
			await fc.assert(
				fc.asyncProperty(rulesOf(leaf), async (rules) => {
					const page = await store.run('segments.members', { segment: { rules }, after: 0, limit: 1_000 });
					expect(page.members.map(({ id }) => id).sort()).toEqual(membersByLooking(people, rules, shop));
					if (page.count > 0 && page.count < people.length) telling++;
					expect(page).toMatchObject({ done: true, count: page.members.length, lookedAt: people.length });
				}),
				RUNS,
			);
			// Rules that hold for everybody or for nobody would prove little.
			expect(telling).toBeGreaterThan(RUNS.numRuns / 3);
		}
	}, 240_000);
});
