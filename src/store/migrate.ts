import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { JourneyError } from '../core/errors';
import { hashOf } from '../core/hash';
import type { Dialect } from './port';

/** One step of the schema, from `migrations/NNN-name.<dialect>.sql`. */
export interface Migration {
	version: number;
	name: string;
	sql: string;
	checksum: string;
}

const loaded = new Map<Dialect, Migration[]>();

/** Migrations of a dialect, lowest version first; read once. */
export function loadMigrations(dialect: Dialect): Migration[] {
	const migrations = loaded.get(dialect) ?? readMigrations(dialect);
	loaded.set(dialect, migrations);
	return migrations;
}

function readMigrations(dialect: Dialect): Migration[] {
	const folder = join(__dirname, 'migrations');
	const suffix = `.${dialect}.sql`;
	return readdirSync(folder)
		.filter((file) => file.endsWith(suffix))
		.sort()
		.map((file) => {
			const sql = readFileSync(join(folder, file), 'utf8');
			return { version: Number.parseInt(file, 10), name: file.slice(0, -suffix.length), sql, checksum: hashOf(sql) };
		});
}

/**
 * Which migrations are still to run, given those recorded in the store.
 * @throws JourneyError `store_newer_schema` when the store was made by a newer version of this package, or when a
 *   recorded migration differs from the one this package carries
 */
export function pendingMigrations(
	known: readonly Migration[],
	applied: readonly { version: number; checksum: string }[],
	storeLabel: string,
): Migration[] {
	const newest = known.at(-1)?.version ?? 0;
	for (const done of applied) {
		const same = known.find((migration) => migration.version === done.version);
		if (!same && done.version > newest) {
			throw new JourneyError(
				'store_newer_schema',
				`The customer store ${storeLabel} has schema ${done.version}, newer than this version of n8n-nodes-customer-journeys understands (${newest}). Update the package on this machine; nothing was changed.`,
				{ storeSchema: done.version, packageSchema: newest },
			);
		}
		if (same && same.checksum !== done.checksum) {
			throw new JourneyError(
				'store_newer_schema',
				`The customer store ${storeLabel} was made with a different schema ${done.version} than this package carries. Install the package version that made it; nothing was changed.`,
				{ storeSchema: done.version },
			);
		}
	}
	return known.filter((migration) => !applied.some((done) => done.version === migration.version));
}

export const MIGRATION_TABLE =
	'CREATE TABLE IF NOT EXISTS schema_migration (version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)';
export const META_TABLE = 'CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)';
