/**
 * Cuts the sample shop out of the UCI Online Retail data set, the same files from the same input every time.
 * Usage: npm run sample -- path/to/online-retail.csv.gz
 * Input columns: InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country.
 */
import { createReadStream, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { root } from '../paths.mjs';
import { categoryOf } from './categories.mjs';
import { openCarts } from './carts.mjs';
import { inventConsents } from './consents.mjs';
import { chance, inventPerson, isKnownPlace } from './people.mjs';

/** How many customers with how many orders: one-time buyers as well as regulars. */
const quotas = [
	{ from: 1, to: 1, customers: 70 },
	{ from: 2, to: 2, customers: 55 },
	{ from: 3, to: 5, customers: 85 },
	{ from: 6, to: 11, customers: 60 },
	{ from: 12, to: 60, customers: 30 },
];
const MAX_LINES_PER_CUSTOMER = 250;
const farAway = ['USA', 'Australia', 'Japan'];
/** Postage, fees, manual corrections and the like are no products. */
const product = /^\d{5}[A-Z]*$/i;

const source = process.argv[2];
if (!source) {
	process.stderr.write('Say where the data set is: npm run sample -- path/to/online-retail.csv.gz\n');
	process.exit(2);
}

const byCustomer = await readLines(source);
const chosen = chooseCustomers(byCustomer);
const lines = chosen.flatMap((id) => byCustomer.get(id)).sort(byTime);
const products = describeProducts(lines);
const customers = chosen.map((id, serial) => ({ ...inventPerson(id, byCustomer.get(id)[0].Country, serial), created_at: byCustomer.get(id)[0].InvoiceDate }));

write('customers.csv', customers);
write('products.csv', products);
write('orders.csv', lines.map(orderLine));
write('consents.csv', customers.flatMap(inventConsents));
const carts = openCarts(customers, lines, products);
writeFileSync(path.join(root, 'sample', 'carts.jsonl'), carts.map((cart) => `${JSON.stringify(cart)}\n`).join(''));
process.stdout.write(`${customers.length} customers, ${products.length} products, ${lines.length} order lines, ${carts.length} open carts\n`);

async function readLines(file) {
	const rows = createReadStream(file).pipe(createGunzip()).pipe(parse({ columns: true }));
	const found = new Map();
	for await (const row of rows) {
		if (!/^\d+$/.test(row.CustomerID) || !product.test(row.StockCode) || Number(row.UnitPrice) <= 0) continue;
		if (!found.has(row.CustomerID)) found.set(row.CustomerID, []);
		found.get(row.CustomerID).push(row);
	}
	for (const customerLines of found.values()) customerLines.sort(byTime);
	return found;
}

function byTime(a, b) {
	return a.InvoiceDate < b.InvoiceDate ? -1 : a.InvoiceDate > b.InvoiceDate ? 1 : 0;
}

function chooseCustomers(all) {
	const candidates = [...all].filter(([, rows]) => rows.length <= MAX_LINES_PER_CUSTOMER && isKnownPlace(rows[0].Country) && !isOrphanRefund(rows[0]));
	return quotas.flatMap(({ from, to, customers: wanted }) =>
		candidates
			.filter(([, rows]) => ordersIn(rows) >= from && ordersIn(rows) <= to)
			.map(([id]) => id)
			.sort((a, b) => preference(a, all) - preference(b, all))
			.slice(0, wanted),
	).sort();
}

/**
 * Most of the shop is British. Customers abroad are preferred somewhat, and those of far time zones much, so that at
 * any hour it is day for somebody.
 */
function preference(id, all) {
	const { Country } = all.get(id)[0];
	const weight = Country === 'United Kingdom' ? 1 : farAway.includes(Country) ? 0.02 : 0.3;
	return chance('chosen', id) * weight;
}

/** A history that begins with a refund refers to an order before the data set starts. */
function isOrphanRefund(row) {
	return row.InvoiceNo.startsWith('C');
}

function ordersIn(rows) {
	return new Set(rows.map(({ InvoiceNo }) => InvoiceNo).filter((id) => !id.startsWith('C'))).size;
}

function orderLine(row) {
	return { order_id: row.InvoiceNo, ordered_at: row.InvoiceDate, customer_id: row.CustomerID, product_id: row.StockCode.toUpperCase(), quantity: row.Quantity, price: row.UnitPrice };
}

function describeProducts(rows) {
	const found = new Map();
	for (const { StockCode, Description, UnitPrice } of rows) {
		const id = StockCode.toUpperCase();
		if (!found.has(id)) found.set(id, { descriptions: [], prices: [] });
		found.get(id).descriptions.push(Description.trim());
		found.get(id).prices.push(Number(UnitPrice));
	}
	return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, { descriptions, prices }]) => {
		const description = mostFrequent(descriptions);
		return { product_id: id, name: inTitleCase(description.replace(/\.$/, '')), category: categoryOf(description), price: median(prices).toFixed(2) };
	});
}

function mostFrequent(values) {
	const counts = new Map();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	return [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))[0][0];
}

function median(numbers) {
	return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function inTitleCase(text) {
	return text.toLowerCase().replace(/\s+/g, ' ').replace(/(^|[\s/(-])([a-z])/g, (_, before, letter) => before + letter.toUpperCase());
}

function write(name, rows) {
	writeFileSync(path.join(root, 'sample', name), stringify(rows, { header: true }));
}
