import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../src/store/open';
import { dumpStore } from '../support/dumpStore';
import { freshSqliteFile } from '../support/stores';
import { storeChild } from './support/storeChild';

test.each([false, true])('a disk that fills up while events come in (store in a thread: %s): the sentence says so, and what was acknowledged is there, whole', async (thread) => {
	const file = freshSqliteFile();
	const location = { kind: 'file' as const, file };
	await (await openStore(location, { thread: false })).close();
	const child = storeChild(location, 'track', { name: 'a', batches: 100_000, size: 25, thread, diskKiB: 3_000 });
	expect(await child.end()).toBe(1);
	const [failure] = child.lines.slice(-1);
	expect(failure).toMatchObject({ code: 'store_unavailable', name: 'JourneyError', error: expect.stringMatching(/^The customer store .*(the disk is full\. Free some space|the disk reports an error at .*Check the disk); what was being written was rolled back whole\.$/) });
	const acknowledged = child.lines.flatMap((line) => (line.batch === undefined ? [] : Array.from({ length: 25 }, (_, index) => `a-${String(line.batch)}-${index}`)));
	expect(acknowledged.length).toBeGreaterThan(500);
	const { event, seen } = await dumpStore(location);
	const stored = event.map((row) => String(row.event_id));
	const there = new Set(stored);
	expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
	expect([there.size, seen.length, stored.length % 25]).toEqual([stored.length, stored.length, 0]);
	expect(stored.length - acknowledged.length).toBeLessThanOrEqual(25);
	const database = new DatabaseSync(file);
	expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
	database.close();
	// With room again it goes on.
	const store = await openStore(location, { thread: false });
	expect(await store.run('events.track', { items: [{ ref: { customerId: 'after' }, type: 'x', occurredAt: 1, source: 's', properties: {} }] })).toMatchObject([{ ok: true, result: 'accepted' }]);
	await store.close();
}, 120_000);
