import { join } from 'node:path';
import { writeTemplate } from './support/goodTemplate';
import { handOver, parkOneCustomer, pauseTheStep, setOneAside, switchOff } from './support/parked';
import { NOW, Shop } from './support/shop';

let shop: Shop;
beforeEach(async () => {
	shop = await Shop.open();
});

describe('customer', () => {
	beforeEach(async () => {
		await shop.fill();
		await shop.import('orders', shop.ordersFile());
	});

	test('is found by id, e-mail in any spelling, and phone', async () => {
		shop.write('phones.csv', ['customer_id,phone', 'c1,+44 20 7183 8750']);
		await shop.import('customers', 'phones.csv');
		for (const name of ['c1', ' ANN@example.com ', '+442071838750']) {
			const { customer } = await shop.json<{ customer: { id: string } }>('customer', name);
			expect(customer.id).toBe('c1');
		}
	});

	test('reads well', async () => {
		const { stdout } = await shop.run('customer', 'c1');
		expect(stdout).toMatch(/^Customer c1, Ann\nAs of 2026-11-21 18:00:00 UTC\n/);
		expect(stdout).toContain('email ann@example.com');
		expect(stdout).toMatch(/email +marketing +granted +2026-10-01 09:00:00 UTC/);
		expect(stdout).toMatch(/44\.10 EUR/);
	});

	test('--at shows what was known then', async () => {
		const then = await shop.json<{ asOf: string; orders: { orderId: string }[] }>('customer', 'c1', '--at', '2026-11-03');
		expect(then.asOf).toBe('2026-11-03T00:00:00.000Z');
		expect(then.orders.map(({ orderId }) => orderId)).toEqual(['1']);
	});

	test('--at shows the stage of that instant, not of now', async () => {
		await shop.run('refresh');
		const stage = async (...at: string[]) => (await shop.json<{ customer: { stage: string } }>('customer', 'c1', ...at)).customer.stage;
		expect([await stage(), await stage('--at', '2031-01-01')]).toEqual([expect.stringMatching(/new|active/), 'churned']);
	});

	test('--why explains what was decided, check by check', async () => {
		shop.write('r.jsonl', ['{"key":"r1","customer":"c1","channel":"sms","category":"promo","class":"marketing","priority":50}']);
		await shop.run('policy', 'decide', '--requests', 'r.jsonl');
		const { decisions } = await shop.json<{ decisions: { decision: string; trace: unknown[] }[] }>('customer', 'c1', '--why');
		expect(decisions).toHaveLength(1);
		expect(decisions[0]).toMatchObject({ decision: 'drop', at: NOW });
		expect(decisions[0]!.trace.length).toBeGreaterThan(0);
		const { stdout } = await shop.run('customer', 'c1', '--why');
		expect(stdout).toMatch(/Why\n {2}2026-11-21 18:00:00 UTC, sms \(promo\): Not sent: .+\.\n {4}consent: blocked for good \(no_consent:sms\/marketing\)\n {4}passed: .*erasure.*\n {4}It would have gone at once if the customer had consented to marketing messages by sms, and if the customer had a phone number\.\n/);
		const { why } = await shop.json<{ why: { since: string; messages: Record<string, unknown>[] } }>('customer', 'c1', '--why', '--days', '7');
		expect(why).toMatchObject({ since: '2026-11-14T18:00:00.000Z', messages: [{ key: 'r1', outcome: 'dropped', counterfactual: { repeated: true, options: [{ result: 'sent', changes: [{ kind: 'consent', channel: 'sms', purpose: 'marketing' }, { kind: 'address', channel: 'sms' }] }] } }] });
		expect(await shop.run('customer', 'c1', '--why', '--days', 'many')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--days "many" is not a whole number from 1 to 366.') });
	});
});

describe('waiting', () => {
	test('says who waits where and until when', async () => {
		await shop.import('customers', shop.customersFile());
		expect((await shop.run('waiting')).stdout).toBe('Nobody waits.\n');
		await parkOneCustomer(shop.store);
		const { asOf, total, waiting } = await shop.json<{ asOf: string; total: number; waiting: Record<string, unknown>[] }>('waiting');
		expect([asOf, total]).toEqual([NOW, 1]);
		expect(waiting.filter((row) => row.waiting === 1)).toMatchObject([{ journey: 'abandoned-cart', step: 'wait-for-order', nodeName: 'Wait for an order', nextDueAt: '2026-11-21T19:00:00.000Z', on: true }]);
		expect((await shop.run('waiting')).stdout).toMatch(/Abandoned cart +Wait for an order +1 +0 +2026-11-21 19:00:00 UTC/);
		expect(await shop.json('waiting', '--journey', 'other')).toMatchObject({ total: 0, waiting: [] });
	});
});

describe('dead-letters', () => {
	beforeEach(async () => {
		await shop.import('customers', shop.customersFile());
		await parkOneCustomer(shop.store);
	});

	test('nobody is set aside: said so', async () => {
		expect((await shop.run('dead-letters')).stdout).toBe('No dead letters.\n');
		expect(await shop.json('dead-letters', '--redrive')).toMatchObject({ redriven: 0, refused: [] });
	});

	test('whoever is set aside is listed with step, error and number of failures, counted by waiting and doctor, and put back', async () => {
		await setOneAside(shop.store);
		expect((await shop.run('dead-letters')).stdout).toMatch(/c1 +abandoned-cart +Wait for an order +\d+ .*Send Email: the address was refused/);
		expect((await shop.run('waiting')).stdout).toMatch(/Abandoned cart +Wait for an order +0 +0 +- +- +1/);
		const { findings } = await shop.json<{ findings: { check: string }[] }>('doctor');
		expect(findings.find(({ check }) => check === 'dead-letters')).toMatchObject({ level: 'warning', count: 1 });
		expect(await shop.json('dead-letters', '--journey', 'other')).toMatchObject({ total: 0, deadLetters: [] });
		expect((await shop.run('dead-letters', '--redrive')).stdout).toBe('1 customer put back: they leave their step now.\n');
		expect((await shop.run('waiting')).stdout).toMatch(/Abandoned cart +Wait for an order +0 +1 /);
	});

	test('a paused step makes doctor end with 1 and say the error', async () => {
		await shop.run('clock', 'advance', 'PT1H');
		await pauseTheStep(shop.store);
		const outcome = await shop.run('doctor');
		expect(outcome.exitCode).toBe(1);
		expect(outcome.stdout).toMatch(/BROKEN +steps-paused +1 customer cannot go on: Abandoned cart > Wait for an order \(Paused: run after run failed, the last with: Send Email: no connection\./);
		expect((await shop.run('waiting')).stdout).toContain('Paused: run after run failed');
	});
});

describe('journeys', () => {
	test('lists them, ends one whose workflow is gone, and refuses one that is on', async () => {
		expect((await shop.run('journeys')).stdout).toBe('No journeys.\n');
		await shop.import('customers', shop.customersFile());
		await parkOneCustomer(shop.store);
		expect((await shop.run('journeys')).stdout).toMatch(/^abandoned-cart +Abandoned cart +Abandoned cart +on +1 +0$/m);
		expect(await shop.run('journeys', '--end', 'abandoned-cart')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is on: unpublish the workflow "Abandoned cart" first') });
		await shop.run('clock', 'advance', 'P1D');
		expect((await shop.run('journeys')).stdout).toContain('not heard of since 2026-11-21 18:00:00 UTC');
		const { findings } = await shop.json<{ findings: { check: string }[] }>('doctor');
		expect(findings.find(({ check }) => check === 'journeys-without-workflow')).toMatchObject({ level: 'warning', count: 1, text: expect.stringContaining('Abandoned cart (not heard of since 2026-11-21 18:00:00 UTC). Publish the workflow again, or end the journey: "journeys --end abandoned-cart".') });
		expect(await shop.json('journeys', '--end', 'abandoned-cart')).toEqual({ asOf: '2026-11-22T18:00:00.000Z', journey: 'abandoned-cart', ended: 1 });
		expect((await shop.run('journeys', '--end', 'abandoned-cart')).stdout).toBe('0 customers left the journey "abandoned-cart".\n');
		expect((await shop.json<{ findings: { check: string; level: string }[] }>('doctor')).findings.find(({ check }) => check === 'journeys-without-workflow')).toMatchObject({ level: 'ok' });
		expect((await shop.run('waiting')).stdout).toContain('0 customers in all.');
	});
});

describe('the clock of a test store', () => {
	test('moves forward by what was asked', async () => {
		expect(await shop.json('clock', 'advance', 'P1D')).toEqual({ now: '2026-11-22T18:00:00.000Z', advancedBy: 'P1D' });
		expect((await shop.run('clock', 'advance', 'PT90M')).stdout).toBe('It is now 2026-11-22 19:30:00 UTC in this store.\n');
	});

	test('store init looks at a store that exists, and changes only what it is told', async () => {
		const again = await shop.prompt.run('store', 'init', 'shop.sqlite', '--currency', 'USD', '--json');
		expect(again.json()).toMatchObject({ store: shop.store, timeZone: 'Europe/Berlin', currency: 'USD', now: NOW, movableClock: true });
	});
});

describe('doctor', () => {
	test('a sound store: nothing is broken', async () => {
		const outcome = await shop.prompt.runWith({ env: { ...shop.prompt.env, N8N_UNVERIFIED_PACKAGES_ENABLED: 'true' } }, 'doctor', '--store', 'shop.sqlite', '--json');
		const { errors, findings } = outcome.json() as { errors: number; findings: { level: string; check: string }[] };
		expect([outcome.exitCode, errors]).toEqual([0, 0]);
		expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(['store-writable', 'queue-mode', 'unverified-packages', 'unknown-messages', 'steps-off']));
	});

	test('what the store says of its data is a sentence with a number', async () => {
		await shop.import('customers', shop.customersFile());
		const { findings } = await shop.json<{ findings: { check: string }[] }>('doctor');
		expect(findings).toContainEqual({ check: 'customers-without-time-zone', level: 'warning', count: 1, text: expect.stringMatching(/^1 customer has no time zone: .*\.$/) });
		expect(findings).toContainEqual({ check: 'customers-without-consent', level: 'warning', count: 2, text: expect.stringMatching(/^2 customers have no consent on record: .*\.$/) });
		expect(findings).toContainEqual({ check: 'unusable-time-zones', level: 'ok', count: 0, text: 'None.' });
	});

	test('queue mode with an embedded store is broken, a package that n8n does not install deserves a look', async () => {
		const outcome = await shop.prompt.runWith({ env: { ...shop.prompt.env, EXECUTIONS_MODE: 'queue', N8N_UNVERIFIED_PACKAGES_ENABLED: 'false' } }, 'doctor', '--store', 'shop.sqlite');
		expect(outcome.exitCode).toBe(1);
		expect(outcome.stdout).toMatch(/BROKEN +queue-mode +EXECUTIONS_MODE=queue with an embedded store/);
		expect(outcome.stdout).toMatch(/look +unverified-packages/);
	});

	test('messages that nobody reported for an hour are counted', async () => {
		await shop.fill();
		await handOver(shop.store);
		const found = async () => (await shop.json<{ findings: { check: string }[] }>('doctor')).findings.find(({ check }) => check === 'messages-never-reported');
		expect(await found()).toMatchObject({ level: 'ok', count: 0 });
		await shop.run('clock', 'advance', 'PT2H');
		expect(await found()).toMatchObject({ level: 'warning', count: 1, text: expect.stringMatching(/^1 message was handed over more than an hour ago/) });
	});

	test('messages in doubt after a crash are listed with their keys', async () => {
		await shop.fill();
		await handOver(shop.store);
		await expect(handOver(shop.store)).rejects.toThrow(/already_handed_off/);
		const { unknownMessages } = await shop.json<{ unknownMessages: { key: string }[] }>('doctor');
		expect(unknownMessages).toEqual([{ key: expect.any(String), customer: expect.any(String), channel: 'email', journey: null, handedOverAt: expect.stringMatching(/Z$/) }]);
		expect((await shop.prompt.run('doctor', '--store', 'shop.sqlite')).stdout).toContain(unknownMessages[0]!.key);
	});

	test('customers who cannot go on are counted', async () => {
		await shop.import('customers', shop.customersFile());
		await parkOneCustomer(shop.store);
		await switchOff(shop.store);
		await shop.run('clock', 'advance', 'P1D');
		const { findings } = await shop.json<{ findings: { check: string }[] }>('doctor');
		expect(findings.find(({ check }) => check === 'steps-off')).toMatchObject({ level: 'warning', count: 1, text: expect.stringContaining('Abandoned cart > Wait for an order (The workflow is switched off since 2026-11-21 18:00 UTC)') });
	});
});

describe('templates', () => {
	test('check takes a folder, or a folder of folders, and ends with 1 when something is wrong', async () => {
		writeTemplate(join(shop.prompt.folder, 'mine', 'cart'));
		expect((await shop.prompt.run('templates', 'check', 'mine/cart')).stdout).toBe('cart: ok\n');
		writeTemplate(join(shop.prompt.folder, 'mine', 'reminder'), { cover: undefined });
		const outcome = await shop.prompt.run('templates', 'check', 'mine', '--json');
		expect(outcome.exitCode).toBe(1);
		expect(outcome.json()).toMatchObject({ ok: false, templates: [{ slug: 'cart', ok: true, problems: [] }, { slug: 'reminder', ok: false, problems: [{ rule: 'cover' }] }] });
	});

	test('every shipped template is listed with its name and what it does', async () => {
		const { templates } = (await shop.prompt.run('templates', 'list', '--json')).json() as { templates: { slug: string; name: string; description: string }[] };
		expect(templates.map(({ slug }) => slug)).toContain('abandoned-cart');
		expect(templates.filter(({ name, description }) => name === '' || description.split(' ').length < 8)).toEqual([]);
		expect(new Set(templates.map(({ name }) => name)).size).toBe(templates.length);
	});

	test('every shipped template passes the check', async () => {
		const outcome = await shop.prompt.run('templates', 'check');
		expect(outcome.stdout).not.toContain('problem');
		expect(outcome.exitCode).toBe(0);
	});
});

describe('the store', () => {
	test('options stand before or after the command', async () => {
		await shop.import('customers', shop.customersFile());
		const before = await shop.prompt.run('--json', '--store', 'shop.sqlite', 'customer', 'c1');
		const after = await shop.run('customer', 'c1', '--json');
		expect(before.json()).toEqual(after.json());
	});

	test('without --store it is the embedded store of n8n, and standard error says where', async () => {
		const outcome = await shop.prompt.run('waiting', '--json');
		expect(outcome.stderr).toBe(`Store: embedded "default" (${join(shop.prompt.folder, '.n8n', 'customer-journeys', 'default.sqlite')})\n`);
		expect(outcome.json()).toMatchObject({ total: 0, waiting: [] });
	});
});
