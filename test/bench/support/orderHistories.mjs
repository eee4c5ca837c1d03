import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const { parse } = require('csv-parse/sync');

/** Public order histories: how each is read, and from which days on it is predicted. Cut days are the last known ones. */
export const HISTORIES = {
	'Online Retail': {
		file: 'online-retail.csv.gz',
		row: (row) => (row.InvoiceNo.startsWith('C') || !(Number(row.Quantity) > 0) || !(Number(row.UnitPrice) > 0) || !/^\d+$/.test(row.CustomerID) ? undefined : [row.CustomerID, row.InvoiceDate, Number(row.Quantity) * Number(row.UnitPrice)]),
		cut: '2011-09-01',
		rolling: ['2011-07-01', '2011-08-01', '2011-10-01'],
	},
	'grocery-online': { file: 'grocery-online.csv.gz', row: (row) => [row.cust, row.date, 0], cut: '2006-12-31', rolling: ['2007-03-31', '2007-06-30', '2007-09-30'] },
	'Complete Journey': { file: 'complete-journey-transactions.csv.gz', row: (row) => [row.household_id, row.transaction_timestamp, Number(row.sales_value)], cut: '2017-06-30', rolling: ['2017-08-31', '2017-10-31'] },
};

export const dayOf = (date) => Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / 86_400_000;
/** Where the public data sets lie. */
export const DATA_FOLDER = process.env.CUSTOMER_JOURNEYS_DATA ?? path.join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data');
export const dateOf = (day) => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** @returns the order days of a public history (all figures of the first customer to the last), and its last day; undefined without the file */
export function readHistory(name) {
	const file = path.join(DATA_FOLDER, HISTORIES[name].file);
	if (!existsSync(file)) return undefined;
	const { OrderDaysBuilder } = require('../../../dist/src/features/orderDaysBuilder.js');
	const customers = new Map();
	for (const line of parse(gunzipSync(readFileSync(file)), { columns: true })) {
		const row = HISTORIES[name].row(line);
		if (!row) continue;
		const [customer, date, amount] = row;
		const days = customers.get(customer) ?? new Map();
		customers.set(customer, days.set(dayOf(date), (days.get(dayOf(date)) ?? 0) + amount));
	}
	const rows = [...customers].flatMap(([, days], number) => [...days].sort(([a], [b]) => a - b).map(([day, amount]) => [number + 1, day, amount]));
	const builder = new OrderDaysBuilder(rows.length);
	for (const [number, day, amount] of rows) builder.add(number, day, day * 86_400_000 + 43_200_000, Math.round(amount * 10_000));
	const history = builder.done();
	return { history, lastDay: history.days.reduce((last, day) => Math.max(last, day), 0) };
}

/** A history as it was known at the end of a day; every customer keeps the place. */
export function upTo(history, day) {
	const { OrderDaysBuilder } = require('../../../dist/src/features/orderDaysBuilder.js');
	const { numbers, offsets, days, netE4 } = history;
	const builder = new OrderDaysBuilder(days.length, numbers.length);
	for (let place = 0; place < numbers.length; place++) {
		builder.place(numbers[place]);
		for (let at = offsets[place]; at < offsets[place + 1] && days[at] <= day; at++) builder.add(numbers[place], days[at], days[at] * 86_400_000 + 43_200_000, netE4[at]);
	}
	return builder.done();
}

/** Numbers in [0, 1) that are the same in every run. */
export function seeded(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
