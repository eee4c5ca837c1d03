import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { ICredentialsDecrypted, ICredentialTestFunctions } from 'n8n-workflow';
import { CustomerStoreApi } from '../../credentials/CustomerStoreApi.credentials';
import { CustomerData } from '../../nodes/CustomerData/CustomerData.node';
import type { StoreCredential } from '../../src/n8n/storeCredential';
import { loadEngine } from '../../src/replay/engine';
import { freshFolder, freshPostgres } from '../support/stores';
import { closeStores, customerData, storesOfCredentials } from './nodeRuns';

const upsert = { resource: 'customer', operation: 'upsert', takeFrom: 'fields' };
const get = { resource: 'customer', operation: 'get' };
const test1 = new CustomerData().methods.credentialTest.customerStoreTest;
const tryOut = async (data: StoreCredential) => await test1.call({} as ICredentialTestFunctions, { id: '1', name: 'x', type: 'customerStoreApi', data: { ...data } } as ICredentialsDecrypted);
let userFolder: string | undefined;

beforeEach(async () => {
	await loadEngine();
	userFolder = process.env.N8N_USER_FOLDER;
	process.env.N8N_USER_FOLDER = freshFolder();
	storesOfCredentials();
});
afterEach(async () => {
	await closeStores();
	process.env.N8N_USER_FOLDER = userFolder;
});

function postgresCredential(): StoreCredential {
	const { connectionString, schema } = freshPostgres();
	const url = new URL(connectionString);
	return { type: 'postgres', host: url.hostname, port: Number(url.port), database: url.pathname.slice(1), user: url.username, password: decodeURIComponent(url.password), ssl: 'disable', schema };
}

test('no credential: the embedded store "default" under n8n\'s folder, made on first use', async () => {
	await customerData(upsert, [{ email: 'jane@example.com' }]);
	expect(readdirSync(path.join(process.env.N8N_USER_FOLDER as string, '.n8n', 'customer-journeys'))).toContain('default.sqlite');
	expect((await customerData(get, [{ email: 'jane@example.com' }], { credential: { type: 'embedded', storeName: 'default' } })).items).toHaveLength(1);
});

test('one store name per client keeps clients apart', async () => {
	await customerData(upsert, [{ email: 'jane@example.com' }], { credential: { type: 'embedded', storeName: 'a' } });
	expect((await customerData(get, [{ email: 'jane@example.com' }], { credential: { type: 'embedded', storeName: 'b' } })).error?.message).toContain('No customer is found');
});

test('PostgreSQL: the same node on the other database', async () => {
	const credential = postgresCredential();
	await customerData(upsert, [{ email: 'jane@example.com', first_name: 'Jane' }], { credential });
	expect((await customerData(get, [{ email: 'jane@example.com' }], { credential })).items[0].json).toMatchObject({ customer: { firstName: 'Jane' } });
});

describe('the test button', () => {
	test('says how many customers there are and which schema', async () => {
		expect(await tryOut({ type: 'embedded', storeName: 'a' })).toEqual({ status: 'OK', message: expect.stringMatching(/^Connected: 0 customers, schema \d+$/) as string });
		await customerData(upsert, [{ email: 'jane@example.com' }], { credential: { type: 'embedded', storeName: 'a' } });
		expect(await tryOut({ type: 'embedded', storeName: 'a' })).toEqual({ status: 'OK', message: expect.stringMatching(/^Connected: 1 customer, schema \d+$/) as string });
		expect(await tryOut(postgresCredential())).toEqual({ status: 'OK', message: expect.stringMatching(/^Connected: 0 customers, schema \d+$/) as string });
	});

	test.each<[string, (good: StoreCredential) => StoreCredential, RegExp]>([
		['a wrong password', (good) => ({ ...good, password: 'wrong' }), /refused the user or password/],
		['a database that does not exist', (good) => ({ ...good, database: 'nowhere' }), /the database does not exist/],
		['a port where nothing listens', (good) => ({ ...good, port: 1 }), /cannot be reached/],
		['a server without SSL', (good) => ({ ...good, ssl: 'verify-full' }), /SSL/],
		['a schema name that is none', (good) => ({ ...good, schema: 'a-b' }), /schema name "a-b" cannot be used/],
		['a store name that is none', () => ({ type: 'embedded', storeName: '../x' }), /store name "..\/x" cannot be used/],
	])('%s: the clear error', async (_what, change, sentence) => {
		const result = await tryOut(change(postgresCredential()));
		expect(result.status).toBe('Error');
		expect(result.message).toMatch(sentence);
	});
});

test('a PostgreSQL that cannot be reached is an error on every item, and nothing is lost: the error output has them all', async () => {
	const credential = { ...postgresCredential(), port: 1 };
	const { errors, error } = await customerData(upsert, [{ email: 'a@example.com' }, { email: 'b@example.com' }], { credential, onError: 'continueErrorOutput' });
	expect(error).toBeUndefined();
	expect(errors.map(({ json }) => json.email)).toEqual(['a@example.com', 'b@example.com']);
	expect(errors[0].json.error).toMatch(/cannot be reached/);
});

test('the credential has what n8n shows: icon files, and every field the store reads', () => {
	const credential = new CustomerStoreApi();
	const { light, dark } = credential.icon as { light: string; dark: string };
	for (const icon of [light, dark]) expect(readFileSync(path.join(__dirname, '../../credentials', icon.replace('file:', '')), 'utf8')).toContain('<svg');
	expect(credential.properties.map(({ name }) => name).sort()).toEqual(['database', 'host', 'password', 'port', 'schema', 'ssl', 'storeName', 'type', 'user']);
});
