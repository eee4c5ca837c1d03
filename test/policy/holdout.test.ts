import { GLOBAL_CONTROL, journeyControl } from '../../src/experiments/controlGroups';
import { isDrawn } from '../../src/experiments/assign';
import { dumpStore } from '../support/dumpStore';
import { DAY, HOUR, onEachStore } from '../support/eachStore';
import { entered, item, pass, people, releaseHeld, said, savePolicy } from './ledgerWorld';

const IDS = Array.from({ length: 40 }, (_, index) => `c-${index}`);
const drawn = (key: string, percent: number) => IDS.filter((id) => isDrawn({ key, salt: '', controlPercent: percent }, id));
const ONE_A_DAY = { rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D' }] };

onEachStore('Control groups in Contact Policy', (open) => {
	test('the global control group gets no marketing: blocked as holdout once every other check is passed, and noted', async () => {
		const { store, location } = await open();
		await savePolicy(store, { controlPercent: 30 });
		await people(store, ...IDS);
		const control = drawn(GLOBAL_CONTROL, 30);
		expect(control.length).toBeGreaterThan(5);
		const answers = await pass(store, IDS.map((id) => item(id)));
		expect(IDS.filter((_, index) => said(answers[index]) === 'blocked holdout')).toEqual(control);
		expect(answers.filter((answer) => answer.result === 'send')).toHaveLength(IDS.length - control.length);
		const { exposure, touch, assignment } = await dumpStore(location);
		expect(exposure).toHaveLength(control.length);
		expect(touch).toHaveLength(IDS.length - control.length);
		expect(assignment).toHaveLength(IDS.length);
		expect(assignment.filter((row) => row.arm === 'control')).toHaveLength(control.length);
		expect(assignment.every((row) => row.exposed_at !== null)).toBe(true);
	});

	test('service goes to the global control group, transactional to every group; a closed gate is named before the group', async () => {
		const { store } = await open();
		await savePolicy(store, { controlPercent: 30 });
		await people(store, ...IDS);
		const [one] = drawn(GLOBAL_CONTROL, 30);
		expect((await pass(store, [item(one, { class: 'service', mailingKey: 'a' }), item(one, { class: 'transactional', mailingKey: 'b' })])).map(said)).toEqual(['send', 'send']);
		await store.run('consents.set', { items: [{ ref: { customerId: one }, channel: 'email', purpose: 'marketing', status: 'denied', at: 1_800_000_000_000 - 1 }] });
		await store.run('clock.set', { atMs: 1_800_000_000_000 });
		expect((await pass(store, [item(one, { mailingKey: 'c' })])).map(said)).toEqual(['blocked no_consent:email/marketing']);
	});

	test('J19 the control group of a journey walks it, is held out of its messages, and is let through by other journeys', async () => {
		const { store, location } = await open();
		await savePolicy(store);
		await people(store, ...IDS);
		const items = await entered(store, IDS, { controlPercent: 30, goal: { rule: { eventType: 'bought' }, windowMs: DAY } });
		const control = drawn(journeyControl('j'), 30);
		const answers = await pass(store, items);
		expect(items.filter((_, index) => said(answers[index]) === 'blocked holdout').map(({ customer }) => customer.customerId)).toEqual(control);
		expect((await pass(store, [item(control[0])])).map(said)).toEqual(['send']);
		await store.run('events.track', { items: [{ ref: { customerId: control[0] }, type: 'bought', occurredAt: (await store.run('store.info', {})).now, source: 't', properties: {} }] });
		const { enrolment } = await dumpStore(location);
		expect(enrolment.filter((row) => row.goal_at !== null)).toHaveLength(1);
	});

	test('P46 a ghost takes a place that only ghosts see', async () => {
		const { store, advance } = await open();
		await savePolicy(store, { controlPercent: 30, ...ONE_A_DAY });
		await people(store, ...IDS);
		const [one] = drawn(GLOBAL_CONTROL, 30);
		// The first takes the ghost slot, the second waits for it as a treated customer's would, a service message does not see it.
		expect((await pass(store, [item(one, { mailingKey: 'a' }), item(one, { mailingKey: 'b' }), item(one, { class: 'service', mailingKey: 'c' })])).map(said)).toEqual(['blocked holdout', 'held one', 'send']);
		await advance(DAY);
		expect((await releaseHeld(store)).map(said)).toEqual(['blocked holdout']);
	});

	test('P46 a waiting ghost of high priority keeps nobody back but ghosts', async () => {
		const { store, advance } = await open();
		await savePolicy(store, { ...ONE_A_DAY, quietHours: [{ channels: ['sms'], start: '11:00', end: '18:00', days: ['mon'] }] });
		await people(store, ...IDS);
		const [one] = drawn(journeyControl('j'), 30);
		const [held] = await entered(store, [one], { controlPercent: 30 }, { channel: 'sms', priority: 90 });
		expect((await pass(store, [held])).map(said)).toEqual(['held quiet-hours']);
		expect((await pass(store, [item(one)])).map(said)).toEqual(['send']);
		await advance(6 * HOUR);
		// A real message stands in its way as in anybody's.
		expect((await releaseHeld(store)).map(said)).toEqual(['held one']);
	});

	test('who has met the group stays on their side of it when the share changes; without a share the group is over', async () => {
		const { store } = await open();
		await savePolicy(store, { controlPercent: 10 });
		await people(store, ...IDS);
		const heldBack = async (mailingKey: string) => {
			const answers = await pass(store, IDS.map((id) => item(id, { mailingKey })));
			return IDS.filter((_, index) => said(answers[index]) === 'blocked holdout');
		};
		const before = await heldBack('a');
		await savePolicy(store, { controlPercent: 50 });
		expect(await heldBack('b')).toEqual(before);
		await savePolicy(store, { controlPercent: 0 });
		expect(await heldBack('c')).toEqual([]);
	});

	test('the same key gets the same answer, and one exposure', async () => {
		const { store, location } = await open();
		await savePolicy(store, { controlPercent: 30 });
		await people(store, ...IDS);
		const [one] = drawn(GLOBAL_CONTROL, 30);
		expect((await pass(store, [item(one)])).map(said)).toEqual(['blocked holdout']);
		expect((await pass(store, [item(one)])).map(said)).toEqual(['blocked holdout']);
		expect((await dumpStore(location)).exposure).toHaveLength(1);
	});
});
