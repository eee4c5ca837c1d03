import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { findPairs } from '../../src/bundles/pairs';
import type { Purchases } from '../../src/bundles/purchases';
import { stepsOf } from '../../src/bundles/steps';
import { testWithData } from '../support/dataFolder';

/** Purchases by the cleaning rule of the data's own page: no cancellations, no quantity or price of 0 or less, known customers. */
async function purchasesOf(file: string): Promise<Purchases> {
	const number = (known: Map<string, number>, name: string) => known.get(name) ?? known.set(name, known.size).get(name)!;
	const products = new Map<string, number>();
	const customers = new Map<string, number>();
	const orders = new Map<string, { customer: number; at: number; items: Set<number> }>();
	for await (const row of createReadStream(file).pipe(createGunzip()).pipe(parse({ columns: true, relax_quotes: true })) as AsyncIterable<Record<string, string>>) {
		const { InvoiceNo: invoice, StockCode: product, CustomerID: customer } = row as Record<'InvoiceNo' | 'StockCode' | 'CustomerID', string>;
		if (!customer || customer === 'NA' || invoice.startsWith('C') || Number(row.Quantity) <= 0 || Number(row.UnitPrice) <= 0) continue;
		const order = orders.get(invoice) ?? { customer: number(customers, customer) + 1, at: Date.parse(`${row.InvoiceDate!.replace(' ', 'T')}Z`), items: new Set() };
		order.items.add(number(products, product));
		orders.set(invoice, order);
	}
	const all = [...orders.values()];
	const offsets = [0];
	for (const { items } of all) offsets.push(offsets.at(-1)! + items.size);
	return { products: [...products.keys()], offsets: Uint32Array.from(offsets), items: Uint32Array.from(all.flatMap(({ items }) => [...items])), orderedAt: Float64Array.from(all, ({ at }) => at), customers: Float64Array.from(all, ({ customer }) => customer) };
}

testWithData('online-retail.csv.gz', 'Online Retail at .5 % of the customers: 113,621 pairs', async (file) => {
	const steps = stepsOf(await purchasesOf(file), (ms) => Math.floor(ms / 86_400_000));
	expect(steps.offsets.length - 1).toBe(4_338);
	const pairs = findPairs(steps, { minCustomers: Math.ceil(0.005 * 4_338) });
	expect(pairs.from).toHaveLength(113_621);
}, 300_000);
