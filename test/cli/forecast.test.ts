import { Shop } from './support/shop';

let shop: Shop;
beforeEach(async () => {
	shop = await Shop.open();
	await shop.fill();
});

/** The same newsletter, a week ago, to both customers. */
async function newsletter(): Promise<void> {
	const line = (customer: string, key: string) => JSON.stringify({ key, customer, channel: 'email', category: 'promo', at: '2026-11-14T18:30:00Z' });
	shop.write('r.jsonl', [line('c1', 'n1'), line('c2', 'n2'), JSON.stringify({ key: 'again', customer: 'c1', channel: 'email', category: 'promo', at: '2026-11-14T19:00:00Z' })]);
	shop.write('p.json', ['{"version":"1","storeZone":"Europe/Berlin","rules":[{"id":"any-day","scope":{"any":true},"limit":1,"window":"P1D"}]}']);
	await shop.run('policy', 'decide', '--requests', 'r.jsonl', '--policy', 'p.json');
}

test('policy forecast tells what is to come, in figures and in a table that fits a page', async () => {
	expect((await shop.run('policy', 'forecast')).stdout).toContain('No message is expected.');
	await newsletter();
	const seeds = await Promise.all(Array.from({ length: 12 }, (_, seed) => shop.json<{ basis: { mailings: number }; totals: { demand: number }; perDay: { day: string; channel: string }[]; days: number }>('policy', 'forecast', '--seed', String(seed))));
	const drawn = seeds.find(({ basis }) => basis.mailings > 0)!;
	expect(drawn.days).toBe(14);
	expect(drawn.totals.demand).toBe(drawn.basis.mailings);
	expect(drawn.perDay.every(({ day, channel }) => ['2026-11-21', '2026-11-28'].includes(day) && channel === 'email')).toBe(true);
	const { stdout } = await shop.run('policy', 'forecast', '--seed', String(seeds.indexOf(drawn)), '--days', '21');
	expect(stdout).toMatch(/^Contact policy, 21 days from 2026-11-21 18:00:00 UTC \(days of Europe\/Berlin, policy default\)\n2 customers: 0 waiting in journeys, 0 held, 0 new entries and \d+ mailings? expected\n/);
	expect(stdout).toMatch(/\nDay +Channel +Demand +At once +Leaving +Held +Dropped +Stopped by\n2026-11-/);
	expect(stdout).toMatch(/\nJourney +Category +Demand +At once +Later +Waiting +Dropped\n\(no journey\) +promo /);
	for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
	expect(await shop.run('policy', 'forecast', '--days', '0')).toMatchObject({ exitCode: 2 });
});
