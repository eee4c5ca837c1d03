import type { CustomerRecord } from '../../src/customers/contract';
import { differencesOf, savedFacts } from '../../src/replay/afterwards';
import { queryOfLink } from '../../src/replay/letterLinks';
import { makeReplayStore } from '../../src/replay/replayStore';
import { recordOf } from '../../src/replay/recordOf';
import { readSavedTest } from '../../src/replay/savedTest';
import { tellStore } from '../../src/replay/tellStore';
import { unsubscribeTokenOf } from '../../src/replay/unsubscribeToken';

const NOW = Date.parse('2026-11-16T09:00:00Z');
const facts = (given: object) => savedFacts.parse({ customer: 'anna', ...given });

describe('what the store is to know afterwards', () => {
	let record: CustomerRecord | null;
	beforeAll(async () => {
		const { store, remove } = await makeReplayStore(NOW);
		const { steps } = readSavedTest({
			clock: '2026-11-16T09:00:00Z', store: {}, expect: [],
			steps: [
				{ at: 'PT0S', customer: { customer: 'anna', email: 'anna@example.com', firstName: 'Anna' } },
				{ at: 'PT0S', consent: { customer: 'anna', channel: 'email', status: 'granted' } },
				{ at: 'PT0S', message: { customer: 'anna', channel: 'email', result: 'sent' } },
				{ at: 'PT0S', message: { customer: 'anna', channel: 'email', result: 'complained' } },
				{ at: 'PT0S', order: { customer: 'anna', order: 'o1', lines: [{ product: 'tea', quantity: 2, price: '9.50' }] } },
				{ at: 'PT0S', subscription: { customer: 'anna', subscription: 's1', expiresAt: '2027-01-01T00:00:00Z' } },
			],
		});
		for (const step of steps) await tellStore(store, step);
		record = await recordOf(store, { customerId: 'anna' });
		expect(await recordOf(store, { customerId: 'nobody' })).toBeNull();
		await expect(unsubscribeTokenOf(store, 'nobody')).rejects.toThrow('No letter can go to nobody');
		expect(await store.run('links.unsubscribe', { token: await unsubscribeTokenOf(store, 'anna'), withdraw: false })).toMatchObject({ ok: true, customer: { id: 'anna' } });
		await remove();
	});

	test('what is as written is no difference; what is not written is not looked at', () => {
		const all = { email: 'anna@example.com', phone: null, firstName: 'Anna', lastName: null, consents: { 'email/marketing': 'denied' }, closed: ['email: complained'], messages: [['sent', 'complained']], orders: ['o1 paid 19.00 EUR'], events: ['message_complained', 'order_placed', 'order_paid', 'subscription_started'], tasks: [], journeys: [] };
		expect(differencesOf(facts(all), record)).toEqual([]);
		expect(differencesOf(facts({}), record)).toEqual([]);
	});

	test.each([
		[{ consents: { 'email/marketing': 'granted' } }, 'Afterwards anna has consents {"email/marketing":"denied"}, expected {"email/marketing":"granted"}.'],
		[{ messages: [['sent']] }, 'Afterwards anna has messages [["sent","complained"]], expected [["sent"]].'],
		[{ orders: [] }, 'Afterwards anna has orders ["o1 paid 19.00 EUR"], expected [].'],
		[{ phone: '+442071838750' }, 'Afterwards anna has phone null, expected "+442071838750".'],
		[{ unknown: true }, 'Afterwards anna is known to the store, which was not expected.'],
	])('%j is a difference, as a sentence', (given, sentence) => {
		expect(differencesOf(facts(given), record)).toEqual([sentence]);
	});

	test('somebody who is not there', () => {
		expect(differencesOf(facts({ unknown: true }), null)).toEqual([]);
		expect(differencesOf(facts({ closed: [] }), null)).toEqual(['Afterwards anna is not known to the store, which was not expected.']);
	});
});

describe('a link of a letter that is followed', () => {
	const html = '<a href="https://shop.example.com/a?x=1">a</a> <a href="https://n8n.example.com/webhook/feedback?m=k%201&#38;s=4">4</a> <a href="https://n8n.example.com/webhook/feedback?m=k&amp;s=5">5</a>';

	test('gives its query, unescaped', () => {
		expect(queryOfLink(html, { customer: 'anna', containing: 's=4' })).toEqual({ m: 'k 1', s: '4' });
		expect(queryOfLink(html, { customer: 'anna', containing: 's=5' })).toEqual({ m: 'k', s: '5' });
	});

	test('that is not there stops the test', () => {
		expect(() => queryOfLink(html, { customer: 'anna', containing: 's=6' })).toThrow('anna has no letter with a link that contains "s=6".');
		expect(() => queryOfLink(undefined, { customer: 'anna', containing: 's=4' })).toThrow('anna has no letter');
	});
});
