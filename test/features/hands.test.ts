import { execFileSync } from 'node:child_process';
import { packBucket, BUCKET_SIZE, type Bucket, type BucketTable } from '../../src/features/bucket';
import { asOf, type AsOf, type Column } from '../../src/features/contract';
import type { AnyFamily } from '../../src/features/families';
import { FAMILIES } from '../../src/features/families';
import type { ColumnSource, Hands, threadsFor as ThreadsFor } from '../../src/features/hands';
import { InOrder } from '../../src/features/inOrder';
import type { refresh as Refresh } from '../../src/features/refresh';
import type { BucketFigures } from '../../src/features/shopPart';
import { ZoneClock } from '../../src/policy/zoneClock';
import { compiled } from '../store/support/compiled';
import { DAY, onEachStore, START_MS } from '../support/eachStore';

// Compiled: a worker thread loads no TypeScript.
const { Hands: CompiledHands } = require(compiled('src/features/hands')) as { Hands: typeof Hands };
const { refresh } = require(compiled('src/features/refresh')) as { refresh: typeof Refresh };
const families = (require(compiled('src/features/families')) as { FAMILIES: typeof FAMILIES }).FAMILIES;

const at = START_MS;
const zone = ZoneClock.of('America/New_York') as ZoneClock;
const instant: AsOf = asOf(at, zone);
const WORTH = { marginShare: null };
/** The catalogue says what is left of one product of two. */
const margins = new Map([['p', { marginE4: 30_000, priceE4: 100_000 }], ['q', { marginE4: 7_000, priceE4: null }]]);

/** Park and Miller's minimal standard generator. */
function chance(seed: number): () => number {
	let state = seed;
	return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** A bucket of customers: some are leads, some came later, orders in two currencies, some of them after the instant, some given back. */
function bucketOf(place: number): Bucket {
	const random = chance(place + 1);
	const numbers = Float64Array.from({ length: 500 }, (_, customer) => place * BUCKET_SIZE + 1 + customer * 7);
	const tables = { known: { since: [] as number[] }, orders: { at: [] as number[], amount_e4: [] as number[], currency: [] as number[] }, refunds: { order: [] as number[], at: [] as number[], amount_e4: [] as number[] } };
	const offsets = { known: [0], orders: [0], refunds: [0] };
	numbers.forEach(() => {
		const orders = random() < 0.1 ? 0 : Math.ceil(-Math.log(1 - random()) * 6);
		const first = at - random() * 900 * DAY;
		tables.known.since.push(random() < 0.03 ? at + DAY : Math.floor(first));
		const days = Array.from({ length: orders }, (_, order) => (order === 0 ? 0 : random() * ((at + 20 * DAY - first) / DAY))).sort((a, b) => a - b);
		days.forEach((day) => {
			tables.orders.at.push(Math.floor((first + day * DAY) / 1000) * 1000);
			tables.orders.amount_e4.push(Math.floor(random() * 900) * 1_000);
			tables.orders.currency.push(random() < 0.2 ? 1 : 0);
		});
		if (orders > 0 && random() < 0.1) {
			tables.refunds.order.push(0);
			tables.refunds.at.push(Math.floor(first + 3 * DAY));
			tables.refunds.amount_e4.push(100_000);
		}
		offsets.known.push(tables.known.since.length);
		offsets.orders.push(tables.orders.at.length);
		offsets.refunds.push(tables.refunds.at.length);
	});
	const table = (name: keyof typeof tables): BucketTable => ({ offsets: Uint32Array.from(offsets[name]), columns: Object.fromEntries(Object.entries(tables[name]).map(([column, values]) => [column, Float64Array.from(values)])) });
	return { numbers, tables: { known: table('known'), orders: table('orders'), refunds: table('refunds') }, texts: place % 2 === 0 ? ['EUR', 'USD'] : ['USD', 'EUR'] };
}

/** One line for each order, of three products in turn. */
function salesOf(place: number): Bucket {
	const { numbers, tables: { orders } } = bucketOf(place);
	const own = orders.columns.amount_e4;
	const order = Float64Array.from(own, (_, row) => row - orders.offsets[orders.offsets.findLastIndex((offset) => offset <= row)]);
	return { numbers, tables: { lines: { offsets: orders.offsets, columns: { order, product: own.map((_, row) => row % 3), pieces: own.map(() => 1), amount_e4: own, price_e4: own } } }, texts: ['p', 'other', 'q'] };
}

/** Every other customer looks at products 16, 9 and 2 days before each order. */
function viewsOf(place: number): Bucket {
	const { numbers, tables: { orders } } = bucketOf(place);
	const views = Array.from(numbers, (_, customer) => (customer % 2 === 0 ? [] : Array.from(orders.columns.at.subarray(orders.offsets[customer], orders.offsets[customer + 1]), (then) => [16, 9, 2].map((days) => then - days * DAY)).flat().sort((a, b) => a - b)));
	const offsets = Uint32Array.from([0, ...views], (_, row) => views.slice(0, row).reduce((sum, own) => sum + own.length, 0));
	return { numbers, tables: { events: { offsets, columns: { at: Float64Array.from(views.flat()), type: new Float64Array(offsets[numbers.length]) } } }, texts: ['product_viewed'] };
}

const packed = (bucket: number) => ({ orders: packBucket(bucketOf(bucket)), sales: packBucket(salesOf(bucket)), events: packBucket(viewsOf(bucket)) });
const source = (buckets: number, over: Partial<ColumnSource> = {}): ColumnSource => ({ buckets, orders: buckets * 3_000, currency: 'EUR', margins, read: async (bucket) => packed(bucket), repair: async () => undefined, ...over });

interface Outcome {
	mainCurrency: string | null;
	models: object[];
	figures: BucketFigures[];
}

async function everything(threads: number, columns: ColumnSource, wanted: readonly AnyFamily[] = families): Promise<Outcome> {
	const hands = new CompiledHands(threads, instant);
	try {
		const settings = wanted.map(({ defaults }) => defaults);
		const learners = wanted.map((family, place) => ({ family, settings: settings[place] }));
		const { whole, mainCurrency } = await hands.build(columns, WORTH, learners, async () => undefined);
		const models = await hands.learn(learners, whole, async () => undefined);
		const figures: BucketFigures[] = [];
		const fitted = wanted.map(({ name }, place) => ({ family: name, settings: settings[place], model: models[place] }));
		await hands.compute({ families: fitted, listened: { thresholds: [{ column: 'ltv_e4', above: 1_000_000 }], nextPurchase: true }, shown: true }, async (bucket, one) => {
			expect(bucket).toBe(figures.length);
			figures.push(one);
		});
		return { mainCurrency, models, figures };
	} finally {
		await hands.close();
	}
}

/** Every byte of what came out. */
const bytesOf = ({ numbers, columns, marks, history }: BucketFigures) => {
	const bytes = (array: ArrayBufferView) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
	const column = (one: Column) => ('labels' in one ? [one.labels, bytes(one.codes)] : bytes(one.numbers));
	return [bytes(numbers), [...(columns ?? [])].map(([name, one]) => [name, column(one)]), marks && [bytes(marks.standing), bytes(marks.drifting)], Object.entries(history?.orders ?? {}).map(([name, array]) => [name, bytes(array)])];
};

describe('Several threads', () => {
	let alone: Outcome;
	beforeAll(async () => {
		alone = await everything(1, source(7));
	});

	test('one thread computes what families compute of the shop in one piece', async () => {
		expect(alone.figures).toHaveLength(7);
		expect(alone.models).toHaveLength(FAMILIES.length);
		expect(alone.mainCurrency).toBe('EUR');
		expect(alone.figures[0].columns?.size).toBeGreaterThan(20);
		expect(alone.models.filter((model) => 'byMargin' in model && model.byMargin)).toHaveLength(2);
		expect(alone.models.filter((model) => 'byViews' in model && model.byViews)).toHaveLength(1);
		const customers = alone.figures.reduce((sum, { numbers }) => sum + numbers.length, 0);
		expect(customers).toBeGreaterThan(3_000);
	});

	test.each([2, 3])('%i threads: byte for byte the same', async (threads) => {
		const shared = await everything(threads, source(7));
		expect(JSON.stringify(shared.models)).toBe(JSON.stringify(alone.models));
		expect(shared.mainCurrency).toBe(alone.mainCurrency);
		expect(shared.figures.map(bytesOf)).toEqual(alone.figures.map(bytesOf));
	});

	test('more threads than buckets, one bucket, and nobody at all', async () => {
		const [one, alsoOne] = [await everything(1, source(1)), await everything(3, source(1))];
		expect(alsoOne.figures.map(bytesOf)).toEqual(one.figures.map(bytesOf));
		expect(JSON.stringify(alsoOne.models)).toBe(JSON.stringify(one.models));
		const [nobody, alsoNobody] = [await everything(1, source(0)), await everything(2, source(0))];
		expect(nobody).toMatchObject({ mainCurrency: null, figures: [] });
		expect(JSON.stringify(alsoNobody.models)).toBe(JSON.stringify(nobody.models));
	});

	test('a damaged bucket is built anew, whoever came upon it', async () => {
		const repaired: number[] = [];
		const read = async (bucket: number) => (bucket % 2 === 1 && !repaired.includes(bucket) ? { orders: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) } : packed(bucket));
		const repair = async (bucket: number) => void repaired.push(bucket);
		const found = await everything(2, source(7, { read, repair }));
		expect(repaired.sort()).toEqual([1, 3, 5]);
		expect(found.figures.map(bytesOf)).toEqual(alone.figures.map(bytesOf));
		await expect(everything(2, source(2, { read: async () => ({ orders: Uint8Array.of(9) }) }))).rejects.toThrow(/damaged again and again/);
	});

	test.each([1, 2])('what goes wrong in one of %i threads ends the work with its error', async (threads) => {
		await expect(everything(threads, source(7, { read: async (bucket) => (bucket === 5 ? Promise.reject(new Error('The disk is gone')) : packed(bucket)) }))).rejects.toThrow('The disk is gone');
		const hands = new CompiledHands(threads, instant);
		const { whole } = await hands.build(source(3), WORTH, [], async () => undefined);
		// Settings that nobody would let pass: the threads stumble over them.
		const learners = families.map((family) => ({ family, settings: null as unknown as object }));
		await expect(hands.learn(learners, whole, async () => undefined)).rejects.toThrow(/null/);
		await hands.close();
	});

	test('a thread that ends before its work is done is said so', async () => {
		const hands = new CompiledHands(2, instant);
		let read = 0;
		const columns = source(7, { read: async (bucket) => { if (++read === 3) await hands.close(); return packed(bucket); } });
		await expect(hands.build(columns, WORTH, [], async () => undefined)).rejects.toThrow(/ended with code/);
	});
});

test('threads are as many as the shop is worth and the machine has, and none that others need', () => {
	const { threadsFor } = require(compiled('src/features/hands')) as { threadsFor: typeof ThreadsFor };
	expect([0, 1_999_999, 2_000_000, 3_500_000, 90_000_000].map((orders) => threadsFor(orders, 0, 8))).toEqual([1, 1, 2, 3, 4]);
	expect([1, 2, 3].map((processors) => threadsFor(90_000_000, 0, processors))).toEqual([1, 2, 3]);
	expect([1, 2, 8].map((processors) => threadsFor(90_000_000, 1, processors))).toEqual([1, 1, 4]);
});

test('threads that compute load no checks of settings: that would take longer than all the rest of their start', () => {
	const script = `require(${JSON.stringify(compiled('src/features/shopPart'))}); process.stdout.write(JSON.stringify(Object.keys(require.cache).map((file) => file.replaceAll('\\\\', '/'))))`;
	const loaded = JSON.parse(execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', script], { encoding: 'utf8' })) as string[];
	expect(loaded.filter((file) => file.endsWith('/features/families.js'))).toHaveLength(1);
	expect(loaded.filter((file) => /\/node_modules\/(zod|n8n)/.test(file))).toEqual([]);
});

test('values come in any order and go on in order; who is too far ahead waits', async () => {
	const line = new InOrder<string>(2);
	let near = false;
	const far = line.near(2).then(() => (near = true));
	line.put(1, 'b');
	await Promise.resolve();
	expect(near).toBe(false);
	const all: string[] = [];
	const told = (async () => {
		for await (const one of line.first(3)) all.push(one);
	})();
	line.put(0, 'a');
	await far;
	line.put(2, 'c');
	await told;
	expect(all).toEqual(['a', 'b', 'c']);
});

onEachStore('A refresh in several threads', (open) => {
	test('keeps what one in one thread keeps', async () => {
		const kept = [];
		for (const threads of [1, 3]) {
			const { store } = await open();
			const items = Array.from({ length: 600 }, (_, index) => ({ ref: { customerId: `c${index % 150}` }, source: 's', orderId: `o${index}`, orderedAt: START_MS - ((index * 7919) % 500) * DAY, currency: index % 5 === 0 ? 'USD' : 'EUR', status: 'placed' as const, totalE4: (index % 90) * 10_000, lines: [] }));
			await store.run('orders.record', { items, backfill: true });
			const done = await refresh(store, { owner: 'test', threads });
			expect(done).toMatchObject({ result: 'refreshed', customers: 150, written: 150, currency: 'EUR' });
			const { rows } = await store.run('figures.page', { after: 0, limit: 1_000 });
			kept.push([rows, done.families.map(({ model }) => model)]);
			expect(await refresh(store, { owner: 'again', threads })).toMatchObject({ written: 0 });
		}
		expect(kept[1]).toEqual(kept[0]);
	});

	test('so does one whose preferences lie in several buckets, and none of what was written is lost on the way', async () => {
		const kept = [];
		for (const threads of [1, 3]) {
			const { store } = await open();
			await store.run('products.upsert', { items: ['tea', 'cup', 'pot'].map((productId, place) => ({ source: 's', productId, category: place === 0 ? 'Tea' : 'Crockery' })) });
			// Three buckets of customers, of whom one in fifty does something.
			for (let from = 0; from < 9_000; from += 3_000) await store.run('customers.upsert', { items: Array.from({ length: 3_000 }, (_, index) => ({ ref: { customerId: `c${from + index}` } })) });
			const busy = Array.from({ length: 180 }, (_, index) => ({ ref: { customerId: `c${index * 50}` }, index }));
			const line = (index: number) => ({ productId: ['tea', 'cup', 'pot'][index % 3], quantity: 1, priceE4: (1 + (index % 7)) * 10_000, amountE4: (1 + (index % 7)) * 10_000 });
			await store.run('orders.record', { backfill: true, items: busy.flatMap(({ ref, index }) => [1, 2, 3].map((order) => ({ ref, source: 's', orderId: `${index}-${order}`, orderedAt: START_MS - order * DAY, currency: 'EUR', status: 'placed' as const, lines: [line(index), line(index + 1)].slice(0, 1 + (order % 2)) }))) });
			await store.run('events.track', { backfill: true, items: busy.map(({ ref, index }) => ({ ref, source: 's', eventId: `e${index}`, type: index % 2 === 0 ? 'message_opened' : 'page_viewed', occurredAt: START_MS - index * 3_600_000, properties: { channel: 'email' } })) });
			const { preferences } = await refresh(store, { owner: 'test', threads });
			const { rows } = await store.run('figures.page', { after: 0, limit: 10_000 });
			expect(preferences).toBe(9_000);
			expect(rows.filter(({ price_tier, favourite_category }) => price_tier !== null && favourite_category !== null).length).toBeGreaterThan(100);
			expect(rows.filter(({ engagement }) => (engagement as number) > 0)).toHaveLength(180);
			kept.push(rows);
			expect(await refresh(store, { owner: 'again', threads })).toMatchObject({ preferences: 0 });
		}
		expect(kept[1]).toEqual(kept[0]);
	}, 120_000);
});
