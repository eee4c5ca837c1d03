import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { testPostgresUrl } from '../support/stores';
import { Prompt } from './support/cli';

let prompt: Prompt;
beforeEach(() => {
	prompt = new Prompt();
});

function customersFile(lines: number): string {
	writeFileSync(join(prompt.folder, 'c.csv'), ['customer_id,email', ...Array.from({ length: lines }, (_, index) => `c${index},c${index}@example.com`), ''].join('\n'));
	return 'c.csv';
}

const lastLine = (text: string) => text.trim().split('\n').at(-1);

test('a store with a newer schema is refused and left alone', async () => {
	await prompt.run('store', 'init', 's.sqlite');
	const database = new DatabaseSync(join(prompt.folder, 's.sqlite'));
	database.exec("INSERT INTO schema_migration (version, name, checksum) VALUES (999, 'from-the-future', 'x')");
	database.close();
	const outcome = await prompt.run('import', 'customers', customersFile(1), '--store', 's.sqlite');
	expect(outcome).toMatchObject({ exitCode: 1, stdout: '' });
	expect(lastLine(outcome.stderr)).toMatch(/has schema 999, newer than this version .* understands \(\d+\)\. Update the package on this machine; nothing was changed\.$/);
});

test('a PostgreSQL that cannot be reached, without its password in the sentence', async () => {
	const outcome = await prompt.run('waiting', '--store', 'postgres://shop:s3cret@127.0.0.1:1/shop');
	expect(outcome).toMatchObject({ exitCode: 1, stdout: '' });
	expect(outcome.stderr).toMatch(/^The customer store PostgreSQL "customer_journeys" at 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)/);
	expect(outcome.stderr).not.toContain('s3cret');
});

test('an address that is none', async () => {
	const outcome = await prompt.run('waiting', '--store', 'postgres://');
	expect(outcome).toMatchObject({ exitCode: 1, stdout: '' });
	expect(outcome.stderr.trim().split('\n')).toHaveLength(1);
});

async function queried(url: string, sql: string): Promise<{ rows: unknown[] }> {
	const client = new Client({ connectionString: url });
	await client.connect();
	try {
		return await client.query(sql);
	} finally {
		await client.end();
	}
}

describe('on PostgreSQL', () => {
	let admin: Client;
	let url: string;
	const database = 'customer_journeys_cli_test';

	beforeAll(async () => {
		admin = new Client({ connectionString: testPostgresUrl() });
		await admin.connect();
		await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
		await admin.query(`CREATE DATABASE ${database}`);
		const address = new URL(testPostgresUrl());
		address.pathname = `/${database}`;
		url = address.href;
	});

	afterAll(async () => {
		await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
		await admin.end();
	});

	test('the same commands work', async () => {
		const made = await prompt.run('store', 'init', url, '--currency', 'EUR', '--json');
		expect(made.json()).toMatchObject({ kind: 'postgres', currency: 'EUR', movableClock: false });
		expect((await prompt.run('import', 'customers', customersFile(3), '--store', url, '--json')).json()).toMatchObject({ read: 3, accepted: 3 });
		expect((await prompt.run('customer', 'c1@example.com', '--store', url, '--json')).json()).toMatchObject({ customer: { id: 'c1' } });
		expect((await prompt.run('doctor', '--store', url, '--json')).json()).toMatchObject({ errors: 0 });
	});

	test('a schema named in the address keeps one client apart from another', async () => {
		const ofClient = `${url}?schema=client_a`;
		expect((await prompt.run('import', 'customers', customersFile(2), '--store', ofClient, '--json')).json()).toMatchObject({ accepted: 2 });
		const { rows } = await queried(url, 'SELECT count(*)::int AS customers FROM client_a.customer');
		expect(rows).toEqual([{ customers: 2 }]);
		const bad = await prompt.run('waiting', '--store', `${url}?schema=a;b`);
		expect(bad).toMatchObject({ exitCode: 1, stdout: '' });
		expect(bad.stderr).toMatch(/schema/i);
	});

	test('a server that goes away in the middle of an import: one sentence, nothing lost, the same command goes on', async () => {
		const file = customersFile(30_000);
		const running = prompt.run('import', 'customers', file, '--store', url, '--source', 'away');
		let killed = 0;
		for (let tries = 0; killed === 0 && tries < 500; tries++) {
			const { rows } = await admin.query<{ busy: string }>(`SELECT count(*) AS busy FROM pg_stat_activity WHERE datname = $1 AND query ILIKE '%identity%'`, [database]);
			if (rows[0]?.busy !== '0') {
				// A moment's absence would be bridged: it has to stay away.
				await admin.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
				killed = (await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [database])).rowCount ?? 0;
			} else await new Promise((resolve) => setTimeout(resolve, 5));
		}
		const stopped = await running;
		await admin.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS true`);
		expect(killed).toBeGreaterThan(0);
		expect(stopped).toMatchObject({ exitCode: 1, stdout: '' });
		expect(lastLine(stopped.stderr)).toMatch(/cannot be reached/);
		const again = (await prompt.run('import', 'customers', file, '--store', url, '--json')).json();
		expect(again).toMatchObject({ read: 30_000, rejected: 0, complete: true });
		expect((again.accepted as number) + (again.duplicates as number)).toBe(30_000);
	});
});

describe('the progress bar', () => {
	test('is drawn on a terminal only, reaches the end and leaves the line clean', async () => {
		const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 100 });
		const file = customersFile(20_000);
		const outcome = await prompt.runWith({ screen }, 'import', 'customers', file, '--store', 's.sqlite', '--json');
		screen.end();
		const drawn = (await screen.toArray()).join('');
		expect(drawn).toContain('c.csv [');
		expect(drawn).toMatch(/100 % \|/);
		expect(drawn).toMatch(/\u001b\[\?25h/);
		expect(outcome.json()).toMatchObject({ read: 20_000 });
	});
});
