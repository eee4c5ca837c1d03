import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Prompt } from './support/cli';

let prompt: Prompt;
beforeEach(async () => {
	prompt = new Prompt();
	const day = (customer: number, gap: number) => new Date(Date.UTC(2026, 0, 1 + (customer % 30) + gap, 10)).toISOString();
	// Half of all buy a printer and ink 20 to 24 days later; the others cables and cases.
	const rows = Array.from({ length: 60 }, (_, customer) => {
		const bought: [string, number, string][] = customer % 2 === 0 ? [['p', 0, 'printer'], ['i', 20 + ((customer / 2) % 5), 'ink'], ['x', 60, 'cable']] : [['c', 0, 'cable'], ['d', 22, 'case'], ['e', 50, 'cable']];
		return bought.map(([order, gap, product]) => `${order}${customer},c${customer},${day(customer, gap)},${product},1,10,EUR`);
	}).flat();
	const fresh = `new,fresh,${new Date(Date.UTC(2026, 5, 1, 10)).toISOString()},printer,1,10,EUR`;
	writeFileSync(join(prompt.folder, 'orders.csv'), ['order_id,customer_id,ordered_at,product_id,quantity,price,currency', ...rows, fresh, ''].join('\n'));
	await prompt.run('import', 'orders', 'orders.csv', '--store', 's.sqlite');
});

const json = async (...args: string[]) => (await prompt.run('recommend', ...args, '--store', 's.sqlite', '--json')).json() as Record<string, unknown>;

test('what a customer is offered, as of an instant: before, in and after the window', async () => {
	const at = async (instant: string) => await json('--customer', 'fresh', '--kinds', 'cross-sell', '--at', instant);
	expect(await at('2026-06-10')).toMatchObject({ asOf: '2026-06-10T00:00:00.000Z', customer: 'fresh', cart: null, ready: 'later', why: null, offers: [{ product: 'ink', kind: 'cross-sell', readyFrom: '2026-06-22T00:00:00.000Z', readyUntil: '2026-06-24T23:59:59.999Z' }] });
	expect(await at('2026-06-22T12:00:00Z')).toMatchObject({ ready: 'now', offers: [{ product: 'ink', score: expect.any(Number), reasons: ['You bought printer 21 days ago: about now many customers add this.'], because: 'printer' }] });
	expect(await at('2026-07-10')).toMatchObject({ ready: expect.not.stringMatching('now') });
	expect(await json('--cart', 'no-such-thing')).toMatchObject({ customer: null, cart: ['no-such-thing'], ready: 'nothing', why: { code: 'unknown_products', words: expect.any(String) }, offers: [] });
});

test('the model of the past does not know what came later, and nothing is kept', async () => {
	expect(await json('--customer', 'c0', '--at', '2026-01-15')).toMatchObject({ ready: 'nothing' });
	expect((await prompt.run('recommend', '--results', '--store', 's.sqlite')).stdout).toMatch(/No offers were made/);
});

test('for people, and what cannot be understood', async () => {
	expect((await prompt.run('recommend', '--customer', 'fresh', '--at', '2026-06-22T12:00:00Z', '--store', 's.sqlite')).stdout).toMatch(/To offer now:\n\nProduct .*\nink +cross-sell/);
	expect((await prompt.run('recommend', '--customer', 'fresh', '--at', '2026-06-10', '--store', 's.sqlite')).stdout).toMatch(/Not yet: the first moment comes on 2026-06-\d\d 00:00:00 UTC/);
	for (const [args, says] of [[[], /--customer ID, --cart A,B/], [['--cart', 'a', '--kinds', 'gift'], /"gift" is none of cross-sell/], [['--results', '--cart', 'a'], /leave out/]] as const) {
		const ran = await prompt.run('recommend', ...args, '--store', 's.sqlite');
		expect([ran.exitCode, ran.stderr]).toEqual([2, expect.stringMatching(says)]);
	}
	expect((await prompt.run('recommend', '--customer', 'nobody', '--store', 's.sqlite')).exitCode).toBe(1);
});
