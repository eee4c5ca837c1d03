import type { Bucket } from '../../src/features/bucket';
import { lockSegment, putSegment } from '../../src/features/columnStore';
import { refresh } from '../../src/features/refresh';
import type { FeatureRow } from '../../src/features/contract';
import type { JsonObject } from '../../src/ingest/json';
import { operations } from '../../src/operations';
import { segmentPlans } from '../../src/store/plans/columnPlans';
import { write, type Operation, type Tx } from '../../src/store/port';
import { readRules } from '../../src/segments/savedSegments';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';

let runs = 0;
const run = (store: Store, options: { at?: number } = {}) => refresh(store, { owner: `test ${++runs}`, ...options });

const orderOf = (customer: string, ago: number, lines: [productId: string, price: number][], more: object = {}) => ({
	ref: { customerId: customer }, source: 'shop', orderId: `${customer}-${ago}`, orderedAt: START_MS - ago * DAY, currency: 'EUR', status: 'placed' as const,
	lines: lines.map(([productId, price]) => ({ productId, quantity: 1, priceE4: price * 10_000, amountE4: price * 10_000 })), ...more,
});
const eventOf = (customer: string, type: string, occurredAt: number, properties: JsonObject = {}) => ({ ref: { customerId: customer }, type, occurredAt, source: 'site', eventId: `${customer} ${type} ${occurredAt} ${JSON.stringify(properties)}`, properties });

async function figures(store: Store): Promise<Record<string, FeatureRow>> {
	const { rows } = await store.run('figures.page', { after: 0, limit: 10_000 });
	return Object.fromEntries(rows.map(({ key, ...row }) => [key, row]));
}

/** Thirty others who buy a coffee at each price from 1 to 30, so that there is something to compare with. */
async function fillShop(store: Store): Promise<void> {
	await store.run('products.upsert', { items: [{ source: 'shop', productId: 'bean', category: 'Coffee' }, { source: 'shop', productId: 'cup', category: 'Cups' }, { source: 'shop', productId: 'odd', category: ' ' }] });
	await store.run('orders.record', { items: Array.from({ length: 30 }, (_, index) => orderOf(`other ${index}`, 20, [['bean', index + 1]])), backfill: true });
}

onEachStore('Preferences', (open) => {
	let store: Store;
	let advance: (byMs: number) => Promise<number>;
	beforeEach(async () => {
		({ store, advance } = await open());
		await fillShop(store);
		await store.run('orders.record', { items: [orderOf('rich', 9, [['bean', 30]]), orderOf('rich', 5, [['bean', 29], ['cup', 5]]), orderOf('rich', 4, [['bean', 28]]), orderOf('thrifty', 9, [['bean', 2]]), orderOf('thrifty', 5, [['bean', 1]]), orderOf('thrifty', 4, [['bean', 3], ['odd', 900]])], backfill: true });
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'reader' }, timeZone: 'Asia/Tokyo' }] } as never);
		const monday = START_MS - 12 * HOUR;
		await store.run('events.track', { items: Array.from({ length: 12 }, (_, week) => eventOf('reader', 'message_opened', monday - week * 7 * DAY, { channel: 'push', message_key: `m${week}` })) } as never);
		await store.run('events.track', { items: [...[1, 2, 3].map((days) => eventOf('reader', 'product_viewed', START_MS - days * DAY)), eventOf('reader', 'product_viewed', START_MS - 31 * DAY), eventOf('rich', 'message_clicked', START_MS - HOUR, { channel: { no: 'text' }, message_key: 7 }), eventOf('rich', 'message_opened', START_MS - HOUR, { channel: '' })] } as never);
	});

	test('are computed of everybody, and a second refresh writes nothing', async () => {
		expect(await run(store)).toMatchObject({ result: 'refreshed', customers: 33 });
		const { rich, thrifty, reader, 'other 3': other } = await figures(store);
		expect(rich).toMatchObject({ price_tier: 'high', favourite_category: 'Coffee', best_channel: null, views_30d: 0 });
		expect(thrifty).toMatchObject({ price_tier: 'low', favourite_category: 'Coffee', engagement: 0, best_hour: null });
		// Midnight in UTC is nine in the morning in Tokyo.
		expect(reader).toMatchObject({ price_tier: null, favourite_category: null, best_hour: 9, best_channel: 'push', views_30d: 3 });
		expect(reader.engagement).toBeGreaterThan(0.4);
		expect(other).toMatchObject({ price_tier: null, favourite_category: null, engagement: 0 });
		expect(await run(store)).toMatchObject({ written: 0, preferences: 0 });
	});

	test('of purchases follow an order and its cancellation at once; what was answered stands, and the refresh agrees', async () => {
		await run(store);
		await store.run('orders.record', { items: [orderOf('thrifty', 1, [['cup', 5000]]), orderOf('thrifty', 0.5, [['cup', 5000]])] });
		expect((await figures(store)).thrifty).toMatchObject({ orders: 5, price_tier: 'low', favourite_category: 'Cups', engagement: 0, views_30d: 0 });
		await store.run('orders.cancel', { items: [1, 0.5].map((ago) => ({ source: 'shop', orderId: `thrifty-${ago}`, cancelledAt: START_MS })) });
		expect((await figures(store)).thrifty).toMatchObject({ orders: 3, favourite_category: 'Coffee' });
		await store.run('orders.record', { items: [2, 3].map((ago) => orderOf('stranger', ago, [['cup', 5]])) });
		expect((await figures(store)).stranger).toMatchObject({ orders: 2, price_tier: null, favourite_category: 'Cups', engagement: null });
		// Of who is new, the refresh says the rest.
		expect(await run(store)).toMatchObject({ preferences: 1 });
		// History that was filled in waits for it.
		await store.run('orders.record', { backfill: true, items: [orderOf('thrifty', 1.5, [['cup', 5000]]), orderOf('thrifty', 2.5, [['cup', 5000]])] });
		await store.run('orders.record', { items: [orderOf('thrifty', 0.1, [['cup', 1]])] });
		expect((await figures(store)).thrifty).toMatchObject({ orders: 6, favourite_category: 'Coffee' });
		await run(store);
		expect((await figures(store)).thrifty).toMatchObject({ orders: 6, favourite_category: 'Cups' });
	});

	test('are the same where columns are damaged, or kept by a version that knew no prices: they are built anew', async () => {
		await run(store);
		const before = await figures(store);
		const spoil = async (work: (tx: Tx) => Promise<unknown>) => {
			(operations as unknown as Record<string, Operation<unknown, unknown>>)['test.spoil'] = write(work);
			await store.run('test.spoil' as 'store.info', {});
		};
		await spoil(async (tx) => {
			const sales = (await lockSegment(tx, 'sales', 0)) as Bucket;
			expect(sales.numbers.length).toBeGreaterThan(30);
			const { price_e4: _prices, ...columns } = sales.tables.lines.columns;
			await putSegment(tx, 'sales', 0, { ...sales, tables: { lines: { ...sales.tables.lines, columns } } });
			await tx.run(segmentPlans.put, { kind: 'deeds', bucket: 0, built_at: 0, checksum: 'wrong', body: new Uint8Array(8) });
		});
		expect(await run(store)).toMatchObject({ preferences: 0 });
		expect(await figures(store)).toEqual(before);
		await spoil(async (tx) => expect((await lockSegment(tx, 'sales', 0))?.numbers.length).toBeGreaterThan(30));
		await spoil(async (tx) => expect((await lockSegment(tx, 'deeds', 0))?.numbers).toHaveLength(2));
	});

	test('of answers and views follow within a minute, as n8n asks for it; not of history, nor while a refresh is at it', async () => {
		const renew = async () => {
			let sum = 0;
			for (let more = true; more; ) {
				const page = await store.run('preferences.renew', {});
				[sum, more] = [sum + page.renewed, page.more];
			}
			return sum;
		};
		expect(await renew()).toBe(0);
		await run(store);
		expect(await renew()).toBe(0);
		await store.run('events.track', { items: [eventOf('thrifty', 'product_viewed', START_MS - MINUTE), eventOf('rich', 'contact_requested', START_MS), ...Array.from({ length: 700 }, (_, index) => eventOf(`other ${index % 20}`, 'page_viewed', START_MS - index * MINUTE))] });
		await store.run('events.track', { backfill: true, items: [eventOf('rich', 'product_viewed', START_MS - MINUTE)] });
		expect((await figures(store)).thrifty).toMatchObject({ views_30d: 0, engagement: 0 });
		await advance(2 * MINUTE);
		await store.run('figures.begin', { owner: 'slow' });
		expect(await renew()).toBe(0);
		await store.run('figures.end', { owner: 'slow', result: null, mark: null });
		expect(await renew()).toBeGreaterThanOrEqual(21);
		const { thrifty, rich, 'other 3': other } = await figures(store);
		expect([thrifty.views_30d, rich.views_30d, other.views_30d]).toEqual([1, 0, 35]);
		expect(thrifty).toMatchObject({ price_tier: 'low', favourite_category: 'Coffee' });
		expect(thrifty.engagement).toBe((await store.run('figures.of', { ref: { customerId: 'thrifty' } }))?.figures.engagement);
		expect(thrifty.engagement).toBeGreaterThan(0.1);
		expect(await renew()).toBe(0);
		await run(store);
		expect((await figures(store)).rich.views_30d).toBe(1);
		expect(await renew()).toBe(0);
	});

	test('segments find people by them', async () => {
		const found = async (rule: unknown) => {
			const { members } = await store.run('segments.members', { segment: { rules: readRules({ match: 'all', rules: [rule] }) }, after: 0, limit: 1_000 });
			return members.map(({ id }) => id).filter((id) => !id.startsWith('other')).sort();
		};
		expect(await found({ about: 'label', label: 'priceTier', oneOf: ['high', 'low'] })).toEqual([]);
		await run(store);
		expect(await found({ about: 'label', label: 'priceTier', oneOf: ['high'] })).toEqual(['rich']);
		expect(await found({ about: 'label', label: 'priceTier', oneOf: ['low'] })).toEqual(['thrifty']);
		expect(await found({ about: 'label', label: 'favouriteCategory', oneOf: ['Coffee'] })).toEqual(['rich', 'thrifty']);
		expect(await found({ about: 'label', label: 'bestChannel', oneOf: ['push'] })).toEqual(['reader']);
		expect(await found({ about: 'number', number: 'engagement', compare: { is: 'atLeast', value: 0.2 } })).toEqual(['reader', 'rich']);
		// Of the one letter that rich answered, at eleven, the hour is mostly the shop's.
		expect(await found({ about: 'number', number: 'bestHour', compare: { is: 'exactly', value: 9 } })).toEqual(['reader', 'rich']);
		expect(await found({ about: 'number', number: 'views', compare: { is: 'atLeast', value: 1 } })).toEqual(['reader']);
	});

	test('conditions see what an event or an order makes of them at once; history waits for the refresh', async () => {
		const found = async (rule: unknown) => {
			const { members } = await store.run('segments.members', { segment: { rules: readRules({ match: 'all', rules: [rule] }) }, after: 0, limit: 1_000 });
			return members.map(({ id }) => id).filter((id) => !id.startsWith('other')).sort();
		};
		const views = { about: 'number', number: 'views', compare: { is: 'atLeast', value: 1 } };
		const engaged = { about: 'number', number: 'engagement', compare: { is: 'atLeast', value: 0.2 } };
		const cups = { about: 'label', label: 'favouriteCategory', oneOf: ['Cups'] };
		await store.run('events.track', { items: [eventOf('new', 'product_viewed', START_MS - MINUTE)] });
		// Nothing was learned of the shop yet.
		expect(await found(views)).toEqual([]);
		await run(store);
		expect(await found(views)).toEqual(['new', 'reader']);
		expect(await found(engaged)).toEqual(['new', 'reader', 'rich']);
		await store.run('events.track', { items: [eventOf('thrifty', 'product_viewed', START_MS - MINUTE), eventOf('newest', 'product_viewed', START_MS), eventOf('rich', 'contact_requested', START_MS)] });
		expect(await found(views)).toEqual(['new', 'newest', 'reader', 'thrifty']);
		expect(await found(engaged)).toEqual(['new', 'newest', 'reader', 'rich', 'thrifty']);
		expect((await figures(store)).thrifty).toMatchObject({ views_30d: 0, engagement: 0 });
		expect(await found(cups)).toEqual([]);
		await store.run('orders.record', { items: [orderOf('thrifty', 1, [['cup', 5000]]), orderOf('thrifty', 0.5, [['cup', 5000]])] });
		expect(await found(cups)).toEqual(['thrifty']);
		await store.run('orders.record', { backfill: true, items: [orderOf('rich', 1, [['cup', 5000]]), orderOf('rich', 0.5, [['cup', 5000]])] });
		await store.run('events.track', { backfill: true, items: [eventOf('rich', 'product_viewed', START_MS - MINUTE)] });
		expect([await found(cups), await found(views)]).toEqual([['thrifty'], ['new', 'newest', 'reader', 'thrifty']]);
		await run(store);
		expect([await found(cups), await found(views)]).toEqual([['rich', 'thrifty'], ['new', 'newest', 'reader', 'rich', 'thrifty']]);
		expect((await figures(store)).thrifty).toMatchObject({ views_30d: 1, favourite_category: 'Cups' });
	});

	test('what was given back, cancelled or paid in other money counts for nothing', async () => {
		const cups = [1, 2].map((ago) => orderOf('rich', ago, [['cup', 500]]));
		await store.run('orders.record', { items: cups, backfill: true });
		await run(store);
		expect((await figures(store)).rich.favourite_category).toBe('Cups');
		await store.run('orders.refund', { items: [{ source: 'shop', orderId: 'rich-1', refundedAt: START_MS - HOUR, amountE4: 5_000_000 }], backfill: true });
		await store.run('orders.cancel', { items: [{ source: 'shop', orderId: 'rich-2', cancelledAt: START_MS - HOUR }], backfill: true });
		await store.run('orders.record', { items: [3, 6].map((ago) => orderOf('rich', ago, [['cup', 9000]], { currency: 'USD' })), backfill: true });
		await run(store);
		expect((await figures(store)).rich).toMatchObject({ favourite_category: 'Coffee', price_tier: 'high' });
	});

	test('as of a past instant nothing later is known, with the reasons in words; a past refresh keeps nothing', async () => {
		expect(await run(store, { at: START_MS - DAY })).toMatchObject({ preferences: 0 });
		expect(await figures(store)).toEqual({});
		await run(store);
		const now = await store.run('figures.of', { ref: { customerId: 'rich' } });
		expect(now?.figures).toMatchObject({ price_tier: 'high', favourite_category: 'Coffee' });
		expect(now?.reasons.preferences).toContain('Price preference high: 100 % of what they buy is in the highest third of prices of its category (3 purchases in 24 months). Favorite category Coffee: 95 % of the money, 3 orders. Engagement');
		const before = await store.run('figures.of', { ref: { customerId: 'rich' }, at: START_MS - 6 * DAY });
		expect(before?.figures).toMatchObject({ price_tier: null, favourite_category: null, engagement: 0 });
		expect(now?.figures.engagement).toBeGreaterThan(0);
		expect((await store.run('figures.of', { ref: { customerId: 'rich' }, at: START_MS - 2 * HOUR }))?.figures).toMatchObject({ price_tier: 'high', engagement: 0, best_hour: null });
	});

	test('what a refund of later took back had counted until then', async () => {
		await store.run('orders.record', { items: [1.5, 2].map((ago) => orderOf('rich', ago, [['cup', 500]])), backfill: true });
		await store.run('orders.refund', { items: [1.5, 2].map((ago) => ({ source: 'shop', orderId: `rich-${ago}`, refundedAt: START_MS - HOUR, amountE4: 5_000_000 })), backfill: true });
		await run(store);
		expect((await figures(store)).rich.favourite_category).toBe('Coffee');
		expect((await store.run('figures.of', { ref: { customerId: 'rich' }, at: START_MS - DAY }))?.figures.favourite_category).toBe('Cups');
	});

	test('merged and erased customers have none, and whoever lost the lease writes none', async () => {
		await run(store);
		await store.run('customers.merge', { survivor: { customerId: 'rich' }, other: { customerId: 'reader' } });
		await run(store);
		expect((await figures(store)).rich).toMatchObject({ price_tier: 'high', best_channel: 'push', views_30d: 3 });
		await store.run('customers.erase', { ref: { customerId: 'thrifty' } });
		await run(store);
		expect(Object.keys(await figures(store)).filter((key) => !key.startsWith('other'))).toEqual(['rich']);
		await store.run('figures.begin', { owner: 'one' });
		const [row] = Object.values(await figures(store));
		const one = { customer_id: row.customer_id, price_tier: 'high' as const, favourite_category: null, engagement: null, best_hour: null, best_channel: null, views_30d: null };
		await expect(store.run('preferences.save', { owner: 'two', at: START_MS, rows: [one] })).rejects.toThrow(/Another process refreshes/);
		expect(await store.run('preferences.save', { owner: 'one', at: START_MS, rows: [{ ...one, customer_id: 999_999 }] })).toEqual({ written: 0 });
	});

	test('the shop\'s own letters count by what was sent on each channel', async () => {
		const send = (channel: string, count: number, opened: number) =>
			Array.from({ length: count }, (_, index) => index).flatMap((index) => [
				{ ref: { customerId: 'thrifty' }, channel, result: 'sent' as const, at: START_MS - (count - index) * DAY, providerId: `${channel}-${index}` },
				...(index < opened ? [{ ref: { customerId: 'thrifty' }, channel, result: 'opened' as const, at: START_MS - (count - index) * DAY + 20 * MINUTE, providerId: `${channel}-${index}` }] : []),
			]);
		await store.run('messages.record', { items: [...send('email', 40, 6), ...send('sms', 5, 4)] } as never);
		await run(store);
		expect((await figures(store)).thrifty).toMatchObject({ best_channel: 'sms', best_hour: 12 });
	});
});
