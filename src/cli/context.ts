import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { JourneyError } from '../core/errors';
import { embeddedFile, n8nFolder, openStore, parseStoreLocation, type OpenOptions, type StoreLocation } from '../store/open';
import type { Store } from '../store/Store';
import type { Terminal } from './terminal';

/** One call of the command line: the options that every command has, and its way to the outside. */
export class CommandContext {
	private saidStore = false;

	constructor(
		readonly terminal: Terminal,
		private readonly options: { store?: string; json?: boolean },
	) {}

	get json(): boolean {
		return this.options.json ?? false;
	}

	/** A file name as the person wrote it, seen from the folder they are in. */
	path(name: string): string {
		return resolve(this.terminal.folder, name);
	}

	/**
	 * A file that is to be read, looked at before a store is opened, which may make one.
	 * @throws the file system's error, or JourneyError `bad_file` for a folder
	 */
	async inputFile(name: string): Promise<string> {
		const file = this.path(name);
		if ((await stat(file)).isDirectory()) throw new JourneyError('bad_file', `${name} is a folder: name a file in it.`, { path: name });
		return file;
	}

	/** For people, on standard error: what is being done, with which store. */
	async note(text: string): Promise<void> {
		await this.terminal.err.write(`${text}\n`);
	}

	/** The command's answer: one JSON document with `--json`, else the text. */
	async answer(document: unknown, text: () => string | Promise<string>): Promise<void> {
		await this.terminal.out.write(this.json ? `${JSON.stringify(document, null, 2)}\n` : await text());
	}

	storeLocation(text = this.options.store): StoreLocation {
		const location = parseStoreLocation(text);
		if (location.kind === 'embedded') return { ...location, folder: n8nFolder(this.terminal.env) };
		return location;
	}

	/** Opens the store of `--store`, says which one it is, and closes it whatever happens. */
	async withStore<T>(use: (store: Store) => Promise<T>, options: OpenOptions = {}): Promise<T> {
		const location = this.storeLocation();
		const store = await this.open(location, options);
		try {
			if (!this.saidStore) await this.note(`Store: ${describeStore(location, store)}`);
			this.saidStore = true;
			return await use(store);
		} finally {
			await store.close();
		}
	}

	/** A file is opened under its full path and called by the name the person gave it. */
	open(location: StoreLocation, options: OpenOptions = {}): Promise<Store> {
		const place = location.kind === 'file' ? { ...location, file: this.path(location.file) } : location;
		const thread = (options.thread ?? false) && this.terminal.storeThread !== false;
		return openStore(place, { ...options, thread });
	}
}

function describeStore(location: StoreLocation, store: Store): string {
	return location.kind === 'embedded' ? `${store.label} (${embeddedFile(location.name, location.folder)})` : store.label;
}
