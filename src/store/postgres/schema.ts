import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { META_TABLE, MIGRATION_TABLE, loadMigrations, pendingMigrations } from '../migrate';
import { CLOCK_KEY, type StoreClock } from '../storeClock';

/**
 * Makes or upgrades the tables, in the caller's transaction. Several processes may do so at the same moment: one works,
 * the others wait.
 * @returns the store's id
 */
export async function migrateSchema(client: PoolClient, schema: string, label: string, testClock: StoreClock | undefined): Promise<string> {
	await client.query("SELECT pg_advisory_xact_lock(hashtext('customer-journeys'), hashtext($1))", [schema]);
	await createSchema(client, schema);
	const applied = (await exists(client, 'schema_migration', schema)) ? (await client.query('SELECT version, checksum FROM schema_migration')).rows : [];
	const known = loadMigrations('postgres');
	const pending = pendingMigrations(known, applied, label);
	if (applied.length === 0) {
		await client.query(MIGRATION_TABLE);
		await client.query(META_TABLE);
	}
	for (const migration of pending) {
		await client.query(migration.sql);
		await client.query('INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)', [migration.version, migration.name, migration.checksum]);
	}
	if (pending.length === known.length) await describeStore(client, testClock);
	return (await client.query("SELECT value FROM meta WHERE key = 'store_id'")).rows[0].value;
}

/** A user who may not create schemas may still be given one. */
async function createSchema(client: PoolClient, schema: string): Promise<void> {
	const { rowCount } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
	if (!rowCount) await client.query(`CREATE SCHEMA "${schema}"`);
}

async function exists(client: PoolClient, table: string, schema: string): Promise<boolean> {
	const { rowCount } = await client.query('SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = $2', [schema, table]);
	return rowCount === 1;
}

async function describeStore(client: PoolClient, testClock: StoreClock | undefined): Promise<void> {
	const meta = { store_id: randomUUID().slice(0, 8), secret: randomUUID() + randomUUID(), [CLOCK_KEY]: JSON.stringify(testClock ?? { mode: 'system' }), movable_clock: testClock ? '1' : '0' };
	for (const [key, value] of Object.entries(meta)) await client.query('INSERT INTO meta (key, value) VALUES ($1, $2)', [key, value]);
}
