import { defaultPolicy } from '../../src/policy/defaultPolicy';
import { freshWorld, jsonOf, MINUTE, own, START, workflowOf } from './journeyWorld';

/** Customers of one mailing in one run; the long suite sets 50000. */
const SIZE = Number(process.env.NEWSLETTER_SIZE ?? 3_000);

const noOp = (name: string) => ({ id: name, name, type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [0, 0] as [number, number], parameters: {} });
const newsletter = workflowOf(
	[noOp('Items'), own('Policy', 'contactPolicy', { category: 'news', options: { mailingKey: 'november', messagesPerRun: 1000 } }), noOp('Send'), noOp('Blocked')],
	[['Items', 'Policy'], ['Policy', 'Send'], ['Policy', 'Blocked', 1]],
);

describe('A newsletter in one run', () => {
	test(`${SIZE} items: each is answered, a run's worth leaves, the others are held; run again, nobody is asked twice`, async () => {
		const world = await freshWorld(newsletter, { activate: false });
		await world.store.run('policy.save', { name: 'default', body: { ...defaultPolicy, quietHours: [] } });
		const ids = Array.from({ length: SIZE }, (_, index) => `c${index}`);
		for (let from = 0; from < SIZE; from += 1000) {
			const some = ids.slice(from, from + 1000);
			await world.store.run('customers.upsert', { items: some.map((id) => ({ ref: { customerId: id, email: `${id}@example.com` } })) });
			// One in ten never agreed.
			await world.store.run('consents.set', { items: some.filter((_, index) => index % 10 !== 0).map((id) => ({ ref: { customerId: id }, channel: 'email', purpose: 'marketing', status: 'granted' as const, at: 1 })) });
		}
		const items = ids.map((id) => ({ json: { customer_id: id, title: 'News of November' } }));
		const before = process.cpuUsage();
		const { nodes, run } = await world.runner.execute('Items', [items], 'trigger');
		const { user, system } = process.cpuUsage(before);
		const { rss } = process.memoryUsage();
		console.log(`newsletter: ${SIZE} items in one run took ${((user + system) / 1e6).toFixed(1)} s of processor time (${Math.round((user + system) / SIZE)} µs an item), ${Math.round(rss / 2 ** 20)} MiB in all`);
		expect(run.data.resultData.error).toBeUndefined();
		const [send, blocked] = nodes.get('Policy')![0].outputs;
		expect(send).toHaveLength(Math.min(1000, SIZE * 0.9));
		expect(blocked).toHaveLength(SIZE / 10);
		expect(new Set(jsonOf(blocked!).map(({ policy }) => (policy as { reason: string }).reason))).toEqual(new Set(['no_consent:email/marketing']));
		const waiting = (await world.store.run('journeys.waiting', {})).reduce((sum, row) => sum + row.waiting, 0);
		expect(waiting).toBe(SIZE * 0.9 - (send?.length ?? 0));
		const again = await world.runner.execute('Items', [items.slice(0, 2000)], 'trigger');
		expect(again.nodes.get('Policy')![0].outputs[0]).toEqual([]);
	}, 600_000);

	test('who is in the list twice, however far apart, gets it once, and it is in no doubt', async () => {
		const world = await freshWorld(newsletter, { activate: false });
		await world.store.run('policy.save', { name: 'default', body: { ...defaultPolicy, quietHours: [], requireConsent: false } });
		await world.store.run('customers.upsert', { items: ['a', 'b'].map((id) => ({ ref: { customerId: id, email: `${id}@example.com` } })) });
		const strangers = Array.from({ length: 1_100 }, (_, index) => `nobody${index}`);
		const { nodes } = await world.runner.execute('Items', [['a', 'b', 'b', ...strangers, 'a'].map((id) => ({ json: { customer_id: id } }))], 'trigger');
		const [send, blocked] = nodes.get('Policy')![0].outputs;
		expect(jsonOf(send!).map(({ customer_id: id }) => id)).toEqual(['a', 'b']);
		expect(jsonOf(blocked!).filter(({ policy }) => (policy as { reason: string }).reason === 'duplicate').map(({ customer_id: id }) => id)).toEqual(['b', 'a']);
		expect(await world.store.run('policy.unknown', { limit: 5 })).toEqual([]);
	});

	test('in a published workflow too, where the first was held a thousand items before', async () => {
		const world = await freshWorld(newsletter);
		await world.store.run('policy.save', { name: 'default', body: { ...defaultPolicy, requireConsent: false, quietHours: [{ channels: ['email'], start: '00:00', end: '00:00' }] } });
		await world.store.run('customers.upsert', { items: ['a', 'b'].map((id) => ({ ref: { customerId: id, email: `${id}@example.com` } })) });
		const strangers = Array.from({ length: 1_100 }, (_, index) => `nobody${index}`);
		const list = ['a', 'b', ...strangers, 'a'].map((id) => ({ json: { customer_id: id } }));
		const duplicates = async () => {
			const [send, blocked] = (await world.runner.execute('Items', [list], 'trigger')).nodes.get('Policy')![0].outputs;
			expect(send).toEqual([]);
			return jsonOf(blocked!).filter(({ policy }) => (policy as { reason: string }).reason === 'duplicate').map(({ customer_id: id }) => id);
		};
		expect(await duplicates()).toEqual(['a']);
		// Run again later, the whole list waits from the first run.
		await world.store.run('clock.set', { atMs: START + MINUTE });
		expect(await duplicates()).toEqual([]);
	});
});
