import { refresh } from '../../src/features/refresh';
import { VIP_CHANGED } from '../../src/journeys/ownEventTypes';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';

let runs = 0;
const compute = (store: Store) => refresh(store, { owner: `test ${++runs}` });

let orders = 0;
const order = (customer: string, at: number, total = 10) => {
	const amount = total * 10_000;
	return { ref: { customerId: customer }, source: 'shop', orderId: `o-${++orders}`, orderedAt: at, currency: 'EUR', status: 'paid' as const, totalE4: amount, lines: [{ productId: 'p', quantity: 1, priceE4: amount, amountE4: amount }] };
};
/** Ten orders, one every ten days, the last one on the day the test begins. */
const everyTenDays = (customer: string) => Array.from({ length: 10 }, (_, place) => order(customer, START_MS - HOUR - (9 - place) * 10 * DAY));
const fill = async (store: Store, items: ReturnType<typeof order>[]) => await store.run('orders.record', { items, backfill: true });

const journeyOn = async (store: Store, eventType: string, filter: { field: string; operator: 'equals'; value: string | boolean }[] = []) =>
	await store.run('journeys.register', { settings: { key: 'win-back', name: 'Win back', entry: { eventType, filter, entryKey: { kind: 'event' } } }, workflowId: 'w', workflowName: 'w', nodeId: 'n', activation: 'activate' });

const entered = async (store: Store, customer: string) => ((await store.run('customers.record', { ref: { customerId: customer } }))?.journeys ?? []).length;
const clockTo = async (store: Store, atMs: number) => await store.run('clock.set', { atMs });

onEachStore('VIPs, and the stage of an instant', (open) => {
	let store: Store;
	beforeEach(async () => {
		({ store } = await open());
	});

	test('becoming a VIP is told, and who is one from the beginning is not', async () => {
		await fill(store, Array.from({ length: 10 }, (_, place) => order(`c${place}`, START_MS - 30 * DAY, 10 + place)));
		await compute(store);
		await journeyOn(store, VIP_CHANGED, [{ field: 'vip', operator: 'equals', value: true }]);
		await store.run('orders.record', { items: [order('c0', START_MS, 500)] });
		expect([await entered(store, 'c0'), await entered(store, 'c9')]).toEqual([1, 0]);
	});

	test('becoming a VIP by history that was filled in is told nobody, neither then nor later', async () => {
		await fill(store, Array.from({ length: 10 }, (_, place) => order(`c${place}`, START_MS - 30 * DAY, 10 + place)));
		await compute(store);
		await journeyOn(store, VIP_CHANGED, [{ field: 'vip', operator: 'equals', value: true }]);
		await fill(store, [order('c0', START_MS - 20 * DAY, 500)]);
		await compute(store);
		expect((await store.run('customers.record', { ref: { customerId: 'c0' } })).customer.vip).toBe(true);
		await clockTo(store, START_MS + DAY);
		await compute(store);
		expect(await entered(store, 'c0')).toBe(0);
	});

	test('a node is told the stage of this instant, with the reason, also where nobody has looked since', async () => {
		await fill(store, everyTenDays('anna'));
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'lea' } }] });
		const refs = [{ customerId: 'anna' }, { customerId: 'lea' }, { customerId: 'nobody' }];
		expect(await store.run('lifecycle.stages', { refs: refs.slice(0, 1) })).toMatchObject({ learned: false, answers: [{ lifecycle: { stage: 'lead' } }] });
		await compute(store);
		await clockTo(store, START_MS + 16 * DAY);
		const { answers, learned } = await store.run('lifecycle.stages', { refs });
		expect(learned).toBe(true);
		expect(answers).toMatchObject([
			{ ok: true, customer: { id: 'anna', stage: 'due' }, lifecycle: { stage: 'due', pending: 'dormant', expectedGapDays: 10, reason: expect.stringMatching(/^Last order 16 days ago.*Past the line to dormant now: told when that has held 3 days\.$/) as string } },
			{ ok: true, lifecycle: { stage: 'lead', reason: 'No order yet.' } },
			{ ok: false, code: 'unknown_customer' },
		]);
	});
});
