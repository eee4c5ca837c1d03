import { refresh } from '../../src/features/refresh';
import type { Store } from '../../src/store/Store';
import { DAY, onEachStore, START_MS } from '../support/eachStore';

/** Line of an imported file: what is sold, or given back. */
const line = (customer: string, orderId: string, ago: number, productId: string, amount: number, kind: 'order' | 'refund' = 'order') => ({ ref: { customerId: customer }, source: 'file', orderId, kind, orderedAt: START_MS - ago * DAY, currency: 'EUR', quantity: 1, priceE4: amount * 10_000, amountE4: amount * 10_000, productId, category: productId === 'tea' ? 'Drinks' : 'Cups', gift: false });

async function importLines(store: Store, run: string, rows: ReturnType<typeof line>[]): Promise<void> {
	expect(await store.run('import.orderLines', { run, source: 'file', rows })).toMatchObject({ rejected: [] });
	await store.run('import.finish', { run });
}

/** Whose spending is so much, to the cent. */
async function spent(store: Store, amount: number, more: object = {}, at?: number): Promise<string[]> {
	const rules = { match: 'all', rules: [{ about: 'bought', measure: 'amount', compare: { is: 'exactly', value: amount }, ...more }] };
	return (await store.run('segments.members', { segment: { rules }, after: 0, limit: 100, at })).members.map(({ id }) => id);
}

const revenue = async (store: Store, customer: string, at?: number) => (await store.run('customers.record', { ref: { customerId: customer }, at })).revenue.map((one) => one.amount);

async function paid(store: Store, until?: number): Promise<number[]> {
	const { paidE4 } = await store.run('value.payments', { until });
	return [...paidE4].map((amount) => amount / 10_000).sort((a, b) => a - b);
}

onEachStore('What was given back', (open) => {
	let store: Store;
	beforeEach(async () => {
		({ store } = await open());
	});

	test('by an imported refund is spent by nobody: conditions, the value of customers, their revenue and the refresh agree', async () => {
		const rows = [line('rich', '1', 40, 'tea', 800), line('rich', '2', 30, 'cup', 50), line('rich', 'C3', 20, 'tea', 800, 'refund'), line('half', '4', 40, 'tea', 60), line('half', 'C5', 10, 'tea', 20, 'refund')];
		await importLines(store, 'first', rows);
		expect([await spent(store, 50), await spent(store, 40), await spent(store, 850)]).toEqual([['rich'], ['half'], []]);
		expect(await paid(store)).toEqual([0, 40, 50]);
		expect([await revenue(store, 'rich'), await revenue(store, 'half')]).toEqual([['50.00'], ['40.00']]);
		await refresh(store, { owner: 'given back' });
		const kept = (await store.run('figures.page', { after: 0, limit: 10 })).rows.map(({ key, revenue_e4 }) => [key, (revenue_e4 as number) / 10_000]);
		expect(Object.fromEntries(kept)).toEqual({ rich: 50, half: 40 });
		// The same file again takes nothing off twice.
		await importLines(store, 'again', rows);
		expect([await spent(store, 50), await spent(store, 40)]).toEqual([['rich'], ['half']]);
	});

	test('goes to another purchase when a later import knows a later one', async () => {
		await importLines(store, 'first', [line('anna', '1', 40, 'tea', 80), line('anna', 'C2', 10, 'tea', 30, 'refund')]);
		expect(await paid(store)).toEqual([50]);
		await importLines(store, 'second', [line('anna', '3', 20, 'tea', 70)]);
		expect(await paid(store)).toEqual([40, 80]);
		expect(await spent(store, 40, { period: { kind: 'inTheLast', days: 25 } })).toEqual(['anna']);
		expect(await spent(store, 80, { period: { kind: 'longerAgo', days: 25 } })).toEqual(['anna']);
	});

	test('by a recorded refund beside an imported one counts once each; a cancelled purchase gives nothing back', async () => {
		await importLines(store, 'first', [line('anna', '1', 40, 'tea', 80), line('anna', 'C2', 10, 'tea', 30, 'refund'), line('bob', '5', 40, 'tea', 80), line('bob', 'C6', 10, 'tea', 80, 'refund')]);
		await store.run('orders.refund', { items: [{ source: 'file', orderId: '1', refundedAt: START_MS - DAY, amountE4: 100_000 }] });
		await store.run('orders.cancel', { items: [{ source: 'file', orderId: '5', cancelledAt: START_MS - DAY }] });
		expect([await spent(store, 40), await spent(store, 0), await paid(store)]).toEqual([['anna'], ['bob'], [40]]);
		expect([await revenue(store, 'anna'), await revenue(store, 'bob')]).toEqual([['40.00'], ['0.00']]);
		await importLines(store, 'again', [line('anna', 'C2', 10, 'tea', 30, 'refund')]);
		expect([await spent(store, 40), await paid(store)]).toEqual([['anna'], [40]]);
	});

	test('of an order with several goods: each keeps the share that was not given back', async () => {
		await importLines(store, 'first', [line('anna', '1', 40, 'tea', 60), line('anna', '1', 40, 'cup', 20)]);
		await store.run('orders.refund', { items: [{ source: 'file', orderId: '1', refundedAt: START_MS - DAY, amountE4: 200_000 }] });
		expect(await spent(store, 45, { categories: ['Drinks'] })).toEqual(['anna']);
		expect(await spent(store, 15, { products: ['cup'] })).toEqual(['anna']);
		await store.run('orders.refund', { items: [{ source: 'file', orderId: '1', refundedAt: START_MS - DAY / 2, amountE4: 900_000 }] });
		expect(await spent(store, 0, { categories: ['Drinks'] })).toEqual(['anna']);
	});

	test('later is not known before', async () => {
		await importLines(store, 'first', [line('anna', '1', 40, 'tea', 80), line('anna', 'C2', 10, 'tea', 30, 'refund')]);
		await store.run('orders.refund', { items: [{ source: 'file', orderId: '1', refundedAt: START_MS - DAY, amountE4: 100_000 }] });
		for (const [ago, left] of [[20, 80], [5, 50], [0, 40]] as const) {
			const at = START_MS - ago * DAY;
			expect([ago, await spent(store, left, {}, at), await paid(store, at), await revenue(store, 'anna', at)]).toEqual([ago, ['anna'], [left], [`${left}.00`]]);
			expect([ago, await spent(store, left, { categories: ['Drinks'] }, at)]).toEqual([ago, ['anna']]);
		}
	});
});
