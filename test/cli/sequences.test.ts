import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Prompt } from './support/cli';

let prompt: Prompt;
beforeEach(async () => {
	prompt = new Prompt();
	const day = (customer: number, gap: number) => new Date(Date.UTC(2026, 0, 1 + (customer % 30) + gap, 10)).toISOString();
	// Everybody buys a printer; every second one ink 20 to 24 days later, and half of those paper 10 days after that.
	const rows = Array.from({ length: 40 }, (_, customer) => [
		['p', 0, 'printer'] as const,
		...(customer % 2 === 0 ? [['i', 20 + (customer % 10) / 2, 'ink'] as const] : [['x', 50, 'cable'] as const]),
		...(customer % 4 === 0 ? [['a', 34, 'paper'] as const] : []),
	].map(([order, gap, product]) => `${order}${customer},c${customer},${day(customer, gap)},${product},1,10,EUR`)).flat();
	writeFileSync(join(prompt.folder, 'orders.csv'), ['order_id,customer_id,ordered_at,product_id,quantity,price,currency', ...rows, ''].join('\n'));
	await prompt.run('import', 'orders', 'orders.csv', '--store', 's.sqlite');
});

interface Printed {
	asOf: string;
	customers: number;
	minCustomers: number;
	pairs: { from: string; to: string; customers: number; support: number; confidence: number; lift: number; gapDays: Record<string, number>; stability: { periods: number } }[];
	chains?: { steps: string[][]; customers: number }[];
}
const printed = async (...args: string[]) => (await prompt.run('sequences', ...args, '--store', 's.sqlite', '--json')).json() as unknown as Printed;

test('pairs with customers, gap and lift; what follows too late is no pair', async () => {
	const found = await printed('--min-customers', '5', '--at', '2026-11-21T18:00:00Z');
	expect(found).toMatchObject({ asOf: '2026-11-21T18:00:00.000Z', customers: 40, minCustomers: 5 });
	const pair = found.pairs.find(({ from, to }) => from === 'printer' && to === 'ink')!;
	expect(pair).toMatchObject({ customers: 20, support: 0.5, gapDays: { p50: 22 } });
	expect(pair.confidence).toBeCloseTo(0.5);
	expect(pair.lift).toBeGreaterThan(1);
	expect((await printed('--min-customers', '5', '--max-gap', 'P9D')).pairs).toEqual([]);
	expect((await printed('--min-customers', '5', '--max-gap', '14')).pairs.map(({ from, to }) => [from, to])).toEqual([['ink', 'paper']]);
});

test('chains', async () => {
	expect((await printed('--min-customers', '0.2', '--max-length', '3')).chains).toEqual([{ steps: [['printer'], ['ink'], ['paper']], customers: 10, support: 0.25 }]);
});

test('as of an instant, watched up to it', async () => {
	const early = await printed('--min-customers', '2', '--at', '2026-01-26');
	const pair = early.pairs.find(({ to }) => to === 'ink')!;
	expect(pair.customers).toBeLessThan(20);
	expect(pair.confidence).toBeGreaterThan(pair.customers / early.customers);
});

test('a table for people', async () => {
	const { stdout } = await prompt.run('sequences', '--store', 's.sqlite', '--min-customers', '5');
	expect(stdout).toMatch(/^40 customers, \d+ pairs with at least 5 of them\.\n/);
	expect(stdout).toMatch(/printer +ink +20 +50\.0 %/);
	for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test.each([
	['--max-gap', 'soon'],
	['--min-customers', '0'],
	['--max-length', '9'],
])('%s %s is refused', async (option, value) => {
	const outcome = await prompt.run('sequences', '--store', 's.sqlite', option, value);
	expect(outcome.exitCode).not.toBe(0);
	expect(outcome.stdout).toBe('');
});
