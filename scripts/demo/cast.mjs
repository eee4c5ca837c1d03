/** Who leaves a cart in the demo, and what they do then. Carts and customers are the sample shop's, the plot is invented. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { root } from '../paths.mjs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * The parts, in the order in which the carts are left. `lives` is where the part is set at London's noon: by day, before
 * nine in the morning, or in the night. `after` is the letter that a deed answers to; without it the time runs from
 * leaving the cart.
 * @type {{ lives: 'day' | 'morning' | 'night', agreed?: false, plot: { does: 'buy' | 'empty' | 'add' | 'unsubscribe' | 'newsletters', after?: string, inMs: number }[] }[]}
 */
const parts = [
	{ lives: 'day', plot: [{ does: 'buy', inMs: 35 * MINUTE }] },
	{ lives: 'day', plot: [{ does: 'buy', after: 'Letter 1', inMs: 2 * HOUR }] },
	{ lives: 'day', plot: [] },
	{ lives: 'day', plot: [{ does: 'newsletters', inMs: -MINUTE }] },
	{ lives: 'morning', plot: [{ does: 'buy', after: 'Letter 2', inMs: 5 * HOUR }] },
	{ lives: 'morning', plot: [{ does: 'add', inMs: 6 * MINUTE }, { does: 'add', inMs: 40 * MINUTE }] },
	{ lives: 'night', plot: [{ does: 'empty', after: 'Letter 1', inMs: 3 * HOUR }] },
	{ lives: 'night', plot: [{ does: 'buy', after: 'Letter 3', inMs: 4 * HOUR }] },
	{ lives: 'night', plot: [{ does: 'unsubscribe', after: 'Letter 1', inMs: HOUR }] },
	{ lives: 'night', plot: [{ does: 'buy', inMs: 9 * HOUR }] },
	{ lives: 'day', agreed: false, plot: [] },
	{ lives: 'day', agreed: false, plot: [] },
];

/**
 * @typedef {object} Visitor
 * @property {string} id
 * @property {string} name
 * @property {string} zone
 * @property {string} city
 * @property {object} cart properties of the `cart_updated` event
 * @property {(typeof parts)[number]['plot']} plot
 */

/**
 * The first cart of the sample that fits each part, by where its owner lives and whether they agreed to mails.
 * @param {number} noonMs when the story begins
 * @returns {Visitor[]}
 */
export function readCast(noonMs) {
	const rows = (name) => parse(read(name), { columns: true });
	const customers = new Map(rows('customers.csv').map((row) => [row.customer_id, row]));
	const agreed = new Map(rows('consents.csv').filter(({ channel }) => channel === 'email').map(({ customer_id: id, status }) => [id, status === 'granted']));
	const carts = read('carts.jsonl').trim().split('\n').map((line) => JSON.parse(line)); // prettier-ignore
	return parts.map((part) => {
		const fits = ({ customer_id: id }) => (agreed.get(id) ?? false) === (part.agreed ?? true) && timeOfLife(customers.get(id).time_zone, noonMs) === part.lives;
		const place = carts.findIndex(fits);
		if (place < 0) throw new Error(`No open cart of the sample is left for somebody in the ${part.lives}${part.agreed === false ? ' without consent' : ''}.`);
		const [{ customer_id: id, properties: cart }] = carts.splice(place, 1);
		const { first_name, last_name, time_zone: zone } = customers.get(id);
		return { id, name: `${first_name} ${last_name}`, zone, city: zone.split('/').at(-1).replace('_', ' '), cart, plot: part.plot };
	});
}

function timeOfLife(timeZone, atMs) {
	const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(atMs));
	if (hour >= 20 || hour < 5) return 'night';
	return hour < 9 ? 'morning' : 'day';
}

function read(name) {
	return readFileSync(path.join(root, 'sample', name), 'utf8');
}
