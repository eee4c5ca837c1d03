import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { openStore } from '../../src/store/open';
import type { Store } from '../../src/store/Store';
import { handOver, parkOneCustomer, setOneAside } from '../cli/support/parked';
import { Prompt } from '../cli/support/cli';
import { dumpStore, type Dump } from '../support/dumpStore';
import { freshPostgres, testPostgresUrl } from '../support/stores';

const FIXTURES = join(__dirname, '..', 'cli', 'fixtures', 'docs');
const HOUR_MS = 3_600_000;
const ENTRY = { workflowId: 'w1', stepKey: 'entry', journeyKey: 'abandoned-cart' };
const lane = { workflowId: 'w1', stepKey: 'wait-for-order' };

let prompt: Prompt;
let file: string;

/** A shop with history, figures, offers, a segment, somebody who waits, somebody set aside, and a run that was cut off. */
beforeEach(async () => {
	prompt = new Prompt();
	file = join(prompt.folder, 'shop.sqlite');
	for (const name of readdirSync(FIXTURES)) copyFileSync(join(FIXTURES, name), join(prompt.folder, name));
	writeFileSync(join(prompt.folder, 'products.csv'), 'product_id,name,category,price,margin\ntea,"Tea, ""green""\\",Drinks,9.50,0.4\n');
	await run('store', 'init', 'shop.sqlite', '--test-clock=2026-11-21T18:00:00Z', '--time-zone', 'Europe/Berlin', '--currency', 'EUR');
	for (const kind of ['customers', 'products', 'orders', 'consents', 'events', 'messages']) await run('import', kind, `${kind}.csv`);
	await parkOneCustomer(file);
	await handOver(file);
	await setOneAside(file);
	await run('segment', 'save', 'buyers', 'buyers.json');
	await run('refresh');
	await run('recommend', '--customer', 'c1');
	await withStore(async (store) => {
		const waits = await enters(store, 'c7');
		const { items } = await store.run('journeys.claimBatch', { ...waits, ...ENTRY, skipMovedOn: true });
		await store.run('journeys.park', { ...lane, nodeName: 'Wait for an order', parkings: [{ index: 0, journey: items[0]!.journey, own: { note: 'a "quoted" \\ word' }, wait: { kind: 'delay', length: { amount: 5, unit: 'days' } } }] });
		await store.run('journeys.settleBatch', { ...waits, outcome: 'success' });
		await enters(store, 'c1');
	});
	// Whoever served the steps is not heard of any more.
	await run('clock', 'advance', 'PT10M');
}, 60_000);

/** @returns the batch that the customer is in */
async function enters(store: Store, customerId: string) {
	const { now } = await store.run('store.info', {});
	await store.run('events.track', { items: [{ ref: { customerId }, type: 'cart_updated', occurredAt: now, source: 'test', properties: { cart_id: `of ${customerId}` } }] });
	const { batch } = await store.run('journeys.takeBatch', ENTRY);
	expect(batch?.size).toBe(1);
	return batch!;
}

async function run(...args: string[]): Promise<void> {
	const { exitCode, stderr } = await prompt.run(...args, '--store', 'shop.sqlite');
	if (exitCode !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
}

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
	const store = await openStore({ kind: 'file', file }, { thread: false });
	try {
		return await use(store);
	} finally {
		await store.close();
	}
}

interface Place {
	url: string;
	location: { kind: 'postgres'; url: string; schema: string };
}

function freshPlace(): Place {
	const { connectionString, schema } = freshPostgres();
	const address = new URL(connectionString);
	address.searchParams.set('schema', schema);
	return { url: address.href, location: { kind: 'postgres', url: connectionString, schema } };
}

const moveTo = (place: Place) => prompt.run('store', 'move', place.url, '--store', 'shop.sqlite', '--json');

/** Numbers, bytes and rows of a batch are told in different words by the two databases. */
function inOneWord(dump: Dump): Dump {
	const word = (column: string, value: unknown): unknown => {
		if (value === null) return null;
		if (column === 'items') return JSON.parse(String(value)) as unknown;
		return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
	};
	const sorted = (rows: Record<string, unknown>[]) => rows.map((row) => JSON.stringify(Object.fromEntries(Object.keys(row).sort().map((column) => [column, word(column, row[column])])))).sort();
	return Object.fromEntries(Object.entries(dump).filter(([table]) => table !== 'schema_migration').map(([table, rows]) => [table, sorted(rows) as unknown as Record<string, unknown>[]]));
}

test('every row of every table is taken along, numbers, secret and id of the store included', async () => {
	const before = await dumpStore({ kind: 'file', file });
	const storeId = await withStore(async (store) => store.storeId);
	const place = freshPlace();
	const outcome = await moveTo(place);
	expect(outcome).toMatchObject({ exitCode: 0 });
	expect(inOneWord(await dumpStore(place.location))).toEqual(inOneWord(before));
	const { meta, ...left } = await dumpStore({ kind: 'file', file });
	expect(left).toEqual(Object.fromEntries(Object.entries(before).filter(([table]) => table !== 'meta')));
	expect(meta).toHaveLength(before.meta!.length + 1);
	for (const table of ['wait', 'release_batch', 'dead_letter', 'feature', 'column_segment', 'model', 'segment', 'order_line', 'consent', 'touch', 'decision']) {
		expect({ table, rows: before[table]?.length ?? 0 }).not.toEqual({ table, rows: 0 });
	}
	expect(outcome.json()).toMatchObject({ storeId, rows: Object.entries(before).reduce((sum, [table, rows]) => sum + (table === 'schema_migration' ? 0 : rows.length), 0) });
});

test('customers go on from where they were: the run that was cut off comes again, and new rows get new numbers', async () => {
	const place = freshPlace();
	const before = (await prompt.run('value', '--store', 'shop.sqlite', '--json')).json();
	await moveTo(place);
	const store = await openStore(place.location);
	try {
		await store.run('clock.advance', { byMs: HOUR_MS });
		const { batch } = await store.run('journeys.takeBatch', ENTRY);
		const { items } = await store.run('journeys.claimBatch', { ...batch!, ...ENTRY, skipMovedOn: true });
		expect(items.map(({ customer }) => customer.id)).toEqual(['c1']);
		const { now } = await store.run('store.info', {});
		const parked = await store.run('journeys.park', { ...lane, nodeName: 'Wait for an order', parkings: [{ index: 0, journey: items[0]!.journey, own: {}, wait: { kind: 'delay', length: { amount: 1, unit: 'hours' } } }] });
		expect(parked.map(({ result }) => result)).toEqual(['parked']);
		await store.run('events.track', { items: [{ ref: { customerId: 'brand-new' }, type: 'cart_updated', occurredAt: now, source: 'test', properties: { cart_id: 'k3' } }] });
		expect((await prompt.run('customer', 'brand-new', '--store', place.url, '--json')).json()).toMatchObject({ customer: { id: 'brand-new' } });
	} finally {
		await store.close();
	}
	expect((await prompt.run('doctor', '--store', place.url, '--json')).json()).toMatchObject({ errors: 0 });
	expect({ ...(await prompt.run('value', '--store', place.url, '--json')).json(), asOf: before.asOf }).toEqual(before);
});

test('a number that was given to a row that is gone is not given again', async () => {
	const place = freshPlace();
	await moveTo(place);
	const database = new DatabaseSync(file, { readOnly: true });
	const last = Number(database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'release_batch'").get()!.seq);
	database.close();
	const client = new Client({ connectionString: place.location.url });
	await client.connect();
	const { rows } = await client.query(`SELECT nextval(pg_get_serial_sequence('${place.location.schema}.release_batch', 'id'))::int AS next`);
	await client.end();
	expect(last).toBeGreaterThan(1);
	expect(rows).toEqual([{ next: last + 1 }]);
});

test('what still names the file is told where the store is, and writes nothing', async () => {
	const place = freshPlace();
	await moveTo(place);
	const before = await dumpStore({ kind: 'file', file });
	const told = new RegExp(`was moved to PostgreSQL "${place.location.schema}" at 127\\.0\\.0\\.1:\\d+\\. Choose that in the credential`);
	await expect(openStore({ kind: 'file', file }, { thread: false })).rejects.toThrow(told);
	for (const command of [['import', 'customers', 'customers.csv'], ['doctor'], ['store', 'move', freshPlace().url]]) {
		const outcome = await prompt.run(...command, '--store', 'shop.sqlite');
		expect(outcome.exitCode).toBe(1);
		expect(outcome.stdout + outcome.stderr).toMatch(told);
	}
	expect(await dumpStore({ kind: 'file', file })).toEqual(before);
});

describe('is refused, and nothing is changed,', () => {
	test('while n8n works with the file', async () => {
		await withStore((store) => store.run('journeys.registerStep', { ...lane, nodeId: 'n2', nodeName: 'Wait for an order', kind: 'wait' }));
		const place = freshPlace();
		const outcome = await moveTo(place);
		expect(outcome).toMatchObject({ exitCode: 1, stdout: '' });
		expect(outcome.stderr).toMatch(/n8n works with the store .* right now\. Stop n8n/);
	});

	test('where the other store is in use', async () => {
		const place = freshPlace();
		await prompt.run('import', 'customers', 'customers.csv', '--store', place.url);
		const before = await dumpStore(place.location);
		const outcome = await moveTo(place);
		expect(outcome).toMatchObject({ exitCode: 1, stdout: '' });
		expect(outcome.stderr).toMatch(/is in use already .* Nothing was changed\./);
		expect(await dumpStore(place.location)).toEqual(before);
		await withStore((store) => store.run('store.info', {}));
	});

	test('where a move was cut off after the new store was filled and before the file was marked', async () => {
		const place = freshPlace();
		await moveTo(place);
		const database = new DatabaseSync(file);
		database.exec("DELETE FROM meta WHERE key = 'moved_to'");
		database.close();
		const before = await dumpStore(place.location);
		const outcome = await moveTo(place);
		expect(outcome).toMatchObject({ exitCode: 1, stdout: '' });
		expect(outcome.stderr).toMatch(/holds this very store already: .* put the file away and use the new store/);
		expect(await dumpStore(place.location)).toEqual(before);
	});

	test('while somebody writes to the file', async () => {
		const writer = new DatabaseSync(file);
		writer.exec('BEGIN IMMEDIATE');
		try {
			const outcome = await moveTo(freshPlace());
			expect(outcome).toMatchObject({ exitCode: 1, stdout: '' });
			expect(outcome.stderr).toMatch(/is being written to by another process/);
		} finally {
			writer.close();
		}
	}, 60_000);

	test('from a file that is not there, to a file, from PostgreSQL', async () => {
		const { url } = freshPlace();
		const missing = await prompt.run('store', 'move', url, '--store', 'no.sqlite');
		expect(missing).toMatchObject({ exitCode: 1, stdout: '' });
		expect(missing.stderr).toMatch(/There is no store at .*no\.sqlite/);
		expect(await prompt.run('store', 'move', 'other.sqlite', '--store', 'shop.sqlite')).toMatchObject({ exitCode: 2 });
		expect(await prompt.run('store', 'move', url, '--store', testPostgresUrl())).toMatchObject({ exitCode: 2 });
		expect(readdirSync(prompt.folder).filter((name) => /^(no|other)\.sqlite/.test(name))).toEqual([]);
	});
});
