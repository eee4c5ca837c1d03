import { createRequire } from 'node:module';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fillStore, NOW } from './bigShop.mjs';

const root = path.join(import.meta.dirname, '..', '..', '..');
const { openStore } = createRequire(import.meta.url)(path.join(root, 'dist', 'src', 'store', 'open.js'));

const DAY = 86_400_000;
const PRODUCTS = 3_000;
const CATEGORIES = 60;
const ZONES = ['Europe/Berlin', 'Europe/Madrid', 'Europe/Moscow', null];
const DEEDS = ['message_opened', 'message_opened', 'message_clicked', 'product_viewed', 'page_viewed', 'category_viewed', 'visit'];

/** A shop as `fillStore` makes it, with lines, a catalogue, messages, and what customers answer and look at in the last half year. @returns how many of each */
export async function fillTastyShop(file, customers, ordersWanted, { deeds, messages }) {
	const orders = await fillStore(file, customers, ordersWanted);
	const database = new DatabaseSync(file);
	const chance = sequence(20_270_302);
	const some = (size) => Math.floor(chance() ** 2 * size);
	database.exec('PRAGMA synchronous = OFF; BEGIN');
	const product = database.prepare("INSERT INTO product (product_id, name, category, price_e4, currency, updated_at) VALUES (?, ?, ?, ?, 'EUR', ?)");
	for (let id = 0; id < PRODUCTS; id++) product.run(`p${id}`, `Product ${id}`, `Category ${id % CATEGORIES}`, priceOf(id), NOW);
	for (const [index, zone] of ZONES.entries()) database.prepare('UPDATE customer SET time_zone = ? WHERE id % ? = ?').run(zone, ZONES.length, index);
	const line = database.prepare('INSERT INTO order_line (order_ref, product_id, quantity, price_e4, amount_e4) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
	let lines = 0;
	for (let order = 1; order <= orders; order++) {
		for (let left = 1 + some(4); left > 0; left--, lines++) {
			const id = some(PRODUCTS);
			const quantity = 1 + some(3);
			line.run(order, `p${id}`, quantity, priceOf(id), quantity * priceOf(id));
		}
	}
	const event = database.prepare("INSERT INTO event (customer_id, type, occurred_at, ingested_at, source, event_id, properties) VALUES (?, ?, ?, ?, 's', ?, ?)");
	for (let index = 0; index < deeds; index++) {
		const type = DEEDS[Math.floor(chance() * DEEDS.length)];
		const at = NOW - Math.floor(chance() * 180 * DAY);
		// A few do most of it.
		event.run(1 + some(customers), type, at, at, String(index), type.startsWith('message') ? `{"channel":"email","message_key":"letter ${index >> 1}"}` : '{"product_id":"p1"}');
	}
	const touch = database.prepare("INSERT INTO touch (customer_id, ts, channel, category, tags, class, state, priority, exempt, idem_key, policy_version) VALUES (?, ?, ?, 'news', '[]', 'marketing', 'committed', 50, '[]', ?, '1')");
	for (let index = 0; index < messages; index++) touch.run(1 + some(customers), NOW - Math.floor(chance() * 180 * DAY), index % 5 === 0 ? 'sms' : 'email', String(index));
	database.exec('COMMIT');
	database.close();
	await (await openStore({ kind: 'file', file }, { thread: false })).close();
	return { orders, lines };
}

const priceOf = (id) => (20 + ((id * 7919) % 400)) * 1_000;

/** Park and Miller's minimal standard generator: the same numbers for the same seed. */
function sequence(seed) {
	let state = seed;
	return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
