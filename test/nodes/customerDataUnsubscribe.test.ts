import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { unsubscribeTokenOf } from '../../src/replay/unsubscribeToken';
import { closeStores, customerData, freshStore } from './nodeRuns';

const NOW = Date.parse('2026-11-16T09:00:00Z');
let store: StoreHandle;
let token: string;

beforeEach(async () => {
	store = freshStore(NOW);
	await store.run('consents.set', { items: [{ ref: { customerId: 'jane', email: 'jane@example.com' }, channel: 'email', purpose: 'marketing', status: 'granted', at: NOW - 1000 }] });
	token = await unsubscribeTokenOf(await store.store(), 'jane');
});
afterEach(closeStores);

const use = async (withdraw: 'look' | 'withdraw', t: string) => (await customerData({ resource: 'consent', operation: 'useLink', withdraw }, [{ query: { t }, kept: 1 }])).items[0]?.json;
const status = async () => (await store.run('consents.get', { refs: [{ customerId: 'jane' }] }))[0]?.at(-1)?.status;

describe('Consent: use unsubscribe link', () => {
	test('looking says whose it is and for what, and changes nothing', async () => {
		expect(await use('look', token)).toMatchObject({ kept: 1, customer: { id: 'jane' }, link: { state: 'ask', channel: 'email', purpose: 'marketing' }, changed: false, result: 'The link is good' });
		expect(await status()).toBe('granted');
	});

	test('withdrawing does so once, however often the button is pressed', async () => {
		expect(await use('withdraw', token)).toMatchObject({ customer: { id: 'jane' }, link: { state: 'done' }, changed: true, result: 'Consent email/marketing withdrawn' });
		expect(await use('withdraw', token)).toMatchObject({ link: { state: 'done' }, changed: false, result: 'Consent email/marketing was withdrawn before: nothing changed' });
		expect(await status()).toBe('denied');
	});

	test('a link that is no good is told, not thrown: the page has to say so', async () => {
		expect(await use('withdraw', `${token}x`)).toMatchObject({ link: { state: 'bad_link' }, changed: false });
		expect(await use('withdraw', '')).toMatchObject({ link: { state: 'bad_link' }, result: 'The link was changed or cut off' });
		await store.run('clock.advance', { byMs: 181 * 86_400_000 });
		expect(await use('withdraw', token)).toMatchObject({ link: { state: 'expired_link' } });
		expect(await status()).toBe('granted');
	});

	test('of an erased customer nothing is told', async () => {
		await store.run('customers.erase', { ref: { customerId: 'jane' } });
		const json = await use('withdraw', token);
		expect(json).toMatchObject({ link: { state: 'unknown_customer' }, changed: false });
		expect(json?.customer).toBeUndefined();
	});
});
