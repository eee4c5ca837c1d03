import { unitHash } from '../../src/core/hash';
import { learnedThen } from '../../src/features/learnedThen';
import { refresh } from '../../src/features/refresh';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';

/** An instant of the past, and what the shop does after it changes everything that is learned of it. */
const THEN = START_MS - 120 * DAY;
const CATEGORY: Record<string, string> = { beans: 'Coffee', filters: 'Coffee', cup: 'Cups' };

const order = (customer: string, at: number, productId: string, price: number, more: object = {}) => ({
	ref: { customerId: customer }, source: 's', orderId: `${customer}-${at}-${productId}`, orderedAt: at, currency: 'EUR', status: 'placed' as const,
	lines: [{ productId, category: CATEGORY[productId], quantity: 1, priceE4: price * 10_000, amountE4: price * 10_000 }], ...more,
});

/** Four hundred buyers with gaps of their own; from then on everybody comes every three days, and pays in dollars. */
const BEFORE = Array.from({ length: 400 }, (_, customer) => {
	const gap = 12 + 60 * unitHash('gap', customer);
	const orders = [];
	for (let at = THEN - (20 + 400 * unitHash('first', customer)) * DAY, place = 0; at < THEN && (place === 0 || unitHash('gone', customer, place) > 0.1); place++) {
		orders.push(order(`c${customer}`, Math.round(at / HOUR) * HOUR, ['beans', 'filters', 'cup'][(customer + place) % 3]!, 5 + Math.floor(40 * unitHash('price', customer, place))));
		at += gap * (0.4 + 1.2 * unitHash('next', customer, place)) * DAY;
	}
	return orders;
}).flat();
const AFTER = Array.from({ length: 400 }, (_, customer) => Array.from({ length: 20 }, (_unused, place) => order(`c${customer}`, THEN + (1 + 3 * place) * DAY, 'beans', 500, { currency: 'USD' }))).flat();
const opened = (customer: number, at: number) => ({ ref: { customerId: `c${customer}` }, type: 'message_opened', occurredAt: at, source: 'm', eventId: `o${customer}-${at}`, properties: { channel: at < THEN ? 'email' : 'sms' } });
const OPENED = Array.from({ length: 100 }, (_, customer) => [THEN - (1 + (customer % 40)) * DAY, THEN - (9 + (customer % 7)) * DAY, THEN + 5 * DAY + customer * HOUR].map((at) => opened(customer, at))).flat();

async function fill(store: Store, until: number): Promise<void> {
	const orders = [...BEFORE, ...AFTER].filter(({ orderedAt }) => orderedAt <= until);
	for (let first = 0; first < orders.length; first += 2_000) await store.run('orders.record', { items: orders.slice(first, first + 2_000), backfill: true });
	await store.run('import.events', { items: OPENED.filter(({ occurredAt }) => occurredAt <= until) });
	await store.run('products.upsert', { items: [{ source: 's', productId: 'beans', marginE4: 20_000, priceE4: 100_000, currency: 'EUR' }] });
	// Given back by then in part, and more of it since.
	for (const [place, at] of [THEN - DAY, THEN + DAY].entries()) if (at <= until) await store.run('orders.refund', { items: [7, 8, 9].map((one) => ({ source: 's', orderId: BEFORE[40 * one]!.orderId, refundId: `r${one}-${place}`, refundedAt: at, amountE4: 20_000 })), backfill: true });
}

onEachStore('A customer as of a past instant', (open) => {
	test('has all figures of then, as if nothing had happened since; and what everybody has by `--at`', async () => {
		const [{ store: now }, { store: then }] = [await open(), await open({ mode: 'frozen', atMs: THEN })];
		await fill(now, START_MS);
		await refresh(now, { owner: 'now' });
		await fill(then, THEN);
		await refresh(then, { owner: 'then' });
		const learned = (await learnedThen(now, { owner: 'past', at: THEN }))!;
		expect(learned.shop.currency).toBe('EUR');
		const everybody = new Map<number, unknown>();
		await refresh(now, { owner: 'all', at: THEN, onFigures: ({ history, columns }) => history.orders.numbers.forEach((number, place) => everybody.set(number, (columns.get('ltv_e4') as { numbers: Float64Array }).numbers[place])) });
		const vips: number[] = [];
		for (const customer of [0, 3, 7, 40, 99, 150, 233, 399]) {
			const ref = { customerId: `c${customer}` };
			const found = await now.run('figures.of', { ref, at: THEN, learned: learned.shop });
			const { customer_id: _then, ...expected } = (await then.run('figures.of', { ref }))!.figures;
			const { customer_id: number, ...figures } = found!.figures;
			expect([customer, figures]).toEqual([customer, expected]);
			expect(found!.reasons).toEqual((await then.run('figures.of', { ref }))!.reasons);
			expect(figures.ltv_e4).toBe(everybody.get(number));
			expect(await now.run('goods.ofCustomer', { ref, at: THEN, models: learned.goods })).toEqual(await then.run('goods.ofCustomer', { ref }));
			vips.push(figures.vip ?? 0);
			// By what is known of the shop today it would be somebody else.
			expect((await now.run('figures.of', { ref, at: THEN }))!.figures).not.toMatchObject(expected);
		}
		expect(vips).toContain(0);
	}, 120_000);
});
