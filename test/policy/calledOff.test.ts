import type { PassItem } from '../../src/policy/contract';
import type { Store } from '../../src/store/Store';
import { HOUR, onEachStore, START_MS } from '../support/eachStore';
import { item, pass, people, releaseHeld, said, savePolicy } from './ledgerWorld';

/** Lets a customer into a journey of this name; the item is ready to arrive at Contact Policy. */
async function enter(store: Store, journey: string, customerId: string, more: Partial<PassItem> = {}): Promise<PassItem> {
	await store.run('journeys.register', { settings: { key: journey, name: journey, entry: { eventType: `go ${journey}`, entryKey: { kind: 'event' } }, exits: [{ eventType: `stop ${journey}` }] }, workflowId: journey, workflowName: journey, nodeId: 't', activation: 'activate' });
	await track(store, `go ${journey}`, customerId);
	const { batch } = await store.run('journeys.takeBatch', { workflowId: journey, stepKey: 'entry' });
	const { items } = await store.run('journeys.claimBatch', { ...batch!, workflowId: journey, stepKey: 'entry', skipMovedOn: true });
	return item(customerId, { journey: items[0]!.journey, mailingKey: undefined, ...more });
}

async function track(store: Store, type: string, customerId: string): Promise<void> {
	const { now } = await store.run('store.info', {});
	await store.run('events.track', { items: [{ ref: { customerId }, type, occurredAt: now, source: 't', properties: {} }] });
}

/** Everything that is due now. */
async function allHeld(store: Store): Promise<string[]> {
	const all: string[] = [];
	for (;;) {
		const answers = await releaseHeld(store);
		if (answers.length === 0) return all.sort();
		all.push(...answers.map((answer) => `${'customer' in answer ? `${answer.customer?.id} ` : ''}${said(answer)}`));
	}
}

onEachStore('A message is called off that others let go first', (open) => {
	test.each(['exit', 'by hand', 'withdrawn'])('P40 (%s): those that waited for it are due at once, and its place goes to one of them', async (how) => {
		const { store, advance } = await open();
		await savePolicy(store, { rules: [{ id: 'one', scope: { any: true }, limit: 1, window: 'P1D' }], quietHours: [{ channels: ['sms'], start: '11:00', end: '20:00' }] });
		await people(store, 'c1', 'c2');
		const high = { channel: 'sms', priority: 90 };
		expect((await pass(store, [await enter(store, 'j', 'c1', high), await enter(store, 'j', 'c2', high)])).map(said)).toEqual(['held quiet-hours', 'held quiet-hours']);
		const lower = [await enter(store, 'k', 'c1'), item('c1', { mailingKey: 'low' }), item('c2', { mailingKey: 'low' })];
		expect(await pass(store, lower)).toMatchObject(Array(3).fill({ result: 'held', rule: 'outranked:j', until: START_MS + 8 * HOUR }));
		if (how === 'exit') await track(store, 'stop j', 'c1');
		else if (how === 'by hand') await store.run('journeys.stop', { items: [{ ref: { customerId: 'c1' }, journey: 'j' }] });
		else await store.run('consents.set', { items: [{ ref: { customerId: 'c1' }, channel: 'sms', purpose: 'marketing', status: 'denied', at: START_MS }] });
		expect(await allHeld(store)).toEqual([...(how === 'withdrawn' ? ['c1 blocked no_consent:sms/marketing'] : []), 'c1 send', 'held one']);
		await advance(8 * HOUR - 1);
		expect(await allHeld(store)).toEqual([]);
		await advance(1);
		expect(await allHeld(store)).toEqual(['c2 send', 'held one']);
	});
});
