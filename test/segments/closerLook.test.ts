import { operations } from '../../src/operations';
import { segmentPlans } from '../../src/store/plans/segmentPlans';
import type { Tx } from '../../src/store/port';
import type { Store } from '../../src/store/Store';
import { DAY, onEachStore, START_MS } from '../support/eachStore';

/** Customer `cN` ordered N times, a tea each time but the first, and visited N times. */
async function fill(store: Store): Promise<void> {
	const people = [0, 1, 2, 3, 4];
	const each = <T>(make: (person: number, time: number) => T): T[] => people.flatMap((person) => Array.from({ length: person }, (_, time) => make(person, time)));
	await store.run('products.upsert', { items: [{ source: 's', productId: 'tea', category: 'Tea' }, { source: 's', productId: 'cup', category: 'Cups' }] });
	await store.run('customers.upsert', { items: people.map((person) => ({ ref: { customerId: `c${person}` } })) });
	await store.run('orders.record', {
		backfill: true,
		items: each((person, time) => ({ ref: { customerId: `c${person}` }, source: 's', orderId: `${person}-${time}`, orderedAt: START_MS - (time + 1) * DAY, currency: 'EUR', status: 'paid' as const, lines: [{ productId: time === 0 ? 'cup' : 'tea', quantity: 1, priceE4: 10_000, amountE4: 10_000 }] })),
	});
	await store.run('import.events', { items: each((person, time) => ({ ref: { customerId: `c${person}` }, type: 'visit', occurredAt: START_MS - (time + 1) * DAY, eventId: `${person}-${time}`, source: 's', properties: { page: time === 0 ? 'cups' : 'teas' } })) });
}

/** Who is in, and of how many customers lines of orders and what events say were read. */
async function ask(store: Store, ...rules: object[]) {
	const looked = { lines: 0, events: 0 };
	const real = operations['segments.check'].run;
	const heard = (tx: Tx): Tx =>
		new Proxy(tx, {
			get: (target, method: keyof Tx) =>
				method !== 'all'
					? target[method]
					: (...[plan, params]: Parameters<Tx['all']>) => {
							if (plan === segmentPlans.goodsBought || plan === segmentPlans.linesBought) looked.lines += (params as { ids: number[] }).ids.length;
							if (plan === segmentPlans.events) looked.events += (params as { ids: number[] }).ids.length;
							return target.all(plan, params);
						},
		});
	operations['segments.check'].run = (tx, input) => real(heard(tx), input);
	try {
		const answers = await store.run('segments.check', { segment: { rules: { match: 'all', rules } }, items: [0, 1, 2, 3, 4].map((index) => ({ index, customer: { customerId: `c${index}` } })) });
		return { in: answers.filter(({ inside }) => inside).map(({ index }) => index), ...looked };
	} finally {
		operations['segments.check'].run = real;
	}
}

const tea = (is: string, value: number, more: object = {}) => ({ about: 'bought', categories: ['Tea'], compare: { is, value }, period: { kind: 'inTheLast', days: 30 }, ...more });
const teaPages = (is: string, value: number) => ({ about: 'did', eventType: 'visit', compare: { is, value }, period: { kind: 'inTheLast', days: 30 }, filter: [{ field: 'page', operator: 'equals', value: 'teas' }] });
const ordered = { about: 'order', which: 'last', is: 'inTheLast', days: 1_000 };

onEachStore('Segments look closely only where it matters', (openStore) => {
	let store: Store;
	beforeEach(async () => {
		({ store } = await openStore());
		await fill(store);
	});

	test('whoever has not so many orders is not asked for so many of some goods', async () => {
		expect(await ask(store, tea('atLeast', 3))).toEqual({ in: [4], lines: 2, events: 0 });
		expect(await ask(store, tea('exactly', 4))).toEqual({ in: [], lines: 1, events: 0 });
		expect(await ask(store, tea('moreThan', 9))).toEqual({ in: [], lines: 0, events: 0 });
	});

	test('that of one or two is told along with what else is asked of orders, and not by itself', async () => {
		expect(await ask(store, tea('atLeast', 1))).toEqual({ in: [2, 3, 4], lines: 5, events: 0 });
		expect(await ask(store, ordered, tea('atLeast', 1))).toEqual({ in: [2, 3, 4], lines: 4, events: 0 });
		expect(await ask(store, ordered, tea('atLeast', 2))).toEqual({ in: [3, 4], lines: 3, events: 0 });
	});

	test('whoever ordered no more than so often did not buy more of some goods', async () => {
		expect(await ask(store, { about: 'bought', compare: { is: 'atLeast', value: 0 }, period: { kind: 'inTheLast', days: 30 } }, tea('atMost', 1))).toEqual({ in: [0, 1, 2], lines: 3, events: 0 });
	});

	test('of amounts only no orders at all tell', async () => {
		const everybody = { about: 'bought', compare: { is: 'atLeast', value: 0 }, period: { kind: 'ever' } };
		expect(await ask(store, everybody, tea('lessThan', 2, { measure: 'amount' }))).toEqual({ in: [0, 1, 2], lines: 4, events: 0 });
		expect(await ask(store, everybody, tea('atLeast', 0, { measure: 'average' }))).toEqual({ in: [2, 3, 4], lines: 4, events: 0 });
		expect(await ask(store, everybody, { ...tea('atLeast', 3, { measure: 'pieces' }), categories: [] })).toEqual({ in: [3, 4], lines: 4, events: 0 });
	});

	test('what events say is read of those to whom it happened often enough', async () => {
		expect(await ask(store, teaPages('atLeast', 3))).toEqual({ in: [4], lines: 0, events: 2 });
		expect(await ask(store, teaPages('atLeast', 1))).toEqual({ in: [2, 3, 4], lines: 0, events: 5 });
		expect(await ask(store, { about: 'event', eventType: 'visit', which: 'last', is: 'inTheLast', days: 90 }, teaPages('lessThan', 2))).toEqual({ in: [1, 2], lines: 0, events: 3 });
	});
});
