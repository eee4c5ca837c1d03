import { NOW, Shop } from './support/shop';

let shop: Shop;
beforeEach(async () => {
	shop = await Shop.open();
});

describe('policy decide', () => {
	const request = (key: string, customer: string, more: Record<string, unknown> = {}) =>
		JSON.stringify({ key, customer, channel: 'email', category: 'promo', class: 'marketing', priority: 50, at: NOW, ...more });
	const policy = { version: '1', storeZone: 'Europe/Berlin', rules: [{ id: 'any-day', scope: { any: true }, limit: 1, window: 'day' }], quietHours: [], requireConsent: true };
	const decide = (...more: string[]) => shop.run('policy', 'decide', '--policy', 'p.json', '--requests', 'r.jsonl', ...more);

	beforeEach(async () => {
		shop.write('p.json', [JSON.stringify(policy)]);
		await shop.fill();
	});

	test('one line for each request, in file order; the same file again gives the same answers', async () => {
		shop.write('r.jsonl', [request('r1', 'c1'), request('r2', 'c1'), request('r3', 'nobody'), request('r4', 'c2')]);
		const first = await decide();
		expect(first.lines().map(({ key, decision }) => [key, decision])).toEqual([['r1', 'send'], ['r2', 'delay'], ['r3', 'drop'], ['r4', 'send']]);
		expect(first.lines()[1]).toMatchObject({ until: '2026-11-21T23:00:00.000Z', rule: 'any-day', decidedAt: NOW });
		expect(first.lines()[1]!.trace).toContainEqual({ check: 'cap', outcome: 'blocked_until', rule: 'any-day', limit: 1, until: '2026-11-21T23:00:00.000Z' });
		expect(first.lines().every((line) => typeof line.policyVersion === 'string' && Array.isArray(line.trace))).toBe(true);
		expect(first.exitCode).toBe(0);
		expect(first.stderr).toContain('4 requests decided (2 send, 1 delay, 1 drop), 0 not');
		expect((await decide()).lines()).toEqual(first.lines());
	});

	test('another body under a key is an error on its line, exit code 1, and the rest is decided', async () => {
		shop.write('r.jsonl', [request('r1', 'c1'), request('r1', 'c2'), 'no request', request('r4', 'c2')]);
		const outcome = await decide();
		expect(outcome.exitCode).toBe(1);
		expect(outcome.lines()).toMatchObject([{ key: 'r1', decision: 'send' }, { key: 'r1', error: 'idempotency_conflict' }, { key: null, line: 3, error: 'bad_input' }, { key: 'r4', decision: 'send' }]);
	});

	test('a line that is no request names its fields', async () => {
		shop.write('r.jsonl', [request('r1', 'c1', { channel: '' }), request('r2', 'c2')]);
		const outcome = await decide();
		expect(outcome.lines()).toMatchObject([{ key: 'r1', error: 'bad_input', message: expect.stringContaining('channel') }, { key: 'r2', decision: 'send' }]);
		expect(outcome.exitCode).toBe(1);
	});

	test('--dry-run judges each request against the store as it is, and keeps nothing', async () => {
		shop.write('r.jsonl', Array.from({ length: 2500 }, (_, index) => request(`r${index}`, index % 2 ? 'c1' : 'c2')));
		const dry = await decide('--dry-run');
		expect(dry.stderr).toContain('2,500 requests decided (2,500 send, 0 delay, 0 drop), 0 not; nothing was kept.');
		const real = await decide();
		expect(real.lines().filter(({ decision }) => decision === 'send').map(({ key }) => key)).toEqual(['r0', 'r1']);
		expect((await decide('--dry-run')).lines()).toEqual(real.lines());
	});

	test('--at is the instant of requests that name none; without it the clock of the store', async () => {
		shop.write('r.jsonl', [request('r1', 'c1', { at: undefined })]);
		expect((await decide('--dry-run', '--at', '2026-12-01T10:00:00Z')).lines()[0]).toMatchObject({ decidedAt: '2026-12-01T10:00:00.000Z' });
		expect((await decide()).lines()[0]).toMatchObject({ decidedAt: NOW });
	});

	test('without --policy the company policy of the store decides', async () => {
		shop.write('r.jsonl', [request('r1', 'c1')]);
		const outcome = await shop.run('policy', 'decide', '--requests', 'r.jsonl');
		expect(outcome.exitCode).toBe(0);
		expect(outcome.lines()[0]).toMatchObject({ key: 'r1' });
	});
});
