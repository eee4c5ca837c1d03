import { COMPANY_POLICY } from '../../src/policy/policies';
import type { PassItem } from '../../src/policy/contract';
import type { Store } from '../../src/store/Store';
import { DAY, onEachStore, START_MS } from '../support/eachStore';

const ANN = { customerId: 'ann', email: 'ann@example.com', phone: '+442071838750' };
const pass = (store: Store, items: Partial<PassItem>[]) =>
	store.run('policy.pass', {
		workflowId: 'w1', stepKey: 'policy', nodeName: 'N', nodeRules: [], messagesPerRun: 9, onSecondHandOff: 'block', batch: null, dryRun: false,
		items: items.map((more, index) => ({ index, customer: ANN, mailingKey: `m-${index}`, released: false, channel: 'email', category: '', class: 'marketing' as const, priority: 50, tags: [], onBlock: 'delay' as const, fallbackChannels: [], own: {}, ...more })),
	});
/** Everything that is due: each mailing is a lane of its own. */
async function releaseHeld(store: Store): Promise<string[]> {
	const told: string[] = [];
	for (;;) {
		const { batch } = await store.run('journeys.takeBatch', { workflowId: 'w1', stepKey: 'policy' });
		if (!batch) return told;
		const { items } = await store.run('journeys.claimBatch', { ...batch, workflowId: 'w1', stepKey: 'policy', skipMovedOn: true });
		const answers = await store.run('policy.pass', {
			workflowId: 'w1', stepKey: 'policy', nodeName: 'N', nodeRules: [], messagesPerRun: 9, onSecondHandOff: 'block', batch, dryRun: false,
			items: items.map((one, index) => ({ ...(one.request as unknown as PassItem), index, customer: ANN, journey: one.journey, released: true, own: one.own })),
		});
		await store.run('journeys.settleBatch', { ...batch, outcome: 'success' });
		told.push(...answers.map((answer) => (answer.result === 'blocked' ? `${answer.policy.channel} ${answer.policy.reason}` : `${answer.result}`)));
	}
}
const say = (store: Store, channel: string, purpose: string, status: 'granted' | 'denied', at: number) => store.run('consents.set', { items: [{ ref: ANN, channel, purpose, status, at }] });

onEachStore('A withdrawal', (open) => {
	/** Marketing and service messages by e-mail and SMS, all held until tomorrow. */
	async function held() {
		const { store, advance } = await open();
		await store.run('policy.save', { name: COMPANY_POLICY, body: { rules: [], quietHours: [{ start: '11:00', end: '13:00' }], requireConsent: true } });
		await store.run('customers.upsert', { items: [{ ref: ANN }] });
		for (const channel of ['email', 'sms']) await say(store, channel, 'marketing', 'granted', START_MS - DAY);
		const answers = await pass(store, [{}, { channel: 'sms' }, { class: 'service' }, { class: 'service', channel: 'sms' }]);
		expect(answers.map(({ result }) => result)).toEqual(['held', 'held', 'held', 'held']);
		return { store, advance };
	}

	test('P51 from e-mail takes back what is held there at once, and leaves SMS', async () => {
		const { store, advance } = await held();
		await say(store, 'email', 'marketing', 'denied', START_MS);
		expect(await releaseHeld(store)).toEqual(['email no_consent:email/marketing']);
		await advance(DAY / 12);
		expect((await releaseHeld(store)).sort()).toEqual(['send', 'send', 'send']);
	});

	test('P52 of one purpose cancels only that purpose', async () => {
		const { store, advance } = await held();
		await say(store, 'email', 'service', 'denied', START_MS);
		expect(await releaseHeld(store)).toEqual(['email no_consent:email/service']);
		await advance(DAY / 12);
		expect((await releaseHeld(store)).sort()).toEqual(['send', 'send', 'send']);
	});

	test('P52 of processing reaches marketing and service on every channel', async () => {
		const { store } = await held();
		await say(store, 'any', 'processing', 'denied', START_MS);
		expect((await releaseHeld(store)).sort()).toEqual(['email no_consent:email/processing', 'email no_consent:email/processing', 'sms no_consent:sms/processing', 'sms no_consent:sms/processing']);
	});

	test('P50 taken back does not bring the dropped messages back', async () => {
		const { store, advance } = await held();
		await say(store, 'email', 'marketing', 'denied', START_MS);
		await releaseHeld(store);
		await say(store, 'email', 'marketing', 'granted', START_MS + 1);
		await advance(DAY / 12);
		expect(await releaseHeld(store)).toHaveLength(3);
		expect((await store.run('customers.record', { ref: ANN })).messages.filter(({ channel, state }) => channel === 'email' && state === 'handed_off')).toHaveLength(1);
	});

	test('P53 of marketing lets transactional messages pass; erasure does not', async () => {
		const { store } = await held();
		await say(store, 'email', 'marketing', 'denied', START_MS);
		expect(await pass(store, [{ class: 'transactional', mailingKey: 'receipt' }])).toMatchObject([{ result: 'send' }]);
		await store.run('customers.erase', { ref: ANN });
		expect(await pass(store, [{ class: 'transactional', mailingKey: 'receipt-2' }])).toMatchObject([{ result: 'blocked', policy: { reason: 'erased' } }]);
	});
});
