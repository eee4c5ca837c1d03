import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../src/store/open';
import type { Store } from '../../src/store/Store';
import { freshSqliteFile } from '../support/stores';

const opened: Store[] = [];
afterEach(async () => {
	jest.restoreAllMocks();
	for (const store of opened.splice(0)) await store.close();
});

async function open(file = freshSqliteFile()): Promise<Store> {
	const store = await openStore({ kind: 'file', file }, { thread: false });
	opened.push(store);
	return store;
}

const viewed = (...eventIds: string[]) => ({ items: eventIds.map((eventId) => ({ ref: { customerId: 'c' }, type: 'viewed', occurredAt: 1_700_000_000_000, eventId, source: 's', properties: {} })) });

/** What ends a transaction from here on, in order. */
function endings(): string[] {
	const seen: string[] = [];
	const exec = DatabaseSync.prototype.exec;
	jest.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql: string) {
		if (sql === 'COMMIT' || sql === 'ROLLBACK') seen.push(sql);
		return exec.call(this, sql);
	});
	return seen;
}

describe('What is asked of a SQLite file at the same time', () => {
	test('is committed together, and answered in the order it was asked', async () => {
		// Answers are not kept back for a file that took its time: what is asked must be there before it.
		jest.spyOn(performance, 'now').mockReturnValue(0);
		const store = await open();
		const seen = endings();
		const order: number[] = [];
		await Promise.all(Array.from({ length: 8 }, (_, n) => store.run('events.track', viewed(`e${n}`)).then(() => order.push(n))));
		expect([seen, order]).toEqual([['COMMIT'], [0, 1, 2, 3, 4, 5, 6, 7]]);
		expect((await store.run('store.info', {})).counts.events).toBe(8);
	});

	test('is on the disk when it is answered', async () => {
		const file = freshSqliteFile();
		const [store, other] = [await open(file), await open(file)];
		const seenByOthers = await Promise.all(
			Array.from({ length: 4 }, async (_, n) => {
				await store.run('events.track', viewed(`e${n}`));
				return (await other.run('store.info', {})).counts.events > n;
			}),
		);
		expect(seenByOthers).toEqual([true, true, true, true]);
	});

	test('is not kept back for more once it has taken its time', async () => {
		let instant = 0;
		jest.spyOn(performance, 'now').mockImplementation(() => (instant += 3));
		const store = await open();
		const seen = endings();
		await Promise.all(Array.from({ length: 6 }, (_, n) => store.run('events.track', viewed(`e${n}`))));
		// Three milliseconds after the first one there is time for another, six after it there is not.
		expect(seen).toEqual(['COMMIT', 'COMMIT', 'COMMIT']);
	});

	test('fails alone where it fails: the others happen, and each hears of its own', async () => {
		const store = await open();
		const answers = await Promise.allSettled([
			store.run('events.track', viewed('e1')),
			store.run('customers.erase', { ref: { customerId: 'nobody' } }),
			store.run('events.track', viewed('e2')),
			store.run('notes.add', { items: null as never }),
			store.run('events.track', viewed('e2')),
		]);
		expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
		expect(answers[1]).toMatchObject({ reason: { code: 'unknown_customer' } });
		expect(answers[4]).toMatchObject({ value: [{ result: 'duplicate' }] });
		expect((await store.run('store.info', {})).counts.events).toBe(2);
	});

	test('sees what was asked before it, also when it only reads', async () => {
		const store = await open();
		const [, before, , after] = await Promise.all([store.run('events.track', viewed('e1')), store.run('store.info', {}), store.run('events.track', viewed('e2')), store.run('store.info', {})]);
		expect([before.counts.events, after.counts.events]).toEqual([1, 2]);
	});

	test('comes to its end before the file is closed', async () => {
		const file = freshSqliteFile();
		const store = await open(file);
		const asked = Array.from({ length: 5 }, (_, n) => store.run('events.track', viewed(`e${n}`)));
		await store.close();
		await Promise.all(asked);
		expect((await (await open(file)).run('store.info', {})).counts.events).toBe(5);
	});
});
