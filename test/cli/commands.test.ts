import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { Prompt } from './support/cli';
import { handOver, parkOneCustomer, switchOff } from './support/parked';
import { writeTemplate } from './support/goodTemplate';

const NOW = '2026-11-21T18:00:00.000Z';
const STORE = ['--store', 'shop.sqlite'];
let prompt: Prompt;

beforeEach(async () => {
	prompt = new Prompt();
	const made = await prompt.run('store', 'init', ...STORE, `--test-clock=${NOW}`, '--time-zone', 'Europe/Berlin', '--currency', 'EUR');
	expect(made.exitCode).toBe(0);
});

function write(name: string, lines: readonly string[]): string {
	const text = `${lines.join('\n')}\n`;
	writeFileSync(join(prompt.folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
	return name;
}

const customers = () => write('customers.csv', ['customer_id,email,first_name,time_zone', 'c1,Ann@Example.com,Ann,Europe/Berlin', 'c2,bo@example.com,Bo,']);
const consents = () => write('consents.csv', ['customer_id,channel,purpose,status,at', 'c1,email,marketing,granted,2026-10-01T09:00:00Z', 'c2,email,marketing,granted,2026-10-01T09:00:00Z']);
const orders = (name = 'orders.csv') =>
	write(name, ['order_id,ordered_at,customer_id,product_id,quantity,price', '1,2026-11-02 10:00:00,c1,mug,2,9.90', '1,2026-11-02 10:00:00,c1,mug,2,9.90', '1,2026-11-02 10:00:00,c1,tea,1,4.50', 'C2,2026-11-05 10:00:00,c1,mug,-1,9.90', '3,2026-11-06 10:00:00,,mug,1,9.90']);

async function imported(kind: string, file: string, ...more: string[]): Promise<Record<string, unknown>> {
	const outcome = await prompt.run('import', kind, file, ...STORE, '--json', ...more);
	expect(outcome.stderr).toContain(`Store: ${join(prompt.folder, 'shop.sqlite')}\n`);
	return outcome.json();
}

const customer = async (...args: string[]) => (await prompt.run('customer', ...args, ...STORE, '--json')).json() as Record<string, never> & { customer: Record<string, unknown> };

describe('import', () => {
	test('every kind goes in, the second time changes nothing', async () => {
		const events = write('events.jsonl', ['{"customer_id":"c1","type":"visit","occurred_at":"2026-11-20T10:00:00Z","event_id":"e1","properties":{"page":"/"}}', '{"customer_id":"c1","type":"visit","occurred_at":"2026-11-20T11:00:00Z","event_id":"e2"}']);
		const products = write('products.csv', ['product_id;name;price', 'mug;Mug;9.90', 'tea;Tea;4.50']);
		const files: [string, string, number][] = [['customers', customers(), 2], ['consents', consents(), 2], ['orders', orders(), 5], ['events', events, 2], ['products', products, 2]];
		for (const [kind, file, lines] of files) expect(await imported(kind, file)).toMatchObject({ read: lines, accepted: lines, duplicates: 0, rejected: 0, rejectedFile: null, complete: true });
		const before = await customer('c1');
		for (const [kind, file, lines] of files) expect(await imported(kind, file)).toMatchObject({ read: lines, accepted: 0, duplicates: lines, rejected: 0 });
		expect(await customer('c1')).toEqual(before);
		expect(before).toMatchObject({ asOf: NOW, customer: { id: 'c1', email: 'ann@example.com', firstName: 'Ann' }, revenue: [{ currency: 'EUR' }] });
	});

	test('orders: repeated lines count, a refund finds its purchase, an anonymous basket goes in', async () => {
		await imported('customers', customers());
		expect(await imported('orders', orders('orders.csv.gz'))).toEqual({ read: 5, accepted: 5, duplicates: 0, rejected: 0, rejectedFile: null, complete: true, refundsMatched: 1, refundsUnmatched: 0 });
		const { orders: listed } = (await customer('c1')) as unknown as { orders: { orderId: string; kind: string; amount: string }[] };
		expect(listed.map(({ orderId, kind, amount }) => [orderId, kind, amount])).toEqual(expect.arrayContaining([['1', 'order', '44.10'], ['C2', 'refund', '9.90']]));
	});

	test('bad lines go to the rejects file with line number and reason; corrected, it can be imported as it is', async () => {
		const file = write('c.csv', ['customer_id,email', 'c1,ann@example.com', 'c2,"bo@example.com', 'c3,no address', 'c4,dee@example.com']);
		expect(await imported('customers', file)).toEqual({ read: 4, accepted: 2, duplicates: 0, rejected: 2, rejectedFile: 'c.rejected.csv', complete: true });
		const rejected: string[][] = parse(readFileSync(join(prompt.folder, 'c.rejected.csv')), { relax_column_count: true });
		expect(rejected[0]).toEqual(['line_number', 'reason', 'customer_id', 'email']);
		expect(rejected.slice(1).map(([line]) => line)).toEqual(['3', '4']);
		expect(rejected[1]![1]).toContain('quote');
		expect(rejected[2]![1]).toContain('email');
		write('c.rejected.csv', ['line_number,reason,customer_id,email', '3,was broken,c2,bo@example.com', '4,was wrong,c3,cy@example.com']);
		expect(await imported('customers', 'c.rejected.csv')).toMatchObject({ read: 2, accepted: 2, rejected: 0 });
	});

	test('rejected lines are no failure, unless --strict', async () => {
		const file = write('c.csv', ['customer_id,email', 'c1,no address']);
		expect((await prompt.run('import', 'customers', file, ...STORE)).exitCode).toBe(0);
		const strict = await prompt.run('import', 'customers', file, ...STORE, '--strict');
		expect(strict.exitCode).toBe(1);
		expect(strict.stdout).toContain('1 line of c.csv read');
		expect(strict.stdout).toContain('c.rejected.csv');
	});

	test('columns are renamed, those not used are named on standard error', async () => {
		const file = write('o.csv', ['InvoiceNo,InvoiceDate,CustomerID,StockCode,Quantity,UnitPrice,Country', '1,2010-12-01 08:26:00,NA,mug,1,2.55,UK']);
		const outcome = await prompt.run('import', 'orders', file, ...STORE, '--json', '--map', 'order_id=InvoiceNo,ordered_at=InvoiceDate,customer_id=CustomerID,product_id=StockCode,quantity=Quantity,price=UnitPrice', '--time-zone', 'Europe/London', '--currency', 'GBP');
		expect(outcome.json()).toMatchObject({ read: 1, accepted: 1 });
		expect(outcome.stderr).toContain('Not used: the column Country');
	});

	test('a currency that is none is a reason on its line', async () => {
		const file = write('o.csv', ['order_id,ordered_at,price,currency', '1,2026-11-01T10:00:00Z,5,Dollar', '2,2026-11-01T10:00:00Z,5,USD']);
		expect(await imported('orders', file)).toMatchObject({ accepted: 1, rejected: 1 });
		expect(readFileSync(join(prompt.folder, 'o.rejected.csv'), 'utf8')).toContain('currency is not a currency code');
	});

	test('Ctrl-C: what is in stays in, the same command goes on', async () => {
		const lines = Array.from({ length: 30_000 }, (_, index) => `c${index},c${index}@example.com`);
		const file = write('many.csv', ['customer_id,email', ...lines]);
		const running = prompt.run('import', 'customers', file, ...STORE, '--json');
		const presser = setInterval(() => prompt.heedsInterrupts && prompt.interrupt(), 5);
		const stopped = await running.finally(() => clearInterval(presser));
		const { read, accepted, complete } = stopped.json() as { read: number; accepted: number; complete: boolean };
		expect([stopped.exitCode, complete]).toEqual([1, false]);
		expect(read).toBeLessThan(30_000);
		expect(stopped.stderr).toContain('run the same command again to go on');
		expect(await imported('customers', file)).toMatchObject({ read: 30_000, accepted: 30_000 - accepted, duplicates: accepted, complete: true });
	});
});

test('the sample shop goes in whole, twice', async () => {
	for (const kind of ['products', 'customers', 'consents', 'orders']) {
		const file = join(__dirname, '..', '..', 'sample', `${kind}.csv`);
		const lines = parse(readFileSync(file)).length - 1;
		expect(await imported(kind, file)).toMatchObject({ read: lines, accepted: lines, rejected: 0 });
		expect(await imported(kind, file)).toMatchObject({ read: lines, duplicates: lines, rejected: 0 });
	}
});

describe('customer', () => {
	beforeEach(async () => {
		await imported('customers', customers());
		await imported('consents', consents());
		await imported('orders', orders());
	});

	test('is found by id, e-mail in any spelling, and phone', async () => {
		write('phones.csv', ['customer_id,phone', 'c1,+44 20 7183 8750']);
		await imported('customers', 'phones.csv');
		for (const name of ['c1', ' ANN@example.com ', '+442071838750']) expect((await customer(name)).customer.id).toBe('c1');
	});

	test('reads well', async () => {
		const { stdout } = await prompt.run('customer', 'c1', ...STORE);
		expect(stdout).toMatch(/^Customer c1, Ann\nAs of 2026-11-21 18:00:00 UTC\n/);
		expect(stdout).toContain('email ann@example.com');
		expect(stdout).toMatch(/email +marketing +granted +2026-10-01 09:00:00 UTC/);
		expect(stdout).toMatch(/44\.10 EUR/);
	});

	test('--at shows what was known then', async () => {
		const then = (await customer('c1', '--at', '2026-11-03')) as unknown as { asOf: string; orders: { orderId: string }[] };
		expect(then.asOf).toBe('2026-11-03T00:00:00.000Z');
		expect(then.orders.map(({ orderId }) => orderId)).toEqual(['1']);
	});

	test('--why explains what was decided, check by check', async () => {
		write('r.jsonl', ['{"key":"r1","customer":"c1","channel":"sms","category":"promo","class":"marketing","priority":50}']);
		await prompt.run('policy', 'decide', '--requests', 'r.jsonl', ...STORE);
		const { decisions } = (await customer('c1', '--why')) as unknown as { decisions: { decision: string; reason: string; trace: unknown[] }[] };
		expect(decisions).toHaveLength(1);
		expect(decisions[0]).toMatchObject({ decision: 'drop', at: NOW });
		expect(decisions[0]!.trace.length).toBeGreaterThan(0);
		const { stdout } = await prompt.run('customer', 'c1', '--why', ...STORE);
		expect(stdout).toMatch(/Why\n {2}2026-11-21 18:00:00 UTC, sms: Not sent: .+\.\n {4}consent: blocked for good \(no_consent:sms\/marketing\)\n {4}passed: .*erasure/);
	});
});

describe('policy decide', () => {
	const request = (key: string, customer: string, more: Record<string, unknown> = {}) =>
		JSON.stringify({ key, customer, channel: 'email', category: 'promo', class: 'marketing', priority: 50, at: NOW, ...more });
	const policy = { version: '1', storeZone: 'Europe/Berlin', rules: [{ id: 'any-day', scope: { any: true }, limit: 1, window: 'day' }], quietHours: [], requireConsent: true };
	const decide = (...more: string[]) => prompt.run('policy', 'decide', '--policy', 'p.json', '--requests', 'r.jsonl', ...STORE, ...more);

	beforeEach(async () => {
		write('p.json', [JSON.stringify(policy)]);
		await imported('customers', customers());
		await imported('consents', consents());
	});

	test('one line for each request, in file order; the same file again gives the same answers', async () => {
		write('r.jsonl', [request('r1', 'c1'), request('r2', 'c1'), request('r3', 'nobody'), request('r4', 'c2')]);
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
		write('r.jsonl', [request('r1', 'c1'), request('r1', 'c2'), 'no request', request('r4', 'c2')]);
		const outcome = await decide();
		expect(outcome.exitCode).toBe(1);
		expect(outcome.lines()).toMatchObject([{ key: 'r1', decision: 'send' }, { key: 'r1', error: 'idempotency_conflict' }, { key: null, line: 3, error: 'bad_input' }, { key: 'r4', decision: 'send' }]);
	});

	test('a line that is no request names its fields', async () => {
		write('r.jsonl', [request('r1', 'c1', { channel: '' }), request('r2', 'c2')]);
		const outcome = await decide();
		expect(outcome.lines()).toMatchObject([{ key: 'r1', error: 'bad_input', message: expect.stringContaining('channel') }, { key: 'r2', decision: 'send' }]);
		expect(outcome.exitCode).toBe(1);
	});

	test('--dry-run judges each request against the store as it is, and keeps nothing', async () => {
		write('r.jsonl', Array.from({ length: 2500 }, (_, index) => request(`r${index}`, index % 2 ? 'c1' : 'c2')));
		const dry = await decide('--dry-run');
		expect(dry.stderr).toContain('2,500 requests decided (2,500 send, 0 delay, 0 drop), 0 not; nothing was kept.');
		const real = await decide();
		expect(real.lines().filter(({ decision }) => decision === 'send').map(({ key }) => key)).toEqual(['r0', 'r1']);
		expect((await decide('--dry-run')).lines()).toEqual(real.lines());
	});

	test('--at is the instant of requests that name none; without it the clock of the store', async () => {
		write('r.jsonl', [request('r1', 'c1', { at: undefined })]);
		expect((await decide('--dry-run', '--at', '2026-12-01T10:00:00Z')).lines()[0]).toMatchObject({ decidedAt: '2026-12-01T10:00:00.000Z' });
		expect((await decide()).lines()[0]).toMatchObject({ decidedAt: NOW });
	});

	test('without --policy the company policy of the store decides', async () => {
		write('r.jsonl', [request('r1', 'c1')]);
		const outcome = await prompt.run('policy', 'decide', '--requests', 'r.jsonl', ...STORE);
		expect(outcome.exitCode).toBe(0);
		expect(outcome.lines()[0]).toMatchObject({ key: 'r1' });
	});
});

describe('waiting', () => {
	test('says who waits where and until when', async () => {
		await imported('customers', customers());
		expect((await prompt.run('waiting', ...STORE)).stdout).toBe('Nobody waits.\n');
		await parkOneCustomer(join(prompt.folder, 'shop.sqlite'));
		const { asOf, total, waiting } = (await prompt.run('waiting', ...STORE, '--json')).json() as { asOf: string; total: number; waiting: Record<string, unknown>[] };
		expect([asOf, total]).toEqual([NOW, 1]);
		expect(waiting.filter((row) => row.waiting === 1)).toMatchObject([{ journey: 'abandoned-cart', step: 'wait-for-order', nodeName: 'Wait for an order', nextDueAt: '2026-11-21T19:00:00.000Z', on: true }]);
		expect((await prompt.run('waiting', ...STORE)).stdout).toMatch(/Abandoned cart +Wait for an order +1 +0 +2026-11-21 19:00:00 UTC/);
		expect((await prompt.run('waiting', '--journey', 'other', ...STORE, '--json')).json()).toMatchObject({ total: 0, waiting: [] });
	});
});

describe('the clock of a test store', () => {
	test('moves forward by what was asked', async () => {
		expect((await prompt.run('clock', 'advance', 'P1D', ...STORE, '--json')).json()).toEqual({ now: '2026-11-22T18:00:00.000Z', advancedBy: 'P1D' });
		expect((await prompt.run('clock', 'advance', 'PT90M', ...STORE)).stdout).toBe('It is now 2026-11-22 19:30:00 UTC in this store.\n');
	});

	test('store init looks at a store that exists, and changes only what it is told', async () => {
		const again = await prompt.run('store', 'init', 'shop.sqlite', '--currency', 'USD', '--json');
		expect(again.json()).toMatchObject({ store: join(prompt.folder, 'shop.sqlite'), timeZone: 'Europe/Berlin', currency: 'USD', now: NOW, movableClock: true });
	});
});

describe('doctor', () => {
	test('a sound store: nothing is broken', async () => {
		const outcome = await prompt.runWith({ env: { ...prompt.env, N8N_UNVERIFIED_PACKAGES_ENABLED: 'true' } }, 'doctor', ...STORE, '--json');
		const { errors, findings } = outcome.json() as { errors: number; findings: { level: string; check: string }[] };
		expect([outcome.exitCode, errors]).toEqual([0, 0]);
		expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(['store-writable', 'queue-mode', 'unverified-packages', 'unknown-messages', 'steps-off']));
	});

	test('what the store says of its data is a sentence with a number', async () => {
		await imported('customers', customers());
		const { findings } = (await prompt.run('doctor', ...STORE, '--json')).json() as { findings: { check: string; level: string; count: number; text: string }[] };
		expect(findings).toContainEqual({ check: 'customers-without-time-zone', level: 'warning', count: 1, text: expect.stringMatching(/^1 customer has no time zone: .*\.$/) });
		expect(findings).toContainEqual({ check: 'customers-without-consent', level: 'warning', count: 2, text: expect.stringMatching(/^2 customers have no consent on record: .*\.$/) });
		expect(findings).toContainEqual({ check: 'unusable-time-zones', level: 'ok', count: 0, text: 'None.' });
	});

	test('queue mode with an embedded store is broken, and so is a package that n8n does not load', async () => {
		const outcome = await prompt.runWith({ env: { ...prompt.env, EXECUTIONS_MODE: 'queue', N8N_UNVERIFIED_PACKAGES_ENABLED: 'false' } }, 'doctor', ...STORE);
		expect(outcome.exitCode).toBe(1);
		expect(outcome.stdout).toMatch(/BROKEN +queue-mode +EXECUTIONS_MODE=queue with an embedded store/);
		expect(outcome.stdout).toMatch(/BROKEN +unverified-packages/);
	});

	test('messages that nobody reported for an hour are counted', async () => {
		await imported('customers', customers());
		await imported('consents', consents());
		await handOver(join(prompt.folder, 'shop.sqlite'));
		const found = async () => ((await prompt.run('doctor', ...STORE, '--json')).json() as { findings: { check: string }[] }).findings.find(({ check }) => check === 'messages-never-reported');
		expect(await found()).toMatchObject({ level: 'ok', count: 0 });
		await prompt.run('clock', 'advance', 'PT2H', ...STORE);
		expect(await found()).toMatchObject({ level: 'warning', count: 1, text: expect.stringMatching(/^1 message was handed over more than an hour ago/) });
	});

	test('customers who cannot go on are counted', async () => {
		await imported('customers', customers());
		await parkOneCustomer(join(prompt.folder, 'shop.sqlite'));
		await switchOff(join(prompt.folder, 'shop.sqlite'));
		await prompt.run('clock', 'advance', 'P1D', ...STORE);
		const { findings } = (await prompt.run('doctor', ...STORE, '--json')).json() as { findings: { check: string; level: string; count: number; text: string }[] };
		expect(findings.find(({ check }) => check === 'steps-off')).toMatchObject({ level: 'warning', count: 1, text: expect.stringContaining('Abandoned cart > Wait for an order (The workflow is switched off)') });
	});
});

describe('templates', () => {
	test('check takes a folder, or a folder of folders, and ends with 1 when something is wrong', async () => {
		writeTemplate(join(prompt.folder, 'mine', 'cart'));
		expect((await prompt.run('templates', 'check', 'mine/cart')).stdout).toBe('cart: ok\n');
		writeTemplate(join(prompt.folder, 'mine', 'reminder'), { cover: undefined });
		const outcome = await prompt.run('templates', 'check', 'mine', '--json');
		expect(outcome.exitCode).toBe(1);
		expect(outcome.json()).toMatchObject({ ok: false, templates: [{ slug: 'cart', ok: true, problems: [] }, { slug: 'reminder', ok: false, problems: [{ rule: 'cover' }] }] });
	});

	test('every shipped template is listed with its name and what it does', async () => {
		const { templates } = (await prompt.run('templates', 'list', '--json')).json() as { templates: { slug: string; name: string; description: string }[] };
		for (const { name, description } of templates) expect([name.length, description.length].every((length) => length > 5)).toBe(true);
	});

	test('every shipped template passes the check', async () => {
		const outcome = await prompt.run('templates', 'check');
		expect(outcome.stdout).not.toContain('problem');
		expect(outcome.exitCode).toBe(0);
	});
});

describe('the store', () => {
	test('options stand before or after the command', async () => {
		await imported('customers', customers());
		const before = await prompt.run('--json', ...STORE, 'customer', 'c1');
		const after = await prompt.run('customer', 'c1', '--json', ...STORE);
		expect(before.json()).toEqual(after.json());
	});

	test('without --store it is the embedded store of n8n, and standard error says where', async () => {
		const outcome = await prompt.run('waiting', '--json');
		expect(outcome.stderr).toBe(`Store: embedded "default" (${join(prompt.folder, '.n8n', 'customer-journeys', 'default.sqlite')})\n`);
		expect(outcome.json()).toMatchObject({ total: 0, waiting: [] });
	});
});
