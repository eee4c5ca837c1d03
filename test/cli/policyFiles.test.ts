import { Shop } from './support/shop';

describe('policy show and policy save', () => {
	test('a policy is printed as a file, saved elsewhere, and is the same there', async () => {
		const shop = await Shop.open();
		const shown = await shop.run('policy', 'show');
		expect(shown.exitCode).toBe(0);
		const file = JSON.parse(shown.stdout) as { rules: { id: string }[] };
		expect(file.rules.map(({ id }) => id)).toEqual(['any-day', 'any-7d', 'sms-7d', 'promo-7d', 'gap']);
		shop.write('p.json', [JSON.stringify({ ...file, channelCapacity: [{ channel: 'email', limit: 100, window: 'PT1M' }], controlPercent: 5 })]);
		expect((await shop.run('policy', 'save', '--policy', 'p.json')).stdout).toBe('Policy default is saved as version 1; it holds from now on.\n');
		expect((await shop.run('policy', 'save', '--policy', 'p.json')).stdout).toContain('nothing was changed');
		expect(JSON.parse((await shop.run('policy', 'show', '--json')).stdout)).toMatchObject({ controlPercent: 5, channelCapacity: [{ channel: 'email', limit: 100, window: 'PT1M' }] });
	});

	test('under another name it leaves the company policy alone; a name that nobody saved, and a wrong file, are refused in one sentence', async () => {
		const shop = await Shop.open();
		shop.write('p.json', [JSON.stringify({ storeZone: 'UTC', rules: [] })]);
		expect(JSON.parse((await shop.run('policy', 'save', '--policy', 'p.json', '--name', 'crm', '--json')).stdout)).toMatchObject({ name: 'crm', version: 1, result: 'saved', savedAt: expect.stringMatching(/Z$/) });
		expect(JSON.parse((await shop.run('policy', 'show')).stdout)).toMatchObject({ rules: expect.arrayContaining([expect.objectContaining({ id: 'gap' })]) });
		const nobody = await shop.run('policy', 'show', '--name', 'nobody');
		expect([nobody.exitCode, nobody.stderr]).toEqual([1, expect.stringContaining('There is no policy "nobody" in this store.')]);
		shop.write('bad.json', ['{"storeZone":"UTC","rules":[{"id":"x","scope":{"any":true},"limit":1}]}']);
		expect((await shop.run('policy', 'save', '--policy', 'bad.json')).stderr).toContain('rule "x": window is missing');
	});
});
