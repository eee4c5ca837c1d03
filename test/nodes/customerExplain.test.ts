import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { closeStores, customerData, freshStore } from './nodeRuns';

let store: StoreHandle;

beforeEach(async () => {
	store = freshStore(Date.parse('2026-11-21T12:00:00Z'));
	await store.run('customers.upsert', { items: [{ ref: { customerId: 'c1', email: 'ann@example.com' }, timeZone: 'Europe/Berlin' }] });
	await store.run('policy.save', { name: 'default', body: { requireConsent: false, rules: [{ id: 'any-day', scope: { any: true }, limit: 1, window: 'day' }] } });
	await store.run('policy.decide', { dryRun: false, requests: [1, 2].map((count) => ({ key: `k${count}`, customer: 'c1', channel: 'email', category: 'promo', journey: 'cart' })) });
});
afterEach(closeStores);

const explain = (more = {}) => customerData({ resource: 'customer', operation: 'explain', ...more }, [{ customer_id: 'c1', ticket: 4711 }]);

test('Explain says in words why each message went or not, and what would have sent it; the item keeps its fields', async () => {
	const [{ json }] = (await explain()).items;
	expect(json).toMatchObject({ ticket: 4711, result: '2 messages explained', explanation: { customerId: 'c1' } });
	const { text, messages } = json.explanation as { text: string; messages: Record<string, unknown>[] };
	expect(messages.map(({ outcome }) => outcome).sort()).toEqual(['held', 'sent']);
	expect(messages.find(({ outcome }) => outcome === 'held')).toMatchObject({
		channel: 'email', category: 'promo', journey: 'cart', askedAt: '2026-11-21T12:00:00.000Z', heldUntil: '2026-11-21T23:00:00.000Z', heldBefore: [],
		text: 'Held until 0:00 tomorrow because the rule "any-day" allows 1 message a day.',
		wouldHaveBeenSent: 'It would have gone at once if the rule "any-day" had allowed 2 messages a day instead of 1.',
		otherWays: ['It would have gone at once if the message by email of the journey "cart" of 13:00 today had not been sent.'],
	});
	expect(text.split('\n\n')).toHaveLength(3);
	expect(text).toContain('Saturday 21 November 2026, 13:00, email (promo) in the journey "cart": Held until');
});

test('a customer without messages, and one whom nobody knows', async () => {
	await store.run('customers.upsert', { items: [{ ref: { customerId: 'c2' } }] });
	expect((await explain({ customer: 'c2', days: 7 })).items[0].json).toMatchObject({ result: 'No message was asked for', explanation: { messages: [], text: 'Customer c2: no message was asked for in the last 7 days.' } });
	expect((await explain({ customer: 'nobody' })).error?.message).toMatch(/No customer with this id/);
});
