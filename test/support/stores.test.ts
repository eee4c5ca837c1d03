import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { freshPostgres, freshSqliteFile, openFreshStore, STORE_KINDS } from './stores';

test('every test gets a PostgreSQL schema and an SQLite file of its own', async () => {
	const [one, two] = [freshPostgres(), freshPostgres()];
	expect(one.schema).not.toBe(two.schema);
	const client = new Client({ connectionString: one.connectionString });
	await client.connect();
	try {
		await client.query(`CREATE SCHEMA ${one.schema}; CREATE TABLE ${one.schema}.customer(id bigint)`);
		const version = await client.query<{ server_version: string }>('SHOW server_version');
		expect(Number.parseInt(version.rows[0]!.server_version, 10)).toBeGreaterThanOrEqual(14);
		expect((await client.query(`SELECT 1 FROM information_schema.schemata WHERE schema_name = '${two.schema}'`)).rowCount).toBe(0);
	} finally {
		await client.end();
	}
	expect(existsSync(freshSqliteFile())).toBe(false);
	expect(freshSqliteFile()).not.toBe(freshSqliteFile());
});

test.each(STORE_KINDS)('a fresh store on %s is empty, and no other is the same', async (kind) => {
	const one = await openFreshStore(kind, { mode: 'frozen', atMs: 1_000 });
	const two = await openFreshStore(kind, { mode: 'frozen', atMs: 1_000 });
	expect(one.storeId).not.toBe(two.storeId);
	await one.run('clock.set', { atMs: 5_000 });
	expect(await one.run('store.info', {})).toMatchObject({ now: 5_000, counts: { customers: 0 } });
	expect(await two.run('store.info', {})).toMatchObject({ now: 1_000 });
});
