import { onEachStore } from '../support/eachStore';
import { decideLines, people } from './ledgerWorld';

/** Edge cases of contact-policy.md section 9 that live by the ledger: asked one after the other, each line knows those before. */
type Asked = [at: string, expected: string, more?: object];

interface EdgeCase {
	name: string;
	policy: object;
	asked: Asked[];
	timeZone?: string;
}

const rule = (more: object) => ({ id: 'one', scope: { any: true }, limit: 1, window: 'P1D', ...more });
const DAILY = { rules: [rule({ window: 'day' })] };
const ROLLING = { rules: [rule({})] };

const CASES: EdgeCase[] = [
	{ name: 'P01 one a calendar day: 23:59 and 00:00 local both pass', timeZone: 'Europe/Moscow', policy: DAILY, asked: [['2026-11-21T20:59:00Z', 'send'], ['2026-11-21T21:00:00Z', 'send'], ['2026-11-21T21:01:00Z', 'delay 2026-11-22T21:00:00.000Z one']] },
	{ name: 'P02 one in rolling 24 h: 23:59, then 00:00 waits until 23:59', policy: ROLLING, asked: [['2026-11-21T23:59:00Z', 'send'], ['2026-11-22T00:00:00Z', 'delay 2026-11-22T23:59:00.000Z one']] },
	{ name: 'P03 at exactly ts + D allowed, one millisecond earlier not', policy: ROLLING, asked: [['2026-11-21T10:00:00.000Z', 'send'], ['2026-11-22T09:59:59.999Z', 'delay 2026-11-22T10:00:00.000Z one'], ['2026-11-22T10:00:00.000Z', 'send']] },
	{
		name: 'P04 three in 7 days, sent on d1, d2, d6: the fourth asked on d6 waits for d8',
		policy: { rules: [rule({ limit: 3, window: 'P7D' })] },
		asked: [['2026-11-01T10:00:00Z', 'send'], ['2026-11-02T10:00:00Z', 'send'], ['2026-11-06T10:00:00Z', 'send'], ['2026-11-06T11:00:00Z', 'delay 2026-11-08T10:00:00.000Z one']],
	},
	{
		name: 'P05 of two rules the later instant wins and binds',
		policy: { rules: [rule({ id: 'short' }), rule({ id: 'long', window: 'P3D' })] },
		asked: [['2026-11-01T10:00:00Z', 'send'], ['2026-11-01T11:00:00Z', 'delay 2026-11-04T10:00:00.000Z long']],
	},
	{
		name: 'P06 a cap that frees at 02:00 inside quiet hours waits for their end, and P07 for a day without messages after it',
		policy: { ...ROLLING, quietHours: [{ start: '21:00', end: '09:00' }], blackoutDates: ['2026-11-03'] },
		asked: [['2026-11-01T10:00:00Z', 'send'], ['2026-11-01T22:00:00Z', 'delay 2026-11-02T10:00:00.000Z one'], ['2026-11-02T22:30:00Z', 'delay 2026-11-04T09:00:00.000Z quiet-hours']],
	},
	{ name: 'P09 the tags stamped when it was sent count', policy: { rules: [rule({ scope: { tag: 'sale' } })] }, asked: [['2026-11-01T10:00:00Z', 'send', { tags: ['sale/black-friday'] }], ['2026-11-01T11:00:00Z', 'send'], ['2026-11-01T12:00:00Z', 'delay 2026-11-02T10:00:00.000Z one', { tags: ['sale'] }]] },
	{
		name: 'P10 exempt and not counted; exempt and counted',
		policy: ROLLING,
		asked: [['2026-11-01T10:00:00Z', 'send', { exempt: ['one'] }], ['2026-11-01T10:01:00Z', 'send', { exempt: ['one'], counts: true }], ['2026-11-01T10:02:00Z', 'delay 2026-11-02T10:01:00.000Z one']],
	},
	{
		name: 'P11 a step on several channels counts once on each and once each on "any"',
		policy: { rules: [rule({ id: 'mail', scope: { channel: 'email' } }), rule({ id: 'all', limit: 2 })] },
		asked: [['2026-11-01T10:00:00Z', 'send'], ['2026-11-01T10:00:00Z', 'send', { channel: 'sms' }], ['2026-11-01T10:01:00Z', 'delay 2026-11-02T10:00:00.000Z all', { channel: 'sms' }]],
	},
	{ name: 'P14 limit 0 means never, an empty limit no rule', policy: { rules: [rule({ id: 'never', scope: { category: 'no' }, limit: 0 }), rule({ id: 'empty', limit: null })] }, asked: [['2026-11-01T10:00:00Z', 'drop cap:never', { category: 'no' }], ['2026-11-01T10:00:00Z', 'send'], ['2026-11-01T10:00:00Z', 'send']] },
	{ name: 'P18 a message for later is judged at its planned instant, and takes no slot', policy: ROLLING, asked: [['2026-11-01T10:00:00Z', 'delay 2026-11-03T10:00:00.000Z not-before', { notBefore: '2026-11-03T10:00:00Z' }], ['2026-11-01T11:00:00Z', 'send'], ['2026-11-02T12:00:00Z', 'send', { priority: 90 }]] },
	{ name: 'P33 a deadline inside quiet hours drops at once', policy: { quietHours: [{ start: '21:00', end: '09:00' }] }, asked: [['2026-11-01T22:00:00Z', 'drop expired', { deadline: '2026-11-02T08:00:00Z' }]] },
	{
		name: 'P39 the lower waits while a higher one is pending within the horizon, and for its place once that one has gone out',
		policy: { ...ROLLING, quietHours: [{ channels: ['sms'], start: '09:00', end: '18:00' }] },
		asked: [['2026-11-01T10:00:00Z', 'delay 2026-11-01T18:00:00.000Z quiet-hours', { key: 'high', channel: 'sms', priority: 90 }], ['2026-11-01T11:00:00Z', 'delay 2026-11-01T18:00:00.000Z outranked:high', { key: 'low', onBlock: 'delay' }], ['2026-11-01T18:00:00Z', 'send', { key: 'high', channel: 'sms', priority: 90 }], ['2026-11-01T18:00:00Z', 'delay 2026-11-02T18:00:00.000Z one', { key: 'low', onBlock: 'delay' }]],
	},
	{ name: 'P43 two equal ones: nobody waits for the other', policy: { ...ROLLING, quietHours: [{ start: '21:00', end: '09:00' }] }, asked: [['2026-11-01T22:00:00Z', 'delay 2026-11-02T09:00:00.000Z quiet-hours', { key: 'a' }], ['2026-11-01T22:00:00Z', 'delay 2026-11-02T09:00:00.000Z quiet-hours', { key: 'b' }], ['2026-11-02T09:00:00Z', 'send', { key: 'a' }], ['2026-11-02T09:00:00Z', 'delay 2026-11-03T09:00:00.000Z one', { key: 'b' }]] },
	{
		name: 'P45 a higher one that consent would drop does not block the lower',
		policy: { ...ROLLING, quietHours: [{ channels: ['call'], start: '09:00', end: '18:00' }] },
		asked: [['2026-11-01T10:00:00Z', 'drop no_consent:call/marketing', { channel: 'call', priority: 90 }], ['2026-11-01T11:00:00Z', 'send']],
	},
	{ name: 'P59 a retry gets the same answer and no second slot; P60 the same key for another message is an error', policy: { rules: [rule({ limit: 2 })] }, asked: [['2026-11-01T10:00:00Z', 'send', { key: 'k' }], ['2026-11-01T10:01:00Z', 'send', { key: 'k' }], ['2026-11-01T10:02:00Z', 'error idempotency_conflict', { key: 'k', priority: 60 }], ['2026-11-01T10:03:00Z', 'send'], ['2026-11-01T10:04:00Z', 'drop cap:one', { onBlock: 'drop' }]] },
	{ name: 'P67 the other channel is tried once, under its own limits', policy: { rules: [rule({ id: 'mail', scope: { channel: 'email' } }), rule({ id: 'sms', scope: { channel: 'sms' } })] }, asked: [['2026-11-01T10:00:00Z', 'send'], ['2026-11-01T11:00:00Z', 'send', { onBlock: { fallback: ['sms'] } }], ['2026-11-01T12:00:00Z', 'delay 2026-11-02T10:00:00.000Z mail', { onBlock: { fallback: ['sms', 'sms'] } }]] },
];

onEachStore('Edge cases of the ledger', (open) => {
	test.each(CASES)('$name', async ({ policy, asked, timeZone }) => {
		const { store } = await open();
		await people(store, 'c1');
		if (timeZone) await store.run('customers.upsert', { items: [{ ref: { customerId: 'c1' }, timeZone }] });
		const requests = asked.map(([at, , more], index) => ({ key: `k${index}`, customer: 'c1', channel: 'email', at, ...more }));
		expect(await decideLines(store, requests, policy)).toEqual(asked.map(([, expected]) => expected));
	});

	test('P29 moving from Vladivostok to Moscow mid-day: counted by instants', async () => {
		const { store } = await open();
		await people(store, 'c1');
		const ask = async (key: string, at: string) => await decideLines(store, [{ key, customer: 'c1', channel: 'email', at }], DAILY);
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'c1' }, timeZone: 'Asia/Vladivostok' }] });
		expect(await ask('a', '2026-11-21T13:30:00Z')).toEqual(['send']);
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'c1' }, timeZone: 'Europe/Moscow' }] });
		// It is the next day in Vladivostok, and the same one in Moscow.
		expect(await ask('b', '2026-11-21T14:30:00Z')).toEqual(['delay 2026-11-21T21:00:00.000Z one']);
	});

	test('P16 a loosened policy judges what is due anew, a tightened one holds it again', async () => {
		const { store } = await open();
		await people(store, 'c1');
		const ask = async (key: string, at: string, policy: object) => await decideLines(store, [{ key, customer: 'c1', channel: 'email', at }], policy);
		expect(await ask('a', '2026-11-01T10:00:00Z', ROLLING)).toEqual(['send']);
		expect(await ask('b', '2026-11-01T11:00:00Z', ROLLING)).toEqual(['delay 2026-11-02T10:00:00.000Z one']);
		expect(await ask('b', '2026-11-01T12:00:00Z', {})).toEqual(['delay 2026-11-02T10:00:00.000Z one']);
		expect(await ask('b', '2026-11-02T10:00:00Z', { rules: [rule({ window: 'P3D' })] })).toEqual(['delay 2026-11-04T10:00:00.000Z one']);
		expect(await ask('b', '2026-11-04T10:00:00Z', {})).toEqual(['send']);
	});
});
