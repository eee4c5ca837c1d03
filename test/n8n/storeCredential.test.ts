import { parse } from 'pg-connection-string';
import { storeLocation, type StoreCredential } from '../../src/n8n/storeCredential';

const single = { EXECUTIONS_MODE: 'regular' };
const postgres: StoreCredential = { type: 'postgres', host: 'db.example.com', port: 5433, database: 'crm', user: 'shop', password: 'p@ss:/?#%', ssl: 'disable', schema: 'client_a' };

test('no credential is the embedded store "default"', () => {
	expect(storeLocation(undefined, single)).toEqual({ kind: 'embedded', name: 'default' });
	expect(storeLocation({ type: 'embedded', storeName: ' ' }, single)).toEqual({ kind: 'embedded', name: 'default' });
});

test('a store name names the embedded store, and cannot leave its folder', () => {
	expect(storeLocation({ type: 'embedded', storeName: 'my-client' }, single)).toEqual({ kind: 'embedded', name: 'my-client' });
	expect(() => storeLocation({ type: 'embedded', storeName: '../n8n' }, single)).toThrow('The store name "../n8n" cannot be used');
});

test('in queue mode an embedded store is refused with what to do', () => {
	expect(() => storeLocation(undefined, { EXECUTIONS_MODE: 'queue' })).toThrow('choose a Customer Store credential of type PostgreSQL');
	expect(storeLocation(postgres, { EXECUTIONS_MODE: 'queue' })).toMatchObject({ kind: 'postgres' });
});

test('PostgreSQL: the driver reads back exactly what the fields held', () => {
	const location = storeLocation(postgres, single);
	expect(location).toMatchObject({ kind: 'postgres', schema: 'client_a' });
	expect(parse((location as { url: string }).url)).toMatchObject({ host: 'db.example.com', port: '5433', database: 'crm', user: 'shop', password: 'p@ss:/?#%' });
});

test.each([
	['disable', undefined],
	['verify-full', {}],
	['no-verify', { rejectUnauthorized: false }],
] as const)('PostgreSQL: SSL %s', (ssl, expected) => {
	const { url } = storeLocation({ ...postgres, ssl }, single) as { url: string };
	expect(parse(url).ssl).toEqual(expected);
});

test.each([
	[{ host: '' }, 'has no Host'],
	[{ user: ' ' }, 'has no User'],
	[{ database: undefined }, 'has no Database'],
	[{ host: 'postgres://db' }, 'without "postgres://"'],
	[{ host: 'db:5432' }, 'without port'],
])('PostgreSQL: %j is refused by the field\'s label', (change, sentence) => {
	expect(() => storeLocation({ ...postgres, ...change }, single)).toThrow(sentence);
});

test('no sentence repeats the password', () => {
	try {
		storeLocation({ ...postgres, host: 'a b' }, single);
	} catch (error) {
		expect(JSON.stringify({ ...(error as Error), message: (error as Error).message })).not.toContain('p@ss');
	}
	expect.assertions(1);
});
