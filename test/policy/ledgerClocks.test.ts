import { refresh } from '../../src/features/refresh';
import { bringIn, importFileOf } from '../ingest/importing';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';
import { decideLines, people } from './ledgerWorld';
import { VECTORS } from './vectors';

/** Edge cases of contact-policy.md section 9 that live by clocks and zones, as a store with its customers answers them. */
type Asked = [at: string, expected: string, more?: object];

interface ClockCase {
	name: string;
	policy: object;
	asked: Asked[];
	timeZone?: string;
}

const quiet = (start: string, end: string, more: object = {}) => ({ start, end, ...more });
const rule = (more: object) => ({ id: 'one', scope: { any: true }, limit: 1, window: 'P1D', ...more });
const iso = (ms: number) => new Date(ms).toISOString();
const until = (at: string, by = 'quiet-hours') => `delay ${iso(Date.parse(at))} ${by}`;

const CASES: ClockCase[] = [
	...VECTORS.map(([name, timeZone, start, end, asked, open]): ClockCase => ({ name: `${name}: ${timeZone} quiet ${start}-${end}`, timeZone, policy: { quietHours: [quiet(start, end)] }, asked: [[asked, until(open)], [open, 'send']] })),
	{ name: 'P19 the clock was stepped back: what was sent later counts, and leaves its window later', policy: { rules: [rule({})] }, asked: [['2026-11-21T13:00:00Z', 'send'], ['2026-11-21T12:00:00Z', until('2026-11-22T13:00Z', 'one')]] },
	{ name: 'P30 an alias of a zone is that zone', timeZone: 'Europe/Kiev', policy: { quietHours: [quiet('21:00', '09:00')] }, asked: [['2026-11-21T19:00Z', until('2026-11-22T07:00Z')]] },
	{ name: 'P31 start = end is the whole local day', timeZone: 'UTC', policy: { quietHours: [quiet('00:00', '00:00', { days: ['sat', 'sun'] })] }, asked: [['2026-11-21T00:00Z', until('2026-11-23T00:00Z')], ['2026-11-20T23:59Z', 'send']] },
	{ name: 'P32 two adjacent periods leave no hole', timeZone: 'UTC', policy: { quietHours: [quiet('21:00', '00:00'), quiet('00:00', '07:30', { days: ['mon'] }), quiet('07:30', '10:00')] }, asked: [['2026-11-22T23:00Z', until('2026-11-23T10:00Z')], ['2026-11-23T00:00Z', until('2026-11-23T10:00Z')]] },
	{ name: 'P34 a day without messages is a day of the customer', timeZone: 'Asia/Vladivostok', policy: { blackoutDates: ['2027-01-01'] }, asked: [['2026-12-31T13:59Z', 'send'], ['2026-12-31T14:00Z', until('2027-01-01T14:00Z', 'blackout')]] },
	{ name: 'P35 a month ends with its last day, leap years included', timeZone: 'UTC', policy: { rules: [rule({ window: 'month' })] }, asked: [['2027-01-31T10:00Z', 'send'], ['2027-01-31T12:00Z', until('2027-02-01T00:00Z', 'one')], ['2027-02-28T12:00Z', 'send'], ['2028-02-28T10:00Z', 'send'], ['2028-02-29T12:00Z', until('2028-03-01T00:00Z', 'one')]] },
	{ name: 'P36 the week starts on Monday', timeZone: 'UTC', policy: { rules: [rule({ window: 'week' })] }, asked: [['2026-11-21T10:00Z', 'send'], ['2026-11-22T12:00Z', until('2026-11-23T00:00Z', 'one')]] },
	{ name: 'P36 the week starts on Sunday', timeZone: 'UTC', policy: { weekStart: 'sunday', rules: [rule({ window: 'week' })] }, asked: [['2026-11-21T10:00Z', 'send'], ['2026-11-21T12:00Z', until('2026-11-22T00:00Z', 'one')], ['2026-11-22T12:00Z', 'send']] },
	{ name: 'P37 a zone of half an hour', timeZone: 'Asia/Kolkata', policy: { quietHours: [quiet('21:00', '09:00')] }, asked: [['2026-11-21T16:00Z', until('2026-11-22T03:30Z')]] },
	{ name: 'P37 a zone of three quarters of an hour', timeZone: 'Asia/Kathmandu', policy: { rules: [rule({ window: 'day' })] }, asked: [['2026-11-21T10:00Z', 'send'], ['2026-11-21T12:00Z', until('2026-11-21T18:15Z', 'one')]] },
	{
		name: 'P42 a full tie is broken by the key, whatever the order of asking',
		policy: { rules: [rule({ mode: 'batch', collectFor: 'PT10M' })] },
		asked: [['2026-11-21T12:00Z', until('2026-11-21T12:10Z', 'one'), { key: 'b' }], ['2026-11-21T12:00Z', until('2026-11-21T12:10Z', 'one'), { key: 'a' }], ['2026-11-21T12:10Z', until('2026-11-21T12:10:01Z', 'outranked:a'), { key: 'b' }], ['2026-11-21T12:10Z', 'send', { key: 'a' }], ['2026-11-21T12:11Z', until('2026-11-22T12:10Z', 'one'), { key: 'b' }]],
	},
	{
		name: 'P44 one point of priority a day: on the day it is no longer lower it goes',
		policy: { ageing: true, rules: [rule({})], quietHours: [quiet('09:00', '18:00', { channels: ['sms'] })] },
		asked: [['2026-11-21T12:00Z', until('2026-11-21T18:00Z'), { channel: 'sms', priority: 52 }], ['2026-11-21T12:01Z', until('2026-11-21T18:00Z', 'outranked:k0'), { priority: 50, createdAt: '2026-11-20T12:00Z' }], ['2026-11-21T12:02Z', 'send', { priority: 50, createdAt: '2026-11-19T12:00Z' }]],
	},
];

onEachStore('Edge cases of clocks and zones', (open) => {
	test.each(CASES)('$name', async ({ policy, asked, timeZone }) => {
		const { store } = await open();
		await people(store, 'c1');
		if (timeZone) await store.run('customers.upsert', { items: [{ ref: { customerId: 'c1' }, timeZone }] });
		// What was agreed to before any of them.
		await store.run('consents.set', { items: ['email', 'sms'].map((channel) => ({ ref: { customerId: 'c1' }, channel, purpose: 'marketing', status: 'granted' as const, at: Date.parse('2026-01-01T00:00Z') })) });
		const requests = asked.map(([at, , more], index) => ({ key: `k${index}`, customer: 'c1', channel: 'email', at, ...more }));
		expect(await decideLines(store, requests, policy)).toEqual(asked.map(([, expected]) => expected));
	});

	test('P30 without a zone the phone says where, without both the store does: never no quiet hours', async () => {
		const { store } = await open();
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'berlin', email: 'b@example.com', phone: '+4930123456' } }, { ref: { customerId: 'nowhere', email: 'n@example.com' } }] });
		const ask = (customer: string) => ({ key: customer, customer, channel: 'email', at: '2026-11-21T20:30Z' });
		expect(await decideLines(store, ['berlin', 'nowhere'].map(ask), { requireConsent: false, storeZone: 'Europe/Moscow', quietHours: [quiet('21:00', '09:00')] })).toEqual([until('2026-11-22T08:00Z'), until('2026-11-22T06:00Z')]);
	});

	test('P08 quiet hours that never end leave a bounded answer', async () => {
		const { store } = await open();
		await people(store, 'c1');
		const [line] = await decideLines(store, [{ key: 'k', customer: 'c1', channel: 'email', at: iso(START_MS) }], { quietHours: [quiet('00:00', '00:00')] });
		const [word, at, by] = line!.split(' ');
		expect([word, by]).toEqual(['delay', 'quiet-hours']);
		expect(Date.parse(at!)).toBeGreaterThan(START_MS + 30 * DAY);
	});

	test('P38 jitter spreads the morning, stays inside its length, before the deadline, and is the same for the same key', async () => {
		const { store } = await open();
		const ids = Array.from({ length: 60 }, (_, index) => `c${index}`);
		await store.run('customers.upsert', { items: ids.map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` }, timeZone: 'UTC' })) });
		const policy = { requireConsent: false, jitter: 'PT15M', quietHours: [quiet('21:00', '09:00')] };
		const end = Date.parse('2026-11-22T09:00Z');
		const ask = async (more: object) => (await decideLines(store, ids.map((customer) => ({ key: `k-${customer}`, customer, channel: 'email', at: '2026-11-21T22:00Z', ...more })), policy)).map((line) => (Date.parse(line.split(' ')[1]!) - end) / MINUTE);
		const shifts = await ask({});
		expect(Math.min(...shifts)).toBeGreaterThanOrEqual(0);
		expect(Math.max(...shifts)).toBeLessThanOrEqual(15);
		expect(new Set(shifts.map((shift) => Math.floor(shift / 5))).size).toBeGreaterThanOrEqual(3);
		expect(await ask({})).toEqual(shifts);
		const inTime = (await decideLines(store, ids.map((customer) => ({ key: `d-${customer}`, customer, channel: 'email', at: '2026-11-21T22:00Z', deadline: '2026-11-22T09:02Z' })), policy)).map((line) => (Date.parse(line.split(' ')[1]!) - end) / MINUTE);
		expect(Math.max(...inTime)).toBeLessThanOrEqual(2);
	});

	test('P15 the stage changes between DELAY and due: the limit of then holds; P17 a stage that is not listed gets the default', async () => {
		const { store } = await open();
		await people(store, 'c1', 'nobody');
		const order = (at: number, place: number) => ({ ref: { customerId: 'c1' }, source: 'shop', orderId: `o${place}`, orderedAt: at, currency: 'EUR', status: 'paid' as const, totalE4: 100_000, lines: [{ productId: 'p', quantity: 1, priceE4: 100_000, amountE4: 100_000 }] });
		await store.run('orders.record', { backfill: true, items: Array.from({ length: 10 }, (_, place) => order(START_MS - HOUR - (9 - place) * 10 * DAY, place)) });
		const stage = async () => {
			await refresh(store, { owner: 'test' });
			return (await store.run('customers.record', { ref: { customerId: 'c1' } })).customer.stage;
		};
		const staged = { rules: [rule({ limit: { default: 1, byStage: { active: 2 } }, window: 'P30D' })] };
		const ask = async (key: string, at: number, customer = 'c1') => (await decideLines(store, [{ key, customer, channel: 'email', at: iso(at) }], staged))[0];
		expect(await stage()).toBe('active');
		expect([await ask('a', START_MS), await ask('b', START_MS + DAY), await ask('c', START_MS + 2 * DAY)]).toEqual(['send', 'send', until(iso(START_MS + 30 * DAY), 'one')]);
		expect([await ask('n1', START_MS, 'nobody'), await ask('n2', START_MS + 1, 'nobody')]).toEqual(['send', until(iso(START_MS + 30 * DAY), 'one')]);
		await store.run('clock.set', { atMs: START_MS + 30 * DAY });
		expect(await stage()).not.toBe('active');
		expect(await ask('c', START_MS + 30 * DAY)).toBe(until(iso(START_MS + 31 * DAY), 'one'));
	});

	test('P20 ten thousand messages of one customer: a decision reads those of its windows', async () => {
		const { store } = await open();
		await people(store, 'many', 'few');
		const policy = { rules: [rule({ limit: 1000, window: 'P7D' })] };
		const sent = (customer: string, count: number) => Array.from({ length: count }, (_, index) => `${customer},email,${iso(START_MS - 40 * DAY - index * HOUR)},${customer}-${index}`);
		await bringIn(store, 'messages', importFileOf(['customer_id,channel,sent_at,message_id', ...sent('many', 10_000), ...sent('few', 10)].join('\n')));
		const cost = async (customer: string, round: number) => {
			const before = process.cpuUsage();
			for (let n = 0; n < 30; n++) expect(await decideLines(store, [{ key: `${customer}-${round}-${n}`, customer, channel: 'email', at: iso(START_MS) }], policy)).toEqual(['send']);
			const { user, system } = process.cpuUsage(before);
			return user + system;
		};
		await cost('few', 0);
		await cost('many', 0);
		const rounds = [1, 2, 3];
		const costs = { many: 0, few: 0 };
		for (const round of rounds) for (const customer of ['few', 'many'] as const) costs[customer] += await cost(customer, round);
		// Read as a whole, the ledger of ten thousand would cost dozens of times as much.
		expect(costs.many / costs.few).toBeLessThan(5);
	});
});
