import { bringIn, importFileOf } from '../ingest/importing';
import { dumpStore } from '../support/dumpStore';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';
import type { Store } from '../../src/store/Store';

const RULES = [
	{ id: 'promo-7d', scope: { category: 'promo' }, limit: 2, window: 'P7D' },
	{ id: 'sale-7d', scope: { tag: 'sale' }, limit: 1, window: 'P7D' },
];
const iso = (ms: number) => new Date(ms).toISOString();

async function ask(store: Store, more: object = {}): Promise<string> {
	const [answer] = await store.run('policy.decide', { policy: { requireConsent: false, storeZone: 'UTC', rules: RULES }, dryRun: true, requests: [{ key: 'k', customer: 'ann', channel: 'email', class: 'marketing', priority: 50, onBlock: 'drop', ...more }] });
	if (!answer || !('decision' in answer)) throw new Error(JSON.stringify(answer));
	return String(answer.decision === 'drop' ? answer.reason : answer.decision);
}

const fileOf = (rows: readonly string[]) => importFileOf(['customer_id,channel,sent_at,message_id,category,class,tags', ...rows].join('\n'));

onEachStore('Messages of elsewhere', (open) => {
	test('P13 imported ones count by category, tag and class at their instant, and only inside the window', async () => {
		const { store } = await open();
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'ann', email: 'ann@example.com' } }] });
		const row = (ago: number, rest: string) => `ann,email,${iso(START_MS - ago)},${rest}`;
		await bringIn(store, 'messages', fileOf([row(DAY, 'm1,promo/sale,,sale'), row(2 * DAY, 'm2,promo,transactional,'), row(3 * DAY, 'm3,news,,'), row(8 * DAY, 'm4,promo,,')]));
		expect(await ask(store, { category: 'promo' })).toBe('send');
		expect(await ask(store, { category: 'news', tags: ['sale'] })).toBe('cap:sale-7d');
		await bringIn(store, 'messages', fileOf([row(HOUR, 'm5,promo,service,')]));
		expect(await ask(store, { category: 'promo' })).toBe('cap:promo-7d');
		expect(await ask(store, { category: 'news' })).toBe('send');
	});

	test('P13 one that is reported counts by the category, kind and tags that the report gives', async () => {
		const { store, location } = await open();
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'ann', email: 'ann@example.com' } }] });
		const sent = (at: number, more: object) => ({ ref: { customerId: 'ann' }, channel: 'email', result: 'sent' as const, at, ...more });
		await store.run('messages.record', { items: [sent(START_MS - HOUR, { category: 'promo', tags: ['sale'] }), sent(START_MS - 2 * HOUR, { category: 'promo', class: 'transactional' }), sent(START_MS - 3 * HOUR, {})] });
		expect((await dumpStore(location)).touch.map(({ category, class: kind, tags }) => [category, kind, tags])).toEqual([['promo', 'marketing', '["sale"]'], ['promo', 'transactional', '[]'], ['', 'marketing', '[]']]);
		expect([await ask(store, { category: 'promo' }), await ask(store, { category: 'x', tags: ['sale'] })]).toEqual(['send', 'cap:sale-7d']);
	});

	test('P13 one that is reported from a clock that is ahead counts from now on', async () => {
		const { store } = await open();
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'ann', email: 'ann@example.com' } }] });
		const report = { ref: { customerId: 'ann' }, channel: 'email', result: 'sent' as const, at: START_MS + 400 * DAY, tags: ['sale'] };
		expect(await store.run('messages.record', { items: [report, report] })).toMatchObject([{ result: 'recorded_outside' }, { result: 'duplicate' }]);
		expect(await ask(store, { tags: ['sale'] })).toBe('cap:sale-7d');
	});

	test('no journey hears of imported messages, nobody is let in or out', async () => {
		const { store } = await open();
		for (const [key, type] of [['sent', 'message_sent'], ['bounced', 'message_bounced']] as const) await store.run('journeys.register', { settings: { key, name: key, entry: { eventType: type, entryKey: { kind: 'event' } } }, workflowId: `w-${key}`, workflowName: key, nodeId: key, activation: 'activate' });
		await bringIn(store, 'messages', fileOf([`ann,email,${iso(START_MS)},m1,promo,,`]));
		expect((await store.run('journeys.waiting', {})).map(({ waiting }) => waiting)).toEqual([0, 0]);
		const record = await store.run('customers.record', { ref: { customerId: 'ann' } });
		expect(record.events).toEqual([]);
		expect(record.messages).toMatchObject([{ channel: 'email', category: 'promo', state: 'committed' }]);
	});

	test('later reports find an imported message by its name at the sender', async () => {
		const { store } = await open();
		await bringIn(store, 'messages', fileOf([`ann,email,${iso(START_MS - DAY)},<m1@news>,promo,,`]));
		expect(await store.run('messages.record', { items: [{ ref: { customerId: 'ann' }, channel: 'email', result: 'clicked', at: START_MS, providerId: 'm1@news' }] })).toMatchObject([{ ok: true, result: 'recorded', key: expect.stringMatching(/^sent:/) }]);
	});

	test('what Contact Policy let out, and whose name at the sender is known, is not counted a second time; of somebody else it is', async () => {
		const { store } = await open();
		await store.run('policy.decide', { policy: { requireConsent: false, storeZone: 'UTC' }, dryRun: false, requests: [{ key: 'own', customer: 'ann', channel: 'call', category: 'promo', class: 'transactional', priority: 50 }] });
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'ann', email: 'ann@example.com', phone: '+442071838750' } }] });
		await store.run('policy.decide', { policy: { requireConsent: false, storeZone: 'UTC' }, dryRun: false, requests: [{ key: 'mine', customer: 'ann', channel: 'email', category: 'promo', class: 'marketing', priority: 50 }] });
		await store.run('messages.record', { items: [{ key: 'mine', result: 'sent', at: START_MS, providerId: 'm1' }] });
		expect(await bringIn(store, 'messages', fileOf([`ann,email,${iso(START_MS)},m1,promo,,`, `ben,email,${iso(START_MS)},m1,promo,,`]))).toMatchObject({ accepted: 1, duplicates: 1 });
	});

	test('the same file after two customers were merged changes nothing', async () => {
		const { store, location } = await open();
		const file = fileOf([`ann,email,${iso(START_MS - DAY)},,promo,,`, `anna,email,${iso(START_MS - DAY)},,promo,,`]);
		expect(await bringIn(store, 'messages', file)).toMatchObject({ accepted: 2 });
		await store.run('customers.merge', { survivor: { customerId: 'ann' }, other: { customerId: 'anna' } });
		expect(await bringIn(store, 'messages', file)).toMatchObject({ accepted: 0, duplicates: 2 });
		expect((await dumpStore(location)).touch).toHaveLength(2);
	});

	test('an erased customer is refused, the others go in', async () => {
		const { store } = await open();
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'gone' } }] });
		await store.run('customers.erase', { ref: { customerId: 'gone' } });
		const { accepted, rejected } = await bringIn(store, 'messages', fileOf([`gone,email,${iso(START_MS)},,promo,,`, `ann,email,${iso(START_MS)},,promo,,`]));
		expect([accepted, rejected]).toEqual([1, [expect.stringMatching(/^2: .*erased/)]]);
	});
});
