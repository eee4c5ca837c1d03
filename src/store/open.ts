import { isAbsolute, join, resolve } from 'node:path';
import { JourneyError } from '../core/errors';
import { PostgresStore } from './postgres/postgresStore';
import { SqliteInlineStore } from './sqlite/inlineStore';
import { SqliteThreadStore } from './sqlite/threadStore';
import type { Store } from './Store';
import type { StoreClock } from './storeClock';

export type StoreLocation =
	| { kind: 'embedded'; name: string; folder?: string }
	| { kind: 'file'; file: string }
	| { kind: 'postgres'; url: string; schema?: string };

export interface OpenOptions {
	/** SQLite in its own thread (default) or in this one. */
	thread?: boolean;
	/** Only for stores made for tests and demos; an existing store keeps its own. */
	testClock?: StoreClock;
}

/** n8n's own rule for its folder; n8n-core's settings object must not be imported for it. */
export function n8nFolder(env: NodeJS.ProcessEnv = process.env): string {
	return join(env.N8N_USER_FOLDER ?? env.HOME ?? env.USERPROFILE ?? process.cwd(), '.n8n');
}

/**
 * File of an embedded store: `<n8n folder>/customer-journeys/<name>.sqlite`.
 * @throws JourneyError `bad_input` for a name that could leave that folder
 */
export function embeddedFile(name: string, folder = n8nFolder()): string {
	if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) {
		throw new JourneyError('bad_input', `The store name "${name}" cannot be used: write letters, digits, - and _ only, at most 64, starting with a letter or digit.`, { field: 'storeName' });
	}
	return join(folder, 'customer-journeys', `${name}.sqlite`);
}

/** Opens a store, making or upgrading it first. The caller closes it. */
export function openStore(location: StoreLocation, options: OpenOptions = {}): Promise<Store> {
	if (location.kind === 'postgres') return PostgresStore.open({ ...location, testClock: options.testClock });
	const file = location.kind === 'embedded' ? embeddedFile(location.name, location.folder) : isAbsolute(location.file) ? location.file : resolve(location.file);
	const label = location.kind === 'embedded' ? `embedded "${location.name}"` : location.file;
	const settings = { file, label, testClock: options.testClock };
	return options.thread === false ? SqliteInlineStore.open(settings) : SqliteThreadStore.open(settings);
}

/** `--store` of the command line: a file path or a postgres URL (`?schema=` names a schema of its own); nothing means embedded `default`. */
export function parseStoreLocation(text: string | undefined): StoreLocation {
	if (!text) return { kind: 'embedded', name: 'default' };
	if (/^postgres(ql)?:\/\//.test(text)) return postgresLocation(text);
	return { kind: 'file', file: text };
}

function postgresLocation(text: string): StoreLocation {
	if (!URL.canParse(text)) return { kind: 'postgres', url: text };
	const url = new URL(text);
	const schema = url.searchParams.get('schema') ?? undefined;
	if (schema === undefined) return { kind: 'postgres', url: text };
	url.searchParams.delete('schema');
	return { kind: 'postgres', url: url.href, schema };
}
