import fc from 'fast-check';
import type { FeatureRow } from '../../src/features/contract';
import { refresh } from '../../src/features/refresh';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';

const RUNS = { seed: Number(process.env.FC_SEED ?? 20_261_122), numRuns: Number(process.env.FC_RUNS ?? 3) };
/** Where midnight itself is skipped when clocks go forward, and where a whole day once was. */
const ZONES = ['America/Santiago', 'Pacific/Apia', 'Europe/Berlin'];

/** Around midnights of several zones, changes of clocks, the ends of windows, the future. */
const instant = fc.oneof(
	fc.integer({ min: 0, max: 900 * 24 }).map((hours) => START_MS - hours * HOUR),
	fc.tuple(fc.constantFrom(1, 30, 90, 180, 365, 366, 730, 731), fc.constantFrom(-1, 0, 1, 4 * HOUR, -14 * HOUR)).map(([days, by]) => START_MS - days * DAY + by),
	fc.constantFrom(START_MS, START_MS - 1, START_MS + 1, START_MS + 5 * DAY, Date.parse('2025-09-07T04:00:00Z'), Date.parse('2025-10-26T00:30:00Z')),
);
const order = fc.record({
	at: instant, product: fc.constantFrom('tea', 'cup', 'never heard of'), pieces: fc.constantFrom(1, 2, 3), price: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constantFrom(0, 0.01, 99_999)),
	currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'), status: fc.constantFrom('placed', 'placed', 'placed', 'delivered', 'cancelled', 'refunded'),
	back: fc.option(fc.record({ after: fc.integer({ min: 0, max: 40 }), share: fc.constantFrom(0.5, 1, 2) }), { freq: 4, nil: undefined }), cancel: fc.boolean(), total: fc.option(fc.constantFrom(-5, 0, 40), { freq: 6, nil: undefined }),
});
const customer = fc.record({ orders: fc.array(order, { maxLength: 12 }), views: fc.array(instant, { maxLength: 12 }), opens: fc.array(instant, { maxLength: 6 }) });

type Person = typeof customer extends fc.Arbitrary<infer T> ? T : never;

async function fill(store: Store, zone: string, people: Person[]): Promise<void> {
	await store.run('policy.save', { name: 'default', body: { storeZone: zone, rules: [] } });
	await store.run('products.upsert', { items: [{ source: 's', productId: 'tea', category: 'Drinks', marginE4: 30_000, priceE4: 100_000, currency: 'EUR' }, { source: 's', productId: 'cup', category: 'Cups' }] });
	const items = people.flatMap(({ orders }, who) => orders.map(({ at, product, pieces, price, currency, status, total }, place) => ({ ref: { customerId: `c${who}` }, source: 's', orderId: `${who}-${place}`, orderedAt: at, currency, status: status as 'placed', ...(total !== undefined && { totalE4: Math.abs(total) * 10_000 }), lines: [{ productId: product, quantity: pieces, priceE4: Math.round(price * 10_000), amountE4: Math.round(price * pieces * 10_000) }] })));
	await store.run('orders.record', { items, backfill: true });
	const refunds = people.flatMap(({ orders }, who) => orders.flatMap(({ at, back, price, pieces }, place) => (back ? [{ source: 's', orderId: `${who}-${place}`, refundId: `r${who}-${place}`, refundedAt: at + back.after * DAY, amountE4: Math.round(price * pieces * back.share * 10_000) }] : [])));
	await store.run('orders.refund', { items: refunds, backfill: true });
	await store.run('orders.cancel', { items: people.flatMap(({ orders }, who) => orders.flatMap(({ at, cancel }, place) => (cancel && place % 4 === 3 ? [{ source: 's', orderId: `${who}-${place}`, cancelledAt: at + DAY }] : []))), backfill: true });
	const events = people.flatMap(({ views, opens }, who) => [...views.map((at) => ({ type: 'product_viewed', at })), ...opens.map((at) => ({ type: 'message_opened', at }))].map(({ type, at }, place) => ({ ref: { customerId: `c${who}` }, type, occurredAt: at, source: 'm', eventId: `${who}-${place}`, properties: { channel: 'email' } })));
	await store.run('import.events', { items: events.filter(({ occurredAt }) => occurredAt <= START_MS) });
	await store.run('customers.upsert', { items: people.map((_, who) => ({ ref: { customerId: `c${who}` } })) });
}

const kept = async (store: Store) => new Map((await store.run('figures.page', { after: 0, limit: 1_000 })).rows.map(({ key, ...row }) => [key, row as FeatureRow]));

onEachStore('All customers at once and one customer alone', (open) => {
	test('have the same figures to the last digit, whatever was ordered, given back, cancelled and looked at, in every zone', async () => {
		for (const [round, people] of fc.sample(fc.array(customer, { minLength: 110, maxLength: 140 }), RUNS).entries()) {
			const { store } = await open();
			await fill(store, ZONES[round % ZONES.length]!, people);
			await refresh(store, { owner: 'bulk' });
			const all = await kept(store);
			expect(all.size).toBeGreaterThan(100);
			for (const [key, row] of [...all].filter((_, place) => place % 3 === round % 3)) {
				const single = (await store.run('figures.of', { ref: { customerId: key } }))!.figures;
				expect([round, key, single]).toEqual([round, key, row]);
				for (const value of Object.values(row)) if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
			}
		}
	}, 240_000);
});
