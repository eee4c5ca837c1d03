import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { openStore } from '../../src/store/open';
import type { Store } from '../../src/store/Store';
import type { StoreClock } from '../../src/store/storeClock';

/** Where a PostgreSQL store of one test lives: nobody else uses this schema, and it does not exist yet. */
export interface FreshPostgres {
	connectionString: string;
	schema: string;
}

export const STORE_KINDS = ['sqlite', 'postgres'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

const stores: Store[] = [];
const folders: string[] = [];
const schemas: FreshPostgres[] = [];

/**
 * A new, empty store on either database, closed and deleted after the test file's last test. With `STORE_KINDS` one
 * suite runs on both: `describe.each(STORE_KINDS)('... on %s', (kind) => { ... openFreshStore(kind) ... })`.
 * @param clock default: the machine's; a frozen one makes the store movable by `clock.advance` and `clock.set`
 */
export async function openFreshStore(kind: StoreKind, clock?: StoreClock): Promise<Store> {
	const store = kind === 'sqlite' ? await openStore({ kind: 'file', file: freshSqliteFile() }, { thread: false, testClock: clock }) : await openFreshPostgres(clock);
	stores.push(store);
	return store;
}

function openFreshPostgres(clock: StoreClock | undefined): Promise<Store> {
	const { connectionString, schema } = freshPostgres();
	return openStore({ kind: 'postgres', url: connectionString, schema }, { testClock: clock });
}

/** Path of an SQLite file that does not exist yet, in a temporary folder that goes after the test file's last test. */
export function freshSqliteFile(name = 'default.sqlite'): string {
	return path.join(freshFolder(), name);
}

/** An empty temporary folder that goes after the test file's last test. */
export function freshFolder(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'customer-journeys-test-'));
	folders.push(folder);
	return folder;
}

/**
 * A schema name that is free on the run's PostgreSQL; the store creates the schema itself, as a user's would be.
 * It is dropped after the test file's last test.
 */
export function freshPostgres(): FreshPostgres {
	const fresh = { connectionString: testPostgresUrl(), schema: `test_${randomBytes(8).toString('hex')}` };
	schemas.push(fresh);
	return fresh;
}

/** @throws when the test runs without the jest configuration that starts PostgreSQL */
export function testPostgresUrl(): string {
	const url = process.env.TEST_POSTGRES_URL;
	if (!url) throw new Error('TEST_POSTGRES_URL is not set: run this test through jest.config.js or jest.e2e.config.js, whose globalSetup starts PostgreSQL.');
	return url;
}

afterAll(async () => {
	for (const store of stores.splice(0)) await store.close();
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
	const dropped = schemas.splice(0);
	if (dropped.length === 0) return;
	const client = new Client({ connectionString: dropped[0]!.connectionString });
	await client.connect();
	try {
		for (const { schema } of dropped) await client.query(`DROP SCHEMA IF EXISTS ${client.escapeIdentifier(schema)} CASCADE`);
	} finally {
		await client.end();
	}
});
