import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { openStore } from '../../src/store/open';
import type { Store } from '../../src/store/Store';
import { freshPostgres, testPostgresUrl } from '../support/stores';

const tag = randomBytes(4).toString('hex');
const role = `shop_${tag}`;
const database = `shop_${tag}`;
let admin: Client;
let inDatabase: Client;
let url: string;
const opened: Store[] = [];

beforeAll(async () => {
	admin = new Client({ connectionString: testPostgresUrl() });
	await admin.connect();
	await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 's3cret'`);
	await admin.query(`CREATE DATABASE ${database}`);
	const address = new URL(testPostgresUrl());
	address.pathname = `/${database}`;
	inDatabase = new Client({ connectionString: address.href });
	await inDatabase.connect();
	address.username = role;
	address.password = 's3cret';
	url = address.href;
});

afterAll(async () => {
	for (const store of opened) await store.close();
	await inDatabase.end();
	await admin.query(`DROP DATABASE ${database} WITH (FORCE)`);
	await admin.query(`DROP ROLE ${role}`);
	await admin.end();
});

async function open(location: { url: string; schema?: string }): Promise<Store> {
	const store = await openStore({ kind: 'postgres', ...location });
	opened.push(store);
	return store;
}

test('a user who may not create a schema is told so, and works in one made for it', async () => {
	await expect(open({ url, schema: 'journeys' })).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringMatching(/this user may not create or change tables there\. Grant it CREATE on the database, or create the schema for it\.$/) });
	await inDatabase.query(`CREATE SCHEMA journeys AUTHORIZATION ${role}`);
	const store = await open({ url, schema: 'journeys' });
	expect(await store.run('customers.upsert', { items: [{ ref: { customerId: 'c1' } }] })).toMatchObject([{ ok: true }]);
});

test('a server that is a read-only copy is told apart', async () => {
	await inDatabase.query(`CREATE SCHEMA copied AUTHORIZATION ${role}`);
	await (await open({ url, schema: 'copied' })).run('customers.upsert', { items: [{ ref: { customerId: 'c1' } }] });
	await admin.query(`ALTER ROLE ${role} SET default_transaction_read_only = on`);
	const store = await open({ url, schema: 'copied' });
	expect(await store.run('customers.find', { limit: 10 })).toHaveLength(1);
	await expect(store.run('customers.upsert', { items: [{ ref: { customerId: 'c2' } }] })).rejects.toMatchObject({ code: 'store_read_only', message: expect.stringMatching(/the server is a read-only copy\. Use the address of the primary server\.$/) });
	await admin.query(`ALTER ROLE ${role} RESET default_transaction_read_only`);
});

test('wrong password, no such database: the words say which, and never the password', async () => {
	const [wrong, nowhere] = [new URL(url), new URL(url)];
	wrong.password = 'wr0ng';
	nowhere.pathname = '/nowhere';
	const errors = await Promise.all([open({ url: wrong.href }), open({ url: nowhere.href })].map((attempt) => attempt.catch((error: unknown) => error)));
	expect(errors).toMatchObject([{ message: expect.stringMatching(/refused the user or password\. Check the Customer Store credential\.$/) }, { message: expect.stringMatching(/the database does not exist\. Create it or correct the Customer Store credential\.$/) }]);
	expect(JSON.stringify(errors.map((error) => (error as Error).message))).not.toMatch(/wr0ng|s3cret/);
});

test.each(['user', 'order', '_x1'])('the schema may be called %s', async (schema) => {
	await inDatabase.query(`CREATE SCHEMA "${schema}" AUTHORIZATION ${role}`);
	const store = await open({ url, schema });
	expect((await store.run('store.info', {})).kind).toBe('postgres');
	expect((await inDatabase.query('SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = $2', [schema, 'customer'])).rowCount).toBe(1);
});

test.each(['Shop', 'a-b', '1x', 'x;drop', 'x'.repeat(64), 'pg"'])('the schema name %j is refused', async (schema) => {
	await expect(open({ ...freshPostgres(), url: testPostgresUrl(), schema })).rejects.toMatchObject({ code: 'bad_input', details: { field: 'schema' } });
});
