/** Plays the cast through the journey and tells what happens. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOOK = 'Shop sends events here';
const SOURCE = 'sample';

export class Story {
	/**
	 * @param {import('./cast.mjs').Visitor[]} cast
	 * @param {import('./timeline.mjs').Timeline} timeline
	 * @param {number} atMs when the first cart is left; each later one ten minutes after the one before
	 */
	constructor(cast, timeline, atMs) {
		this.timeline = timeline;
		this.cast = new Map(cast.map((visitor) => [visitor.id, visitor]));
		/** What is still to come, unsorted. */
		this.scenes = cast.flatMap((visitor, place) => {
			const leftAt = atMs + place * 10 * MINUTE;
			const planned = visitor.plot.filter(({ after }) => !after).map(({ does, inMs }) => ({ atMs: leftAt + inMs, visitor, does }));
			return [{ atMs: leftAt, visitor, does: 'leave' }, ...planned];
		});
		this.letters = new Map();
		this.counts = { letters: 0, held: 0, blocked: 0 };
		this.sales = { before: [], after: [] };
		this.open = new Set();
	}

	/** What the world of the replay tells us. */
	get listeners() {
		return {
			onMessage: (message) => this.sent(message),
			onStore: (name, input, output) => name === 'policy.pass' && output.forEach((answer) => this.judged(answer, input.items.find(({ index }) => index === answer.index))),
		};
	}

	/** Goes from whatever comes next to whatever comes next until nothing does. @returns {Promise<number>} when it ended */
	async play(world, store) {
		for (;;) {
			const now = world.driver.now();
			const due = (await store.run('journeys.nextDue', { after: now })).at ?? Infinity;
			const scene = this.scenes.reduce((first, one) => (one.atMs < (first?.atMs ?? Infinity) ? one : first), undefined);
			const next = Math.min(due, scene?.atMs ?? Infinity);
			if (next === Infinity) return now;
			await world.driver.advanceTo(Math.max(now, next));
			if (scene?.atMs !== next) continue;
			this.scenes.splice(this.scenes.indexOf(scene), 1);
			await this[scene.does](world, store, scene);
		}
	}

	async leave(world, _store, { atMs, visitor }) {
		this.open.add(visitor.id);
		this.timeline.tell(atMs, 'cart', visitor, `leaves a cart of ${money(visitor)}: ${contents(visitor.cart)}`);
		await this.report(world, visitor, 'cart_updated', visitor.cart);
	}

	async add(world, _store, { atMs, visitor }) {
		visitor.cart = addedTo(visitor.cart);
		this.timeline.tell(atMs, 'cart', visitor, `comes back and puts more into it: ${money(visitor)}`);
		await this.report(world, visitor, 'cart_updated', visitor.cart);
	}

	async empty(world, _store, { atMs, visitor }) {
		this.open.delete(visitor.id);
		this.timeline.tell(atMs, 'gone', visitor, 'empties the cart, and is left in peace');
		await this.report(world, visitor, 'cart_emptied', { cart_id: visitor.cart.cart_id });
	}

	async buy(world, _store, { atMs, visitor }) {
		const { cart_id: cartId, currency, total, items } = visitor.cart;
		const lines = items.map(({ product_id: productId, name, quantity, price }) => ({ productId, name, quantity, priceE4: e4(price), amountE4: e4(price) * quantity }));
		await world.apply({ kind: 'order', atMs, order: { ref: { customerId: visitor.id }, source: SOURCE, orderId: `order-of-${cartId}`, orderedAt: atMs, currency, status: 'paid', totalE4: e4(total), cartId, lines } });
		const letter = this.letters.get(visitor.id);
		this.open.delete(visitor.id);
		this.sales[letter ? 'after' : 'before'].push(visitor);
		this.timeline.tell(atMs, 'bought', visitor, `buys for ${money(visitor)} ${letter ? `after ${letter.toLowerCase()}` : 'before any letter'}; no more letters about it`);
	}

	async unsubscribe(world, _store, { atMs, visitor }) {
		await world.apply({ kind: 'consent', atMs, consent: { ref: { customerId: visitor.id }, channel: 'email', purpose: 'marketing', status: 'denied', at: atMs, source: 'unsubscribe page' } });
		this.timeline.tell(atMs, 'gone', visitor, 'clicks "Unsubscribe" in the letter');
	}

	async newsletters(_world, store, { atMs, visitor }) {
		const items = [1, 2, 3].map((count) => ({ ref: { customerId: visitor.id }, channel: 'email', result: 'sent', at: atMs - count * 25 * HOUR, providerId: `newsletter-${count}` }));
		await store.run('messages.record', { items });
		this.timeline.tell(atMs, 'gone', visitor, 'has had three newsletters these days, which count');
	}

	async report(world, visitor, type, properties) {
		const { error } = await world.receive(HOOK, { headers: {}, params: {}, query: {}, body: { type, customer_id: visitor.id, source: SOURCE, properties } });
		if (error) throw new Error(error.message);
	}

	sent({ atMs, customer, nodeName, subject, outcome }) {
		const visitor = this.cast.get(customer);
		const [letter] = nodeName.split(':');
		if (outcome === 'failed') return this.timeline.tell(atMs, 'blocked', visitor, `${letter} came back: the address takes no mail`);
		this.counts.letters += 1;
		this.letters.set(customer, letter);
		for (const { does, inMs } of visitor.plot.filter(({ after }) => after === letter)) this.scenes.push({ atMs: atMs + inMs, visitor, does });
		this.timeline.tell(atMs, 'mail', visitor, `${letter}: “${subject}”${here(atMs, visitor, this.timeline.zone)}`);
	}

	judged({ result, text, policy }, { customer }) {
		const visitor = this.cast.get(customer.customerId);
		if (!visitor || (result !== 'held' && result !== 'blocked')) return;
		this.counts[result] += 1;
		this.timeline.tell(this.now(), result, visitor, result === 'held' ? afterSign(text) : firstSentence(afterSign(policy.reasonText)));
	}
}

/** What the sign of the line says already is left out. */
const afterSign = (text) => text.replace(/^(Held|Not sent:) /, '').replace(/\.$/, '');
const firstSentence = (text) => text.split('. ')[0];

function contents({ items: [first, ...rest] }) {
	const more = rest.length === 0 ? '' : ` and ${rest.length} more`;
	return `${first.quantity} × ${first.name}${more}`;
}

/** One more of the first thing. */
function addedTo(cart) {
	const [first, ...rest] = cart.items;
	const total = Math.round((Number(cart.total) + Number(first.price)) * 100) / 100;
	return { ...cart, total, items: [{ ...first, quantity: first.quantity + 1 }, ...rest] };
}

function here(atMs, { zone, city }, shopZone) {
	const clock = (timeZone) => new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(atMs);
	return clock(zone) === clock(shopZone) ? '' : ` (${clock(zone)} in ${city})`;
}

export function money({ cart: { total, currency } }) {
	return new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(total);
}

const e4 = (amount) => Math.round(Number(amount) * 10_000);
