import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const root = path.join(import.meta.dirname, '..', '..', '..');
const { openStore } = createRequire(import.meta.url)(path.join(root, 'dist', 'src', 'store', 'open.js'));

const DAY = 86_400_000;
export const NOW = Date.parse('2027-03-01T09:30:00Z');
const YEARS = 3;

/** Orders of a shop, seeded: some buy once, some now and then, some every week; amounts are skewed as amounts are. */
export function* orders(customers, ordersWanted) {
	const chance = sequence(20_270_301);
	const mean = ordersWanted / customers;
	for (let customer = 1; customer <= customers; customer++) {
		const count = Math.max(1, Math.round(-Math.log(1 - chance()) * mean));
		const from = NOW - chance() * YEARS * 365 * DAY;
		const worth = 20 * Math.exp(1.2 * (chance() + chance() + chance() - 1.5));
		// Some stopped coming long ago.
		const until = chance() < 0.4 ? from + chance() * (NOW - from) : NOW;
		for (let order = 0; order < count; order++) {
			const at = order === 0 ? from : from + chance() * (until - from);
			yield { customer, at: Math.floor(at / 1000) * 1000, amountE4: Math.round(worth * (0.5 + chance()) * 100) * 100 };
		}
	}
}

/** Fills an empty store of SQLite with customers and orders, past everything that keeps a live shop's data safe. @returns how many orders */
export async function fillStore(file, customers, ordersWanted) {
	const store = await openStore({ kind: 'file', file }, { thread: false, testClock: { mode: 'frozen', atMs: NOW } });
	await store.close();
	const database = new DatabaseSync(file);
	database.exec('PRAGMA synchronous = OFF; BEGIN');
	const customer = database.prepare('INSERT INTO customer (id, key, created_at, updated_at) VALUES (?, ?, ?, ?)');
	const identity = database.prepare("INSERT INTO identity (type, value, customer_id) VALUES ('customer_id', ?, ?)");
	for (let id = 1; id <= customers; id++) {
		customer.run(id, `c${id}`, NOW - YEARS * 365 * DAY, NOW);
		identity.run(`c${id}`, id);
	}
	const order = database.prepare("INSERT INTO orders (id, source, order_id, customer_id, kind, status, ordered_at, currency, total_e4, updated_at) VALUES (?, 's', ?, ?, 'order', 'placed', ?, 'EUR', ?, ?)");
	let id = 0;
	for (const one of orders(customers, ordersWanted)) {
		id++;
		order.run(id, String(id).padStart(9, '0'), one.customer, one.at, one.amountE4, one.at);
	}
	database.exec('COMMIT');
	database.close();
	return id;
}

/** The same orders as a CSV file: customer, day, amount. */
export async function writeCsv(file, customers, ordersWanted) {
	const out = createWriteStream(file);
	out.write('customer,ordered_on,amount\n');
	let lines = [];
	for (const { customer, at, amountE4 } of orders(customers, ordersWanted)) {
		lines.push(`${customer},${new Date(at).toISOString().slice(0, 10)},${amountE4 / 10_000}\n`);
		if (lines.length < 50_000) continue;
		if (!out.write(lines.join(''))) await once(out, 'drain');
		lines = [];
	}
	out.end(lines.join(''));
	await once(out, 'finish');
}

/** Park and Miller's minimal standard generator: the same numbers for the same seed. */
function sequence(seed) {
	let state = seed;
	return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
