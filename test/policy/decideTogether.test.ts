import { contentOf, dumpStore } from '../support/dumpStore';
import { onEachStore, START_MS } from '../support/eachStore';

const POLICY = {
	version: 'v1', storeZone: 'UTC', requireConsent: false,
	rules: [
		{ id: 'any-day', scope: { any: true }, limit: 1, window: 'day' },
		{ id: 'sale', scope: { tag: 'sale' }, limit: 1, window: 'P7D' },
	],
};
const CUSTOMERS = 130;
const AT = new Date(START_MS).toISOString();
const nameOf = (index: number) => (index % 40 === 3 ? `quote"s {back\\slash}, ${index}` : `c${index}`);

/** A mailing to everybody, in which only keys and customers differ. */
const mailing = () => Array.from({ length: CUSTOMERS }, (_, index) => ({ key: `news-${index}`, customer: nameOf(index), channel: 'email', category: 'promo', at: AT }));

/** Requests of all sorts, of people known and unknown, some of whom are asked for twice. */
const allSorts = () =>
	Array.from({ length: CUSTOMERS }, (_, index) => ({
		key: `sorts-${index}`, customer: index % 11 === 5 ? `nobody-${index}` : nameOf(index % 7 === 0 ? 0 : index), channel: ['email', 'sms', 'push'][index % 3], category: index % 2 ? 'promo' : '', class: index % 13 === 0 ? 'transactional' : 'marketing',
		priority: index % 100, tags: index % 4 ? [] : ['sale'], exempt: index % 17 ? [] : ['any-day'], ...(index % 19 === 0 && { counts: true }), ...(index % 5 === 0 && { onBlock: { fallback: ['sms'] } }),
		...(index % 6 === 0 && { enrolment: `e${index}`, step: 's', visit: 1, journey: 'j' }), at: AT,
	}));

onEachStore('Requests decided together', (open) => {
	test.each([['a mailing', mailing], ['all sorts', allSorts], ['one after the other', () => [...mailing(), ...allSorts()]]])('%s leave the same in the store, and get the same answers, as decided one by one', async (_name, made) => {
		const decided = async (together: boolean) => {
			const world = await open();
			await world.store.run('customers.upsert', {
				items: Array.from({ length: CUSTOMERS }, (_, index) => ({ ref: { customerId: nameOf(index), ...(index % 9 && { email: `c${index}@example.com` }), ...(index % 2 && { phone: `+442071838${100 + index}` }), ...(index % 4 === 0 && { externalIds: { push: `token-${index}` } }) } })),
			});
			const requests = made();
			const calls = together ? [requests] : requests.map((one) => [one]);
			const answers = [];
			for (const call of calls) answers.push(...(await world.store.run('policy.decide', { policy: POLICY, requests: call, dryRun: false })));
			return { answers, content: await contentOf(world.location) };
		};
		const [together, apart] = [await decided(true), await decided(false)];
		expect(together.answers).toEqual(apart.answers);
		expect(together.content).toEqual(apart.content);
		expect(new Set(together.answers.map((answer) => ('error' in answer ? answer.error : answer.decision))).size).toBeGreaterThan(made === mailing ? 0 : 2);
	});

	test('messages of one instant stand in the order in which they were decided, also where most of a call are alike', async () => {
		const { store, location } = await open();
		const ask = (key: string, customer: string, category: string) => ({ key, customer, channel: 'email', category, at: AT });
		const others = Array.from({ length: 60 }, (_, index) => `o${index}`);
		await store.run('customers.upsert', { items: ['a', 'b', ...others].map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` } })) });
		const requests = [ask('a1', 'a', 'promo'), ask('b1', 'b', 'news'), ask('b2', 'b', 'promo'), ask('a2', 'a', 'news'), ...others.map((one) => ask(one, one, 'promo'))];
		await store.run('policy.decide', { policy: { ...POLICY, rules: [] }, requests, dryRun: false });
		const { touch } = await dumpStore(location);
		expect(touch.sort((one, other) => Number(one.seq) - Number(other.seq)).map((row) => row.idem_key)).toEqual(requests.map(({ key }) => key));
	});
});
