import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Prompt } from './support/cli';

const DAY = 86_400_000;
const END = Date.UTC(2026, 0, 1, 12);

/** @param shop days since each order before the first of January 2026, by customer */
async function shopOf(shop: Record<string, readonly number[]>): Promise<Prompt> {
	const prompt = new Prompt();
	const rows = Object.entries(shop).flatMap(([customer, days]) => days.map((ago) => `${customer}-${ago},${customer},${new Date(END - ago * DAY).toISOString()},p,1,10.00,EUR`));
	writeFileSync(join(prompt.folder, 'orders.csv'), ['order_id,customer_id,ordered_at,product_id,quantity,price,currency', ...rows, ''].join('\n'));
	await prompt.run('import', 'orders', 'orders.csv', '--store', 's.sqlite');
	return prompt;
}

const SHOP = { adam: [95, 65, 35, 5], dora: [128, 98, 68, 38], dan: [155, 125, 95, 65], carl: [300, 270, 240, 210], nora: [3], soon: [122, 92, 62, 32] };
const AT = ['--store', 's.sqlite', '--at', '2026-01-01T12:00:00Z'];

test('lifecycle: one stage each, the stage that is not told yet beside it, as of any instant; a row a customer with the reason', async () => {
	const prompt = await shopOf(SHOP);
	const found = (await prompt.run('lifecycle', ...AT, '--per-customer', 'rows.csv', '--json')).json() as unknown as { stages: { stage: string; customers: number; pending: number }[] };
	expect(found).toMatchObject({ asOf: '2026-01-01T12:00:00.000Z', customers: 6, vip: 0, gapDays: 30, cutOffs: { by: 'gap', due: 1, dormant: 1.5, churned: 3, holdDays: 3 }, proposal: null });
	expect(Object.fromEntries(found.stages.map(({ stage, customers }) => [stage, customers]))).toEqual({ lead: 0, new: 1, active: 2, returned: 0, seasonal: 0, due: 1, dormant: 1, churned: 1 });
	expect(found.stages.find(({ stage }) => stage === 'due')?.pending).toBe(1);
	const rows = readFileSync(join(prompt.folder, 'rows.csv'), 'utf8').trim().split('\n');
	expect(rows[0]).toBe('id,stage,since,pending,pendingSince,vip,reason');
	expect(rows.find((row) => row.startsWith('soon,'))).toMatch(/^soon,active,2025-11-30T12:00:00\.000Z,due,2025-12-30T12:00:00\.000Z,0,"Last order 32 days ago.*Past the line to due now: told when that has held 3 days\."$/);
	const before = (await prompt.run('lifecycle', '--store', 's.sqlite', '--at', '2025-09-15T12:00:00Z', '--json')).json();
	expect(before).toMatchObject({ asOf: '2025-09-15T12:00:00.000Z', stages: expect.arrayContaining([{ stage: 'dormant', customers: 0, pending: 0 }]) as object });
	const text = (await prompt.run('lifecycle', ...AT)).stdout;
	expect(text).toContain('Due, dormant and churned after 1 / 1.5 / 3 times the expected gap');
	expect(text).toMatch(/due +1 +16\.7 % +1 more soon/);
});

test('rhythm: one pattern each, with the dates of the next order and why', async () => {
	const prompt = await shopOf(SHOP);
	const found = (await prompt.run('rhythm', ...AT, '--per-customer', 'rows.csv', '--json')).json() as unknown as { patterns: { pattern: string; customers: number }[] };
	expect(found).toMatchObject({ asOf: '2026-01-01T12:00:00.000Z', customers: 6, gapDays: 30 });
	expect(found.patterns).toEqual([{ pattern: 'regular', customers: 5 }, { pattern: 'serial', customers: 0 }, { pattern: 'long_cycle', customers: 0 }, { pattern: 'seasonal', customers: 0 }, { pattern: 'irregular', customers: 0 }, { pattern: 'too_early', customers: 1 }]);
	const rows = readFileSync(join(prompt.folder, 'rows.csv'), 'utf8').trim().split('\n');
	expect(rows[0]).toBe('id,pattern,expectedGapDays,nextAt,nextFrom,nextUntil,noReturn,reason,nextReason');
	expect(rows).toHaveLength(7);
	expect(rows.find((row) => row.startsWith('adam,'))).toMatch(/^adam,regular,30,2026-.*"Orders about every 30 days, with gaps of 30 to 30 days: more even than chance\."/);
	expect((await prompt.run('rhythm', ...AT)).stdout).toMatch(/regular +5 +83\.3 %/);
});

test('customer --at says of a customer what lifecycle, rhythm and segments --at say, whatever the shop has learned since', async () => {
	// Ten good buyers of the year before; of the last year nobody but Adam, who comes seldom.
	const early = Object.fromEntries(Array.from({ length: 10 }, (_, place) => [`c${place}`, Array.from({ length: 12 }, (_unused, order) => 400 + place + 25 * order)]));
	const prompt = await shopOf({ ...early, adam: [900, 620, 300, 20] });
	const store = ['--store', 's.sqlite'];
	await prompt.run('refresh', ...store);
	const at = ['--at', '2024-12-15T12:00:00Z'];
	for (const command of ['lifecycle', 'rhythm', 'segments']) await prompt.run(command, ...store, ...at, '--per-customer', `${command}.csv`);
	const rowOf = (command: string, id: string) => readFileSync(join(prompt.folder, `${command}.csv`), 'utf8').split('\n').find((row) => row.startsWith(`${id},`))?.split(',') as string[];
	const vips: number[] = [];
	for (const id of ['c0', 'c1', 'c9', 'adam']) {
		const { customer, figures } = (await prompt.run('customer', id, ...store, ...at, '--json')).json() as { customer: { stage: string; vip: boolean }; figures: Record<string, number | string | null> };
		const [, stage, since, pending, , vip] = rowOf('lifecycle', id);
		expect([id, customer.stage, customer.vip, figures.stage, figures.stageSince, figures.stagePending ?? '', String(figures.vip)]).toEqual([id, stage, vip === '1', stage, since, pending, vip]);
		expect([id, figures.rhythm, figures.nextAt ?? '']).toEqual([id, rowOf('rhythm', id)[1], rowOf('rhythm', id)[3]]);
		expect([id, figures.r, figures.f, figures.m, figures.rfmGroup].map(String)).toEqual([id, ...rowOf('segments', id).slice(1, 5)]);
		expect(figures.learnedAt).toBe('2024-12-15T12:00:00.000Z');
		vips.push(Number(vip));
	}
	expect(vips.reduce((sum, vip) => sum + vip, 0)).toBeGreaterThan(0);
	// Nobody was there yet.
	const before = (await prompt.run('customer', 'adam', ...store, '--at', '2020-01-01', '--json')).json();
	expect(before).toMatchObject({ customer: { stage: null, vip: false }, figures: null });
	expect((await prompt.run('customer', 'adam', ...store, '--json')).json()).toMatchObject({ customer: { stage: expect.any(String) as string } });
});

test('an empty shop has nobody in any stage and no rhythm', async () => {
	const prompt = new Prompt();
	await prompt.run('store', 'init', 's.sqlite');
	for (const command of ['lifecycle', 'rhythm']) {
		const outcome = await prompt.run(command, '--store', 's.sqlite', '--json');
		expect(outcome.json()).toMatchObject({ customers: 0 });
		expect(outcome.stdout).not.toMatch(/NaN/);
		expect((await prompt.run(command, '--store', 's.sqlite')).stdout).toContain('0 customers');
	}
});
