import { GLOBAL_CONTROL } from '../../src/experiments/controlGroups';
import { isDrawn } from '../../src/experiments/assign';
import type { PassItem, PassRequest } from '../../src/policy/contract';
import type { Store } from '../../src/store/Store';
import { dumpStore } from '../support/dumpStore';
import { HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { entered, item, pass, people, releaseHeld, said, savePolicy } from './ledgerWorld';

const QUIET = { quietHours: [{ start: '11:00', end: '15:00' }] };
const DIGEST = { onBlock: 'digest' as const };

type Batch = Awaited<ReturnType<typeof take>>;

async function take(store: Store, stepKey = 'policy', limit?: number) {
	const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey, ...(limit === undefined ? {} : { limit }) });
	return batch!;
}

/** The execution that a batch starts: claims it, and judges whom it holds. */
async function judge(store: Store, batch: Batch, stepKey = 'policy') {
	const { items } = await store.run('journeys.claimBatch', { ...batch, workflowId: 'w1', stepKey, skipMovedOn: true });
	const again = items.map((one) => item(one.customer.id, { ...(one.request as Partial<PassItem>), journey: one.journey, released: true, own: one.own, event: one.event }));
	const answers = await pass(store, again, { batch, stepKey } satisfies Partial<PassRequest>);
	await store.run('journeys.settleBatch', { ...batch, outcome: 'success' });
	return answers;
}

const carried = (answers: Awaited<ReturnType<typeof pass>>) => answers.flatMap((answer) => (answer.result === 'send' ? [answer.digest!.map(({ own }) => own.n).sort()] : []));

onEachStore('Collect and Send as One', (open) => {
	test('P68 a mailing of another node stays where it is held', async () => {
		const { store, advance } = await open();
		await savePolicy(store, QUIET);
		await people(store, 'c1');
		await pass(store, [item('c1', { mailingKey: 'a', own: { n: 0 }, ...DIGEST }), item('c1', { mailingKey: 'b', own: { n: 1 }, ...DIGEST })]);
		await pass(store, [item('c1', { mailingKey: 'c', own: { n: 2 }, ...DIGEST })], { stepKey: 'other' });
		await advance(3 * HOUR);
		expect(carried(await releaseHeld(store))).toEqual([[0, 1]]);
		expect(carried(await judge(store, await take(store, 'other'), 'other'))).toEqual([[2]]);
	});

	test('P68 what policy decide sends takes nothing along that a node holds', async () => {
		const { store, advance } = await open();
		await savePolicy(store, QUIET);
		await people(store, 'c1');
		await pass(store, [item('c1', { own: { n: 0 }, ...DIGEST })]);
		const decide = (key: string) => store.run('policy.decide', { requests: [{ key, customer: 'c1', channel: 'email', category: 'promo', onBlock: 'digest' }], dryRun: false });
		expect(await decide('a')).toMatchObject([{ decision: 'delay' }]);
		await advance(3 * HOUR);
		expect(await decide('b')).toMatchObject([{ decision: 'send' }]);
		expect(await decide('a')).toMatchObject([{ decision: 'drop', reason: 'duplicate' }]);
		expect(carried(await releaseHeld(store))).toEqual([[0]]);
	});

	test('P68 what another run has under way is not taken along, and goes when that run is offered again', async () => {
		const { store, location, advance } = await open();
		await savePolicy(store, QUIET);
		await people(store, 'c1');
		const items = await entered(store, ['c1', 'c1', 'c1'], {}, DIGEST);
		await pass(store, items.map((one, n) => ({ ...one, own: { n } })));
		await advance(3 * HOUR);
		const cutOff = await take(store, 'policy', 1);
		const answers = await judge(store, await take(store));
		expect(carried(answers)).toEqual([[1, 2]]);
		await advance(2 * MINUTE);
		const again = await take(store);
		expect(again.id).toBe(cutOff.id);
		expect(carried(await judge(store, again))).toEqual([[0]]);
		expect((await dumpStore(location)).touch).toHaveLength(2);
	});

	test('P68 what is past its deadline is not taken along', async () => {
		const { store, advance } = await open();
		await savePolicy(store, QUIET);
		await people(store, 'c1');
		const items = await entered(store, ['c1', 'c1'], {}, DIGEST);
		await pass(store, items.map((one, n) => ({ ...one, own: { n }, ...(n === 1 && { deadline: START_MS + 4 * HOUR, priority: 10 }) })));
		await advance(4 * HOUR + 1);
		const answers = await releaseHeld(store);
		expect(carried(answers)).toEqual([[0]]);
		expect(answers.map(said).sort()).toEqual(['blocked expired', 'send']);
	});

	test('P68 in a control group they are one message too: one ghost slot, and the others are over', async () => {
		const { store, location, advance } = await open();
		await savePolicy(store, { ...QUIET, controlPercent: 30, rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D' }] });
		const ids = Array.from({ length: 40 }, (_, index) => `c-${index}`);
		const one = ids.find((id) => isDrawn({ key: GLOBAL_CONTROL, salt: '', controlPercent: 30 }, id)) as string;
		await people(store, one);
		const items = await entered(store, [one, one, one], {}, DIGEST);
		await pass(store, items.map((each, n) => ({ ...each, own: { n } })));
		await advance(3 * HOUR);
		expect((await releaseHeld(store)).map(said).sort()).toEqual(['blocked holdout', 'passed_before', 'passed_before']);
		const { exposure, decision, wait } = await dumpStore(location);
		expect(exposure).toHaveLength(1);
		expect(decision.map((row) => row.reason).sort()).toEqual(['duplicate', 'duplicate', 'holdout']);
		expect(wait).toEqual([]);
	});
});
