import { ManualClock } from '../../src/core/clock';
import { Activation } from '../../src/replay/activation';
import type { Outcome } from '../../src/replay/compareOutcome';
import { ReplayDriver } from '../../src/replay/driver';
import { loadEngine } from '../../src/replay/engine';
import { runSavedTest, type SavedTestResult } from '../../src/replay/runSavedTest';
import { readSavedTest } from '../../src/replay/savedTest';
import { WorkflowRunner } from '../../src/replay/workflowRunner';
import { cartReminder } from './fixtures/cartReminder';
import { ToyStore, toyWait } from './toyWait';

/** The cart workflow with a toy for a store: an event goes straight into the workflow's first node. */
async function play(scenario: object): Promise<SavedTestResult> {
	const test = readSavedTest({ store: {}, ...scenario });
	const clock = new ManualClock(test.clockMs);
	const store = new ToyStore(clock);
	const happened: Outcome[] = [];
	const runner = new WorkflowRunner(await loadEngine(), {
		workflow: cartReminder(),
		nodeTypes: { 'toys.toyWait': toyWait(store) },
		clock,
		failFor: test.failFor,
		onMessage: ({ atMs, customer, channel, nodeName, outcome }) => {
			if (outcome === 'sent') happened.push({ atMs, customer: customer!, channel: channel!, template: nodeName });
		},
	});
	const activation = new Activation(runner);
	await activation.activate();
	const driver = new ReplayDriver({
		clock: { now: () => clock.now(), moveTo: async (instantMs) => clock.set(instantMs) },
		activations: [activation],
		loops: () => store.loops,
		nextDueAt: async (afterMs) => store.nextDueAt(afterMs),
	});
	const result = await runSavedTest(test, {
		driver,
		apply: async (step) => {
			if (step.kind !== 'event') throw new Error(step.kind);
			const { ref, properties } = step.event;
			await runner.execute('Cart left', [[{ json: { ...properties, customer_id: ref.customerId!, email: `${ref.customerId}@example.com` } }]]);
		},
		record: async () => null,
		outcome: () => happened,
		failures: () => activation.problems.map(({ node, message }) => `${node}: ${message}`),
	});
	await activation.deactivate();
	return result;
}

const cartOf = (customer: string, at: string, total = 99) => ({ at, event: { customer, type: 'cart_updated', properties: { total } } });
const scenario = {
	clock: '2026-11-21T10:00:00Z',
	steps: [cartOf('ann', 'PT0S'), cartOf('bob', 'PT5M', 10), cartOf('cid', 'PT10M')],
	expect: [
		{ at: 'PT1H', customer: 'ann', channel: 'email', template: 'Remind' },
		{ at: 'PT1H10M', customer: 'cid', channel: 'email', template: 'Remind' },
	],
};

test('passes when exactly the expected messages came at exactly their instants', async () => {
	const result = await play(scenario);
	expect(result.problems).toEqual([]);
	expect(result).toMatchObject({ passed: true, endedAtMs: Date.parse('2026-11-21T11:10:00Z') });
});

test('fails on an hour too early, on a message too many and on one too few', async () => {
	const late = await play({ ...scenario, expect: [{ ...scenario.expect[0], at: 'PT2H' }, scenario.expect[1]] });
	expect(late.passed).toBe(false);
	expect(late.problems).toEqual(['Wrong time: ann gets "Remind" by email at 2026-11-21T11:00:00Z, 1 hour earlier than expected (2026-11-21T12:00:00Z).']);

	// The test looks beyond its last expectation for what nobody expects.
	const more = await play({ ...scenario, expect: [scenario.expect[0]] });
	expect(more.problems).toEqual(['Unexpected: cid gets "Remind" by email at 2026-11-21T11:10:00Z.']);

	const fewer = await play({ ...scenario, expect: [...scenario.expect, { at: 'PT1H5M', customer: 'bob', channel: 'email', template: 'Remind' }] });
	expect(fewer.problems).toEqual(['Missing: bob gets "Remind" by email at 2026-11-21T11:05:00Z.']);
});

test('until ends the test there; advance lets the time run within it', async () => {
	expect((await play({ ...scenario, expect: [scenario.expect[0]], until: 'PT1H' })).problems).toEqual([]);
	const advanced = await play({ ...scenario, steps: [...scenario.steps, { at: 'PT10M', advance: 'P2D' }, cartOf('ann', 'P2DT1H')], expect: [...scenario.expect, { at: 'P2DT2H', customer: 'ann', channel: 'email', template: 'Remind' }] });
	expect(advanced.problems).toEqual([]);
});

test('a letter that the mail server refuses has not come', async () => {
	expect((await play({ ...scenario, failFor: ['cid@example.com'] })).problems).toEqual(['Missing: cid gets "Remind" by email at 2026-11-21T11:10:00Z.']);
});
