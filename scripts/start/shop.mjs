/** The sample shop while it is open: its open carts, who left them, and what its visitors do next. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { root } from '../paths.mjs';

/** Contact Policy's night, 21:00 to 9:00, with some minutes to spare for the wait before the mail. */
const DAY_BEGINS = 9 * 60;
const DAY_ENDS = 20 * 60 + 45;

/** The template's letters take three days at most after a cart was left. */
const JOURNEY_MS = 4 * 24 * 60 * 60 * 1000;

/**
 * @typedef {object} Visitor
 * @property {object} customer row of customers.csv
 * @property {object} cart line of carts.jsonl
 * @property {boolean} agreed to marketing by e-mail
 */

export class SampleShop {
	/**
	 * @param {(what: 'cart' | 'order', body: object) => Promise<{ status: number, body: unknown }>} send
	 * @param {string} memory file that remembers over restarts when somebody last left a cart
	 */
	constructor(send, memory) {
		this.send = send;
		this.memory = memory;
		this.visitors = readVisitors();
		this.lastCartAt = remembered(memory);
		this.left = [];
	}

	/** Somebody who agreed to e-mail, and for whom it is day, leaves the cart. @returns a sentence about it */
	async leaveCart() {
		const visitor = this.next(({ customer, agreed }) => agreed && isDay(customer));
		const again = Date.now() - this.lastCart(visitor) < JOURNEY_MS;
		const what = await this.leave(visitor);
		return again ? `${what} It is the cart of before, whose journey still goes on: no second reminder.` : `${what} The reminder comes in about a minute, unless the cart is bought first.`;
	}

	/** Somebody to whom the policy does not allow a mail leaves the cart. */
	async leaveCartWithoutConsent() {
		const when = await this.leave(this.next(({ agreed }) => !agreed));
		return `${when} No mail may follow: there is no consent to e-mail.`;
	}

	/** Somebody for whom it is night leaves the cart. */
	async leaveCartAtNight() {
		const somebody = this.next(({ customer, agreed }) => agreed && !isDay(customer));
		const when = await this.leave(somebody);
		return `${when} The reminder waits until 9:00 there.`;
	}

	/** The last one who left a cart comes back and orders what is in it. */
	async buyLastCart() {
		const visitor = this.left.pop();
		if (!visitor) return 'Nobody has left a cart yet.';
		const { customer, cart } = visitor;
		await this.post('order', {
			customer_id: customer.customer_id,
			order_id: `${cart.properties.cart_id}-${Date.now()}`,
			cart_id: cart.properties.cart_id,
			ordered_at: new Date().toISOString(),
			currency: cart.properties.currency,
			total: cart.properties.total,
			status: 'paid',
			lines: cart.properties.items,
		});
		this.remember(customer, undefined);
		return `${fullName(customer)} came back and ordered for ${money(cart)}: no reminder will come.`;
	}

	/** @returns {Visitor} the one whose last cart is longest ago */
	next(fits) {
		const [first, ...others] = this.visitors.filter(fits);
		if (!first) throw new Error('nobody of the sample fits right now.');
		return others.reduce((best, visitor) => (this.lastCart(visitor) < this.lastCart(best) ? visitor : best), first);
	}

	lastCart({ customer }) {
		return this.lastCartAt[customer.customer_id] ?? 0;
	}

	async leave(visitor) {
		const { customer, cart } = visitor;
		const at = new Date();
		await this.post('cart', { ...cart, occurred_at: at.toISOString(), event_id: `${cart.properties.cart_id}-${at.getTime()}` });
		this.remember(customer, at.getTime());
		this.left.push(visitor);
		return `${fullName(customer)} (${cityOf(customer)}, ${localTime(customer, at)}) left a cart of ${money(cart)}.`;
	}

	remember({ customer_id }, cartAt) {
		this.lastCartAt[customer_id] = cartAt;
		writeFileSync(this.memory, JSON.stringify(this.lastCartAt));
	}

	async post(what, body) {
		const { status, body: answer } = await this.send(what, body);
		if (status !== 200) throw new Error(`n8n answered ${status}: ${JSON.stringify(answer).slice(0, 300)}`);
	}
}

/** A file that was cut off while it was written is forgotten. */
function remembered(memory) {
	try {
		return existsSync(memory) ? JSON.parse(readFileSync(memory, 'utf8')) : {};
	} catch {
		return {};
	}
}

function readVisitors() {
	const read = (name) => readFileSync(path.join(root, 'sample', name), 'utf8');
	const customers = new Map(parse(read('customers.csv'), { columns: true }).map((row) => [row.customer_id, row]));
	const lastAnswer = new Map(
		parse(read('consents.csv'), { columns: true })
			.filter(({ channel }) => channel === 'email')
			.map(({ customer_id, status }) => [customer_id, status]),
	);
	return read('carts.jsonl')
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line))
		.map((cart) => ({ cart, customer: customers.get(cart.customer_id), agreed: lastAnswer.get(cart.customer_id) === 'granted' }));
}

function isDay(customer) {
	const [hours, minutes] = localTime(customer, new Date()).split(':').map(Number);
	const minute = hours * 60 + minutes;
	return minute >= DAY_BEGINS && minute < DAY_ENDS;
}

function localTime({ time_zone }, at) {
	return at.toLocaleTimeString('en-GB', { timeZone: time_zone, hour: '2-digit', minute: '2-digit' });
}

function cityOf({ time_zone }) {
	return time_zone.split('/').at(-1).replace('_', ' ');
}

function fullName({ first_name, last_name }) {
	return `${first_name} ${last_name}`;
}

function money({ properties: { total, currency } }) {
	return new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(total);
}
