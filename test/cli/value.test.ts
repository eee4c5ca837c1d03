import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unitHash } from '../../src/core/hash';
import { Prompt } from './support/cli';

const DAY_MS = 86_400_000;
const START = Date.UTC(2025, 0, 1, 10);

interface Printed {
	asOf: string;
	unit: string;
	customers: number;
	repeatBuyers: number;
	bgnbd: Record<string, number> | null;
	mbgcnbdK: Record<string, number> | null;
	gammaGamma: Record<string, number> | null;
	currency: string;
	horizon: number;
	expected: { days: number; orders: number; value: number | null }[];
	holdout: { actual: number; predicted: number; mae: number; maeOwnRate: number } | null;
}

/** Customers who order at rates of their own, now and then for the last time; what they spend is theirs too. */
function orders(customers: number): string {
	const rows: string[] = [];
	for (let customer = 0; customer < customers; customer++) {
		const chance = (of: string) => unitHash('value', customer, of);
		const gapDays = 15 + 120 * chance('rate') ** 2;
		const spends = 10 + 80 * chance('spend');
		let day = Math.floor(chance('first') * 120);
		for (let order = 0; day < 500; order++) {
			rows.push(`o${customer}-${order},c${customer},${new Date(START + day * DAY_MS).toISOString()},p,1,${(spends * (0.5 + chance(`paid${order}`))).toFixed(2)},EUR`);
			if (chance(`gone${order}`) < 0.15) break;
			day += Math.max(1, Math.round(-gapDays * Math.log(1 - chance(`gap${order}`))));
		}
	}
	return ['order_id,customer_id,ordered_at,product_id,quantity,price,currency', ...rows, ''].join('\n');
}

async function shop(customers: number): Promise<Prompt> {
	const prompt = new Prompt();
	writeFileSync(join(prompt.folder, 'orders.csv'), orders(customers));
	await prompt.run('import', 'orders', 'orders.csv', '--store', 's.sqlite');
	return prompt;
}

test('models, hold-out and a row a customer', async () => {
	const prompt = await shop(600);
	const args = ['value', '--calibration-end', '2025-12-31', '--unit', 'week', '--store', 's.sqlite', '--at', '2026-05-16', '--per-customer', 'value.csv'];
	const found = (await prompt.run(...args, '--json')).json() as unknown as Printed;
	expect(found).toMatchObject({ asOf: '2026-05-16T00:00:00.000Z', unit: 'week', customers: 600, currency: 'EUR' });
	expect(found.repeatBuyers).toBeGreaterThan(200);
	for (const model of [found.bgnbd!, found.mbgcnbdK!, found.gammaGamma!]) for (const figure of Object.values(model)) expect(Number.isFinite(figure)).toBe(true);
	const { actual, predicted, mae, maeOwnRate } = found.holdout!;
	expect(Math.abs(predicted / actual - 1)).toBeLessThan(0.25);
	expect(mae).toBeLessThan(maeOwnRate);

	const [head, ...rows] = readFileSync(join(prompt.folder, 'value.csv'), 'utf8').trim().split('\n');
	expect(head).toBe('id,x,t_x,T,pAlive,expectedOrders,expectedValue,orders30d,value30d,orders90d,value90d,orders365d,value365d');
	expect(rows).toHaveLength(600);
	const expected = rows.reduce((sum, row) => sum + Number(row.split(',')[5]), 0);
	expect(expected).toBeCloseTo(predicted, 6);
	for (const [place, days] of [30, 90, 365].entries()) {
		expect(found.expected[place]).toMatchObject({ days, orders: expect.closeTo(rows.reduce((sum, row) => sum + Number(row.split(',')[7 + 2 * place]), 0), 6) as number });
		expect(found.expected[place]!.value).toBeCloseTo(rows.reduce((sum, row) => sum + Number(row.split(',')[8 + 2 * place]), 0), 4);
	}
	for (const row of rows) {
		const [id, x, tx, T, alive, , worth, month, , quarter, , year] = row.split(',');
		expect(Number(month)).toBeLessThanOrEqual(Number(quarter));
		expect(Number(quarter)).toBeLessThanOrEqual(Number(year));
		expect(id).toMatch(/^c\d+$/);
		expect(Number(tx)).toBeLessThanOrEqual(Number(T));
		expect(Number(x) >= 0 && Number(alive) >= 0 && Number(alive) <= 1 && Number(worth) >= 0).toBe(true);
	}
	const { stdout } = await prompt.run(...args);
	expect(stdout).toMatch(/^600 customers, \d+ of them with a second order\.\n/);
	expect(stdout).toMatch(/MBG\/CNBD-\d+ /);
	expect(stdout).toMatch(/Hold-out: [\d,]+ orders, [\d,]+ predicted/);
	for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
});

test('a small shop: rates drawn to the shop, and said so', async () => {
	const prompt = await shop(40);
	const found = (await prompt.run('value', '--store', 's.sqlite', '--at', '2026-05-16', '--json')).json() as unknown as Printed;
	expect(found).toMatchObject({ unit: 'day', bgnbd: null, mbgcnbdK: null, gammaGamma: null, holdout: null, horizon: 365 });
	expect((await prompt.run('value', '--store', 's.sqlite', '--at', '2026-05-16')).stdout).toMatch(/Fewer than 200 repeat buyers are too few for the models/);
});

test('an empty shop, and one customer with all orders at one instant', async () => {
	const prompt = new Prompt();
	await prompt.run('store', 'init', 's.sqlite');
	expect((await prompt.run('value', '--store', 's.sqlite', '--json')).json()).toMatchObject({ customers: 0, repeatBuyers: 0, correlation: null });
	const rows = Array.from({ length: 5 }, (_, order) => `o${order},c1,2026-01-01T10:00:00Z,p,1,5,EUR`);
	writeFileSync(join(prompt.folder, 'orders.csv'), ['order_id,customer_id,ordered_at,product_id,quantity,price,currency', ...rows, ''].join('\n'));
	await prompt.run('import', 'orders', 'orders.csv', '--store', 's.sqlite');
	const found = (await prompt.run('value', '--store', 's.sqlite', '--calibration-end', '2026-01-01', '--at', '2026-05-16', '--json')).json();
	expect(found).toMatchObject({ customers: 1, repeatBuyers: 0 });
	expect(JSON.stringify(found)).not.toMatch(/NaN|Infinity/);
});

test.each([
	['--unit', 'month'],
	['--horizon', '0'],
	['--calibration-end', 'soon'],
])('%s %s is refused', async (option, given) => {
	const prompt = new Prompt();
	const outcome = await prompt.run('value', '--store', 's.sqlite', option, given);
	expect(outcome.exitCode).toBe(2);
	expect(outcome.stdout).toBe('');
});

test('a few customers who spend very much: what an order is worth is never below 0', async () => {
	const prompt = new Prompt();
	const rows = Array.from({ length: 700 }, (_, customer) => {
		const orders = customer < 300 ? 1 : 2 + (customer % 3);
		// Of such a spread no mean is known, however many there are.
		const spends = 10 * (1 - unitHash('spread', customer)) ** -2;
		return Array.from({ length: orders }, (_unused, order) => `o${customer}-${order},c${customer},${new Date(START + (customer % 90 + 40 * order) * DAY_MS).toISOString()},p,1,${spends.toFixed(2)},EUR`);
	}).flat();
	writeFileSync(join(prompt.folder, 'orders.csv'), ['order_id,customer_id,ordered_at,product_id,quantity,price,currency', ...rows, ''].join('\n'));
	await prompt.run('import', 'orders', 'orders.csv', '--store', 's.sqlite');
	const found = (await prompt.run('value', '--store', 's.sqlite', '--at', '2025-12-31', '--per-customer', 'value.csv', '--json')).json() as unknown as Printed;
	expect(found.gammaGamma!.q).toBeLessThan(1);
	const worths = readFileSync(join(prompt.folder, 'value.csv'), 'utf8').trim().split('\n').slice(1).map((row) => Number(row.split(',')[6]));
	expect(worths).toHaveLength(700);
	expect(Math.min(...worths)).toBeGreaterThan(0);
	expect(worths.every(Number.isFinite)).toBe(true);
});
