import type { Store } from '../../src/store/Store';
import { DAY, onEachStore, START_MS } from '../support/eachStore';

const asked = async (store: Store, rules: object, ago?: number) => await store.run('segments.members', { segment: { rules }, after: 0, limit: 100, at: ago === undefined ? undefined : START_MS - ago * DAY });
const order = (customer: string, ago: number) => ({ ref: { customerId: customer }, source: 's', orderId: `${customer}-${ago}`, orderedAt: START_MS - ago * DAY, currency: 'EUR', status: 'placed' as const, lines: [] });

onEachStore('A segment as of a past instant', (open) => {
	test('asks about those who were there: whoever came later did not stay away then', async () => {
		const { store } = await open();
		const came = (customerId: string, ago: number) => ({ ref: { customerId }, createdAt: START_MS - ago * DAY });
		await store.run('customers.upsert', { items: [came('old', 300), came('buyer', 300), came('new', 10)] });
		// Of whom the shop first told when they had ordered for long.
		await store.run('customers.upsert', { items: [came('told late', 5)] });
		await store.run('orders.record', { items: [order('buyer', 100), order('told late', 200), order('new', 2)], backfill: true });
		const idle = { match: 'all', rules: [{ about: 'bought', compare: { is: 'lessThan', value: 1 }, period: { kind: 'inTheLast', days: 60 } }] };
		for (const [ago, members, known] of [[0, ['buyer', 'old', 'told late'], 4], [20, ['buyer', 'old', 'told late'], 3], [90, ['old', 'told late'], 3], [210, ['buyer', 'old'], 2], [400, [], 0]] as const) {
			const page = await asked(store, idle, ago);
			expect([ago, page.members.map(({ id }) => id).sort(), page.count, page.lookedAt, page.done]).toEqual([ago, members, members.length, known, true]);
		}
		expect((await asked(store, idle)).lookedAt).toBe(4);
		const check = async (ago?: number) => (await store.run('segments.check', { segment: { rules: idle }, items: ['old', 'new'].map((customerId, index) => ({ index, customer: { customerId } })), at: ago === undefined ? undefined : START_MS - ago * DAY })).map(({ inside, why }) => why ?? inside);
		expect([await check(), await check(90)]).toEqual([[true, false], [true, 'unknown_customer']]);
	});
});
