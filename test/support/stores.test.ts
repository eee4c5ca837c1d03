import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { freshPostgres, freshSqliteFile } from './stores';

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
