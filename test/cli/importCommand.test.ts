import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { parkOneCustomer } from './support/parked';
import { NOW, Shop } from './support/shop';

let shop: Shop;
beforeEach(async () => {
	shop = await Shop.open();
});

describe('import', () => {
	test('every kind goes in, the second time changes nothing', async () => {
		const events = shop.write('events.jsonl', ['{"customer_id":"c1","type":"visit","occurred_at":"2026-11-20T10:00:00Z","event_id":"e1","properties":{"page":"/"}}', '{"customer_id":"c1","type":"visit","occurred_at":"2026-11-20T11:00:00Z","event_id":"e2"}']);
		const products = shop.write('products.csv', ['product_id;name;price', 'mug;Mug;9.90', 'tea;Tea;4.50']);
		const files: [string, string, number][] = [['customers', shop.customersFile(), 2], ['consents', shop.consentsFile(), 2], ['orders', shop.ordersFile(), 5], ['events', events, 2], ['products', products, 2]];
		for (const [kind, file, lines] of files) expect(await shop.import(kind, file)).toMatchObject({ read: lines, accepted: lines, duplicates: 0, rejected: 0, rejectedFile: null, complete: true });
		const before = await shop.json('customer', 'c1');
		for (const [kind, file, lines] of files) expect(await shop.import(kind, file)).toMatchObject({ read: lines, accepted: 0, duplicates: lines, rejected: 0 });
		expect(await shop.json('customer', 'c1')).toEqual(before);
		expect(before).toMatchObject({ asOf: NOW, customer: { id: 'c1', email: 'ann@example.com', firstName: 'Ann' }, revenue: [{ currency: 'EUR' }] });
	});

	test('orders: repeated lines count, a refund finds its purchase, an anonymous basket goes in', async () => {
		await shop.import('customers', shop.customersFile());
		expect(await shop.import('orders', shop.ordersFile('orders.csv.gz'))).toEqual({ read: 5, accepted: 5, duplicates: 0, rejected: 0, rejectedFile: null, complete: true, refundsMatched: 1, refundsUnmatched: 0 });
		const { orders: listed } = await shop.json<{ orders: { orderId: string; kind: string; amount: string }[] }>('customer', 'c1');
		expect(listed.map(({ orderId, kind, amount }) => [orderId, kind, amount])).toEqual(expect.arrayContaining([['1', 'order', '44.10'], ['C2', 'refund', '9.90']]));
	});

	test('bad lines go to the rejects file with line number and reason; corrected, it can be imported as it is', async () => {
		const file = shop.write('c.csv', ['customer_id,email', 'c1,ann@example.com', 'c2,"bo@example.com', 'c3,no address', 'c4,dee@example.com']);
		expect(await shop.import('customers', file)).toEqual({ read: 4, accepted: 2, duplicates: 0, rejected: 2, rejectedFile: 'c.rejected.csv', complete: true });
		const rejected: string[][] = parse(readFileSync(join(shop.prompt.folder, 'c.rejected.csv')), { relax_column_count: true });
		expect(rejected[0]).toEqual(['line_number', 'reason', 'customer_id', 'email']);
		expect(rejected.slice(1).map(([line]) => line)).toEqual(['3', '4']);
		expect(rejected[1]![1]).toContain('quote');
		expect(rejected[2]![1]).toContain('email');
		shop.write('c.rejected.csv', ['line_number,reason,customer_id,email', '3,was broken,c2,bo@example.com', '4,was wrong,c3,cy@example.com']);
		expect(await shop.import('customers', 'c.rejected.csv')).toMatchObject({ read: 2, accepted: 2, rejected: 0 });
	});

	test('rejected lines are no failure, unless --strict', async () => {
		const file = shop.write('c.csv', ['customer_id,email', 'c1,no address']);
		expect((await shop.run('import', 'customers', file)).exitCode).toBe(0);
		const strict = await shop.run('import', 'customers', file, '--strict');
		expect(strict.exitCode).toBe(1);
		expect(strict.stdout).toContain('1 line of c.csv read');
		expect(strict.stdout).toContain('c.rejected.csv');
	});

	test('columns are renamed, those not used are named on standard error', async () => {
		const file = shop.write('o.csv', ['InvoiceNo,InvoiceDate,CustomerID,StockCode,Quantity,UnitPrice,Country', '1,2010-12-01 08:26:00,NA,mug,1,2.55,UK']);
		const outcome = await shop.run('import', 'orders', file, '--json', '--map', 'order_id=InvoiceNo,ordered_at=InvoiceDate,customer_id=CustomerID,product_id=StockCode,quantity=Quantity,price=UnitPrice', '--time-zone', 'Europe/London', '--currency', 'GBP');
		expect(outcome.json()).toMatchObject({ read: 1, accepted: 1 });
		expect(outcome.stderr).toContain('Not used: the column Country');
	});

	test('a currency that is none is a reason on its line', async () => {
		const file = shop.write('o.csv', ['order_id,ordered_at,price,currency', '1,2026-11-01T10:00:00Z,5,Dollar', '2,2026-11-01T10:00:00Z,5,USD']);
		expect(await shop.import('orders', file)).toMatchObject({ accepted: 1, rejected: 1 });
		expect(readFileSync(join(shop.prompt.folder, 'o.rejected.csv'), 'utf8')).toContain('currency is not a currency code');
	});

	test('import is history and starts nobody, unless --live', async () => {
		await shop.fill();
		await parkOneCustomer(shop.store);
		const cart = (id: string) => shop.write(`${id}.jsonl`, [`{"customer_id":"c2","type":"cart_updated","occurred_at":"${NOW}","properties":{"cart_id":"${id}"}}`]);
		const waiting = async () => (await shop.json<{ total: number }>('waiting')).total;
		expect(await shop.import('events', cart('k2'))).toMatchObject({ accepted: 1 });
		expect(await waiting()).toBe(1);
		expect(await shop.import('events', cart('k3'), '--live')).toMatchObject({ accepted: 1 });
		expect(await waiting()).toBe(2);
	});

	test('Ctrl-C: what is in stays in, the same command goes on', async () => {
		const lines = Array.from({ length: 30_000 }, (_, index) => `c${index},c${index}@example.com`);
		const file = shop.write('many.csv', ['customer_id,email', ...lines]);
		const running = shop.run('import', 'customers', file, '--json');
		const presser = setInterval(() => shop.prompt.heedsInterrupts && shop.prompt.interrupt(), 5);
		const stopped = await running.finally(() => clearInterval(presser));
		const { read, accepted, complete } = stopped.json() as { read: number; accepted: number; complete: boolean };
		expect([stopped.exitCode, complete]).toEqual([1, false]);
		expect(read).toBeLessThan(30_000);
		expect(stopped.stderr).toContain('run the same command again to go on');
		expect(await shop.import('customers', file)).toMatchObject({ read: 30_000, accepted: 30_000 - accepted, duplicates: accepted, complete: true });
	});
});

test('the sample shop goes in whole, twice', async () => {
	for (const kind of ['products', 'customers', 'consents', 'orders']) {
		const file = join(__dirname, '..', '..', 'sample', `${kind}.csv`);
		const lines = parse(readFileSync(file)).length - 1;
		expect(await shop.import(kind, file)).toMatchObject({ read: lines, accepted: lines, rejected: 0 });
		expect(await shop.import(kind, file)).toMatchObject({ read: lines, duplicates: lines, rejected: 0 });
	}
});
