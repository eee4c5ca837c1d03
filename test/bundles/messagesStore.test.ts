import { onEachStore, START_MS } from '../support/eachStore';

const POLICY = { storeZone: 'UTC', requireConsent: false, rules: [] };
// The first page ends among messages of one customer and one instant.
const MANY = 21_000;
const PEOPLE = 5;
const INSTANTS = 3;

onEachStore('messages between purchases', (open) => {
	test('are read page by page, each once, also where thousands of a customer went out at one instant', async () => {
		const { store } = await open();
		await store.run('customers.upsert', { items: Array.from({ length: PEOPLE }, (_, place) => ({ ref: { customerId: `c${place}`, email: `c${place}@example.com` } })) });
		for (let first = 0; first < MANY; first += 1_000) {
			const requests = Array.from({ length: 1_000 }, (_, place) => ({ key: `k${first + place}`, customer: `c${(first + place) % PEOPLE}`, channel: 'email', at: new Date(START_MS - ((first + place) % INSTANTS)).toISOString() }));
			await store.run('policy.decide', { policy: POLICY, requests, dryRun: false });
		}
		const { customers, at } = await store.run('bundles.messages', { until: START_MS });
		const read = new Map<string, number>();
		customers.forEach((customer, place) => read.set(`${customer} ${at[place]}`, (read.get(`${customer} ${at[place]}`) ?? 0) + 1));
		const each = MANY / (PEOPLE * INSTANTS);
		expect([...read.keys()]).toEqual([...read.keys()].sort());
		expect([...read.values()]).toEqual(Array.from({ length: PEOPLE * INSTANTS }, () => each));
		await store.close();
	});
});
