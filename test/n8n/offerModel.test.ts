import type { Logger } from 'n8n-workflow';
import { freshOfferModel } from '../../src/n8n/offerModel';
import type { StoreHandle } from '../../src/n8n/storeAccess';

test('what cannot be mined is not tried again at every run, and says why each time', async () => {
	let now = 1_000_000;
	let attempts = 0;
	const store = { run: async () => await Promise.resolve({ model: null, now }), store: async () => await Promise.resolve({ storeId: 'too-large' }) } as unknown as StoreHandle;
	const fresh = async () =>
		await freshOfferModel(
			store,
			async () => {
				attempts++;
				return await Promise.reject(new Error('Too little memory'));
			},
			{} as Logger,
		);
	await expect(fresh()).rejects.toThrow('Too little memory');
	now += 14 * 60_000;
	await expect(fresh()).rejects.toThrow('Too little memory');
	expect(attempts).toBe(1);
	now += 60_000;
	await expect(fresh()).rejects.toThrow('Too little memory');
	expect(attempts).toBe(2);
});
