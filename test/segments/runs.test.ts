import { newestRuns, type ListRuns } from '../../src/segments/runs';
import type { Store } from '../../src/store/Store';
import { DAY, MINUTE, onEachStore, START_MS } from '../support/eachStore';

const NODE = { workflowId: 'w1', stepKey: 's1' };
/** Everybody whose field `in` is yes. */
const RULES = { match: 'all', rules: [{ about: 'profile', field: 'attributes.in', operator: 'equals', value: 'yes' }] };
const begin = (store: Store, more: object = {}) => store.run('segments.startRun', { ...NODE, segment: { rules: RULES }, own: { offer: 'tea' }, ifUnderWay: 'refuse', ...more });
const people = (store: Store, count: number, isIn = (place: number) => place % 3 === 0) =>
	store.run('customers.upsert', { items: Array.from({ length: count }, (_, place) => ({ ref: { customerId: `c${String(place).padStart(4, '0')}` }, attributes: { in: isIn(place) ? 'yes' : 'no' } })) });

/** What the node does with its next page. */
async function nextPage(store: Store, { limit = 10, outcome = 'success' as 'success' | 'failed' | 'lost', error = 'mail server down' } = {}): Promise<string[] | undefined> {
	for (;;) {
		const { batch, nextDueAt, now } = await store.run('segments.takePage', { ...NODE, limit });
		if (!batch && (nextDueAt === null || nextDueAt > now)) return undefined;
		if (!batch) continue;
		const { claimed, members, own } = await store.run('segments.claimPage', { ...batch, ...NODE });
		expect({ claimed, own }).toEqual({ claimed: true, own: { offer: 'tea' } });
		if (outcome !== 'lost') await store.run('segments.settlePage', { ...batch, outcome, error });
		return members.map(({ id }) => id);
	}
}
const runOf = async (store: Store) => (await store.run('segments.runs', {}))[0];
const id = (place: number) => `c${String(place).padStart(4, '0')}`;

onEachStore('A run through the members of a segment', (open) => {
	test('lets every member go once, in the order of their numbers, page by page, with what started it, and shows how far it is', async () => {
		const { store } = await open();
		await people(store, 100);
		await begin(store);
		const pages: string[][] = [];
		for (let page = await nextPage(store); page; page = await nextPage(store)) {
			pages.push(page);
			expect((await runOf(store)).released).toBe(pages.flat().length);
		}
		expect(pages.map((page) => page.length)).toEqual([10, 10, 10, 4]);
		expect(pages.flat()).toEqual(Array.from({ length: 34 }, (_, place) => id(place * 3)));
		expect(await runOf(store)).toMatchObject({ state: 'done', customers: 100, lookedAt: 100, released: 34, onTheWay: 0, endedAt: START_MS, words: 'attributes.in is "yes"' });
	});

	test('goes on where it was after a restart; a page that was lost is offered again, whole, and one that was settled is not', async () => {
		const { store, again, advance } = await open();
		await people(store, 60);
		await begin(store);
		await nextPage(store);
		const lost = await nextPage(store, { outcome: 'lost' });
		expect(await nextPage(store)).toBeUndefined();
		const other = await again();
		await advance(2 * MINUTE - 1);
		expect(await nextPage(other)).toBeUndefined();
		await advance(1);
		const late = await other.run('segments.takePage', { ...NODE, limit: 10 });
		expect(await other.run('segments.claimPage', { id: late.batch!.id, epoch: late.batch!.epoch - 1, ...NODE })).toMatchObject({ claimed: false });
		const { members } = await other.run('segments.claimPage', { ...late.batch!, ...NODE });
		expect(members.map((one) => one.id)).toEqual(lost);
		expect(await store.run('segments.claimPage', { ...late.batch!, ...NODE })).toMatchObject({ claimed: false, members: [] });
		await other.run('segments.settlePage', { ...late.batch!, outcome: 'success' });
		expect(await other.run('segments.settlePage', { ...late.batch!, outcome: 'success' })).toMatchObject({ settled: false });
		expect((await runOf(store)).released).toBe(20);
	});

	test('two processes that ask at once never get the same page', async () => {
		const { store, again } = await open();
		await people(store, 60);
		await begin(store);
		const other = await again();
		const taken = await Promise.all(Array.from({ length: 8 }, (_, place) => (place % 2 === 0 ? store : other).run('segments.takePage', { ...NODE, limit: 10 })));
		expect(taken.filter(({ batch }) => batch)).toHaveLength(1);
	});

	test('of one node go one at a time: another is refused with a sentence, or queues', async () => {
		const { store } = await open();
		await people(store, 30);
		await begin(store);
		await nextPage(store);
		await expect(begin(store)).rejects.toMatchObject({ code: 'run_under_way', message: expect.stringContaining('A run of this node is not over: it began on 2026-03-02 12:00 UTC, has looked at 28 of 30 customers and let 10 members go. This one was not started.') });
		expect(await begin(store, { ifUnderWay: 'queue' })).toMatchObject({ state: 'queued', ahead: 1 });
		expect(await begin(store, { stepKey: 'another node' })).toMatchObject({ state: 'running' });
		await store.run('segments.controlRun', { id: (await store.run('segments.runs', { stepKey: 'another node' }))[0].id, action: 'stop' });
		// The first has nobody left; the one that queued begins.
		expect(await nextPage(store, { limit: 100 })).toHaveLength(10);
		expect(await nextPage(store)).toBeUndefined();
		expect((await store.run('segments.runs', { stepKey: 's1' })).map(({ state }) => state)).toEqual(['done', 'done']);
	});

	test('a segment that a run under way asks about cannot be taken away', async () => {
		const { store } = await open();
		await people(store, 60);
		await store.run('segments.save', { name: 'inner', rules: RULES });
		const { id: run } = await begin(store, { segment: { rules: { match: 'all', rules: [{ about: 'segment', name: 'inner' }] } } });
		await expect(store.run('segments.remove', { name: 'inner' })).rejects.toMatchObject({ code: 'bad_input', message: `The segment "inner" is used by run ${run}, which is under way: change that first.` });
		await store.run('segments.controlRun', { id: run, action: 'stop' });
		expect(await store.run('segments.remove', { name: 'inner' })).toEqual({ name: 'inner' });
	});

	test('are listed page by page, the newest first, also those of one node or still under way among hundreds that are over', async () => {
		const { store } = await open();
		await people(store, 1);
		const first = await begin(store, { stepKey: 'the eldest' });
		for (let place = 0; place < 205; place++) await store.run('segments.controlRun', { id: (await begin(store)).id, action: 'stop' });
		const list = async (page: ListRuns) => await store.run('segments.runs', page);
		expect((await list({})).map(({ id: run }) => run)).toEqual(Array.from({ length: 200 }, (_, place) => first.id + 205 - place));
		expect((await list({ before: first.id + 6 })).map(({ id: run }) => run)).toEqual([5, 4, 3, 2, 1, 0].map((later) => first.id + later));
		expect((await list({ stepKey: 'the eldest' })).map(({ id: run }) => run)).toEqual([first.id]);
		expect((await list({ underWay: true })).map(({ id: run }) => run)).toEqual([first.id]);
		expect(await newestRuns(list, Number.POSITIVE_INFINITY)).toHaveLength(206);
		expect((await newestRuns(list, 201)).at(-1)?.id).toBe(first.id + 5);
	});

	test('pauses, goes on where it was, and stops; a page on its way comes to its end', async () => {
		const { store } = await open();
		await people(store, 60);
		const { id: run } = await begin(store);
		const { batch } = await store.run('segments.takePage', { ...NODE, limit: 10 });
		await store.run('segments.claimPage', { ...batch!, ...NODE });
		expect(await store.run('segments.controlRun', { id: run, action: 'pause' })).toMatchObject({ state: 'paused' });
		await begin(store, { ifUnderWay: 'queue' });
		expect(await nextPage(store)).toBeUndefined();
		await store.run('segments.settlePage', { ...batch!, outcome: 'success' });
		expect(await store.run('segments.controlRun', { id: run, action: 'resume' })).toMatchObject({ state: 'running', released: 10 });
		expect((await nextPage(store))?.[0]).toBe(id(30));
		expect(await store.run('segments.controlRun', { id: run, action: 'stop' })).toMatchObject({ state: 'stopped', released: 20 });
		await expect(store.run('segments.controlRun', { id: run, action: 'resume' })).rejects.toThrow(`Run ${run} is over already: nothing was changed.`);
		await expect(store.run('segments.controlRun', { id: 999, action: 'pause' })).rejects.toThrow('There is no run 999');
		expect((await nextPage(store))?.[0]).toBe(id(0));
	});

	test('rests longer after each failure of a page, then pauses and says why; resumed, it offers the same page', async () => {
		const { store, advance } = await open();
		await people(store, 60);
		const { id: run } = await begin(store);
		const first = await nextPage(store, { outcome: 'failed' });
		for (const minutes of [1, 2, 4, 8]) {
			await advance(minutes * MINUTE - 1);
			expect(await nextPage(store)).toBeUndefined();
			await advance(1);
			expect(await nextPage(store, { outcome: 'failed' })).toEqual(first);
		}
		await advance(DAY);
		expect(await nextPage(store)).toBeUndefined();
		expect(await runOf(store)).toMatchObject({ state: 'paused', released: 0, reason: 'The same page failed 5 times: mail server down. Put it right, then let the run go on with Segment > Control Runs.' });
		await store.run('segments.controlRun', { id: run, action: 'resume' });
		expect(await nextPage(store)).toEqual(first);
		expect(await runOf(store)).toMatchObject({ state: 'running', reason: null, released: 10 });
	});

	test('pauses when n8n was cut off five times over the same page, but not for five ordinary restarts', async () => {
		const { store, advance } = await open();
		await people(store, 200);
		await begin(store);
		for (let restart = 0; restart < 5; restart++) {
			expect(await nextPage(store, { outcome: 'lost' })).toHaveLength(10);
			await advance(2 * MINUTE);
			expect(await nextPage(store)).toHaveLength(10);
		}
		for (let cut = 0; cut < 5; cut++) {
			expect(await nextPage(store, { outcome: 'lost' })).toHaveLength(10);
			await advance(2 * MINUTE);
		}
		expect(await nextPage(store)).toBeUndefined();
		expect(await runOf(store)).toMatchObject({ state: 'paused', reason: expect.stringContaining('n8n was cut off while it worked on the page') });
	});

	test('leaves behind who was erased, merged or left the segment while the page rested', async () => {
		const { store } = await open();
		await people(store, 9);
		await begin(store);
		const { batch } = await store.run('segments.takePage', { ...NODE, limit: 10 });
		await store.run('customers.erase', { ref: { customerId: id(0) } });
		await store.run('customers.upsert', { items: [{ ref: { customerId: id(3) }, attributes: { in: 'no' } }] });
		const { members } = await store.run('segments.claimPage', { ...batch!, ...NODE });
		expect(members.map((one) => one.id)).toEqual([id(6)]);
	});

	test('keeps the conditions it began with, and keeps nothing of what started it when it is over', async () => {
		const { store } = await open();
		await people(store, 30);
		await store.run('segments.save', { name: 'some', rules: RULES });
		await begin(store, { segment: { name: 'some' } });
		await nextPage(store, { limit: 5 });
		await store.run('segments.save', { name: 'some', rules: { match: 'none', rules: RULES.rules } });
		expect(await nextPage(store, { limit: 100 })).toEqual([15, 18, 21, 24, 27].map(id));
		await nextPage(store);
		expect(await runOf(store)).toMatchObject({ state: 'done', segment: 'some' });
	});

	test('keeps the conditions of the segments that it refers to as well, however deep', async () => {
		const { store } = await open();
		await people(store, 60);
		await store.run('segments.save', { name: 'deep', rules: RULES });
		await store.run('segments.save', { name: 'inner', rules: { match: 'all', rules: [{ about: 'segment', name: 'deep' }] } });
		await begin(store, { segment: { rules: { match: 'all', rules: [{ about: 'segment', name: 'inner' }] } } });
		expect(await nextPage(store)).toHaveLength(10);
		await store.run('segments.save', { name: 'deep', rules: { match: 'all', rules: [{ about: 'profile', field: 'attributes.in', operator: 'equals', value: 'no' }] } });
		expect(await nextPage(store)).toEqual(Array.from({ length: 10 }, (_, place) => id(30 + 3 * place)));
		await store.run('segments.save', { name: 'inner', rules: { match: 'none', rules: [{ about: 'profile', field: 'attributes.in', operator: 'exists' }] } });
		expect(await nextPage(store)).toBeUndefined();
		expect(await runOf(store)).toMatchObject({ state: 'done', released: 20 });
	});

	test('of nobody ends at once; a start that carries too much is refused', async () => {
		const { store } = await open();
		await people(store, 5, () => false);
		await begin(store);
		expect(await nextPage(store)).toBeUndefined();
		expect(await runOf(store)).toMatchObject({ state: 'done', released: 0, lookedAt: 5 });
		await expect(begin(store, { own: { text: 'x'.repeat(300_000) } })).rejects.toMatchObject({ code: 'context_too_large' });
	});
});
