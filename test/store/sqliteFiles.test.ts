import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { JourneyError } from '../../src/core/errors';
import { embeddedFile, n8nFolder, openStore, parseStoreLocation } from '../../src/store/open';
import { SqliteInlineStore } from '../../src/store/sqlite/inlineStore';
import type { Store } from '../../src/store/Store';
import { freshFolder, freshSqliteFile } from '../support/stores';
import { storeChild } from './support/storeChild';

const opened: Store[] = [];
afterEach(async () => {
	for (const store of opened.splice(0)) await store.close();
});

async function open(file: string): Promise<Store> {
	const store = await openStore({ kind: 'file', file }, { thread: false });
	opened.push(store);
	return store;
}

const event = (customerId: string) => ({ ref: { customerId }, type: 'x', occurredAt: 1_700_000_000_000, source: 's', properties: {} });

/** A store with one customer, closed. */
async function filled(file: string): Promise<string> {
	const store = await openStore({ kind: 'file', file }, { thread: false });
	await store.run('events.track', { items: [event('c1')] });
	await store.close();
	return file;
}

describe('Where a store lives', () => {
	test('an embedded store is a file below n8n\'s folder, made with its folder on first use', async () => {
		const home = freshFolder();
		expect(n8nFolder({ N8N_USER_FOLDER: home })).toBe(path.join(home, '.n8n'));
		const store = await openStore({ kind: 'embedded', name: 'shop-1', folder: path.join(home, '.n8n') }, { thread: false });
		opened.push(store);
		expect(store.label).toBe('embedded "shop-1"');
		expect(existsSync(path.join(home, '.n8n', 'customer-journeys', 'shop-1.sqlite'))).toBe(true);
	});

	test.each(['../other', '', 'a/b', 'a.b', '-x', 'x'.repeat(65), 'a\u0000', 'ü'])('the name %j cannot leave that folder', (name) => {
		expect(() => embeddedFile(name, '/n8n')).toThrow(JourneyError);
	});

	test('--store takes a file, a PostgreSQL address, or nothing', () => {
		expect([parseStoreLocation(undefined), parseStoreLocation('shop.sqlite'), parseStoreLocation('postgresql://h/d')]).toEqual([{ kind: 'embedded', name: 'default' }, { kind: 'file', file: 'shop.sqlite' }, { kind: 'postgres', url: 'postgresql://h/d' }]);
	});

	test('the store keeps its id, and others have others', async () => {
		const file = await filled(freshSqliteFile());
		const [first, again, other] = [await open(file), await open(file), await open(freshSqliteFile())];
		expect(first.storeId).toBe(again.storeId);
		expect(first.storeId).not.toBe(other.storeId);
	});
});

describe('A file that cannot be used gives one clear sentence, and is left as it is', () => {
	const refuses = async (file: string, code: string, sentence: RegExp) => {
		const before = existsSync(file) ? readFileSync(file) : undefined;
		const error = await open(file).catch((reason: unknown) => reason);
		expect(error).toBeInstanceOf(JourneyError);
		expect(error).toMatchObject({ code, message: expect.stringMatching(sentence) });
		if (before) expect(readFileSync(file).equals(before)).toBe(true);
	};

	test('a text file', async () => {
		const file = freshSqliteFile('notes.txt');
		writeFileSync(file, 'Dear diary, '.repeat(1_000));
		await refuses(file, 'store_unavailable', /is not a readable store file: .*notes\.txt is damaged or is something else\. Restore it from a backup or choose another store name\.$/);
	});

	test('a database of another program', async () => {
		const file = freshSqliteFile('n8n.sqlite');
		const database = new DatabaseSync(file);
		database.exec('PRAGMA journal_mode = WAL; CREATE TABLE workflow_entity (id TEXT); INSERT INTO workflow_entity VALUES (1)');
		database.close();
		await refuses(file, 'store_unavailable', /is a database of another program\. Choose another file; nothing was changed in this one\.$/);
	});

	test('a store cut in half', async () => {
		const file = await filled(freshSqliteFile());
		truncateSync(file, 40_000);
		const error = await open(file).then((store) => store.run('events.track', { items: [event('c2')] }), (reason: unknown) => reason).catch((reason: unknown) => reason);
		expect(error).toMatchObject({ code: 'store_unavailable', message: expect.stringMatching(/damaged/) });
	});

	test('a folder in place of the file, a file in place of the folder', async () => {
		const folder = freshFolder();
		mkdirSync(path.join(folder, 'store.sqlite'));
		await expect(open(path.join(folder, 'store.sqlite'))).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringMatching(/cannot be opened at .*store\.sqlite/) });
		writeFileSync(path.join(folder, 'file'), '');
		await expect(open(path.join(folder, 'file', 'store.sqlite'))).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringMatching(/cannot be opened at/) });
	});
});

describe('Without the right to write (as another user)', () => {
	/** What a process without rights of its own says of a store there. */
	async function asNobody(file: string) {
		const child = storeChild({ kind: 'file', file }, 'asNobody');
		return await child.line(() => true);
	}

	/** A folder of nobody's own, as far as this test may give it away. */
	function nobodysFolder(): string {
		const folder = freshFolder();
		chmodSync(folder, 0o777);
		if (process.getuid?.() === 0) chownSync(folder, 65534, 65534);
		return folder;
	}

	test('a new store in a folder that is read-only, and below one', async () => {
		const folder = nobodysFolder();
		chmodSync(folder, 0o555);
		expect(await asNobody(path.join(folder, 'new.sqlite'))).toMatchObject({ name: 'JourneyError', code: 'store_unavailable', message: expect.stringMatching(/cannot be opened at .*new\.sqlite\. Check that the folder exists, is on a local disk and can be written to\.$/) });
		expect(await asNobody(path.join(folder, 'below', 'new.sqlite'))).toMatchObject({ name: 'JourneyError', code: 'store_read_only', message: expect.stringMatching(/cannot be written to: its file or folder is read-only\. Give the user that runs n8n write access to .*new\.sqlite and to its folder\.$/) });
		chmodSync(folder, 0o777);
	});

	test('a file that is read-only: it may be looked into, writing is refused', async () => {
		const folder = nobodysFolder();
		const file = await filled(path.join(folder, 'store.sqlite'));
		chmodSync(file, 0o444);
		expect(await asNobody(file)).toMatchObject({ opened: true, found: 1, name: 'JourneyError', code: 'store_read_only', message: expect.stringMatching(/is read-only/) });
	});

	test('a file in a folder that is read-only', async () => {
		const folder = nobodysFolder();
		const file = await filled(path.join(folder, 'store.sqlite'));
		chmodSync(file, 0o666);
		chmodSync(folder, 0o555);
		const said = await asNobody(file);
		expect(said).toMatchObject({ name: 'JourneyError', message: expect.stringMatching(/write access|can be written to/) });
		expect(said.wrote).toBeUndefined();
		chmodSync(folder, 0o777);
	});
});

describe('Another process that writes', () => {
	test('is waited for, without holding up this one', async () => {
		const file = await filled(freshSqliteFile());
		const store = await open(file);
		const rival = new DatabaseSync(file);
		rival.exec('BEGIN IMMEDIATE');
		let ticks = 0;
		const ticking = setInterval(() => (ticks += 1), 5);
		const call = store.run('events.track', { items: [event('c2')] });
		await new Promise((resolve) => setTimeout(resolve, 400));
		rival.exec('COMMIT');
		expect(await call).toMatchObject([{ ok: true }]);
		clearInterval(ticking);
		rival.close();
		expect(ticks).toBeGreaterThan(10);
	});

	test('for too long is told, and the store works once it has ended', async () => {
		const file = await filled(freshSqliteFile());
		const store = await SqliteInlineStore.open({ file, label: 'x', busyTimeoutMs: 200 });
		opened.push(store);
		const rival = new DatabaseSync(file);
		rival.exec('BEGIN IMMEDIATE');
		await expect(store.run('events.track', { items: [event('c2')] })).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringMatching(/is being written to by another process for too long\. Wait for the import or backup to end and try again\.$/) });
		expect(await store.run('customers.find', { limit: 10 })).toHaveLength(1);
		rival.exec('ROLLBACK');
		rival.close();
		expect(await store.run('events.track', { items: [event('c2')] })).toMatchObject([{ ok: true }]);
	});

	test('a call that fails leaves nothing behind, and those after it go on', async () => {
		const store = await open(freshSqliteFile());
		const bad = store.run('journeys.register', { settings: { key: '' } as never, workflowId: 'w', workflowName: 'W', nodeId: 'n', activation: 'activate' });
		const good = store.run('events.track', { items: [event('c1')] });
		await expect(bad).rejects.toThrow();
		expect(await good).toMatchObject([{ ok: true }]);
	});

	test('closing lets calls that are under way end, and refuses those that come after', async () => {
		const store = await openStore({ kind: 'file', file: freshSqliteFile() }, { thread: false });
		const call = store.run('events.track', { items: [event('c1')] });
		const closed = store.close();
		expect(await call).toMatchObject([{ ok: true }]);
		await Promise.all([closed, store.close()]);
		await expect(store.run('store.info', {})).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringMatching(/was closed\.$/) });
	});
});
