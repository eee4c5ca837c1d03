import fc from 'fast-check';
import { unpackBucket } from '../../src/features/bucket';
import { SHAPES } from '../../src/features/columnKinds';
import { readColumns } from '../../src/features/columnStore';
import { refresh } from '../../src/features/refresh';
import { operations } from '../../src/operations';
import type { Deed, PreferenceFacts, Preferences } from '../../src/preferences/contract';
import { aboutOf } from '../../src/preferences/aboutCustomers';
import { aboutCustomers, categoriesBy, factsOf, productCategories } from '../../src/preferences/facts';
import { FactsOfColumns } from '../../src/preferences/factsOfColumns';
import { PREFERENCE_TYPES } from '../../src/store/plans/preferencePlans';
import { write, type Operation, type Tx } from '../../src/store/port';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';

const RUNS = { seed: Number(process.env.FC_SEED ?? 20_261_122), numRuns: Number(process.env.FC_RUNS ?? 12) };

const WHO = ['ann', 'bob', 'cid', 'dee', 'eve'];
const GOODS = ['bean', 'leaf', 'cup', 'pot', 'blank', 'unheard'];
const PREFERENCES = Object.keys(PREFERENCE_TYPES) as (keyof Preferences)[];

const who = fc.constantFrom(...WHO);
/** Days before now; some lie long ago, some are still to come. */
const ago = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 120 }) }, { weight: 2, arbitrary: fc.integer({ min: 170, max: 900 }) }, { weight: 1, arbitrary: fc.integer({ min: -5, max: -1 }) });
const line = fc.record({ productId: fc.constantFrom(...GOODS), quantity: fc.constantFrom(1, 2, 0.5), price: fc.constantFrom(0, 1, 2, 5, 9), paid: fc.constantFrom(1, 0.8) });
const order = fc.record({ who, ago, lines: fc.array(line, { maxLength: 4 }), currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'), status: fc.constantFrom('placed' as const, 'placed' as const, 'refunded' as const), total: fc.option(fc.integer({ min: 0, max: 40 }), { freq: 3, nil: undefined }) });
const imported = fc.record({ who, ago, kind: fc.constantFrom('order' as const, 'order' as const, 'refund' as const), order: fc.integer({ min: 0, max: 4 }), productId: fc.constantFrom(...GOODS), price: fc.constantFrom(0, 3, 7), gift: fc.boolean() });
const deed = fc.record({ who, ago, minute: fc.integer({ min: 0, max: 1439 }), type: fc.constantFrom('message_opened', 'message_clicked', 'visit', 'product_viewed', 'page_view', 'cart_updated'), channel: fc.constantFrom('email', 'sms', '', 7, '__proto__'), message: fc.constantFrom('one', 'two', 'three', null) });
const sent = fc.record({ who, ago: fc.integer({ min: 0, max: 200 }), channel: fc.constantFrom('email', 'sms'), result: fc.constantFrom('sent' as const, 'opened' as const, 'bounced' as const) });
const chore = fc.oneof(
	fc.record({ do: fc.constant('merge' as const), survivor: who, other: who }),
	fc.record({ do: fc.constant('unmerge' as const), who }),
	fc.record({ do: fc.constant('erase' as const), who }),
	fc.record({ do: fc.constant('move' as const), who, timeZone: fc.constantFrom('Asia/Tokyo', 'America/New_York') }),
	fc.record({ do: fc.constant('rename' as const), productId: fc.constantFrom(...GOODS), category: fc.constantFrom('Coffee', 'Cups', ' ') }),
	fc.record({ do: fc.constant('refund' as const), which: fc.integer({ min: 0, max: 30 }), ago: fc.integer({ min: 0, max: 20 }), share: fc.constantFrom(0.3, 1, 2) }),
	fc.record({ do: fc.constant('cancel' as const), which: fc.integer({ min: 0, max: 30 }) }),
);
const day = fc.record({ orders: fc.array(order, { maxLength: 8 }), imported: fc.array(imported, { maxLength: 4 }), deeds: fc.array(deed, { maxLength: 12 }), sent: fc.array(sent, { maxLength: 5 }), chores: fc.array(chore, { maxLength: 3 }), backfill: fc.boolean() });
type Day = typeof day extends fc.Arbitrary<infer D> ? D : never;

let count = 0;
const e4 = (amount: number) => Math.round(amount * 10_000);

/** What happens on a day comes in, whatever may be refused of it. */
async function live(store: Store, one: Day, now: number, made: string[]): Promise<void> {
	const orders = one.orders.map(({ who: customerId, ago: days, lines, currency, status, total }) => {
		const orderId = `o${count++}`;
		made.push(orderId);
		return { ref: { customerId }, source: 's', orderId, orderedAt: now - days * DAY, currency, status, ...(total === undefined ? {} : { totalE4: e4(total) }), lines: lines.map(({ productId, quantity, price, paid }) => ({ productId, quantity, priceE4: e4(price * paid), amountE4: e4(price * paid * quantity) })) };
	});
	await store.run('orders.record', { items: orders, backfill: one.backfill });
	const rows = one.imported.map(({ who: customerId, ago: days, kind, order: place, productId, price, gift }) => ({ ref: { customerId }, orderId: `${kind === 'refund' ? 'C' : ''}f-${customerId}-${place}`, kind, orderedAt: now - days * DAY, currency: 'EUR', productId, quantity: 1, priceE4: e4(gift ? 0 : price), amountE4: e4(gift ? 0 : price), gift }));
	const run = `run ${count++}`;
	await store.run('import.orderLines', { run, source: 'file', rows });
	await store.run('import.finish', { run });
	await store.run('events.track', { backfill: one.backfill, items: one.deeds.map(({ who: customerId, ago: days, minute, type, channel, message }) => ({ ref: { customerId }, type, occurredAt: now - days * DAY - minute * 60_000, source: 's', eventId: `e${count++}`, properties: { channel, ...(message === null ? {} : { message_key: message }) } })) });
	await store.run('messages.record', { items: one.sent.map(({ who: customerId, ago: days, channel, result }) => ({ ref: { customerId }, channel, result, at: now - days * DAY - HOUR, providerId: `${customerId} ${channel} ${days}` })) } as never);
	for (const it of one.chores) {
		const done = doOne(store, it, now, made);
		// Nobody there to merge, to erase, to take apart.
		await done.catch((error: { code?: string }) => expect(error.code).toMatch(/unknown_customer|customer_erased|bad_input/));
	}
}

async function doOne(store: Store, it: Day['chores'][number], now: number, made: string[]): Promise<unknown> {
	switch (it.do) {
		case 'merge':
			return await store.run('customers.merge', { survivor: { customerId: it.survivor }, other: { customerId: it.other } });
		case 'unmerge':
			return await store.run('customers.unmerge', { other: { customerId: it.who } });
		case 'erase':
			return await store.run('customers.erase', { ref: { customerId: it.who } });
		case 'move':
			return await store.run('customers.upsert', { items: [{ ref: { customerId: it.who }, timeZone: it.timeZone }] } as never);
		case 'rename':
			return await store.run('products.upsert', { items: [{ source: 's', productId: it.productId, category: it.category }] });
		case 'refund':
			return await store.run('orders.refund', { items: [{ source: 's', orderId: made[it.which % made.length] ?? 'none', refundedAt: now - it.ago * DAY, amountE4: e4(it.share * 10) }] });
		case 'cancel':
			return await store.run('orders.cancel', { items: [{ source: 's', orderId: made[it.which % made.length] ?? 'none', cancelledAt: now }] });
	}
}

/** Runs work in a transaction of a store, as its operations are run. */
async function inTransaction<T>(store: Store, work: (tx: Tx) => Promise<T>): Promise<T> {
	const name = `test.${count++}`;
	(operations as unknown as Record<string, Operation<unknown, unknown>>)[name] = write(work);
	return (await store.run(name as 'store.info', {})) as T;
}

/** What a refresh reads of everybody, out of the kept columns of the first bucket. */
async function factsOfBucket(tx: Tx, at: number, currency: string | null): Promise<PreferenceFacts[]> {
	const bucket = async (kind: string) => {
		const { body } = await readColumns.run(tx, { kind, bucket: 0 });
		return body === null ? undefined : unpackBucket(body, SHAPES[kind]);
	};
	const orders = await bucket('orders');
	if (!orders) return [];
	const categories = categoriesBy((await productCategories.run(tx, { after: '' })).rows);
	const facts = new FactsOfColumns(orders.numbers, { orders, sales: await bucket('sales'), deeds: await bucket('deeds') }, { at, currency, categories });
	const { active } = facts.active();
	return [...facts.all(aboutOf(active, await aboutCustomers.run(tx, { active, sentTo: [...orders.numbers], at })))];
}

/** Numbers of messages only tell them apart. */
function renumbered(deeds: readonly Deed[]): Deed[] {
	const numbers = [...new Set(deeds.map(({ message }) => message))].filter((message) => message !== null);
	return deeds.map((one) => ({ ...one, message: one.message === null ? null : numbers.indexOf(one.message) }));
}

const plain = (facts: readonly PreferenceFacts[]) => facts.map(({ sent: counts, deeds, ...one }) => ({ ...one, deeds: renumbered(deeds), sent: Object.fromEntries(Object.entries(counts)) }));

onEachStore('Preferences of everybody', (open) => {
	test('out of the columns, kept up to date day by day, are those of each customer out of the rows, as of now and as of before', async () => {
		const compared = [0, 0, 0];
		await fc.assert(
			fc.asyncProperty(fc.array(day, { minLength: 1, maxLength: 4 }), async (days) => {
				const { store, advance } = await open();
				await store.run('products.upsert', { items: [...['bean', 'leaf'].map((productId) => ({ source: 's', productId, category: 'Coffee' })), ...['cup', 'pot'].map((productId) => ({ source: 's', productId, category: 'Cups' })), { source: 's', productId: 'blank', category: ' ' }] });
				// Enough to compare prices with.
				await store.run('orders.record', { backfill: true, items: Array.from({ length: 25 }, (_, index) => ({ ref: { customerId: `other ${index % 5}` }, source: 's', orderId: `other ${index}`, orderedAt: START_MS - index * DAY, currency: 'EUR', status: 'placed' as const, lines: ['bean', 'cup'].map((productId) => ({ productId, quantity: 1, priceE4: e4(1 + (index % 9)), amountE4: e4(1 + (index % 9)) })) })) });
				const made: string[] = [];
				for (const one of days) {
					const now = await advance(DAY);
					await live(store, one, now, made);
					const { currency } = await refresh(store, { owner: `both ways ${count++}` });
					const { rows } = await store.run('figures.page', { after: 0, limit: 100 });
					for (const row of rows) {
						const alone = await store.run('figures.of', { ref: { customerId: row.key } });
						const pick = (figures: object | undefined) => Object.fromEntries(PREFERENCES.map((name) => [name, (figures as Record<string, unknown> | undefined)?.[name]]));
						expect([row.key, pick(row)]).toEqual([row.key, pick(alone?.figures)]);
					}
					for (const at of [now, now - HOUR, now - 9 * DAY]) {
						await inTransaction(store, async (tx) => {
							const bulk = plain(await factsOfBucket(tx, at, currency));
							const ids = bulk.map(({ customer }) => customer);
							expect(bulk).toEqual(plain(await factsOf(tx, ids, { at, currency })));
							for (const { lines, deeds, sent: counts } of bulk) for (const [place, many] of [lines.length, deeds.length, Object.keys(counts).length].entries()) compared[place] += many;
						});
					}
				}
				await store.close();
			}),
			RUNS,
		);
		expect(Math.min(...compared)).toBeGreaterThan(50);
	}, 600_000);
});
