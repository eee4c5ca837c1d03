import pg from 'pg';
import { cartOf } from './parked.mjs';

/**
 * What somebody keeps who builds journeys on a job queue: customers, and how far each has come. A job carries a number;
 * who that is now is read when the job is worked on, and that the customer has come to the end is written down: the
 * least of what a release of ours does. Both in one statement for as many jobs as there are at hand.
 */
export class CustomersBesideJobs {
	static async open(url) {
		const pool = new pg.Pool({ connectionString: url, max: 8 });
		await pool.query(`CREATE SCHEMA beside;
			CREATE TABLE beside.customer (id BIGINT PRIMARY KEY, key TEXT, email TEXT, phone TEXT, first_name TEXT, last_name TEXT, time_zone TEXT, locale TEXT, stage TEXT, vip BIGINT, attributes TEXT);
			CREATE TABLE beside.enrolment (id BIGINT PRIMARY KEY, customer_id BIGINT NOT NULL, journey_key TEXT, status TEXT, event TEXT, ended_at BIGINT) WITH (fillfactor = 50)`);
		return new CustomersBesideJobs(pool);
	}

	constructor(pool) {
		this.pool = pool;
	}

	/** @param {readonly string[]} names @returns {Promise<number[]>} their numbers */
	async add(names) {
		const from = (this.last ?? 0) + 1;
		this.last = from + names.length - 1;
		const ids = names.map((_, index) => from + index);
		const events = names.map((name) => JSON.stringify({ type: 'cart_left', at: '2027-03-01T09:30:00.000Z', properties: cartOf(name) }));
		await this.pool.query("INSERT INTO beside.customer SELECT id, key, key || '@example.com', NULL, NULL, NULL, NULL, NULL, NULL, 0, '{}' FROM unnest($1::bigint[], $2::text[]) AS r(id, key)", [ids, names]);
		await this.pool.query("INSERT INTO beside.enrolment SELECT id, id, 'bench', 'waiting', event, NULL FROM unnest($1::bigint[], $2::text[]) AS r(id, event)", [ids, events]);
		return ids;
	}

	/** What is handed over, as ours hands it over. */
	async items(ids) {
		const { rows } = await this.pool.query({
			name: 'items',
			text: `SELECT t.id, t.journey_key, t.event, c.key, c.email, c.phone, c.first_name, c.last_name, c.time_zone, c.locale, c.stage, c.vip, c.attributes
				FROM unnest((SELECT $1::bigint[])) AS j(value) JOIN beside.enrolment t ON t.id = j.value JOIN beside.customer c ON c.id = t.customer_id WHERE t.status = 'waiting'`,
			values: [ids],
		});
		return rows.map(({ id, journey_key, event, attributes, ...customer }) => ({ customer: { ...customer, attributes: JSON.parse(attributes) }, journey: { key: journey_key, enrolment: id }, event: JSON.parse(event), own: {} }));
	}

	async finish(ids) {
		const { rowCount } = await this.pool.query({
			name: 'finish',
			text: "UPDATE beside.enrolment SET status = 'completed', ended_at = $2 WHERE id = ANY((SELECT $1::bigint[])::bigint[]) AND status = 'waiting'",
			values: [ids, Date.now()],
		});
		if (rowCount !== ids.length) throw new Error(`${rowCount} customers came to the end, not ${ids.length}.`);
	}

	close() {
		return this.pool.end();
	}
}

/** Brings those together who ask at about the same time: one question to the database for all of them. */
export function together(ask) {
	let waiting = [];
	return (id) =>
		new Promise((resolve, reject) => {
			if (waiting.length === 0) {
				setImmediate(() => {
					const group = waiting;
					waiting = [];
					ask(group.map((one) => one.id)).then(
						() => group.forEach((one) => one.resolve()),
						(error) => group.forEach((one) => one.reject(error)),
					);
				});
			}
			waiting.push({ id, resolve, reject });
		});
}
