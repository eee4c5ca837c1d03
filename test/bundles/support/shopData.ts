import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import type { Purchases } from '../../../src/bundles/purchases';

/** Purchases of known customers, and what was paid for each product of each order, in the order of `purchases.items`. */
export interface ShopData {
	purchases: Purchases;
	paid: Float64Array;
}

interface Line {
	order: string;
	customer: string;
	product: string;
	at: string;
	paid: number;
}

/** By the cleaning rule of the data's own page: no cancellations, no quantity or price of 0 or less, known customers. */
export async function onlineRetail(file: string): Promise<ShopData> {
	return await shopData(file, (row) => {
		const { InvoiceNo: order, StockCode: product, CustomerID: customer, InvoiceDate: at } = row as Record<'InvoiceNo' | 'StockCode' | 'CustomerID' | 'InvoiceDate', string>;
		if (!customer || customer === 'NA' || order.startsWith('C') || Number(row.Quantity) <= 0 || Number(row.UnitPrice) <= 0) return undefined;
		return { order, customer, product, at, paid: Number(row.Quantity) * Number(row.UnitPrice) };
	});
}

export async function completeJourney(file: string): Promise<ShopData> {
	return await shopData(file, (row) => ({ order: row.basket_id!, customer: row.household_id!, product: row.product_id!, at: row.transaction_timestamp!, paid: Number(row.sales_value) }));
}

async function shopData(file: string, lineOf: (row: Record<string, string>) => Line | undefined): Promise<ShopData> {
	const number = (known: Map<string, number>, name: string) => known.get(name) ?? known.set(name, known.size).get(name)!;
	const products = new Map<string, number>();
	const customers = new Map<string, number>();
	const orders = new Map<string, { customer: number; at: number; items: Map<number, number> }>();
	for await (const row of createReadStream(file).pipe(createGunzip()).pipe(parse({ columns: true, relax_quotes: true })) as AsyncIterable<Record<string, string>>) {
		const line = lineOf(row);
		if (!line) continue;
		const order = orders.get(line.order) ?? { customer: number(customers, line.customer) + 1, at: Date.parse(`${line.at.replace(' ', 'T')}Z`), items: new Map<number, number>() };
		const product = number(products, line.product);
		order.items.set(product, (order.items.get(product) ?? 0) + line.paid);
		orders.set(line.order, order);
	}
	const all = [...orders.values()];
	const offsets = [0];
	for (const { items } of all) offsets.push(offsets.at(-1)! + items.size);
	return {
		purchases: { products: [...products.keys()], offsets: Uint32Array.from(offsets), items: Uint32Array.from(all.flatMap(({ items }) => [...items.keys()])), orderedAt: Float64Array.from(all, ({ at }) => at), customers: Float64Array.from(all, ({ customer }) => customer) },
		paid: Float64Array.from(all.flatMap(({ items }) => [...items.values()])),
	};
}
