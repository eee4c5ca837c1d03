import { onEachStore } from '../support/eachStore';

onEachStore('Tokens of signatures that do not cover what they sign', (open) => {
	test('each is used for one call, which may come again; of two calls at the same time one has it', async () => {
		const { store, again } = await open();
		const other = await again();
		const use = async (by: typeof store, bodyHash: string, token = 't') => await by.run('messages.useTokens', { tokens: [{ token, bodyHash }] });
		const answers = await Promise.all([use(store, 'a'), use(other, 'b'), use(store, 'a'), use(other, 'b')]);
		expect(new Set(answers.flat())).toEqual(new Set([true, false]));
		expect([answers[0], answers[2]].flat()).toEqual([answers[1], answers[3]].flat().map((one) => !one));
		expect(await store.run('messages.useTokens', { tokens: [{ token: 'x', bodyHash: '1' }, { token: 'x', bodyHash: '1' }, { token: 'y', bodyHash: '1' }] })).toEqual([true, true, true]);
		expect(await store.run('messages.useTokens', { tokens: [] })).toEqual([]);
	});
});
