import { JourneyError } from '../../src/core/errors';
import { readSavedTest } from '../../src/replay/savedTest';

const CLOCK = '2026-11-21T10:00:00Z';
const CLOCK_MS = Date.parse(CLOCK);
const HOUR = 3_600_000;

const minimal = (more: object = {}) => ({ clock: CLOCK, store: {}, expect: [], ...more });

function problem(json: object): string {
	try {
		readSavedTest(json, 'cart/scenario.json');
	} catch (error) {
		expect(error).toBeInstanceOf(JourneyError);
		expect((error as JourneyError).code).toBe('bad_file');
		return (error as JourneyError).message;
	}
	throw new Error('the saved test was read');
}

test('records become what the store takes in; instants may be written as time after the clock', () => {
	const test = readSavedTest({
		name: 'Cart left',
		clock: CLOCK,
		store: {
			customers: [{ customer: 'ann', email: ' Ann@Example.com ', firstName: 'Ann', timeZone: 'Europe/Berlin' }],
			products: [{ product: 'tea', name: 'Green tea', price: '4.50', currency: 'eur' }],
			orders: [{ at: '2026-10-01T08:00:00+02:00', customer: 'ann', order: 'o1', lines: [{ product: 'tea', quantity: 3, price: '4.50' }] }],
			consents: [{ customer: 'ann', channel: 'email', status: 'granted' }],
		},
		steps: [
			{ at: CLOCK, event: { customer: 'ann', type: 'cart_updated', properties: { cart_id: 'k1' } } },
			{ at: 'PT30M', order: { customer: 'ann', order: 'o2', cart: 'k1', lines: [{ product: 'tea', price: 4.5 }] } },
			{ at: 'PT40M', consent: { customer: 'ann', channel: 'email', status: 'unsubscribed' } },
			{ at: 'PT50M', message: { customer: 'ann', channel: 'email', result: 'bounced' } },
			{ at: 'PT1H', advance: 'P2D' },
		],
		expect: [
			{ at: 'PT1H', customer: 'ann', channel: 'email', template: 'Remind' },
			{ at: '2026-11-22T10:00:00Z', customer: 'ann', blocked: 'no_consent:email/marketing' },
		],
	});
	expect(test.store).toEqual({
		customers: [{ ref: { customerId: 'ann', email: 'ann@example.com' }, firstName: 'Ann', timeZone: 'Europe/Berlin', createdAt: CLOCK_MS, updatedAt: CLOCK_MS }],
		products: [{ source: 'saved-test', productId: 'tea', name: 'Green tea', priceE4: 45_000, currency: 'EUR' }],
		orders: [
			{
				ref: { customerId: 'ann' }, source: 'saved-test', orderId: 'o1', orderedAt: Date.parse('2026-10-01T06:00:00Z'), currency: 'EUR', status: 'paid',
				lines: [{ productId: 'tea', quantity: 3, priceE4: 45_000, amountE4: 135_000 }],
			},
		],
		consents: [{ ref: { customerId: 'ann' }, source: 'saved-test', at: CLOCK_MS, channel: 'email', purpose: 'marketing', status: 'granted' }],
		subscriptions: [],
	});
	expect(test.steps).toMatchObject([
		{ atMs: CLOCK_MS, kind: 'event', event: { occurredAt: CLOCK_MS, type: 'cart_updated', properties: { cart_id: 'k1' } } },
		{ atMs: CLOCK_MS + HOUR / 2, kind: 'order', order: { orderedAt: CLOCK_MS + HOUR / 2, cartId: 'k1' } },
		{ kind: 'consent', consent: { status: 'denied' } },
		{ kind: 'message', message: { result: 'bounced' } },
		{ atMs: CLOCK_MS + HOUR, kind: 'advance', advanceMs: 48 * HOUR },
	]);
	expect(test.expect).toEqual([
		{ atMs: CLOCK_MS + HOUR, customer: 'ann', channel: 'email', template: 'Remind' },
		{ atMs: CLOCK_MS + 24 * HOUR, customer: 'ann', blocked: 'no_consent:email/marketing' },
	]);
});

test('a product may come or change in the middle, with all that upgrades are found by', () => {
	const product = { product: 'mill-2', price: '89', currency: 'EUR', margin: '31.50', family: 'mill', tier: 2, successorOf: 'mill-1', lifetimeDays: 1095, inStock: false };
	expect(readSavedTest(minimal({ steps: [{ at: 'PT1H', product }] })).steps).toMatchObject([{ kind: 'product', product: { productId: 'mill-2', priceE4: 890_000, marginE4: 315_000, family: 'mill', tier: 2, successorOf: 'mill-1', lifetimeDays: 1095, inStock: false } }]);
});

test('everything wrong is said at once, with the place', () => {
	const said = problem(minimal({ store: { customers: [{ customer: 'ann', email: 'ann' }, { email: 'b@example.com', colour: 'red' }] }, clok: 1 }));
	expect(said).toMatch(/^cart\/scenario\.json cannot be read: /);
	expect(said).toContain('store.customers.0.email');
	expect(said).toContain('store.customers.1.customer is missing');
	expect(said).toContain('store.customers.1.colour is not a known field');
	expect(said).toContain('clok is not a known field');
});

test.each([
	[{ steps: [{ at: 'PT1H' }] }, 'steps.0 must have exactly one of event, order, consent, subscription, customer, product, message, webhook and advance; it has none'],
	[{ steps: [{ at: 'PT1H', advance: 'P1D', consent: { customer: 'a', channel: 'email', status: 'granted' } }] }, 'it has consent and advance'],
	[{ steps: [{ at: 'PT2H', advance: 'PT1H' }, { at: 'PT2H', advance: 'PT1H' }] }, 'steps.1 lies before the end of the step before it'],
	[{ steps: [{ at: '2026-11-21T09:00:00Z', advance: 'PT1H' }] }, 'steps.0 lies before the clock'],
	[{ steps: [{ at: 'tomorrow', advance: 'PT1H' }] }, 'steps.0.at is neither an instant'],
	[{ steps: [{ at: 'PT1H', advance: 'P1M' }] }, 'steps.0.advance is not a duration'],
	[{ steps: [{ at: 'PT1H', consent: { customer: 'a', channel: 'email', status: 'maybe' } }] }, 'steps.0.consent.status must be one of granted, denied, pending'],
	[{ expect: [{ at: 'PT1H', customer: 'a', channel: 'email' }] }, 'expect.0 must have either channel and template (a message), or blocked (a reason)'],
	[{ expect: [{ at: 'PT1H', customer: 'a', channel: 'email', template: 'x', blocked: 'y' }] }, 'expect.0 must have either'],
	[{ expect: [{ at: 'PT3H', customer: 'a', blocked: 'y' }], until: 'PT2H' }, 'expect.0 lies after until'],
	[{ steps: [{ at: 'PT3H', advance: 'PT1H' }], until: 'PT2H' }, 'until lies before the end of the last step'],
	[{ expect: undefined }, 'expect is missing'],
])('%j is refused: %s', (more, sentence) => {
	expect(problem(minimal(more))).toContain(sentence);
});
