import { COMPANY_POLICY } from '../../src/policy/policies';
import type { PassItem } from '../../src/policy/contract';
import type { Store } from '../../src/store/Store';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';

const ANN = { customerId: 'ann', email: 'ann@example.com' };
const letter = (more: Partial<PassItem> = {}): PassItem => ({ index: 0, customer: ANN, mailingKey: 'm', released: false, channel: 'email', category: '', class: 'transactional', priority: 50, tags: [], onBlock: 'drop', fallbackChannels: [], own: {}, ...more });
const pass = (store: Store, item: PassItem, dryRun = false) => store.run('policy.pass', { workflowId: 'w', stepKey: 's', nodeName: 'N', nodeRules: [], messagesPerRun: 9, onSecondHandOff: 'block', batch: null, dryRun, items: [item] });

async function ask(store: Store, at = START_MS): Promise<void> {
	await store.run('policy.save', { name: COMPANY_POLICY, body: { rules: [], requireConsent: true } });
	await store.run('customers.upsert', { items: [{ ref: ANN }] });
	await store.run('consents.set', { items: [{ ref: ANN, channel: 'email', purpose: 'marketing', status: 'pending', at, source: 'form', wording: 'v3', wordingText: 'Yes, write to me.' }] });
}
async function tokenOf(store: Store, mailingKey = 'm'): Promise<string> {
	const [answer] = await pass(store, letter({ mailingKey }));
	return (answer.result === 'send' && answer.policy.confirmToken) || '';
}
const confirm = (store: Store, token: string, really = true) => store.run('links.confirm', { token, confirm: really });
const consents = async (store: Store) => (await store.run('consents.get', { refs: [ANN] }))[0] ?? [];
const marketing = async (store: Store) => {
	const [answer] = await pass(store, letter({ class: 'marketing', mailingKey: `offer-${(await store.run('store.info', {})).counts.touches}` }));
	return answer.result === 'send' || answer.result === 'blocked' ? (answer.policy.reason ?? 'sent') : answer.result;
};

onEachStore('Double opt-in', (open) => {
	test('P48 pending is no yes; the letter that asks carries the link, looking changes nothing, the button grants with wording and proof', async () => {
		const { store, advance } = await open();
		await ask(store);
		expect(await marketing(store)).toBe('no_consent:email/marketing');
		const token = await tokenOf(store);
		await advance(HOUR);
		for (let look = 0; look < 3; look++) expect(await confirm(store, token, false)).toMatchObject({ ok: true, channel: 'email', purpose: 'marketing', confirmed: false, changed: false });
		expect((await consents(store)).map(({ status }) => status)).toEqual(['pending']);
		expect(await confirm(store, token)).toMatchObject({ ok: true, confirmed: true, changed: true, customer: { id: 'ann' } });
		expect(await confirm(store, token)).toMatchObject({ ok: true, confirmed: true, changed: false });
		expect((await consents(store)).at(-1)).toMatchObject({ status: 'granted', at: START_MS + HOUR, source: 'confirm_link' });
		expect(await marketing(store)).toBe('sent');
		const { files } = await store.run('customers.proof', { ref: ANN });
		expect(JSON.parse(files[2].content)).toMatchObject({ consents: [{ status: 'pending' }, { status: 'granted', wordingId: 'v3', wordingText: 'Yes, write to me.', proof: 'signed link, asked 2026-03-02T12:00:00.000Z' }] });
		expect((await store.run('customers.record', { ref: ANN })).events).toMatchObject([{ type: 'consent_confirmed', properties: { channel: 'email', purpose: 'marketing' } }]);
	});

	test.each(['granted', 'denied'] as const)('a planned answer (%s) is none yet: the button grants now', async (status) => {
		const { store, advance } = await open();
		await ask(store);
		const token = await tokenOf(store);
		await store.run('consents.set', { items: [{ ref: ANN, channel: 'email', purpose: 'marketing', status, at: START_MS + DAY }] });
		await advance(HOUR);
		expect(await confirm(store, token)).toMatchObject({ ok: true, confirmed: true, changed: true });
		expect(await marketing(store)).toBe('sent');
	});

	test('the yes starts a journey that waits for it', async () => {
		const { store } = await open();
		await ask(store);
		await store.run('journeys.register', { settings: { key: 'welcome', name: 'Welcome', entry: { eventType: 'consent_confirmed', entryKey: { kind: 'event' } } }, workflowId: 'w9', workflowName: 'W', nodeId: 't', activation: 'activate' });
		await confirm(store, await tokenOf(store));
		expect((await store.run('customers.record', { ref: ANN })).journeys).toMatchObject([{ journey: 'welcome' }]);
	});

	test('a withdrawal since the question wins; a question asked anew may be answered', async () => {
		const { store, advance } = await open();
		await ask(store);
		const token = await tokenOf(store);
		await advance(HOUR);
		await store.run('consents.set', { items: [{ ref: ANN, channel: 'email', purpose: 'marketing', status: 'denied', at: START_MS + HOUR }] });
		for (const really of [false, true]) expect(await confirm(store, token, really)).toEqual({ ok: false, reason: 'withdrawn' });
		expect((await consents(store)).at(-1)).toMatchObject({ status: 'denied' });
		await advance(HOUR);
		await ask(store, START_MS + 2 * HOUR);
		expect(await confirm(store, token)).toEqual({ ok: false, reason: 'withdrawn' });
		expect(await confirm(store, await tokenOf(store, 'again'))).toMatchObject({ ok: true, changed: true });
	});

	test('P49 the link ends after 30 days, to the millisecond', async () => {
		const { store } = await open();
		await ask(store);
		const token = await tokenOf(store);
		await store.run('clock.set', { atMs: START_MS + 30 * DAY });
		expect(await confirm(store, token, false)).toMatchObject({ ok: true });
		await store.run('clock.set', { atMs: START_MS + 30 * DAY + 1 });
		expect(await confirm(store, token)).toEqual({ ok: false, reason: 'expired_link' });
	});

	test('P49 a grant that was given for a time holds until its instant and not at it', async () => {
		const { store } = await open();
		await ask(store);
		await store.run('consents.set', { items: [{ ref: ANN, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS + 1, expiresAt: START_MS + DAY }] });
		await store.run('clock.set', { atMs: START_MS + DAY - 1 });
		expect(await marketing(store)).toBe('sent');
		await store.run('clock.set', { atMs: START_MS + DAY });
		expect(await marketing(store)).toBe('no_consent:email/marketing');
	});

	test('only who has an open question gets a link, on its channel; a test run gets one that works for nobody', async () => {
		const { store } = await open();
		await ask(store);
		const tried = await pass(store, letter(), true);
		expect(tried).toMatchObject([{ policy: { confirmToken: 'test' } }]);
		expect(await confirm(store, 'test')).toEqual({ ok: false, reason: 'bad_link' });
		await store.run('consents.set', { items: [{ ref: ANN, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS + 1 }] });
		await store.run('clock.set', { atMs: START_MS + 1 });
		expect(await tokenOf(store, 'later')).toBe('');
	});

	test('links of other kinds, changed ones, and those of the erased do nothing; those from before a merge do', async () => {
		const { store } = await open();
		await ask(store);
		const [answer] = await pass(store, letter());
		const { confirmToken = '', unsubscribeToken } = (answer as { policy: { confirmToken?: string; unsubscribeToken: string } }).policy;
		expect(await confirm(store, unsubscribeToken)).toEqual({ ok: false, reason: 'bad_link' });
		expect(await store.run('links.unsubscribe', { token: confirmToken, withdraw: true })).toEqual({ ok: false, reason: 'bad_link' });
		expect(await confirm(store, `${confirmToken.slice(0, -2)}xx`)).toEqual({ ok: false, reason: 'bad_link' });
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'anna' } }] });
		await store.run('customers.merge', { survivor: { customerId: 'anna' }, other: ANN });
		expect(await confirm(store, confirmToken)).toMatchObject({ ok: true, changed: true, customer: { id: 'anna' } });
		await store.run('customers.unmerge', { other: ANN });
		expect((await consents(store)).at(-1)).toMatchObject({ status: 'granted' });
		await store.run('customers.erase', { ref: ANN });
		expect(await confirm(store, confirmToken)).toEqual({ ok: false, reason: 'unknown_customer' });
	});
});
