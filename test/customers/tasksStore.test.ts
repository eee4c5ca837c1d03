import type { Store } from '../../src/store/Store';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';

const ANN = { customerId: 'ann', email: 'ann@example.com' };
const BO = { customerId: 'bo' };

async function people(store: Store): Promise<void> {
	await store.run('customers.upsert', { items: [{ ref: ANN, firstName: 'Ann' }, { ref: BO }] });
}
const list = async (store: Store, more: object = {}) => (await store.run('tasks.list', { statuses: ['open', 'taken'], limit: 50, ...more })).map(({ task }) => task.title);

onEachStore('Notes', (open) => {
	test('are kept with their time and writer, newest first; the same key again is the same note', async () => {
		const { store, advance } = await open();
		await people(store);
		const [first] = await store.run('notes.add', { items: [{ ref: ANN, text: 'Called', author: 'Maria', key: 'n-1' }] });
		expect(first).toMatchObject({ ok: true, result: 'added', note: { key: 'n-1', at: START_MS, text: 'Called', author: 'Maria', journey: null }, customer: { firstName: 'Ann' } });
		await advance(HOUR);
		expect(await store.run('notes.add', { items: [{ ref: ANN, text: 'Called once more', key: 'n-1' }, { ref: ANN, text: 'Wrote', journey: 'renewal' }] })).toMatchObject([
			{ result: 'unchanged', note: { text: 'Called', at: START_MS } },
			{ result: 'added', note: { key: expect.stringMatching(/^[0-9a-f]{32}$/), journey: 'renewal' } },
		]);
		const { notes } = await store.run('customers.record', { ref: ANN });
		expect(notes.map(({ text }) => text)).toEqual(['Wrote', 'Called']);
		expect((await store.run('customers.record', { ref: ANN, at: START_MS })).notes.map(({ text }) => text)).toEqual(['Called']);
	});

	test('a key in one call twice is one note; nobody and a key of somebody else are refused, the others go through', async () => {
		const { store } = await open();
		await people(store);
		const answers = await store.run('notes.add', { items: [{ ref: ANN, text: 'a', key: 'k' }, { ref: ANN, text: 'b', key: 'k' }, { ref: BO, text: 'c', key: 'k' }, { ref: { customerId: 'nobody' }, text: 'd' }, { ref: BO, text: 'e' }] });
		expect(answers).toMatchObject([{ result: 'added' }, { result: 'unchanged', note: { text: 'a' } }, { ok: false, code: 'idempotency_conflict' }, { ok: false, code: 'unknown_customer' }, { result: 'added' }]);
		expect((await store.run('customers.record', { ref: BO })).notes.map(({ text }) => text)).toEqual(['e']);
	});
});

onEachStore('Tasks', (open) => {
	test('go from open to taken to done; each step once', async () => {
		const { store, advance } = await open();
		await people(store);
		const [made] = await store.run('tasks.create', { items: [{ ref: ANN, title: 'Call', details: 'about the renewal', dueAt: START_MS + DAY, assignee: 'maria', key: 't', journey: 'renewal' }] });
		expect(made).toMatchObject({ ok: true, result: 'created', task: { key: 't', title: 'Call', details: 'about the renewal', dueAt: START_MS + DAY, assignee: 'maria', status: 'open', outcome: null, journey: 'renewal', createdAt: START_MS, takenAt: null, doneAt: null } });
		expect(await store.run('tasks.create', { items: [{ ref: ANN, title: 'Call again', key: 't' }] })).toMatchObject([{ result: 'unchanged', task: { title: 'Call' } }]);
		await advance(MINUTE);
		expect(await store.run('tasks.take', { items: [{ key: 't' }] })).toMatchObject([{ result: 'taken', task: { status: 'taken', assignee: 'maria', takenAt: START_MS + MINUTE } }]);
		expect(await store.run('tasks.take', { items: [{ key: 't', assignee: 'maria' }, { key: 't', assignee: 'otto' }, { key: 'none' }] })).toMatchObject([{ result: 'unchanged' }, { ok: false, code: 'task_taken', message: expect.stringContaining('maria') }, { ok: false, code: 'unknown_task' }]);
		await advance(MINUTE);
		expect(await store.run('tasks.done', { items: [{ key: 't', outcome: 'renewed' }] })).toMatchObject([{ result: 'done', task: { status: 'done', outcome: 'renewed', doneAt: START_MS + 2 * MINUTE } }]);
		expect(await store.run('tasks.done', { items: [{ key: 't', outcome: 'lost' }] })).toMatchObject([{ result: 'unchanged', task: { outcome: 'renewed' } }]);
		expect(await store.run('tasks.take', { items: [{ key: 't' }] })).toMatchObject([{ ok: false, code: 'task_done' }]);
		const { events, tasks } = await store.run('customers.record', { ref: ANN });
		expect(events).toEqual([{ type: 'task_done', at: START_MS + 2 * MINUTE, properties: { task_key: 't', title: 'Call', outcome: 'renewed', assignee: 'maria', journey: 'renewal' } }]);
		expect(tasks).toHaveLength(1);
		// As it was before it was done.
		expect((await store.run('customers.record', { ref: ANN, at: START_MS + MINUTE })).tasks).toMatchObject([{ status: 'taken', outcome: null, doneAt: null }]);
	});

	test('a task that was never taken can be done, and then nobody is told twice', async () => {
		const { store } = await open();
		await people(store);
		await store.run('tasks.create', { items: [{ ref: ANN, title: 'Call', key: 't' }] });
		expect(await store.run('tasks.done', { items: [{ key: 't', assignee: 'otto' }, { key: 't', outcome: 'late' }] })).toMatchObject([{ result: 'done', task: { assignee: 'otto', outcome: null } }, { result: 'unchanged' }]);
		expect((await store.run('customers.record', { ref: ANN })).events).toHaveLength(1);
	});

	test('are listed by due date, without a date last, page by page, by person and date', async () => {
		const { store } = await open();
		await people(store);
		const task = (title: string, dueAt: number | undefined, assignee?: string) => ({ ref: title.startsWith('b') ? BO : ANN, title, key: title, ...(dueAt === undefined ? {} : { dueAt }), ...(assignee ? { assignee } : {}) });
		await store.run('tasks.create', { items: [task('never', undefined), task('b2', START_MS + 2 * DAY, 'otto'), task('a1', START_MS + DAY, 'maria'), task('a0', START_MS - DAY), task('b-never', undefined, 'otto')] });
		await store.run('tasks.take', { items: [{ key: 'a1' }] });
		expect(await list(store)).toEqual(['a0', 'a1', 'b2', 'never', 'b-never']);
		expect(await list(store, { statuses: ['open'] })).toEqual(['a0', 'b2', 'never', 'b-never']);
		expect(await list(store, { assignee: 'otto' })).toEqual(['b2', 'b-never']);
		expect(await list(store, { dueBefore: START_MS + DAY })).toEqual(['a0']);
		await store.run('tasks.done', { items: [{ key: 'a0' }] });
		expect(await list(store)).toEqual(['a1', 'b2', 'never', 'b-never']);
		expect(await list(store, { statuses: ['done'] })).toEqual(['a0']);
		const paged: string[] = [];
		for (let after: { dueAt: number | null; id: number } | undefined; ; ) {
			const page = await store.run('tasks.list', { statuses: ['open', 'taken', 'done'], limit: 2, after });
			paged.push(...page.map(({ task: { title }, customer }) => `${customer.id} ${title}`));
			if (page.length < 2) break;
			after = page[1].place;
		}
		expect(paged).toEqual(['ann a0', 'ann a1', 'bo b2', 'ann never', 'bo b-never']);
	});

	test('a journey waits for the end of its task, and takes another task of the customer for another', async () => {
		const { store } = await open();
		await people(store);
		await store.run('journeys.register', { settings: { key: 'renewal', name: 'Renewal', entry: { eventType: 'ends_soon', entryKey: { kind: 'event' } } }, workflowId: 'w', workflowName: 'W', nodeId: 'n', activation: 'activate' });
		await store.run('events.track', { items: [{ ref: ANN, type: 'ends_soon', occurredAt: START_MS, source: 's', properties: {} }] });
		const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w', stepKey: 'entry' });
		const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w', stepKey: 'entry', skipMovedOn: true });
		await store.run('tasks.create', { items: ['mine', 'other'].map((key) => ({ ref: ANN, title: key, key })) });
		const events = [{ eventType: 'task_done', filter: [{ field: 'task_key', operator: 'equals' as const, value: 'mine' }] }];
		await store.run('journeys.park', { workflowId: 'w', stepKey: 'wait', nodeName: 'Wait', parkings: [{ index: 0, journey: items[0].journey, own: {}, wait: { kind: 'event', events, timeout: { amount: 3, unit: 'days' } } }] });
		await store.run('journeys.settleBatch', { id: batch!.id, epoch: batch!.epoch, outcome: 'success' });
		await store.run('tasks.done', { items: [{ key: 'other' }] });
		expect((await store.run('journeys.takeBatch', { workflowId: 'w', stepKey: 'wait' })).batch).toBeNull();
		await store.run('tasks.done', { items: [{ key: 'mine', outcome: 'renewed' }] });
		const due = await store.run('journeys.takeBatch', { workflowId: 'w', stepKey: 'wait' });
		const claimed = await store.run('journeys.claimBatch', { ...due.batch!, workflowId: 'w', stepKey: 'wait', skipMovedOn: true });
		expect(claimed.items[0].outcome).toMatchObject({ by: 'event', branch: 0, event: { type: 'task_done', properties: { outcome: 'renewed' } } });
	});

	test('in a test run nobody hears of a task that is done', async () => {
		const { store } = await open();
		await people(store);
		await store.run('tasks.create', { items: [{ ref: ANN, title: 'Call', key: 't' }] });
		expect(await store.run('tasks.done', { items: [{ key: 't' }], backfill: true })).toMatchObject([{ result: 'done' }]);
		expect((await store.run('customers.record', { ref: ANN })).events).toEqual([]);
	});

	test('two workers who make the same task make one', async () => {
		const { store, again } = await open({ mode: 'system' });
		await people(store);
		const other = await again();
		const made = await Promise.all([store, other, store, other].map((one) => one.run('tasks.create', { items: [{ ref: ANN, title: 'Call', key: 't' }] })));
		expect(made.flat().map((one) => one.ok && one.result).sort()).toEqual(['created', 'unchanged', 'unchanged', 'unchanged']);
		const done = await Promise.all([store, other].map((one) => one.run('tasks.done', { items: [{ key: 't' }] })));
		expect(done.flat().map((one) => one.ok && one.result).sort()).toEqual(['done', 'unchanged']);
		expect((await store.run('customers.record', { ref: ANN })).events).toHaveLength(1);
	});
});
