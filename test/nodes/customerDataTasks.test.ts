import type { IDataObject, WorkflowExecuteMode } from 'n8n-workflow';
import { onWake } from '../../src/n8n/wake';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { closeStores, customerData, freshStore } from './nodeRuns';

const NOW = Date.parse('2026-11-20T12:00:00Z');
let store: StoreHandle;

beforeEach(async () => {
	store = freshStore(NOW);
	await store.run('customers.upsert', { items: ['ann', 'bo'].map((name) => ({ ref: { customerId: name, email: `${name}@example.com` } })) });
});
afterEach(closeStores);

const ANN = { customer: { id: 'ann' } };
const placed = (visit: number) => ({ ...ANN, journey: { key: 'renewal', enrolment: 'store-1', step: 's', visit, variant: null } });
const task = (operation: string, items: IDataObject[], more: IDataObject = {}, options: object = {}) => customerData({ resource: 'task', operation, ...more }, items, options);
const record = async () => await store.run('customers.record', { ref: { customerId: 'ann' } });

describe('Note', () => {
	const add = (items: IDataObject[], more: IDataObject = {}) => customerData({ resource: 'note', operation: 'add', text: 'Called', ...more }, items);

	test('add: outside of a journey each run adds one, in a journey each visit', async () => {
		expect((await add([{ customer_id: 'ann', a: 1 }])).items[0].json).toMatchObject({ a: 1, note: { text: 'Called', at: '2026-11-20T12:00:00.000Z', author: null }, changed: true, result: 'Note added' });
		await add([placed(1)]);
		expect((await add([placed(1)], { text: 'Called, worded in another way' })).items[0].json).toMatchObject({ changed: false, result: 'Note already there: nothing changed', note: { text: 'Called', journey: 'renewal' } });
		await add([placed(2)]);
		expect((await record()).notes).toHaveLength(3);
	});

	test('add: every option arrives', async () => {
		await add([ANN], { options: { at: '2026-11-19 10:00', author: 'Maria', key: 'call-1' } });
		expect((await record()).notes).toEqual([{ key: 'call-1', at: Date.parse('2026-11-19T10:00:00Z'), text: 'Called', author: 'Maria', journey: null }]);
	});

	test('add: an empty note is an error that names the field', async () => {
		expect((await add([ANN], { text: ' ' })).error?.message).toBe('"Note" is wrong: is empty.');
	});
});

describe('Task', () => {
	test('create: due after a while, at a date, or without one', async () => {
		const titled = { title: 'Call', details: 'about the contract', assignee: 'maria' };
		expect((await task('create', [ANN], { ...titled, dueIn: 2 })).items[0].json).toMatchObject({ ...ANN, task: { title: 'Call', details: 'about the contract', assignee: 'maria', dueAt: '2026-11-22T12:00:00.000Z', status: 'open' }, changed: true, result: 'Task created' });
		expect((await task('create', [ANN], { title: 'b', dueIn: 1.5, dueUnit: 'hours' })).items[0].json.task).toMatchObject({ dueAt: '2026-11-20T13:30:00.000Z' });
		expect((await task('create', [ANN], { title: 'c', due: 'at', dueAt: '2026-12-01 09:00' })).items[0].json.task).toMatchObject({ dueAt: '2026-12-01T09:00:00.000Z' });
		expect((await task('create', [ANN], { title: 'd', due: 'none' })).items[0].json.task).toMatchObject({ dueAt: null });
		expect((await task('create', [ANN], { title: 'e', due: 'at', dueAt: 'soon' })).error?.message).toMatch(/^Date is not an instant/);
	});

	test('create: a run that n8n repeats makes no second task, another visit does', async () => {
		const call = (visit: number) => task('create', [placed(visit)], { title: 'Call' });
		expect((await call(1)).items[0].json).toMatchObject({ changed: true, task: { journey: 'renewal' } });
		expect((await call(1)).items[0].json).toMatchObject({ changed: false, result: 'Task already there: nothing changed' });
		expect((await call(2)).items[0].json).toMatchObject({ changed: true });
		expect((await record()).tasks).toHaveLength(2);
	});

	test('take and done: the key comes with the item; twice changes nothing', async () => {
		const { items } = await task('create', [ANN], { title: 'Call' });
		const made = items.map(({ json }) => json);
		expect((await task('take', made, { assignee: 'maria' })).items[0].json).toMatchObject({ ...ANN, task: { status: 'taken', assignee: 'maria', takenAt: '2026-11-20T12:00:00.000Z' }, changed: true, result: 'Task taken by maria' });
		expect((await task('take', made, { assignee: 'maria' })).items[0].json).toMatchObject({ changed: false, result: 'Task was taken before: nothing changed' });
		expect((await task('take', made, { assignee: 'otto' })).error?.message).toBe('The task "Call" was taken by maria: ask them, or choose another task.');
		expect((await task('done', made, { outcome: 'renewed' })).items[0].json).toMatchObject({ task: { status: 'done', outcome: 'renewed', doneAt: '2026-11-20T12:00:00.000Z' }, changed: true, result: 'Task done: renewed' });
		expect((await task('done', made, { outcome: 'lost' })).items[0].json).toMatchObject({ changed: false, task: { outcome: 'renewed' } });
	});

	test('done wakes the loops of waiting journeys; a test run records only, until it is told to act', async () => {
		let woken = 0;
		const stop = onWake((await store.store()).storeId, () => woken++);
		const done = async (key: string, mode: WorkflowExecuteMode, options: IDataObject = {}) => {
			await store.run('tasks.create', { items: [{ ref: { customerId: 'ann' }, title: key, key }] });
			return await task('done', [{ task_key: key }], { options }, { mode });
		};
		const tried = await done('a', 'manual');
		expect(tried.items[0].json).toMatchObject({ changed: true });
		expect(tried.hints[0]).toMatch(/really wrote.*No journey started/);
		expect([woken, (await record()).events.length]).toEqual([0, 0]);
		await done('b', 'manual', { actInTestRuns: true });
		await done('c', 'trigger');
		expect([woken, (await record()).events.length]).toEqual([2, 2]);
		stop();
	});

	test('create: a length that an expression does not give is told by the name of its field, and is no task due now', async () => {
		for (const dueIn of ['={{ $json.days }}', '']) expect((await task('create', [{ customer_id: 'ann' }], { title: 'Call', due: 'in', dueIn, dueUnit: 'days' })).error?.message).toMatch(/"How Long" must be a number from 0 on/);
	});

	test('list: what is to be done, by person and date, page by page', async () => {
		await store.run('tasks.create', { items: Array.from({ length: 600 }, (_, index) => ({ ref: { customerId: index % 2 ? 'ann' : 'bo' }, title: `t${index}`, key: `t${index}`, dueAt: NOW + index * 60_000, assignee: index < 10 ? 'maria' : 'otto' })) });
		await store.run('tasks.done', { items: [{ key: 't0' }] });
		const list = async (more: IDataObject) => (await task('list', [{}], more)).items.map(({ json }) => json as { task: IDataObject; customer: IDataObject });
		const first = await list({ limit: 2 });
		expect(first).toMatchObject([{ task: { title: 't1' }, customer: { id: 'ann' } }, { task: { title: 't2' }, customer: { id: 'bo' } }]);
		expect(await list({ returnAll: true })).toHaveLength(599);
		expect(await list({ returnAll: true, filters: { assignee: 'maria' } })).toHaveLength(9);
		expect(await list({ returnAll: true, filters: { dueBefore: '2026-11-20T12:05:00Z' } })).toHaveLength(4);
		expect(await list({ statuses: ['done'] })).toMatchObject([{ task: { title: 't0' } }]);
	});

	test('an item about nobody is an error of its own; without On Error nothing is lost without a word', async () => {
		const asked = [ANN, { customer_id: 'nobody' }];
		const { items, errors } = await task('create', asked, { title: 'Call' }, { onError: 'continueErrorOutput' });
		expect(items).toHaveLength(1);
		expect(errors[0].json).toMatchObject({ customer_id: 'nobody', error: expect.stringContaining('No customer with this id') });
		const { error } = await task('create', asked, { title: 'Call' });
		expect(error).toMatchObject({ itemIndex: 1, description: expect.stringContaining('1 of the 2 items went through') });
	});
});
