import fc from 'fast-check';
import { hashOf } from '../../../src/core/hash';
import { perUnit, readAmountE4, readQuantity, timesQuantity } from '../../../src/ingest/amounts';
import { instantOf } from '../../../src/ingest/instants';
import { orderColumns, orderRows } from '../../../src/ingest/import/kinds/orders';
import { orderLineRow, type OrderLineRow } from '../../../src/ingest/import/orderLineRow';
import { normalisePhone } from '../../../src/customers/phone';
import { WallClock } from '../../../src/ingest/wallClock';
import { options, reasonsOf, recordsOf, rowsOf } from './files';

const at = (iso: string) => Date.parse(iso);
const HEADER = 'ordered_at,customer_id,order_id,product_id,quantity,price\n';
const read = async (rows: string, more = {}) => rowsOf('orders', HEADER + rows, more);

describe('orders, a row per line', () => {
	test('every column', async () => {
		const rows = await rowsOf(
			'orders',
			'ordered_at,customer_id,order_id,product_id,product_name,category,quantity,price,amount,currency,status,discount,source_campaign\n' +
				'2026-07-01 10:00:00,c1,o1,p1,Mug,Kitchen,3,19.99,53.97,usd,shipped,6.00,spring\n',
		);
		expect(recordsOf(rows)).toEqual([
			{
				ref: { customerId: 'c1' },
				orderId: 'o1',
				orderedAt: at('2026-07-01T09:00:00Z'),
				kind: 'order',
				productId: 'p1',
				productName: 'Mug',
				category: 'Kitchen',
				quantity: 3,
				priceE4: 199_900,
				amountE4: 539_700,
				currency: 'USD',
				gift: false,
				status: 'paid',
				discountE4: 60_000,
				sourceCampaign: 'spring',
			},
		]);
	});

	test('no order id: one order for a customer and an instant, the same on every import of this source', async () => {
		const content = 'ordered_at,customer_id,price\n2026-01-01 10:00,c1,5\n2026-01-01 10:00,c1,7\n2026-01-01 10:01,c1,5\n2026-01-01 10:00,c2,5\n';
		const ids = recordsOf(await rowsOf('orders', content)).map(({ orderId }) => orderId);
		expect(ids[0]).toBe(hashOf('shop', 'c1', at('2026-01-01T10:00:00Z')));
		expect([ids[1] === ids[0], new Set(ids).size]).toEqual([true, 3]);
		expect(recordsOf(await rowsOf('orders', content)).map(({ orderId }) => orderId)).toEqual(ids);
		expect(recordsOf(await rowsOf('orders', content, { source: 'other' })).map(({ orderId }) => orderId)).not.toContain(ids[0]);
	});

	test('no product, no quantity: one piece of nothing in particular', async () => {
		const [record] = recordsOf(await rowsOf('orders', 'ordered_at,customer_id,amount\n2026-01-01,c1,29.33\n'));
		expect(record).toMatchObject({ quantity: 1, priceE4: 293_300, amountE4: 293_300, gift: false });
		expect(record.productId).toBeUndefined();
	});

	test('price and amount follow from each other, fractions of a piece too', async () => {
		const rows = await rowsOf('orders', 'ordered_at,order_id,quantity,price,amount\n2026-01-01,o,3,2.55,\n2026-01-01,o,3,,10\n2026-01-01,o,0.5,3.99,\n2026-01-01,o,2,,\n');
		expect(recordsOf(rows).map(({ priceE4, amountE4 }) => [priceE4, amountE4])).toEqual([
			[25_500, 76_500],
			[33_333, 100_000],
			[39_900, 19_950],
			[0, 0],
		]);
	});

	test('no customer: an anonymous basket; neither customer nor order id: no row', async () => {
		const rows = await read('2026-01-01,NA,o1,p1,1,5\n2026-01-01,,,p1,1,5\n');
		expect(recordsOf(rows)).toHaveLength(1);
		expect(recordsOf(rows)[0].ref).toBeUndefined();
		expect(reasonsOf(rows)).toEqual(['3: order_id is missing, and so is customer_id: one of them says which lines belong together']);
	});

	test('an order id starting with C, or a quantity below 0, is a refund of so many pieces', async () => {
		const rows = await read('2026-01-01,c1,C1,p1,-2,5\n2026-01-01,c1,C2,p1,2,5\n2026-01-01,c1,o3,p1,-1,5\n2026-01-01,c1,c4,p1,1,5\n');
		expect(recordsOf(rows).map(({ kind, quantity, amountE4 }) => [kind, quantity, amountE4])).toEqual([
			['refund', 2, 100_000],
			['refund', 2, 100_000],
			['refund', 1, 50_000],
			['order', 1, 50_000],
		]);
	});

	test('the prefix of refunds is an option, and so is none', async () => {
		const kinds = async (refundPrefix: string) => recordsOf(await read('2026-01-01,c1,C1,p1,1,5\n2026-01-01,c1,R-1,p1,1,5\n', { refundPrefix })).map(({ kind }) => kind);
		expect(await kinds('R-')).toEqual(['order', 'refund']);
		expect(await kinds('')).toEqual(['order', 'order']);
	});

	test('a made-up order id is no refund, whatever letter it starts with', async () => {
		const rows = await rowsOf('orders', `ordered_at,customer_id\n${Array.from({ length: 64 }, (_, index) => `2026-01-01,c${index}`).join('\n')}`, { refundPrefix: 'c' });
		expect(recordsOf(rows).some(({ orderId }) => orderId.startsWith('c'))).toBe(true);
		expect(recordsOf(rows).every(({ kind }) => kind === 'order')).toBe(true);
	});

	test('a refund\'s amount may be written with its minus, its price may not', async () => {
		const rows = await rowsOf('orders', 'ordered_at,order_id,quantity,price,amount\n2026-01-01,C1,-2,,-10\n2026-01-01,C1,-2,-5,\n2026-01-01,o1,2,,-10\n');
		expect(recordsOf(rows)).toMatchObject([{ kind: 'refund', quantity: 2, priceE4: 50_000, amountE4: 100_000 }]);
		expect(reasonsOf(rows)).toEqual(['3: price is negative', '4: amount is negative']);
	});

	test('price 0 is a gift line; price below 0 and quantity 0 are rejected', async () => {
		const rows = await read('2026-01-01,c1,o1,p1,1,0\n2026-01-01,c1,o1,p1,1,-0.01\n2026-01-01,c1,o1,p1,0,5\n2026-01-01,c1,o1,p1,1,\n');
		expect(recordsOf(rows).map(({ gift, amountE4 }) => [gift, amountE4])).toEqual([[true, 0], [false, 0]]);
		expect(reasonsOf(rows)).toEqual(['3: price is negative', '4: quantity is 0: a line has pieces, a refund has a negative quantity']);
	});

	test('identical lines are as many rows, in the order of the file', async () => {
		expect(recordsOf(await read('2026-01-01,c1,o1,p1,1,5\n2026-01-01,c1,o2,p1,1,5\n2026-01-01,c1,o1,p1,1,5\n')).map(({ orderId }) => orderId)).toEqual(['o1', 'o2', 'o1']);
	});

	test('several currencies are kept, the default fills in', async () => {
		const rows = await rowsOf('orders', 'ordered_at,order_id,price,currency\n2026-01-01,o1,5,USD\n2026-01-01,o2,5,\n2026-01-01,o3,5,euros\n', { currency: 'eur' });
		expect(recordsOf(rows).map(({ currency }) => currency)).toEqual(['USD', 'EUR']);
		expect(reasonsOf(rows)).toEqual(['4: currency is not a currency code of three letters such as EUR']);
	});

	test('customers may be named by e-mail or phone', async () => {
		const rows = await rowsOf('orders', 'ordered_at,email,phone,price\n2026-01-01,Anna@Example.com,,5\n2026-01-01,,020 7183 8750,5\n2026-01-01,nobody,,5\n', { defaultCountry: 'GB' });
		expect(recordsOf(rows).map(({ ref }) => ref)).toEqual([{ email: 'anna@example.com' }, { phone: '+442071838750' }]);
		expect(reasonsOf(rows)).toEqual(['4: email has no @']);
	});

	test('bad values name their columns', async () => {
		const rows = await read('soon,c1,o1,p1,two,free\n,c1,o1,p1,1,5\n2026-01-01,c1,o1,p1,1e3,1,234\n2026-01-01,c1,o1,p1,9999999999,1\n2026-01-01,c1,o1,p1,999999999,9999999999\n');
		expect(reasonsOf(rows)).toEqual([
			'2: ordered_at is not an instant: write it as 2026-11-21 18:00:00, 2026-11-21T18:00:00Z or epoch seconds; quantity is not a number such as 2 or 0.5; price is not an amount such as 12.50',
			'3: ordered_at is missing',
			'4: the line has 7 columns where the header has 6',
			'5: quantity is too large',
			'6: price times quantity is too large',
		]);
	});
});

/** The same rules once more, through the schema: what the quick reader must agree with. */
function bySchema(cells: Record<string, string | undefined>): OrderLineRow | undefined {
	const signed = cells.quantity === undefined ? 1 : readQuantity(cells.quantity);
	const kind = cells.order_id?.startsWith('C') || (signed ?? 0) < 0 ? 'refund' : 'order';
	const quantity = signed === undefined ? undefined : Math.abs(signed);
	const amountOf = (text: string | undefined) => (text === undefined ? undefined : (readAmountE4(text) ?? Number.NaN));
	const price = amountOf(cells.price);
	const given = kind === 'refund' && cells.amount !== undefined ? Math.abs(amountOf(cells.amount) as number) : amountOf(cells.amount);
	const amountE4 = given ?? (price === undefined ? 0 : timesQuantity(price, quantity ?? 1));
	const orderedAt = instantOf(cells.ordered_at, options.timeZone);
	const phone = cells.phone === undefined ? undefined : normalisePhone(cells.phone);
	const named = cells.customer_id ?? cells.email ?? cells.phone;
	const ref = named === undefined ? undefined : { customerId: cells.customer_id, email: cells.email, phone: phone && (phone.ok ? phone.value : 'bad') };
	const result = orderLineRow.safeParse({
		ref,
		orderId: cells.order_id ?? (named === undefined ? undefined : 'made-up'),
		orderedAt,
		kind,
		productId: cells.product_id,
		productName: cells.product_name,
		category: cells.category,
		quantity,
		priceE4: price ?? (quantity ? perUnit(amountE4 ?? Number.NaN, quantity) : 0),
		amountE4,
		currency: cells.currency ?? options.currency,
		gift: amountE4 === 0 && (price !== undefined || given !== undefined),
		status: cells.status,
		discountE4: amountOf(cells.discount),
		sourceCampaign: cells.source_campaign,
	});
	return result.success ? result.data : undefined;
}

test('the quick reader of order rows agrees with the schema, row by row', () => {
	const mostly = (good: fc.Arbitrary<string>, ...bad: string[]) => fc.oneof({ arbitrary: good, weight: 20 }, { arbitrary: fc.constantFrom(...bad), weight: 1 });
	const either = (...good: string[]) => fc.constantFrom(...good);
	const anyText = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 }));
	const values: Record<string, fc.Arbitrary<string>> = {
		ordered_at: mostly(either('2010-12-01 08:26:00', '2026-03-29 01:30', '20260101', '1795284000'), '2026-02-30', 'soon'),
		customer_id: mostly(fc.oneof(either('17850', ' c 1 ', 'Zoë'), anyText), 'x'.repeat(256), 'a\u0001'),
		email: mostly(either('Anna@Example.com', 'info@пример.рф'), 'nobody'),
		phone: mostly(either('+442071838750'), '020 7183 8750'),
		order_id: mostly(either('536365', 'C536365', ' c1'), 'x'.repeat(300)),
		product_id: mostly(fc.oneof(either('85123A', 'POST'), anyText), 'x'.repeat(256)),
		product_name: mostly(fc.oneof(either('WHITE HANGING HEART', 'a\u0000b'), anyText), 'y'.repeat(501)),
		category: mostly(either('Gifts', 'Küche'), 'z'.repeat(201)),
		quantity: mostly(either('6', '-6', '0.5', '1,5', '999999999'), '0', 'two', '1000000001'),
		price: mostly(either('2.55', '0', '0.001', '1,234.5'), '-1', '1,234', 'free', '99999999999'),
		amount: mostly(either('15.30', '0'), '-15.30', 'x'),
		currency: mostly(either('gbp', 'EUR'), 'pounds'),
		status: mostly(either('paid', 'Shipped', 'cancelled'), 'lost'),
		discount: mostly(either('1.00', '0'), '-1', 'x'),
		source_campaign: mostly(either('spring'), 'w'.repeat(201)),
	};
	expect(Object.keys(values).sort()).toEqual([...orderColumns.columns].sort());
	const reader = orderRows({ source: options.source, currency: options.currency, clock: WallClock.of(options.timeZone) }, 'C');
	// As the file reader gives them: trimmed, never empty.
	const row = fc.record(values, { requiredKeys: ['ordered_at'] }).map((cells) => Object.fromEntries(Object.entries(cells).map(([key, text]) => [key, text?.trim() || undefined])));
	const seen = { read: 0, rejected: 0 };
	fc.assert(
		fc.property(row, (cells) => {
			const quick = reader(cells, {});
			const slow = bySchema(cells);
			if ('reason' in quick) {
				seen.rejected++;
				expect(slow).toBeUndefined();
				expect(quick.reason).not.toBe('');
			} else {
				seen.read++;
				const { orderId, ...rest } = quick.record;
				expect(rest).toEqual({ ...slow, orderId: undefined });
				if (cells.order_id !== undefined) expect(orderId).toBe(slow?.orderId);
				expect(orderLineRow.parse(quick.record)).toEqual(quick.record);
			}
		}),
		{ seed: 12, numRuns: 6_000 },
	);
	expect(Math.min(seen.read, seen.rejected)).toBeGreaterThan(500);
});
