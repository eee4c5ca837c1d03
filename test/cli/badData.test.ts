import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../src/store/Store';
import { DAY, onEachStore, START_MS } from '../support/eachStore';
import { orderOf, type Sketch } from '../support/sketchedOrders';
import { Prompt } from './support/cli';

const many = (count: number, sketch: (place: number) => Sketch) => Array.from({ length: count }, (_, place) => sketch(place));

/** Shops that are hard on figures, each with somebody to look at. */
const SHOPS: Readonly<Record<string, Sketch[]>> = {
	'an empty shop': [],
	'a shop with one customer and one order': [{ customer: 'who', at: START_MS - DAY }],
	'a shop with one customer and five orders': many(5, (place) => ({ customer: 'who', at: START_MS - (5 + 30 * place) * DAY })),
	'one customer with 100,000 orders': [...many(100_000, (place) => ({ customer: 'who', at: START_MS - place * 600_000 })), { customer: 'other', at: START_MS - 9 * DAY }],
	'all orders at one instant': many(400, (place) => ({ customer: place % 150 === 0 ? 'who' : `c${place % 150}`, at: START_MS - 5 * DAY })),
	'orders of this very instant': many(250, (place) => ({ customer: place === 0 ? 'who' : `c${place}`, at: START_MS })),
	'negative totals': many(300, (place) => ({ customer: place % 120 === 0 ? 'who' : `c${place % 120}`, at: START_MS - place * DAY, total: -(place % 3) })),
	'totals of nothing': many(60, (place) => ({ customer: place % 20 === 0 ? 'who' : `c${place % 20}`, at: START_MS - place * DAY, total: 0 })),
	'orders of the future, some by people who have none yet': [{ customer: 'who', at: START_MS + 3 * DAY }, { customer: 'who', at: START_MS - 3 * DAY }, { customer: 'dreamer', at: START_MS + 900 * DAY }],
	'only orders of the future': many(5, (place) => ({ customer: place === 0 ? 'who' : `c${place}`, at: START_MS + (1 + place) * DAY })),
	'mixed currencies': many(90, (place) => ({ customer: place % 30 === 0 ? 'who' : `c${place % 30}`, at: START_MS - place * DAY, currency: ['EUR', 'USD', 'JPY'][place % 3], total: 10 ** (place % 5) })),
	'orders of a century ago': [{ customer: 'who', at: Date.UTC(1926, 2, 2) }, { customer: 'who', at: Date.UTC(1926, 8, 2) }, { customer: 'who', at: START_MS - DAY }],
};

/** What may be without an answer in a shop with little in it: models that too few orders teach, and figures that need them. */
const MAY_BE_NULL: Readonly<Record<string, RegExp>> = {
	refresh: /^currency$|\.hint$/,
	segments: /^(hint|currency)$/,
	lifecycle: /^proposal$/,
	rhythm: /^$/,
	value: /^(bgnbd|mbgnbd|mbgcnbdK|gammaGamma|currency|correlation|holdout|expected\.\d\.value)$/,
};

function nulls(value: unknown, path: string[] = []): string[] {
	if (value === null) return [path.join('.')];
	return typeof value === 'object' ? Object.entries(value as object).flatMap(([name, one]) => nulls(one, [...path, name])) : [];
}

onEachStore('On the command line, with bad data', (open) => {
	test.each(Object.entries(SHOPS))('%s: every command has an answer, in numbers that are numbers and sentences that are sentences', async (_name, sketches) => {
		const { store, location } = await open();
		await record(store, sketches);
		const prompt = new Prompt();
		const place = location.kind === 'postgres' ? `${location.url}${location.url.includes('?') ? '&' : '?'}schema=${location.schema}` : (location as { file: string }).file;
		const run = async (command: string, ...args: string[]) => {
			const outcome = await prompt.run(command, ...args, '--store', place);
			expect([command, outcome.exitCode, outcome.exitCode === 0 ? '' : outcome.stderr]).toEqual([command, 0, '']);
			expect(outcome.stdout).not.toMatch(/NaN|Infinity|undefined|\[object/);
			return outcome;
		};
		const earlier = new Date(START_MS - 4 * DAY).toISOString();
		for (const [command, mayBe] of Object.entries(MAY_BE_NULL)) {
			// A large shop is read once a command.
			for (const at of sketches.length > 10_000 ? [[]] : [[], ['--at', earlier]]) {
				const answer = (await run(command, ...at, '--json')).json();
				expect([command, nulls(answer).filter((path) => !mayBe.test(path))]).toEqual([command, []]);
			}
			expect((await run(command)).stdout).not.toMatch(/\bnull\b/);
			if (command === 'refresh') continue;
			await run(command, '--per-customer', `${command}.csv`);
			expect(readFileSync(join(prompt.folder, `${command}.csv`), 'utf8')).not.toMatch(/NaN|Infinity|undefined|null/);
		}
		if (!sketches.some(({ customer, at }) => customer === 'who' && at <= START_MS - 4 * DAY)) return;
		for (const at of [[], ['--at', earlier]]) {
			const { figures } = (await run('customer', 'who', ...at, '--json')).json() as { figures: { orders: number; reasons: Record<string, string>; stage: string | null; rhythm: string | null } };
			expect(figures.orders).toBe(sketches.filter((one) => one.customer === 'who' && one.at <= START_MS - (at.length > 0 ? 4 * DAY : 0)).length);
			expect([figures.stage, figures.rhythm]).not.toContain(null);
			expect(Object.keys(figures.reasons).sort()).toEqual(['lifecycle', 'nextPurchase', 'preferences', 'rfm', 'rhythm', 'value']);
			for (const reason of Object.values(figures.reasons)) expect(reason).toMatch(/^[A-Z0-9"].*[.!]$/s);
			for (const reason of Object.values(figures.reasons)) expect(reason).not.toMatch(/NaN|Infinity|undefined|null|-\d+ days ago/);
			expect((await run('customer', 'who', ...at)).stdout).not.toMatch(/\bnull\b/);
		}
	}, 240_000);
});

async function record(store: Store, sketches: Sketch[]): Promise<void> {
	for (let first = 0; first < sketches.length; first += 5_000) await store.run('orders.record', { items: sketches.slice(first, first + 5_000).map(orderOf), backfill: true });
}
