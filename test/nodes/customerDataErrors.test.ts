import type { IDataObject } from 'n8n-workflow';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { closeStores, customerData, freshStore } from './nodeRuns';

let store: StoreHandle;

beforeEach(() => {
	store = freshStore();
});
afterEach(closeStores);

const upsert = { resource: 'customer', operation: 'upsert', takeFrom: 'fields' };
const GOOD = Array.from({ length: 2500 }, (_, i) => ({ email: `c${i}@example.com`, n: i }));
const withBad = (at: number, bad: IDataObject) => GOOD.map((item, i) => (i === at ? { ...bad, n: i } : item));
const customers = async () => (await store.run('store.info', {})).counts.customers;

describe('On Error: continue', () => {
	test('a bad item among 2,500 comes out as an error with its own fields; the others go through in order', async () => {
		const { items, errors } = await customerData(upsert, withBad(1200, { email: 'no-at-sign' }), { onError: 'continueErrorOutput' });
		expect(items).toHaveLength(2499);
		expect(items.map(({ json }) => json.n)).toEqual(GOOD.map(({ n }) => n).filter((n) => n !== 1200));
		expect(items.every(({ json, pairedItem }) => (pairedItem as { item: number }).item === json.n)).toBe(true);
		expect(errors).toHaveLength(1);
		expect(errors[0].json).toMatchObject({ n: 1200, email: 'no-at-sign', error: expect.stringContaining('has no @') });
		expect(errors[0].pairedItem).toEqual({ item: 1200 });
		expect(await customers()).toBe(2499);
	});

	test('what the store refuses is an error on its item too', async () => {
		await customerData(upsert, [{ email: 'jane@example.com' }]);
		await customerData({ resource: 'customer', operation: 'erase' }, [{ email: 'jane@example.com' }]);
		const { items, errors } = await customerData({ resource: 'event', operation: 'track' }, [
			{ email: 'ann@example.com', type: 'visit' },
			{ email: 'jane@example.com', type: 'visit' },
			{ email: 'bob@example.com', type: 'visit' },
		], { onError: 'continueErrorOutput' });
		expect(items.map(({ json }) => json.email)).toEqual(['ann@example.com', 'bob@example.com']);
		expect(errors.map(({ json }) => json.email)).toEqual(['jane@example.com']);
	});

	test.each<[string, IDataObject, IDataObject, RegExp]>([
		['a missing customer', { resource: 'event', operation: 'track' }, { type: 'visit' }, /names no customer/],
		['a missing event type', { resource: 'event', operation: 'track' }, { email: 'a@example.com' }, /type/i],
		['a bad date', { resource: 'event', operation: 'track' }, { email: 'a@example.com', type: 'visit', occurred_at: '31.02.2026' }, /is not an instant/],
		['a wrong currency', { resource: 'order', operation: 'record', takeFrom: 'fields' }, { order_id: '1', email: 'a@example.com', currency: 'Euro', total: '1' }, /currency/i],
		['an amount that is none', { resource: 'order', operation: 'record', takeFrom: 'fields' }, { order_id: '1', email: 'a@example.com', currency: 'EUR', total: 'free' }, /total/i],
		['a huge payload', { resource: 'event', operation: 'track' }, { email: 'a@example.com', type: 'visit', blob: 'x'.repeat(300_000) }, /KiB/],
		['a customer that is an object', { resource: 'customer', operation: 'get', customer: '={{ $json }}' }, { a: 1 }, /Customer/],
	])('%s', async (_what, parameters, item, sentence) => {
		const { items, errors } = await customerData(parameters, [item], { onError: 'continueErrorOutput' });
		expect(items).toEqual([]);
		expect(errors).toHaveLength(1);
		expect(errors[0].json.error).toMatch(sentence);
	});
});

describe('On Error: stop', () => {
	test('an item that cannot be read: nothing is taken in, and the error says so', async () => {
		const { error } = await customerData(upsert, withBad(1200, { email: 'no-at-sign' }));
		expect(error?.message).toMatch(/has no @/);
		expect(error?.itemIndex).toBe(1200);
		expect(error?.description).toContain('None of the 2500 items was taken in');
		expect(await customers()).toBe(0);
	});

	test('an item that the store refuses: the error counts what is in, and the second run completes it', async () => {
		await customerData(upsert, [{ email: 'c1200@example.com' }]);
		await customerData({ resource: 'customer', operation: 'erase' }, [{ email: 'c1200@example.com' }]);
		const events = GOOD.map((item) => ({ ...item, type: 'visit', occurred_at: '2026-11-20T10:00:00Z' }));
		const track = { resource: 'event', operation: 'track', options: { historyOnly: true } };
		const { error } = await customerData(track, events);
		expect(error?.itemIndex).toBe(1200);
		const counted = Number(/^(\d+) of the 2500 items were taken in/.exec(error?.description ?? '')?.[1]);
		expect((await store.run('store.info', {})).counts.events).toBe(counted);
		expect(counted).toBeGreaterThan(0);
		const again = await customerData(track, events.filter(({ n }) => n !== 1200));
		expect(again.items.filter(({ json }) => json.changed === false)).toHaveLength(counted);
		expect((await store.run('store.info', {})).counts.events).toBe(2499);
	});
});

test('an erasure that fails in the middle says how many were done', async () => {
	await customerData(upsert, [{ email: 'a@example.com' }]);
	const { error } = await customerData({ resource: 'customer', operation: 'erase' }, [{ email: 'a@example.com' }, { nobody: true }]);
	expect(error?.itemIndex).toBe(1);
	expect(error?.description).toContain('1 of the 2 items were done before it.');
});

test('big payloads go in, in calls that are not too big', async () => {
	const items = Array.from({ length: 60 }, (_, i) => ({ email: 'a@example.com', type: 'visit', occurred_at: '2026-11-20T10:00:00Z', event_id: `e${i}`, text: 'x'.repeat(250_000) }));
	const calls = jest.spyOn(await store.store(), 'run');
	const { items: out } = await customerData({ resource: 'event', operation: 'track', options: { historyOnly: true } }, items);
	expect(out.every(({ json }) => json.changed)).toBe(true);
	const sizes = calls.mock.calls.filter(([name]) => name === 'events.track').map(([, input]) => (input as { items: unknown[] }).items.length);
	expect(sizes).toEqual([33, 27]);
});

test('a test run writes, says so, and moves no journey unless asked to', async () => {
	const track = (options: IDataObject) => customerData({ resource: 'event', operation: 'track', options }, [{ email: 'a@example.com', type: 'visit' }], { mode: 'manual' });
	expect((await track({})).hints).toEqual([expect.stringContaining('No journey started, resumed or ended')]);
	expect((await track({ actInTestRuns: true })).hints).toEqual(['This test run really wrote to the customer store.']);
});

test('an embedded store in queue mode is refused with what to do', async () => {
	process.env.EXECUTIONS_MODE = 'queue';
	try {
		const { error } = await customerData(upsert, [{ email: 'a@example.com' }]);
		expect(error?.message).toContain('choose a Customer Store credential of type PostgreSQL');
	} finally {
		delete process.env.EXECUTIONS_MODE;
	}
});
