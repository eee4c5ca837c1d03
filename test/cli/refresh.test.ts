import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Prompt } from './support/cli';

const DAY = 86_400_000;
const END = Date.UTC(2026, 0, 1, 12);

async function shop(customers: number): Promise<Prompt> {
	const prompt = new Prompt();
	const rows: string[] = [];
	for (let customer = 1; customer <= customers; customer++) {
		for (let order = 0; order <= customer % 4; order++) rows.push(`o${customer}-${order},c${customer},${new Date(END - (customer * 3 + order * 40) * DAY).toISOString()},p,1,${customer}.00,EUR`);
	}
	writeFileSync(join(prompt.folder, 'orders.csv'), ['order_id,customer_id,ordered_at,product_id,quantity,price,currency', ...rows, ''].join('\n'));
	await prompt.run('import', 'orders', 'orders.csv', '--store', 's.sqlite');
	return prompt;
}

interface Segments {
	asOf: string;
	customers: number;
	method: string;
	hint: string | null;
	groups: { group: string; customers: number; revenue: string }[];
	cells: { r: number; f: number; m: number; customers: number }[];
}

test('segments: every buyer is in one group and one cell, as of any instant; a row a customer with the reason', async () => {
	const prompt = await shop(150);
	const now = (await prompt.run('segments', '--store', 's.sqlite', '--at', '2026-01-02', '--per-customer', 'rows.csv', '--json')).json() as unknown as Segments;
	expect(now).toMatchObject({ asOf: '2026-01-02T00:00:00.000Z', customers: 150, method: 'quintiles', hint: null });
	for (const parts of [now.groups, now.cells]) expect(parts.reduce((sum, { customers }) => sum + customers, 0)).toBe(150);
	expect(now.groups).toHaveLength(11);
	const rows = readFileSync(join(prompt.folder, 'rows.csv'), 'utf8').trim().split('\n');
	expect(rows[0]).toBe('id,r,f,m,group,orders,windowOrders,revenue,lastOrderAt,reason');
	expect(rows).toHaveLength(151);
	expect(rows.find((row) => row.startsWith('c3,'))).toMatch(/^c3,5,\d,1,\w+,4,4,12\.00,2025-12-23T12:00:00\.000Z,"?[A-Z][a-z ]+: last order on 2025-12-23 \(R 5 of 5\), 4 orders \(F \d\) and 12\.00 EUR \(M 1\) in 24 months\."?$/);
	const before = (await prompt.run('segments', '--store', 's.sqlite', '--at', '2025-06-01', '--json')).json() as unknown as Segments;
	expect(before.customers).toBeLessThan(100);
	expect(before).toMatchObject({ method: 'thresholds', hint: expect.stringContaining('of 100 buyers') });
	const text = (await prompt.run('segments', '--store', 's.sqlite', '--at', '2026-01-02')).stdout;
	expect(text).toContain('150 customers with orders');
	expect(text).toContain('Champions');
});

test('refresh keeps the figures of now and not those of the past; customer shows them with reasons, also as of then', async () => {
	const prompt = await shop(20);
	const past = (await prompt.run('refresh', '--store', 's.sqlite', '--at', '2025-06-01', '--json')).json();
	expect(past).toMatchObject({ asOf: '2025-06-01T00:00:00.000Z', kept: false, changed: 0 });
	expect((await prompt.run('customer', 'c3', '--store', 's.sqlite', '--json')).json()).toMatchObject({ figures: null });
	// What comes out is the same, however many threads there are.
	expect((await prompt.run('refresh', '--store', 's.sqlite', '--at', '2025-06-01', '--threads', '2', '--json')).json()).toEqual({ ...past, seconds: expect.any(Number) });
	const { exitCode, stderr } = await prompt.run('refresh', '--store', 's.sqlite', '--threads', 'many');
	expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--threads "many" is not a whole number from 1 to 64.')]);
	const kept = (await prompt.run('refresh', '--store', 's.sqlite', '--json')).json();
	expect(kept).toMatchObject({ kept: true, customers: 20, changed: 20, currency: 'EUR' });
	expect((kept as { learned: { name: string; hint: string | null }[] }).learned).toContainEqual({ name: 'rfm', hint: expect.stringContaining('buyers in the window') });
	const shown = (await prompt.run('customer', 'c3', '--store', 's.sqlite', '--at', '2025-12-01', '--json')).json();
	expect(shown).toMatchObject({ figures: { asOf: '2025-12-01T00:00:00.000Z', orders: 3, revenue: '9.00', currency: 'EUR', reasons: { rfm: expect.stringContaining('3 orders') } } });
	expect((await prompt.run('customer', 'c3', '--store', 's.sqlite')).stdout).toMatch(/Figures \(by what was learned.*\n {2}[A-Z][a-z ]+: last order on 2025-12-23/);
});

test('an empty shop has no figures, and says so', async () => {
	const prompt = new Prompt();
	await prompt.run('store', 'init', '--store', 's.sqlite');
	expect((await prompt.run('refresh', '--store', 's.sqlite', '--json')).json()).toMatchObject({ customers: 0, changed: 0, currency: null });
	expect((await prompt.run('segments', '--store', 's.sqlite', '--json')).json()).toMatchObject({ customers: 0, cells: [] });
});
