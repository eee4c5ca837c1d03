import { CONTROL, drawArm } from '../../src/experiments/assign';
import { Assignments } from '../../src/experiments/assignments';
import type { SplitAnswer } from '../../src/experiments/contract';
import { exposeTo, GLOBAL_CONTROL, inControlGroup, journeyControl } from '../../src/experiments/controlGroups';
import { uniteAssignments } from '../../src/experiments/unite';
import type { Store } from '../../src/store/Store';
import { dumpStore } from '../support/dumpStore';
import { HOUR, onEachStore, START_MS } from '../support/eachStore';

const IDS = Array.from({ length: 200 }, (_, index) => `c-${index}`);
const TONE = { key: 'tone', salt: '', controlPercent: 10, arms: [{ name: 'A', weight: 1 }, { name: 'B', weight: 1 }] };

const known = async (store: Store, ids: readonly string[]) => {
	await store.run('customers.upsert', { items: ids.map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` } })) });
};
const split = async (store: Store, experiment: object = TONE, ids: readonly string[] = IDS, dryRun = false) =>
	await store.run('experiments.split', { experiment, dryRun, items: ids.map((customerId, index) => ({ index, customer: { customerId } })) });
const arms = (answers: SplitAnswer[]) => answers.map((answer) => (answer.result === 'arm' ? answer.arm : answer.result));

onEachStore('Experiment Split', (open) => {
	test('J29 shares changed: whoever took part stays, the others are drawn by the new shares', async () => {
		const { store } = await open();
		await known(store, IDS);
		const first = arms(await split(store, TONE, IDS.slice(0, 100)));
		expect(first).toEqual(IDS.slice(0, 100).map((id) => drawArm(TONE, id)));
		const changed = { ...TONE, controlPercent: 30, arms: [{ name: 'A', weight: 1 }, { name: 'B', weight: 9 }] };
		const second = await split(store, changed);
		expect(arms(second).slice(0, 100)).toEqual(first);
		expect(arms(second).slice(100)).toEqual(IDS.slice(100).map((id) => drawArm(changed, id)));
		expect(second.slice(0, 100).some((answer) => answer.result === 'arm' && answer.first)).toBe(false);
		expect(second.slice(100).every((answer) => answer.result === 'arm' && answer.first)).toBe(true);
		expect(arms(await split(store))).toEqual(arms(second));
	});

	test('a test run draws the same arms and writes nothing', async () => {
		const { store, location } = await open();
		await known(store, IDS);
		expect(arms(await split(store, TONE, IDS, true))).toEqual(IDS.map((id) => drawArm(TONE, id)));
		expect((await dumpStore(location)).assignment).toEqual([]);
	});

	test('a variant that is gone lets its customers go to another, and marks them as mixed; a renamed salt moves nobody', async () => {
		const { store, location } = await open();
		await known(store, IDS);
		const before = arms(await split(store));
		expect(arms(await split(store, { ...TONE, salt: 'anew' }))).toEqual(before);
		const after = arms(await split(store, { ...TONE, arms: [{ name: 'A', weight: 1 }, { name: 'C', weight: 1 }] }));
		expect(after.filter((arm, index) => before[index] !== 'B' && arm !== before[index])).toEqual([]);
		const mixed = (await dumpStore(location)).assignment.filter((row) => row.mixed_at !== null);
		expect(mixed).toHaveLength(before.filter((arm) => arm === 'B').length);
	});

	test('whom nobody knows yet is drawn as after the first purchase; the erased go no further', async () => {
		const { store, location } = await open();
		const drawn = await store.run('experiments.split', { experiment: TONE, dryRun: false, items: [{ index: 0, customer: { email: 'new@example.com' } }] });
		expect((await dumpStore(location)).assignment).toEqual([]);
		await store.run('customers.upsert', { items: [{ ref: { email: 'new@example.com' } }] });
		expect(arms(await store.run('experiments.split', { experiment: TONE, dryRun: false, items: [{ index: 0, customer: { email: 'new@example.com' } }] }))).toEqual(arms(drawn));
		await store.run('customers.erase', { ref: { email: 'new@example.com' } });
		expect(await store.run('experiments.split', { experiment: TONE, dryRun: false, items: [{ index: 0, customer: { email: 'new@example.com' } }] })).toEqual([{ index: 0, result: 'ended', reason: 'erased' }]);
	});

	test('J05 an entry that is refreshed keeps its variant', async () => {
		const { store } = await open();
		await store.run('journeys.register', {
			settings: { key: 'j', name: 'J', guardMs: 0, whileActive: 'refresh', entry: { eventType: 'cart', entryKey: { kind: 'property', property: 'cart_id' } } },
			workflowId: 'w1', workflowName: 'W', nodeId: 't', activation: 'activate',
		});
		const { now } = await store.run('store.info', {});
		const cart = (total: number) => store.run('events.track', { items: [{ ref: { customerId: 'c-1' }, type: 'cart', occurredAt: now, source: 't', properties: { cart_id: 'k', total } }] });
		await cart(1);
		const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'entry' });
		const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'entry', skipMovedOn: true });
		const [drawn] = arms(await store.run('experiments.split', { experiment: TONE, dryRun: false, items: [{ index: 0, customer: { customerId: 'c-1' }, journey: items[0]!.journey }] }));
		expect(await cart(2)).toMatchObject([{ entered: [] }]);
		const { journeys } = await store.run('customers.record', { ref: { customerId: 'c-1' } });
		expect(journeys).toMatchObject([{ status: 'active', variant: drawn }]);
		expect(drawn).toEqual(expect.any(String));
	});

	test('on a journey the variant stands in the enrolment, over re-entry as well; who has left goes no further', async () => {
		const { store, advance } = await open();
		await store.run('journeys.register', {
			settings: { key: 'j', name: 'J', guardMs: 0, entry: { eventType: 'go', entryKey: { kind: 'event' } }, exits: [{ eventType: 'stop' }] },
			workflowId: 'w1', workflowName: 'W', nodeId: 't', activation: 'activate',
		});
		const enter = async (eventId: string) => {
			const { now } = await store.run('store.info', {});
			await store.run('events.track', { items: [{ ref: { customerId: 'c-1' }, type: 'go', occurredAt: now, source: 't', eventId, properties: {} }] });
			const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'entry' });
			const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'entry', skipMovedOn: true });
			return items[0].journey;
		};
		await known(store, ['c-1']);
		const drawn = drawArm(TONE, 'c-1');
		const place = await enter('e1');
		const ask = async () => await store.run('experiments.split', { experiment: TONE, dryRun: false, items: [{ index: 0, customer: { customerId: 'c-1' }, journey: place }] });
		expect(place.variant).toBeNull();
		await store.run('journeys.park', { workflowId: 'w1', stepKey: 'wait', nodeName: 'W', parkings: [{ index: 0, journey: place, own: {}, wait: { kind: 'delay', length: { amount: 1, unit: 'hours' } } }] });
		expect(await ask()).toMatchObject([{ result: 'arm', arm: drawn, journey: { variant: drawn } }]);
		await advance(HOUR);
		const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'wait' });
		const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'wait', skipMovedOn: true });
		expect(items[0].journey.variant).toBe(drawn);
		await store.run('events.track', { items: [{ ref: { customerId: 'c-1' }, type: 'stop', occurredAt: START_MS + HOUR, source: 't', properties: {} }] });
		expect(await ask()).toEqual([{ index: 0, result: 'ended', reason: expect.any(String) }]);
	});

	test('who entered in the control group of the journey goes a way, keeps the variant "control", and takes no part', async () => {
		const { store, location } = await open();
		const settings = { key: 'j', name: 'J', controlPercent: 50, entry: { eventType: 'go', entryKey: { kind: 'event' as const } } };
		await store.run('journeys.register', { settings, workflowId: 'w1', workflowName: 'W', nodeId: 't', activation: 'activate' });
		await known(store, IDS.slice(0, 20));
		await store.run('events.track', { items: IDS.slice(0, 20).map((customerId) => ({ ref: { customerId }, type: 'go', occurredAt: START_MS, source: 't', properties: { customerId } })) });
		const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'entry' });
		const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: 'w1', stepKey: 'entry', skipMovedOn: true });
		const control = items.filter(({ journey }) => journey.variant === CONTROL);
		expect(control.length).toBeGreaterThan(3);
		const answers = await store.run('experiments.split', { experiment: TONE, dryRun: false, items: items.map(({ customer, journey }, index) => ({ index, customer: { customerId: customer.id }, journey })) });
		answers.forEach((answer, index) => expect(answer).toMatchObject({ result: 'arm', journey: { variant: control.includes(items[index]) ? CONTROL : drawArm(TONE, items[index].customer.id) } }));
		const { assignment } = await dumpStore(location);
		expect(assignment.filter((row) => row.experiment === 'tone')).toHaveLength(items.length - control.length);
	});

	test('an experiment that cannot be read is refused with its field', async () => {
		const { store } = await open();
		await expect(split(store, { ...TONE, arms: [] })).rejects.toThrow(/arms is empty/);
		await expect(split(store, { ...TONE, arms: [{ name: 'Control', weight: 1 }] })).rejects.toThrow(/choose another name/);
		await expect(split(store, { ...TONE, arms: [{ name: 'A', weight: 1 }, { name: 'A', weight: 1 }] })).rejects.toThrow(/names must differ/);
		await expect(split(store, { ...TONE, controlPercent: 60 })).rejects.toThrow(/controlPercent must be 0 to 50/);
	});
});

/** Assignments without a database behind them. */
async function noAssignments(): Promise<Assignments> {
	return await Assignments.load({ all: () => Promise.resolve([]) } as never, []);
}

describe('Control groups', () => {
	const people = Array.from({ length: 2_000 }, (_, id) => ({ id, key: `c-${id}` }));

	test('a larger share adds to a group, no share lets everybody go, and each journey has a group of its own', async () => {
		const none = await noAssignments();
		const members = (experiment: string, percent: number) => people.filter((one) => inControlGroup({ experiment, percent }, one, none)).map(({ key }) => key);
		const [five, ten] = [members(GLOBAL_CONTROL, 5), members(GLOBAL_CONTROL, 10)];
		expect(five.length / people.length).toBeCloseTo(0.05, 1.5);
		expect(five.every((key) => ten.includes(key))).toBe(true);
		expect(members(GLOBAL_CONTROL, 0)).toEqual([]);
		expect(members(journeyControl('a'), 50).every((key) => members(journeyControl('b'), 50).includes(key))).toBe(false);
	});

	test('who has met a group stays on their side of it, whatever the share', async () => {
		const assignments = await noAssignments();
		const small = { experiment: GLOBAL_CONTROL, percent: 5 };
		const before = people.map((one) => inControlGroup(small, one, assignments));
		people.forEach((one, index) => exposeTo(small, one.id, before[index], assignments, 1));
		expect(people.map((one) => inControlGroup({ ...small, percent: 50 }, one, assignments))).toEqual(before);
		expect(people.map((one) => inControlGroup({ ...small, percent: 1 }, one, assignments))).toEqual(before);
	});
});

describe('A merge', () => {
	test('the survivor stays in the own arm, control wins, differing arms are out of the analysis', async () => {
		const row = (customer_id: number, experiment: string, arm: string, exposed_at: number | null) => ({ customer_id, experiment, arm, assigned_at: 5, exposed_at, mixed_at: null });
		const rows = [row(1, 'tone', 'A', 7), row(2, 'tone', 'B', 6), row(1, 'same', 'A', null), row(2, 'same', 'A', 6), row(1, 'held', 'A', 7), row(2, 'held', CONTROL, null), row(2, 'new', 'B', 6)];
		const saved: object[] = [];
		await uniteAssignments({ all: () => Promise.resolve(rows), run: () => Promise.resolve(0), each: (_plan: unknown, some: object[]) => (saved.push(...some), Promise.resolve([])) } as never, 1, 2, 9);
		expect(saved).toEqual([
			{ customer_id: 2 },
			{ ...row(1, 'tone', 'A', 6), mixed_at: 9 },
			row(1, 'same', 'A', 6),
			{ ...row(1, 'held', CONTROL, 7), mixed_at: 9 },
			row(1, 'new', 'B', 6),
		]);
	});
});
