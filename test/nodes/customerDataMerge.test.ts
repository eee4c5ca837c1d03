import type { IDataObject } from 'n8n-workflow';
import { onWake } from '../../src/n8n/wake';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { closeStores, customerData, freshStore } from './nodeRuns';

let store: StoreHandle;
beforeEach(async () => {
	store = freshStore(Date.parse('2026-11-20T12:00:00Z'));
	await store.run('customers.upsert', { items: [{ ref: { customerId: 'ann', email: 'ann@example.com' }, firstName: 'Ann' }, { ref: { customerId: 'anna', email: 'anna@example.org' }, lastName: 'Doe' }] });
});
afterEach(closeStores);

const run = (operation: string, parameters: IDataObject, json: IDataObject = { email: 'ann@example.com', kept: 1 }) => customerData({ resource: 'customer', operation, ...parameters }, [json]);

test('merge and unmerge: there and back, said in words', async () => {
	let woken = 0;
	const stop = onWake((await store.store()).storeId, () => woken++);
	const merged = await run('merge', { other: 'anna@example.org', mergedBy: 'Maria' });
	expect(merged.items[0].json).toMatchObject({ kept: 1, customer: { id: 'ann', firstName: 'Ann', lastName: 'Doe' }, merged: 'anna', changed: true, result: 'Customer anna merged into ann' });
	expect((await store.run('customers.record', { ref: { customerId: 'anna' } })).mergedFrom).toMatchObject([{ customer: 'anna', by: 'Maria' }]);
	expect((await run('merge', { other: 'anna' })).items[0].json).toMatchObject({ merged: null, changed: false, result: 'Both are one customer already: nothing changed' });
	const split = await run('unmerge', {}, { merged: 'anna' });
	expect(split.items[0].json).toMatchObject({ customer: { id: 'anna', firstName: null, lastName: 'Doe' }, splitFrom: { id: 'ann', lastName: null }, changed: true, result: 'Customer anna split off from ann' });
	expect(woken).toBe(2);
	stop();
});

test('an error names the field', async () => {
	expect((await run('merge', { other: ' ' })).error?.message).toMatch(/^Is the Same Person As is empty/);
	expect((await run('merge', { other: 'nobody' })).error?.message).toMatch(/^The other customer is not in the store: nothing was merged/);
	expect((await run('unmerge', { other: 'ann' })).error?.message).toMatch(/did not come over by a merge/);
});
