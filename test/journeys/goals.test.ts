import type { JourneySettingsInput } from '../../src/journeys/settings';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';
import { goOn, journeysOf, register, release, track } from './support/journey';

const journey = (more: Partial<JourneySettingsInput> = {}): JourneySettingsInput => ({
	key: 'j', name: 'J', entry: { eventType: 'signed_up', entryKey: { kind: 'event' } }, guardMs: 0,
	goal: { rule: { eventType: 'order_placed' }, windowMs: 7 * DAY, valueField: 'total' }, ...more,
});
const order = (id: string, total = '100.00') => ({ order_id: id, total, currency: 'EUR' });
const FAR = START_MS + 100 * DAY;
async function goal(store: Store, customerId = 'c1') {
	const [{ goalAt, goalValue, goalReversedAt }] = await journeysOf(store, customerId, FAR);
	return { at: goalAt === null ? null : (goalAt - START_MS) / HOUR, value: goalValue && `${goalValue.amount} ${goalValue.currency}`, reversed: goalReversedAt === null ? null : (goalReversedAt - START_MS) / HOUR };
}

onEachStore('Goal', (open) => {
	async function entered(more: Partial<JourneySettingsInput> = {}) {
		const opened = await open();
		await register(opened.store, journey(more));
		await track(opened.store, 'signed_up', 'c1');
		await release(opened.store, 'entry');
		return opened;
	}

	test('J18 after the exit and inside the window it counts, once; outside it does not', async () => {
		const { store, advance } = await entered({ exits: [{ eventType: 'left' }] });
		await track(store, 'left', 'c1');
		await advance(7 * DAY);
		await track(store, 'order_placed', 'c1', order('o1'));
		expect(await goal(store)).toEqual({ at: 168, value: '100.00 EUR', reversed: null });
		await track(store, 'order_placed', 'c1', order('o2', '500.00'));
		expect(await goal(store)).toEqual({ at: 168, value: '100.00 EUR', reversed: null });
		await track(store, 'signed_up', 'c2');
		await release(store, 'entry');
		await advance(7 * DAY + 1);
		await track(store, 'order_placed', 'c2', order('o3'));
		expect(await goal(store, 'c2')).toEqual({ at: null, value: null, reversed: null });
	});

	test('J18 a whole refund takes the goal back, a part of it reduces its value; what was bought besides counts then', async () => {
		const { store, advance } = await entered();
		await track(store, 'order_placed', 'c1', order('o1'));
		await advance(HOUR);
		await track(store, 'order_refunded', 'c1', { ...order('o1'), amount: '30.00' });
		expect(await goal(store)).toEqual({ at: 0, value: '70.00 EUR', reversed: null });
		await track(store, 'order_placed', 'c1', order('o2', '20.00'));
		await advance(HOUR);
		await track(store, 'order_refunded', 'c1', { ...order('o1'), amount: '70.00', refund_id: 'r2' });
		expect(await goal(store)).toEqual({ at: 1, value: '20.00 EUR', reversed: 2 });
		await advance(HOUR);
		await track(store, 'order_cancelled', 'c1', order('o2', '20.00'));
		expect(await goal(store)).toEqual({ at: null, value: null, reversed: 2 });
		await advance(HOUR);
		await track(store, 'order_placed', 'c1', order('o3', '5.00'));
		expect(await goal(store)).toEqual({ at: 4, value: '5.00 EUR', reversed: 2 });
	});

	test('J18 refunds that the store records itself take it back too', async () => {
		const { store } = await entered();
		await store.run('orders.record', { items: [{ ref: { customerId: 'c1' }, source: 'shop', orderId: 'o1', orderedAt: START_MS, currency: 'EUR', status: 'placed', lines: [{ productId: 'p', quantity: 1, priceE4: 500_000, amountE4: 500_000 }] }] });
		expect(await goal(store)).toEqual({ at: 0, value: '50.00 EUR', reversed: null });
		await store.run('orders.refund', { items: [{ source: 'shop', orderId: 'o1', refundedAt: START_MS + HOUR }] });
		expect(await goal(store)).toEqual({ at: null, value: null, reversed: 1 });
	});

	test('J22 a refund that comes in before its purchase, and an earlier purchase that comes in later, count as if in order', async () => {
		const { store, advance } = await entered();
		await advance(10 * HOUR);
		await track(store, 'order_refunded', 'c1', { order_id: 'o1', amount: '100.00', total: '100.00' }, { at: START_MS + 2 * HOUR });
		await track(store, 'order_placed', 'c1', order('o1'), { at: START_MS + HOUR });
		expect(await goal(store)).toEqual({ at: null, value: null, reversed: 2 });
		await track(store, 'order_placed', 'c1', order('o3', '30.00'), { at: START_MS + 9 * HOUR });
		await track(store, 'order_placed', 'c1', order('o2', '20.00'), { at: START_MS + 5 * HOUR });
		expect(await goal(store)).toEqual({ at: 5, value: '20.00 EUR', reversed: 2 });
	});

	test('J22 an entry event that comes in after the purchase that followed it', async () => {
		const { store, advance } = await open();
		await register(store, journey());
		await advance(5 * HOUR);
		await track(store, 'order_placed', 'c1', order('o1'), { at: START_MS + 2 * HOUR });
		await track(store, 'order_placed', 'c2', order('o2'), { at: START_MS });
		for (const id of ['c1', 'c2']) await track(store, 'signed_up', id, {}, { at: START_MS + HOUR });
		expect([(await goal(store)).at, (await goal(store, 'c2')).at]).toEqual([2, null]);
	});

	test('a window from the last message begins anew with each; without a message nothing counts', async () => {
		const { store, advance } = await open();
		await register(store, journey({ goal: { rule: { eventType: 'order_placed' }, windowMs: DAY, from: 'lastMessage' } }));
		for (const id of ['c1', 'c2', 'late']) await track(store, 'signed_up', id);
		const items = await release(store, 'entry');
		const enrolmentOf = (id: string) => items.find((item) => item.customer.id === id)?.journey.enrolment as string;
		await advance(2 * DAY);
		for (const id of ['c1', 'late']) {
			await store.run('consents.set', { items: [{ ref: { customerId: id }, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS }] });
			await store.run('customers.upsert', { items: [{ ref: { customerId: id, email: `${id}@example.com` } }] });
			const [sent] = await store.run('policy.decide', { policy: { version: '1', storeZone: 'UTC', rules: [] }, dryRun: false, requests: [{ key: `k-${id}`, customer: id, channel: 'email', category: 'x', class: 'marketing', priority: 50, enrolment: enrolmentOf(id), journey: 'j' }] });
			expect(sent).toMatchObject({ decision: 'send' });
		}
		await advance(DAY);
		for (const id of ['c1', 'c2']) await track(store, 'order_placed', id, order(`o-${id}`));
		await advance(1);
		await track(store, 'order_placed', 'late', order('o-late'));
		expect([(await goal(store)).at, (await goal(store, 'c2')).at, (await goal(store, 'late')).at]).toEqual([72, null, null]);
	});

	test('J19 the control group enters, passes through nothing, and its goals count', async () => {
		const { store, advance } = await open();
		await register(store, journey({ controlPercent: 50, controlMembers: 'outside' }));
		const ids = Array.from({ length: 40 }, (_, index) => `c${index}`);
		await store.run('events.track', { items: ids.map((customerId) => ({ ref: { customerId }, type: 'signed_up', occurredAt: START_MS, source: 'test', properties: {} })) });
		const treated = new Set((await release(store, 'entry')).map((item) => item.customer.id));
		expect([treated.size > 8, treated.size < 32]).toEqual([true, true]);
		await advance(HOUR);
		for (const id of ids.slice(0, 10)) await track(store, 'order_placed', id, order(`o-${id}`));
		for (const id of ids.slice(0, 10)) {
			expect(await journeysOf(store, id)).toMatchObject([{ variant: treated.has(id) ? null : 'control', status: treated.has(id) ? 'completed' : 'active', goalAt: START_MS + HOUR }]);
		}
		const control = ids.find((id) => !treated.has(id)) as string;
		expect((await track(store, 'signed_up', control, { n: 2 })).refused).toEqual([{ journey: 'j', reason: 'already_active' }]);
		// In the same arm next time, too.
		await advance(8 * DAY);
		expect((await track(store, 'signed_up', control, { n: 3 })).entered).toEqual(['j']);
		expect(await release(store, 'entry')).toEqual([]);
	});

	test('J19 where the window begins with the last message, that of the control group outside begins with the entry', async () => {
		const { store, advance } = await open();
		await register(store, journey({ controlPercent: 50, controlMembers: 'outside', goal: { rule: { eventType: 'order_placed' }, windowMs: DAY, from: 'lastMessage' } }));
		const ids = Array.from({ length: 20 }, (_, index) => `c${index}`);
		for (const id of ids) await track(store, 'signed_up', id);
		const treated = (await release(store, 'entry')).map((item) => item.customer.id);
		const [control, late] = ids.filter((id) => !treated.includes(id));
		await advance(DAY);
		for (const id of [control!, treated[0]!]) await track(store, 'order_placed', id, order(`o-${id}`));
		await advance(1);
		await track(store, 'order_placed', late!, order('o-late'));
		expect([(await goal(store, control)).at, (await goal(store, late)).at, (await goal(store, treated[0])).at]).toEqual([24, null, null]);
	});

	test('J19 a control group that walks along is given to the canvas with its variant, for Contact Policy to hold back', async () => {
		const { store } = await open();
		await register(store, journey({ controlPercent: 50 }));
		await store.run('events.track', { items: Array.from({ length: 40 }, (_, index) => ({ ref: { customerId: `c${index}` }, type: 'signed_up', occurredAt: START_MS, source: 'test', properties: {} })) });
		const items = await release(store, 'entry');
		expect(items).toHaveLength(40);
		expect(new Set(items.map((item) => item.journey.variant))).toEqual(new Set([null, 'control']));
	});

	test('J07 who is in the control group of everything enters as a ghost: nobody is mailed, the goal counts', async () => {
		for (const controlMembers of ['outside', 'along'] as const) {
			const { store } = await open();
			await store.run('policy.save', { name: 'default', body: { storeZone: 'UTC', rules: [], requireConsent: false, controlPercent: 50 } });
			await register(store, journey({ controlMembers }));
			const ids = Array.from({ length: 30 }, (_, index) => `c${index}`);
			await store.run('customers.upsert', { items: ids.map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` } })) });
			await store.run('events.track', { items: ids.map((customerId) => ({ ref: { customerId }, type: 'signed_up', occurredAt: START_MS, source: 'test', properties: {} })) });
			const items = await release(store, 'entry');
			const variants = new Map<string, string | null>();
			for (const id of ids) variants.set(id, (await journeysOf(store, id))[0].variant);
			const control = ids.filter((id) => variants.get(id) === 'control');
			expect([control.length > 5, control.length < 25]).toEqual([true, true]);
			expect(items.filter((item) => control.includes(item.customer.id))).toHaveLength(controlMembers === 'along' ? control.length : 0);
			const decisions = await store.run('policy.decide', { dryRun: false, requests: items.map((item) => ({ key: `k-${item.customer.id}`, customer: item.customer.id, channel: 'email', category: 'x', class: 'marketing', priority: 50, journey: 'j', enrolment: item.journey.enrolment })) });
			const mailed = decisions.flatMap((decision, index) => ('decision' in decision && decision.decision === 'send' ? [items[index].customer.id] : []));
			expect(mailed.sort()).toEqual(ids.filter((id) => !control.includes(id)).sort());
			await track(store, 'order_placed', control[0], order('o1'));
			expect((await goal(store, control[0])).at).toBe(0);
		}
	});

	test('an exit takes a member of the control group out as it would the others', async () => {
		const { store } = await open();
		await register(store, journey({ controlPercent: 50, controlMembers: 'outside', exits: [{ eventType: 'left' }] }));
		const ids = Array.from({ length: 20 }, (_, index) => `c${index}`);
		for (const id of ids) await track(store, 'signed_up', id);
		await goOn(store, 'entry', { kind: 'delay', length: { amount: 1, unit: 'days' } });
		const exits = [];
		for (const id of ids) exits.push((await track(store, 'left', id)).exited.length);
		expect(exits).toEqual(ids.map(() => 1));
	});
});
