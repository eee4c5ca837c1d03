import fc from 'fast-check';
import type { ImportKind } from '../../src/ingest/import/options';
import { contentOf, dumpStore, type Dump } from '../support/dumpStore';
import { DAY, onEachStore, START_MS } from '../support/eachStore';
import { bringIn, importFileOf } from './importing';

const SHOP = `order_id,ordered_at,customer_id,product_id,product_name,quantity,price
1,2025-12-01 10:02,ann,shoe,,1,30
1,2025-12-01 10:02,ann,sock,Sock,2,5
2,2025-12-01 10:05,NA,sock,Sock,1,5
1,2025-12-01 10:00,ann,sock,Sock,2,5
1,2025-12-01 10:02,ann,shoe,Shoe,1,30
3,2025-12-02 09:00,bob,card,Card,1,0
3,2025-12-02 09:00,bob,shoe,Boot,1,-1
4,2025-12-03 09:00,ann,shoe,Shoe,1,31
C5,2025-12-04 09:00,ann,shoe,Shoe,-1,31
C6,2025-12-04 09:00,bob,hat,Hat,-1,9
7,2025-12-05 09:00,ann,sock,Sock,-1,5
1,2025-12-01 10:02,ann,sock,Sock,2,5
`;

const FILES: Record<Exclude<ImportKind, 'orders'>, string> = {
	customers: 'customer_id,email,first_name,created_at,shoe_size\nann,ann@example.com,Ann,2020-01-01T00:00:00Z,40\nbob,bob@example.com,Bob,,\n,eve@example.com,Eve,,38\nann,ann@example.com,Ann,2020-01-01T00:00:00Z,40\n',
	products: 'product_id,name,category,price\nshoe,Shoe,feet,30\nsock,Sock,feet,5\nshoe,Shoe,feet,30\n',
	events: 'customer_id,type,occurred_at,event_id,properties\nann,viewed,2025-12-01T10:00:00Z,e1,"{""page"":1}"\nann,viewed,2025-12-01T10:00:00Z,,\nann,viewed,2025-12-01T10:00:00Z,,\nbob,viewed,2025-12-01T10:00:00Z,e1,\nbob,viewed,2030-01-01T10:00:00Z,e9,\n',
	subscriptions: 'subscription_id,customer_id,plan,expires_at,price,updated_at\ns1,ann,yearly,2026-06-01,99,2025-06-01T00:00:00Z\ns1,ann,yearly,2025-06-01,89,2024-06-01T00:00:00Z\ns2,bob,monthly,,,\ns2,bob,monthly,,,\n,bob,monthly,,,\n',
	messages: 'customer_id,email,channel,sent_at,message_id,category,class,tags\nann,,email,2026-02-27T10:00:00Z,<m1@news>,promo/sale,,"sale, x"\nann,,email,2026-02-27T10:00:00Z,m1@news,promo/sale,,\nann,,sms,2026-02-27T10:00:00Z,,,service,\nann,,sms,2026-02-27T10:00:00Z,,,service,\n,eve@example.com,email,2025-01-01T00:00:00Z,m1@news,,,\nbob,,email,2030-01-01T00:00:00Z,,,,\nbob,,email,2026-02-27T10:00:00Z,,,Advert,\n',
	consents: 'customer_id,channel,purpose,status,at\nann,email,marketing,granted,2025-01-01T00:00:00Z\nann,email,marketing,unsubscribed,2025-06-01T00:00:00Z\nann,email,marketing,granted,2025-03-01T00:00:00Z\nann,email,marketing,granted,2025-01-01T00:00:00Z\n',
};

/** `kind order product quantity x times at price (-> refund of)` of every line in the store. */
function linesOf(dump: Dump): string[] {
	const orders = new Map(dump.orders.map((row) => [String(row.id), `${row.kind as string} ${row.order_id as string}`]));
	return dump.order_line
		.map((row) => `${orders.get(String(row.order_ref))} ${row.product_id as string} ${row.quantity as number} x${row.times as string} at ${Number(row.price_e4) / 10_000}${row.refund_of === null ? '' : ` -> ${orders.get(String(row.refund_of))}`}`)
		.sort();
}

onEachStore('Import of orders', (open) => {
	test('interleaved and repeated lines, refunds, gifts and anonymous baskets, each as import.md says', async () => {
		const { store, location } = await open();
		expect(await bringIn(store, 'orders', importFileOf(SHOP))).toEqual({
			accepted: 11,
			duplicates: 0,
			rejected: ['8: price is negative'],
			refunds: { refundsMatched: 2, refundsUnmatched: 1 },
		});
		const dump = await dumpStore(location);
		expect(linesOf(dump)).toEqual([
			'order 1 shoe 1 x2 at 30',
			'order 1 sock 2 x3 at 5',
			'order 2 sock 1 x1 at 5',
			'order 3 card 1 x1 at 0',
			'order 4 shoe 1 x1 at 31',
			'refund 7 sock 1 x1 at 5 -> order 1',
			'refund C5 shoe 1 x1 at 31 -> order 4',
			'refund C6 hat 1 x1 at 9',
		]);
		const one = dump.orders.find((row) => row.order_id === '1');
		expect(Number(one?.ordered_at)).toBe(Date.parse('2025-12-01T10:00:00Z'));
		expect(dump.orders.find((row) => row.order_id === '2')?.customer_id).toBeNull();
		expect(dump.order_line.filter((row) => Number(row.gift) === 1).map((row) => row.product_id)).toEqual(['card']);
		expect(dump.product.map((row) => [row.product_id, row.name])).toEqual([['card', 'Card'], ['hat', 'Hat'], ['shoe', 'Shoe'], ['sock', 'Sock']]);
		const { revenue, orders } = await store.run('customers.record', { ref: { customerId: 'ann' } });
		expect(revenue).toEqual([{ amount: '85.00', currency: 'GBP' }]);
		expect(orders.map(({ orderId, kind, amount }) => `${kind} ${orderId} ${amount}`)).toEqual(['refund 7 5.00', 'refund C5 31.00', 'order 4 31.00', 'order 1 90.00']);
	});

	test('again it changes nothing, also in other batches and a day later', async () => {
		const { store, location, advance } = await open();
		const file = importFileOf(SHOP);
		await bringIn(store, 'orders', file);
		const before = await dumpStore(location);
		for (const batchRows of [2_000, 1, 5]) {
			await advance(DAY);
			expect(await bringIn(store, 'orders', file, { batchRows })).toMatchObject({ accepted: 0, duplicates: 11, refunds: { refundsMatched: 2, refundsUnmatched: 1 } });
		}
		expect(withoutRuns(await dumpStore(location))).toEqual(withoutRuns(before));
	});

	test('a longer file adds what is new: one more of a repeated line, one more order', async () => {
		const { store, location } = await open();
		await bringIn(store, 'orders', importFileOf(SHOP));
		const longer = importFileOf(`${SHOP}1,2025-12-01 10:02,ann,sock,Sock,2,5\n8,2025-12-06 10:00,eve,sock,Sock,1,5\n`);
		expect(await bringIn(store, 'orders', longer, { batchRows: 3 })).toMatchObject({ accepted: 2, duplicates: 11 });
		expect(linesOf(await dumpStore(location))).toEqual(expect.arrayContaining(['order 1 sock 2 x4 at 5', 'order 8 sock 1 x1 at 5']));
	});

	test('any cut into batches, broken off anywhere and run again, gives what one clean run gives', async () => {
		const clean = await open();
		const row = fc.record({ order: fc.integer({ min: 1, max: 3 }), refund: fc.boolean(), customer: fc.constantFrom('ann', 'bob', 'NA'), product: fc.constantFrom('a', 'b', ''), name: fc.constantFrom('', 'A', 'B'), quantity: fc.constantFrom(1, 2), price: fc.constantFrom(0, 5), minute: fc.integer({ min: 10, max: 20 }) });
		const csv = fc.array(row, { minLength: 1, maxLength: 25 }).map((rows) => ['order_id,ordered_at,customer_id,product_id,product_name,quantity,price', ...rows.map((one) => `${one.refund ? 'C' : ''}${one.order},2025-12-01 10:${one.minute},${one.customer},${one.product},${one.name},${one.quantity},${one.price}`), ''].join('\n'));
		let source = 0;
		await fc.assert(
			fc.asyncProperty(csv, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 9 }), async (text, firstCut, stopAfter, secondCut) => {
				const file = importFileOf(text);
				const whole = { source: `whole-${(source += 1)}` };
				const broken = { source: `broken-${source}` };
				const once = await bringIn(clean.store, 'orders', file, whole);
				const part = await bringIn(clean.store, 'orders', file, { ...broken, batchRows: firstCut, stopAfter });
				const rest = await bringIn(clean.store, 'orders', file, { ...broken, batchRows: secondCut });
				expect(part.accepted + rest.accepted).toBe(once.accepted);
				expect(once.accepted).toBe(text.trim().split('\n').length - 1);
				const { orders, order_line } = await contentOf(clean.location);
				// A refund finds the latest purchase of any source, here that of the file that came in last.
				const ofSource = (name: string) => JSON.stringify([orders.filter((one) => one.source === name).map(({ refunded_e4: _refunded, ...one }) => one), order_line.filter((one) => String(one.order_ref).includes(` ${name}/`)).map(({ times_in_run: _in, times_before_run: _before, refund_of: _of, ...one }) => one)]).replaceAll(name, 'x');
				expect(ofSource(broken.source)).toBe(ofSource(whole.source));
			}),
			{ numRuns: 25, seed: 20260302, endOnFailure: true },
		);
	});

	test('rows that the store cannot take are rejected one by one', async () => {
		const { store } = await open();
		const row = { ref: { customerId: 'ann' }, orderId: '1', orderedAt: START_MS, kind: 'order' as const, productId: 'shoe', quantity: 1, priceE4: 1, amountE4: 1, currency: 'GBP', gift: false };
		const rows = [row, { ...row, currency: 'USD' }, { ...row, productName: 'a\u0000b' }, { ...row, productId: '\ud800' }, { ...row, orderId: 'x\u0000' }, { ...row, quantity: Number.NaN }, { ...row, priceE4: 0.5 }, { ...row, ref: { customerId: 'b\u0000' } }, { ...row, productId: 'sock' }];
		const answer = await store.run('import.orderLines', { run: 'r', source: 'shop', rows });
		expect(answer).toMatchObject({ accepted: 2, duplicates: 0 });
		expect(answer.rejected.map(({ index, reason }) => `${index} ${reason.slice(0, 40)}`)).toEqual([
			'1 the order is in GBP and this line in USD',
			'2 "productName" holds a character that can',
			'3 "productId" holds a character that canno',
			'4 "orderId" holds a character that cannot ',
			'5 "quantity" is not a number that can be s',
			'6 "priceE4" is not a number that can be st',
			expect.stringMatching(/^7 /),
		]);
		expect(await store.run('import.orderLines', { run: 'r2', source: 'shop', rows: [{ ...row, currency: 'USD' }] })).toMatchObject({ rejected: [{ index: 0 }] });
	});

	test('an order recorded live keeps its lines, its customer and its version when the history comes in', async () => {
		const { store, location } = await open();
		await store.run('orders.record', { items: [{ ref: { customerId: 'ann' }, source: 'shop', orderId: '1', orderedAt: START_MS, currency: 'GBP', status: 'paid', totalE4: 99, updatedAt: START_MS, lines: [{ productId: 'shoe', quantity: 1, priceE4: 300_000, amountE4: 300_000 }] }] });
		expect(await bringIn(store, 'orders', importFileOf(SHOP))).toMatchObject({ accepted: 10, duplicates: 1 });
		const one = (await dumpStore(location)).orders.find((row) => row.order_id === '1');
		expect(one).toMatchObject({ status: 'paid' });
		expect([Number(one?.total_e4), Number(one?.updated_at)]).toEqual([99, START_MS]);
	});

	test('a version that the shop sends after the history came in is never too old', async () => {
		const { store } = await open();
		await bringIn(store, 'orders', importFileOf(SHOP));
		const answers = await store.run('orders.record', { items: [{ ref: { customerId: 'ann' }, source: 'shop', orderId: '4', orderedAt: Date.parse('2025-12-03T09:00:00Z'), currency: 'GBP', status: 'delivered', updatedAt: Date.parse('2025-12-04T00:00:00Z'), lines: [] }] });
		expect(answers).toMatchObject([{ result: 'updated' }]);
	});
});

onEachStore('Import of the other kinds', (open) => {
	test.each(Object.keys(FILES) as (keyof typeof FILES)[])('%s: what is new, what is known, what is refused; again it changes nothing', async (kind) => {
		const { store, location, advance } = await open();
		const file = importFileOf(FILES[kind]);
		const first = await bringIn(store, kind, file);
		expect(first).toEqual({
			customers: { accepted: 3, duplicates: 1, rejected: [] },
			products: { accepted: 2, duplicates: 1, rejected: [] },
			events: { accepted: 2, duplicates: 1, rejected: ['5: the same event id was taken in before with other content', '6: occurred_at lies more than 5 minutes in the future'] },
			consents: { accepted: 3, duplicates: 1, rejected: [] },
			messages: { accepted: 3, duplicates: 2, rejected: ['8: class must be "transactional", "service" or "marketing"', '7: sent_at lies more than 5 minutes in the future'] },
			subscriptions: { accepted: 2, duplicates: 2, rejected: ['6: subscription_id is missing'] },
		}[kind]);
		const before = await dumpStore(location);
		await advance(DAY);
		expect(await bringIn(store, kind, file, { batchRows: 2 })).toMatchObject({ accepted: 0, duplicates: first.accepted + first.duplicates });
		const { ingest_conflict: _first, ...kept } = await dumpStore(location);
		const { ingest_conflict: _again, ...wanted } = before;
		expect(withoutRuns(kept)).toEqual(withoutRuns(wanted));
	});

	test('import starts no journey unless live', async () => {
		const { store } = await open();
		await store.run('journeys.register', { settings: { key: 'j', name: 'J', entry: { eventType: 'viewed', entryKey: { kind: 'event' } } }, workflowId: 'w', workflowName: 'W', nodeId: 'n', activation: 'activate' });
		const item = { ref: { customerId: 'ann' }, type: 'viewed', occurredAt: START_MS, source: 's', properties: {} };
		await store.run('import.events', { items: [item] });
		expect(await store.run('journeys.waiting', {})).toMatchObject([{ waiting: 0 }]);
		await store.run('import.events', { items: [{ ...item, eventId: 'live' }], live: true });
		expect(await store.run('journeys.waiting', {})).toMatchObject([{ waiting: 1 }]);
	});
});

/** A dump without the names of import runs, what they counted, and the store's moved clock. */
function withoutRuns(dump: Dump): Dump {
	const strip = ({ import_run: _run, times_in_run: _in, times_before_run: _before, ...row }: Record<string, unknown>) => row;
	return { ...Object.fromEntries(Object.entries(dump).map(([table, rows]) => [table, rows.map(strip)])), meta: [] };
}
