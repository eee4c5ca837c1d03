import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Prompt } from './support/cli';

let prompt: Prompt;
beforeEach(() => {
	prompt = new Prompt();
});

const file = (name: string, text: string) => writeFileSync(join(prompt.folder, name), name.endsWith('.gz') ? gzipSync(text) : text);

interface Printed {
	baskets: number;
	minCount: number;
	itemsets: { items: string[]; count: number }[];
	rules: { if: string[]; then: string[]; count: number; confidence: number; lift: number; conviction: number | null }[];
}
const printed = async (...args: string[]) => (await prompt.run('bundles', ...args, '--json')).json() as unknown as Printed;

describe('a basket file', () => {
	test('separated by blanks: itemsets and rules with their figures', async () => {
		file('baskets.txt', 'bread butter\nbread butter jam\nbread\njam\n\n');
		const found = await printed('--baskets', 'baskets.txt', '--min-support', '2', '--min-confidence', '0.6');
		expect(found).toMatchObject({ baskets: 4, minCount: 2 });
		expect(found.itemsets).toEqual([
			{ items: ['bread'], count: 3 },
			{ items: ['butter'], count: 2 },
			{ items: ['jam'], count: 2 },
			{ items: ['bread', 'butter'], count: 2 },
		]);
		expect(found.rules.map(({ if: when, then }) => [when, then])).toEqual([
			[['butter'], ['bread']],
			[['bread'], ['butter']],
		]);
		expect(found.rules[0]).toMatchObject({ count: 2, confidence: 1, conviction: null });
		expect(found.rules[0]!.lift).toBeCloseTo(4 / 3);
	});

	test('with a comma somewhere: items may hold blanks', async () => {
		file('baskets.csv.gz', 'whole milk\nwhole milk,brown bread \r\n brown bread,whole milk\n');
		expect((await printed('--baskets', 'baskets.csv.gz', '--min-support', '0.5')).itemsets).toContainEqual({ items: ['brown bread', 'whole milk'], count: 2 });
	});

	test('with a separator of its own', async () => {
		file('baskets.txt', 'a, b|c\na, b|d\n');
		expect((await printed('--baskets', 'baskets.txt', '--separator', '|', '--min-support', '2')).itemsets).toEqual([{ items: ['a, b'], count: 2 }]);
	});

	test('without a basket, or missing: one sentence', async () => {
		file('empty.txt', '\n\n');
		expect(await prompt.run('bundles', '--baskets', 'empty.txt')).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(/^empty\.txt holds no basket/) as string });
		expect(await prompt.run('bundles', '--baskets', 'missing.txt')).toMatchObject({ exitCode: 1, stdout: '' });
	});

	test('too many itemsets for the memory: the sentence names a support, and going by it ends', async () => {
		const items = Array.from({ length: 40 }, (_, item) => `i${item}`);
		const lines = Array.from({ length: 300 }, (_, line) => items.filter((_item, place) => (place * place + line * 7) % (4 + (place % 5)) === 0).join(' '));
		file('dense.txt', lines.join('\n'));
		let support = 2;
		for (let tries = 0; tries < 5; tries++) {
			const outcome = await prompt.run('bundles', '--baskets', 'dense.txt', '--min-support', String(support), '--min-confidence', '1', '--memory', '1', '--json');
			if (outcome.exitCode === 0) break;
			expect(outcome.stdout).toBe('');
			const wanted = Number(/Raise the minimum support, for example to (\d+) baskets/.exec(outcome.stderr)?.[1]);
			expect(wanted).toBeGreaterThan(support);
			support = wanted;
		}
		expect(support).toBeGreaterThan(2);
		expect((await prompt.run('bundles', '--baskets', 'dense.txt', '--min-support', String(support), '--memory', '1')).exitCode).toBe(0);
	});

	test.each([
		['--min-support', '0'],
		['--min-support', '1.5'],
		['--min-confidence', '2'],
		['--max-length', '0'],
		['--basket', 'week'],
	])('%s %s is refused', async (option, value) => {
		file('baskets.txt', 'a b\n');
		const outcome = await prompt.run('bundles', ...(option === '--basket' ? [] : ['--baskets', 'baskets.txt']), option, value);
		expect(outcome.exitCode).not.toBe(0);
		expect(outcome.stdout).toBe('');
	});
});

describe('the orders of the store', () => {
	beforeEach(async () => {
		const rows = [
			['o1', 'ann', '2026-01-01T10:00:00Z', 'printer'],
			['o1', 'ann', '2026-01-01T10:00:00Z', 'ink'],
			['o2', 'bob', '2026-01-02T10:00:00Z', 'printer'],
			['o3', 'bob', '2026-01-20T10:00:00Z', 'ink'],
			['o4', 'cem', '2026-01-03T10:00:00Z', 'printer'],
			['o5', 'cem', '2026-03-03T10:00:00Z', 'ink'],
		];
		file('orders.csv', ['order_id,customer_id,ordered_at,product_id,quantity,price,currency', ...rows.map((row) => `${row.join(',')},1,10,EUR`), ''].join('\n'));
		await prompt.run('import', 'orders', 'orders.csv', '--store', 's.sqlite');
	});
	const pair = (found: Printed) => found.itemsets.find(({ items }) => items.join() === 'ink,printer')?.count;

	test('an order is a basket', async () => {
		const found = await printed('--store', 's.sqlite', '--min-support', '1');
		expect(found.baskets).toBe(5);
		expect(pair(found)).toBe(1);
	});

	test("or what a customer bought within some days", async () => {
		const month = await printed('--store', 's.sqlite', '--min-support', '1', '--basket', 'customer');
		expect(month.baskets).toBe(4);
		expect(pair(month)).toBe(2);
		expect(pair(await printed('--store', 's.sqlite', '--min-support', '1', '--basket', 'customer', '--days', '90'))).toBe(3);
	});

	test('as of an instant, without cancelled orders', async () => {
		expect((await printed('--store', 's.sqlite', '--min-support', '1', '--at', '2026-01-10')).baskets).toBe(3);
		const table = await prompt.run('bundles', '--store', 's.sqlite', '--min-support', '1', '--basket', 'customer', '--min-confidence', '0.3');
		expect(table.stdout).toMatch(/^4 baskets, 3 itemsets/);
		expect(table.stdout).toMatch(/ink +printer +2 +66\.7 %/);
	});
});

describe('a page', () => {
	beforeEach(async () => {
		const rows = Array.from({ length: 160 }, (_, customer) => {
			const day = (gap: number) => new Date(Date.UTC(2026, 0, 1 + (customer % 60) + gap, 10)).toISOString();
			const first = customer % 2 === 0 ? [[`a${customer}`, day(0), 'mug'], [`a${customer}`, day(0), 'tea'], [`b${customer}`, day(20 + (customer % 10)), 'filter']] : [[`a${customer}`, day(0), 'pen'], [`b${customer}`, day(25), 'bag']];
			return first.map(([order, at, product]) => `${order},c${customer},${at},${product},${product === 'mug' ? '"Mug <b>""Ann""</b>"' : product === 'tea' ? 'Tea & more' : product},1,10,EUR`);
		}).flat();
		file('orders.csv', ['order_id,customer_id,ordered_at,product_id,product_name,quantity,price,currency', ...rows, ''].join('\n'));
		await prompt.run('import', 'orders', 'orders.csv', '--store', 's.sqlite');
	});
	const page = () => readFileSync(join(prompt.folder, 'page.html'), 'utf8');

	test('of what is bought together: names from the shop, escaped; nothing from elsewhere', async () => {
		expect(await prompt.run('bundles', '--store', 's.sqlite', '--min-support', '5', '--html', 'page.html')).toMatchObject({ exitCode: 0 });
		const html = page();
		expect(html).toMatch(/<article tabindex="0"><h3>Mug &#60;b&#62;&#34;Ann&#34;&#60;\/b&#62; <span aria-label="and">\+<\/span> Tea &#38; more<\/h3>/);
		expect(html).not.toContain('<b>');
		expect(html.match(/https?:\/\//g)).toBeNull();
	});

	test('of what is bought one after another: the window, its curve, the months', async () => {
		expect(await prompt.run('sequences', '--store', 's.sqlite', '--min-customers', '20', '--html', 'page.html')).toMatchObject({ exitCode: 0 });
		const card = /<article[^>]*><h3>Tea &#38; more <span aria-label="then">→<\/span> filter.*?<\/article>/.exec(page())![0];
		expect(card).toMatch(/2\d to 2\d days later, mostly about 2\d/);
		expect(card).toContain('class="band"');
		expect(card).toMatch(/<title>Jan 2026: 100 %<\/title>/);
	});

	test('where nothing is linked: it says so', async () => {
		await prompt.run('sequences', '--store', 's.sqlite', '--min-customers', '159', '--html', 'page.html');
		expect(page()).toContain('No pair is frequent enough');
	});

	test('--by is refused where nothing is known of customers', async () => {
		file('baskets.txt', 'a b\n');
		expect((await prompt.run('bundles', '--baskets', 'baskets.txt', '--by', 'segment')).exitCode).toBe(2);
		expect((await prompt.run('sequences', '--store', 's.sqlite', '--by', 'shoe size')).exitCode).toBe(2);
	});
});
