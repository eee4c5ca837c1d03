/** Who leaves a cart in the demo, and what they do then. Carts and customers are the sample shop's, the plot is invented. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { root } from '../paths.mjs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * One plot per cart of the sample, in its order (four in Europe, two in America, four in Asia and Australia, two without
 * consent). `after` is a node of the journey whose letter they answer to; without it the time runs from leaving the cart.
 * @type {{ does: 'buy' | 'empty' | 'add' | 'unsubscribe' | 'newsletters', after?: string, inMs: number }[][]}
 */
const plots = [
	[{ does: 'buy', inMs: 35 * MINUTE }],
	[{ does: 'buy', after: 'Letter 1', inMs: 2 * HOUR }],
	[],
	[{ does: 'newsletters', inMs: -MINUTE }],
	[{ does: 'buy', after: 'Letter 2', inMs: 5 * HOUR }],
	[{ does: 'add', inMs: 6 * MINUTE }, { does: 'add', inMs: 40 * MINUTE }],
	[{ does: 'empty', after: 'Letter 1', inMs: 3 * HOUR }],
	[{ does: 'buy', after: 'Letter 3', inMs: 4 * HOUR }],
	[{ does: 'unsubscribe', after: 'Letter 1', inMs: HOUR }],
	[{ does: 'buy', inMs: 9 * HOUR }],
	[],
	[],
];

/**
 * @typedef {object} Visitor
 * @property {string} id
 * @property {string} name
 * @property {string} zone
 * @property {string} city
 * @property {object} cart properties of the `cart_updated` event
 * @property {(typeof plots)[number]} plot
 */

/** @returns {Visitor[]} */
export function readCast() {
	const read = (name) => readFileSync(path.join(root, 'sample', name), 'utf8');
	const customers = new Map(parse(read('customers.csv'), { columns: true }).map((row) => [row.customer_id, row]));
	return read('carts.jsonl')
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line))
		.map(({ customer_id: id, properties: cart }, place) => {
			const { first_name, last_name, time_zone: zone } = customers.get(id);
			const city = zone.split('/').at(-1).replace('_', ' ');
			return { id, name: `${first_name} ${last_name}`, zone, city, cart, plot: plots[place] ?? [] };
		});
}
