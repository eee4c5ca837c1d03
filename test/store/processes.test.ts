import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { openStore, type StoreLocation } from '../../src/store/open';
import { dumpStore } from '../support/dumpStore';
import { onEachStore } from '../support/eachStore';
import { freshPostgres, freshSqliteFile } from '../support/stores';
import { storeChild } from './support/storeChild';

const places: [string, () => StoreLocation][] = [
	['SQLite', () => ({ kind: 'file', file: freshSqliteFile() })],
	['PostgreSQL', () => {
		const { connectionString, schema } = freshPostgres();
		return { kind: 'postgres', url: connectionString, schema };
	}],
];

/** Changes a store behind its back. */
async function tamper(location: StoreLocation, sql: string): Promise<void> {
	if (location.kind === 'postgres') {
		const client = new Client({ connectionString: location.url, options: `-c search_path=${location.schema}` });
		await client.connect();
		await client.query(sql);
		await client.end();
	} else {
		const database = new DatabaseSync((location as { file: string }).file);
		database.exec(sql);
		database.close();
	}
}

describe.each(places)('The schema on %s', (_name, place) => {
	test('is made once, however many processes come first at the same moment', async () => {
		const location = place();
		const children = Array.from({ length: 4 }, () => storeChild(location, 'open'));
		await Promise.all(children.map((child) => child.line((line) => line.ready === true)));
		for (const child of children) child.go();
		const codes = await Promise.all(children.map((child) => child.end()));
		expect([codes, children.flatMap((child) => child.lines.filter((line) => line.error))]).toEqual([[0, 0, 0, 0], []]);
		expect(new Set(children.map((child) => child.lines.at(-1)?.storeId)).size).toBe(1);
		const { schema_migration, meta } = await dumpStore(location);
		expect(schema_migration.map((row) => Number(row.version))).toEqual([...new Set(schema_migration.map((row) => Number(row.version)))]);
		expect(meta.filter((row) => row.key === 'store_id')).toHaveLength(1);
	}, 60_000);

	test('of a newer version is refused, and nothing is changed', async () => {
		const location = place();
		await (await openStore(location, { thread: false })).close();
		await tamper(location, "INSERT INTO schema_migration (version, name, checksum) VALUES (99, '099-future', 'x')");
		const before = await dumpStore(location);
		await expect(openStore(location, { thread: false })).rejects.toMatchObject({ code: 'store_newer_schema', message: expect.stringMatching(/has schema 99, newer than this version of n8n-nodes-customer-journeys understands \(\d+\)\. Update the package on this machine; nothing was changed\.$/) });
		expect(await dumpStore(location)).toEqual(before);
	});

	test('that differs from the one this package carries is refused', async () => {
		const location = place();
		await (await openStore(location, { thread: false })).close();
		await tamper(location, "UPDATE schema_migration SET checksum = 'other' WHERE version = 1");
		await expect(openStore(location, { thread: false })).rejects.toMatchObject({ code: 'store_newer_schema', message: expect.stringMatching(/was made with a different schema 1 than this package carries/) });
	});
});

onEachStore('Several processes on one store', (open) => {
	const EVENTS = { batches: 40, size: 25 };

	test('two that write 1,000 events each at the same time: nothing lost, nothing twice', async () => {
		const { location } = await open();
		const children = ['a', 'b'].map((name) => storeChild(location, 'track', { name, ...EVENTS }));
		expect(await Promise.all(children.map((child) => child.end()))).toEqual([0, 0]);
		const { event, seen, customer } = await dumpStore(location);
		expect([event.length, seen.length, customer.length]).toEqual([2_000, 2_000, 97]);
		expect(new Set(event.map((row) => row.event_id)).size).toBe(2_000);
		expect(children.every((child) => child.lines.every((line) => (line.results as string[]).every((result) => result === 'accepted')))).toBe(true);
	}, 120_000);

	test('two that write the same 1,000 events: each is accepted by one of them', async () => {
		const { location } = await open();
		const children = [0, 1].map(() => storeChild(location, 'track', { name: 'same', source: 'same', ...EVENTS }));
		await Promise.all(children.map((child) => child.end()));
		const results = children.flatMap((child) => child.lines.flatMap((line) => line.results as string[]));
		expect([results.filter((result) => result === 'accepted').length, results.filter((result) => result === 'duplicate').length]).toEqual([1_000, 1_000]);
		expect((await dumpStore(location)).event).toHaveLength(1_000);
	}, 120_000);

	test('killed again and again while they write: the store is sound, and all that was acknowledged is there once', async () => {
		const { location, store } = await open();
		const acknowledged: string[] = [];
		for (let kill = 0; kill < 6; kill++) {
			const children = ['a', 'b'].map((name) => storeChild(location, 'track', { name: `${name}${kill}`, batches: 10_000, size: 25, thread: kill % 2 === 1 }));
			await Promise.all(children.map((child) => child.line((line) => Number(line.batch) >= 3 + 4 * kill)));
			for (const child of children) await child.kill();
			children.forEach((child, place) => {
				for (const line of child.lines) acknowledged.push(...Array.from({ length: 25 }, (_, index) => `${'ab'[place]}${kill}-${line.batch as number}-${index}`));
			});
		}
		const { event, seen } = await dumpStore(location);
		const stored = event.map((row) => String(row.event_id));
		const there = new Set(stored);
		expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
		expect([there.size, seen.length]).toEqual([stored.length, stored.length]);
		// Batches stand or fall whole.
		expect(stored.length % 25).toBe(0);
		expect(stored.length - acknowledged.length).toBeLessThanOrEqual(6 * 2 * 25);
		if (location.kind === 'file') {
			const database = new DatabaseSync(location.file);
			expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
			database.close();
		}
		expect(await store.run('events.track', { items: [{ ref: { customerId: 'after' }, type: 'x', occurredAt: 1, source: 's', properties: {} }] })).toMatchObject([{ ok: true }]);
	}, 180_000);
});
