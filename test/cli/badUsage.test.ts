import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Prompt, type Outcome } from './support/cli';

let prompt: Prompt;
beforeEach(() => {
	prompt = new Prompt();
});

/** One clear sentence on standard error, nothing on standard output. */
function expectSentence(outcome: Outcome, exitCode: number, sentence: string | RegExp): void {
	const last = outcome.stderr.trim().split('\n').at(-1)!;
	if (typeof sentence === 'string') expect(last).toBe(sentence);
	else expect(last).toMatch(sentence);
	expect(last).toMatch(/^\S.*[.?]( See: .*--help)?$/);
	expect(outcome.stdout).toBe('');
	expect(outcome.exitCode).toBe(exitCode);
}

describe('what cannot be understood ends with 2', () => {
	test.each<[string[], string | RegExp]>([
		[['imprt'], "Unknown command 'imprt'. Did you mean import? See: customer-journeys --help"],
		[['policy', 'decid'], "Unknown command 'decid'. Did you mean decide? See: customer-journeys policy --help"],
		[['waiting', '--jurney', 'x'], "Unknown option '--jurney'. Did you mean --journey? See: customer-journeys waiting --help"],
		[['waiting', 'now'], /^Too many arguments for 'waiting'/],
		[['waiting', '--store'], /^Option '--store <place>' argument missing/],
		[['customer'], /^Missing required argument 'customer'/],
		[['recommend', '--customer', 'x', '--price-reach', 'far'], '--price-reach "far" is not a number of times, such as 1.4.'],
		[['recommend', '--customer', 'x', '--price-reach', '0'], '--price-reach "0" is not a number of times, such as 1.4.'],
		[['import', 'orders'], /^Missing required argument 'file'/],
		[['import', 'clients', 'x.csv'], /^Command-argument value 'clients' is invalid for argument 'kind'\. Allowed choices are customers, orders, products, events, consents, subscriptions/],
		[['policy', 'decide', '--policy', 'p.json'], /^Required option '--requests <file>' not specified/],
		[['clock', 'advance', 'P1M'], 'The duration "P1M" has no fixed length: write it like P1D, PT2H or PT90M.'],
		[['clock', 'advance', 'tomorrow'], 'The duration "tomorrow" is not an ISO 8601 duration: write it like P1D, PT2H or PT90M.'],
		[['clock', 'advance', '--', '-P1D'], 'The duration "-P1D" does not move the clock forward: time in a store never goes back.'],
		[['customer', 'c1', '--at', 'noon'], '--at "noon" is not an instant: write it like 2026-11-21T18:00:00Z.'],
		[['store', 'init', 'x.sqlite', '--time-zone', 'Berlin'], '--time-zone "Berlin" is not a time zone: write it like Europe/Berlin.'],
		[['store', 'init', 'x.sqlite', '--currency', 'Euro'], '--currency "Euro" is not a currency: write its three capital letters, such as EUR.'],
		[['import', 'orders', 'o.csv', '--live'], /^--live cannot be used with orders/],
		[['import', 'orders', 'o.csv', '--currency', 'Euro'], '--currency "Euro" is not a currency: write its three letters, such as EUR.'],
		[['import', 'customers', 'o.csv', '--country', 'Germany'], '--country "Germany" is not a country: write its two letters, such as DE.'],
	])('%j', async (args, sentence) => {
		expectSentence(await prompt.run(...args), 2, sentence);
	});

	test('options whose faults show at the file: a mapped column that is none of ours, a zone that does not exist', async () => {
		writeFileSync(join(prompt.folder, 'c.csv'), 'customer_id\nc1\n');
		expectSentence(await prompt.run('import', 'customers', 'c.csv', '--store', 's.sqlite', '--map', 'shoe_size=Shoe'), 2, /--map shoe_size=Shoe: customers have no column "shoe_size"/);
		expectSentence(await prompt.run('import', 'customers', 'c.csv', '--store', 's.sqlite', '--map', 'customer_id'), 2, /our_column=their_column/);
		expectSentence(await prompt.run('import', 'customers', 'c.csv', '--store', 's.sqlite', '--time-zone', 'Berlin'), 2, /time zone "Berlin" does not exist/);
	});

	test('a group without its command prints its help', async () => {
		const outcome = await prompt.run('policy');
		expect(outcome.exitCode).toBe(2);
		expect(outcome.stderr).toContain('Usage: customer-journeys policy');
		expect(outcome.stdout).toBe('');
	});
});

describe('what fails ends with 1', () => {
	test('a file that is missing, or a folder, before any store is made', async () => {
		mkdirSync(join(prompt.folder, 'folder'));
		expectSentence(await prompt.run('import', 'customers', 'none.csv'), 1, /none\.csv does not exist: check the spelling and the folder\.$/);
		expectSentence(await prompt.run('import', 'customers', 'folder'), 1, 'folder is a folder: name a file in it.');
		expectSentence(await prompt.run('policy', 'decide', '--requests', 'none.jsonl'), 1, /none\.jsonl does not exist/);
		expect((await prompt.run('import', 'customers', 'none.csv')).stderr).not.toContain('Store:');
	});

	test('columns that are missing: the sentence names those found', async () => {
		writeFileSync(join(prompt.folder, 'c.csv'), 'Name;Mail\nAnn;ann@example.com\n');
		expectSentence(await prompt.run('import', 'customers', 'c.csv', '--store', 's.sqlite'), 1, /needs the column customer_id or .*this one has Name, Mail/);
	});

	test('a policy file: no JSON, or no policy, with rule and field, before any request is looked at', async () => {
		writeFileSync(join(prompt.folder, 'r.jsonl'), '');
		writeFileSync(join(prompt.folder, 'p.json'), '{ "rules": [');
		expectSentence(await prompt.run('policy', 'decide', '--policy', 'p.json', '--requests', 'r.jsonl'), 1, /^The policy file p\.json is not JSON/);
		writeFileSync(join(prompt.folder, 'p.json'), JSON.stringify({ rules: [{ id: 'email-7d', scope: { channel: 'email' }, limit: 3, window: 'P1M' }] }));
		const outcome = await prompt.run('policy', 'decide', '--policy', 'p.json', '--requests', 'r.jsonl');
		expect(outcome.stderr).toContain('email-7d');
		expect(outcome.stderr).toContain('window');
		expectSentence(outcome, 1, /P1M/);
	});

	test('a customer nobody knows', async () => {
		expectSentence(await prompt.run('customer', 'nobody@example.com', '--store', 's.sqlite', '--json'), 1, /^No customer with this id, e-mail or phone/);
	});

	test('the clock of a store that was not made with a test clock', async () => {
		expectSentence(await prompt.run('clock', 'advance', 'P1D', '--store', 's.sqlite'), 1, /test-clock/);
	});

	test('a store that exists already does not get another clock', async () => {
		await prompt.run('store', 'init', 's.sqlite');
		expectSentence(await prompt.run('store', 'init', 's.sqlite', '--test-clock'), 1, /^The store .*s\.sqlite exists already, and a store keeps the clock it was made with/);
	});

	test('a template nobody has', async () => {
		expectSentence(await prompt.run('templates', 'check', 'abandoned-card'), 1, /^There is no template "abandoned-card": name one of the shipped ones \(.*\) or a folder with a workflow\.json\.$/);
	});
});

describe('help', () => {
	test('lists every command, on standard output, and ends with 0', async () => {
		const outcome = await prompt.run('--help');
		expect(outcome.exitCode).toBe(0);
		for (const command of ['import', 'customer', 'waiting', 'policy', 'store', 'clock', 'templates', 'doctor']) expect(outcome.stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
		expect(outcome.stderr).toBe('');
		expect((await prompt.run('help', 'import')).stdout).toContain('--refund-prefix');
	});

	test('the version is that of the package', async () => {
		expect((await prompt.run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
	});
});
