import { randomUUID } from 'node:crypto';
import { unpackBucket, type Bucket } from '../features/bucket';
import { PURCHASES } from '../features/columnKinds';
import { updateOutdated } from '../features/updateOutdated';
import { purchasePlans } from '../store/plans/purchasePlans';
import { read, type Tx } from '../store/port';
import type { Store } from '../store/Store';
import type { Purchases } from './purchases';

/** Orders of nobody known a page. */
const PAGE = 5_000;
/** Signs of life while columns are brought up to date, buckets apart. */
const SIGN_EVERY = 8;

/**
 * All purchases up to an instant, from the columns that are kept of them: only the orders of customers of whom something changed
 * since the last time are read, theirs taken out of the columns and put in again. The same as `bundles.purchases`, which reads
 * every order, and in transactions that are short however large the shop.
 * @param until UTC milliseconds
 */
export async function keptPurchases(store: Store, until: number): Promise<Purchases> {
	await bringUpToDate(store);
	const { buckets, missing } = await store.run('figures.missingColumns', { kind: 'purchases' });
	for (const bucket of missing) await store.run('figures.buildColumns', { kind: 'purchases', bucket });
	const parts: Bucket[] = [];
	for (let bucket = 0; bucket < buckets; bucket++) parts.push(await readBucket(store, bucket));
	const anonymous: AnonymousPage[] = [];
	for (let after: number | null = 0; after !== null; after = anonymous[anonymous.length - 1].next) anonymous.push(await store.run('bundles.anonymous', { after, until }));
	return gathered(parts, anonymous, until);
}

/** Where a refresh of the figures is under way, it does that. */
async function bringUpToDate(store: Store): Promise<void> {
	const owner = `offers ${randomUUID().slice(0, 8)}`;
	const begun = await store.run('figures.begin', { owner });
	if (!begun.taken) return;
	try {
		await updateOutdated(store, 'orders', begun.after, async (done, total) => {
			if (done % SIGN_EVERY === 0) await store.run('figures.keep', { owner, progress: { phase: 'columns', done, total } });
		});
		// Columns of events are brought up to date by a refresh.
		await store.run('figures.end', { owner, result: null, mark: { ...begun.mark, events: begun.after.events } });
	} catch (error) {
		await store.run('figures.end', { owner, result: null, mark: null }).catch(() => undefined);
		throw error;
	}
}

async function readBucket(store: Store, bucket: number): Promise<Bucket> {
	for (let attempt = 0; ; attempt++) {
		const { body } = await store.run('figures.readColumns', { kind: 'purchases', bucket });
		if (body) return unpackBucket(body, PURCHASES);
		if (attempt > 2) throw new Error(`Columns of bucket ${bucket} are damaged again and again`);
		await store.run('figures.buildColumns', { kind: 'purchases', bucket });
	}
}

export interface AnonymousPage {
	orders: { at: number; products: string[] }[];
	/** Where the next page begins; null: there is none. */
	next: number | null;
}

/** Orders of nobody known, page by page: they are few, and read anew each time. @param input.until UTC milliseconds */
export const anonymousPurchases = read(async (tx: Tx, { after, until }: { after: number; until: number }): Promise<AnonymousPage> => {
	const rows = await tx.all(purchasePlans.anonymous, { after, until, limit: PAGE });
	const last = rows.at(-1);
	if (!last) return { orders: [], next: null };
	const products = new Map(rows.map(({ id }) => [id, new Set<string>()]));
	for (const line of await tx.all(purchasePlans.anonymousLines, { ids: rows.map(({ id }) => id) })) products.get(line.order_ref)?.add(line.product_id);
	return { orders: rows.flatMap(({ id, ordered_at: at }) => { const own = [...(products.get(id) as Set<string>)]; return own.length === 0 ? [] : [{ at, products: own }]; }), next: rows.length < PAGE ? null : last.id };
});

function gathered(parts: readonly Bucket[], anonymous: readonly AnonymousPage[], until: number): Purchases {
	const numbers = new Map<string, number>();
	const numberOf = (name: string): number => {
		const number = numbers.get(name) ?? numbers.size;
		numbers.set(name, number);
		return number;
	};
	const loose = anonymous.flatMap(({ orders }) => orders);
	let [orders, lines] = [loose.length, loose.reduce((sum, one) => sum + one.products.length, 0)];
	for (const { tables } of parts) {
		orders += tables.orders.columns.at.length;
		lines += tables.lines.columns.product.length;
	}
	const found = { offsets: new Uint32Array(orders + 1), items: new Uint32Array(lines), orderedAt: new Float64Array(orders), customers: new Float64Array(orders) };
	let [order, line] = [0, 0];
	const end = (at: number, customer: number) => {
		found.orderedAt[order] = at;
		found.customers[order] = customer;
		found.offsets[++order] = line;
	};
	for (const { numbers: customers, tables, texts } of parts) {
		const places = texts.map(numberOf);
		const { at, products } = tables.orders.columns;
		const { product } = tables.lines.columns;
		let next = 0;
		for (let customer = 0; customer < customers.length; customer++) {
			for (let own = tables.orders.offsets[customer]; own < tables.orders.offsets[customer + 1]; own++) {
				const first = next;
				next += products[own];
				if (at[own] > until) continue;
				for (let one = first; one < next; one++) found.items[line++] = places[product[one]];
				end(at[own], customers[customer]);
			}
		}
	}
	for (const { at, products } of loose) {
		for (const name of products) found.items[line++] = numberOf(name);
		end(at, 0);
	}
	return { products: [...numbers.keys()], offsets: found.offsets.slice(0, order + 1), items: found.items.slice(0, line), orderedAt: found.orderedAt.slice(0, order), customers: found.customers.slice(0, order) };
}
