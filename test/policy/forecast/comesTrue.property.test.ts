import fc from 'fast-check';
import type { PassItem } from '../../../src/policy/contract';
import { forecast } from '../../../src/policy/forecast/forecast';
import { ZoneClock } from '../../../src/policy/zoneClock';
import { openStore, type StoreLocation } from '../../../src/store/open';
import type { Store } from '../../../src/store/Store';
import { DAY, HOUR } from '../../support/eachStore';
import { freshPostgres, freshSqliteFile } from '../../support/stores';
import { entered, OPEN_POLICY, pass, releaseHeld, savePolicy } from '../ledgerWorld';

const RUNS = { seed: Number(process.env.FC_SEED ?? 20_261_122), numRuns: Number(process.env.FC_RUNS ?? 40) };

/** PostgreSQL makes a schema for each: as many of the first ones as there is time for. */
const STORES: Record<'SQLite' | 'PostgreSQL', { numRuns: number; fresh: () => StoreLocation }> = {
	SQLite: { numRuns: RUNS.numRuns, fresh: () => ({ kind: 'file', file: freshSqliteFile() }) },
	PostgreSQL: { numRuns: Math.ceil(RUNS.numRuns / 2), fresh: () => { const { connectionString, schema } = freshPostgres(); return { kind: 'postgres', url: connectionString, schema }; } },
};

/** Clocks change in the middle of the days looked at. */
const PLACES: [zone: string, from: string][] = [['Europe/Berlin', '2026-03-26T15:00Z'], ['America/New_York', '2026-10-29T15:00Z'], ['Asia/Kathmandu', '2026-06-01T15:00Z']];

const hours = (most: number) => fc.integer({ min: 1, max: most * 4 }).map((quarters) => (quarters * HOUR) / 4);
const message = fc.record({
	customer: fc.constantFrom('a', 'b'),
	channel: fc.constantFrom('email', 'sms'),
	category: fc.constantFrom('promo', 'news'),
	class: fc.constantFrom('marketing' as const, 'marketing' as const, 'service' as const),
	notBefore: hours(100),
	deadline: fc.option(hours(160), { freq: 2, nil: undefined }),
	onBlock: fc.constantFrom('delay' as const, 'delay' as const, 'drop' as const, 'digest' as const, 'fallback' as const),
	alone: fc.boolean(),
	urgent: fc.boolean(),
	exempt: fc.boolean(),
	counts: fc.constantFrom(undefined, undefined, false, true),
	priority: fc.integer({ min: 48, max: 52 }),
	value: fc.constantFrom(undefined, 5),
});
const rule = fc.record({
	scope: fc.constantFrom({ any: true }, { channel: 'email' }, { channel: 'sms' }, { category: 'promo' }),
	limit: fc.constantFrom<number | object>(1, 2, { default: 2, byStage: { dormant: 1, vip: 3 } }),
	window: fc.constantFrom('P1D', 'P2D', 'day', 'week', 'PT6H'),
	minGap: fc.constantFrom(undefined, 'PT3H'),
	mode: fc.constantFrom('fcfs', 'reserve_for_higher'),
});
const scene = fc.record({
	place: fc.constantFrom(...PLACES),
	messages: fc.array(message, { minLength: 5, maxLength: 10 }),
	rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
	night: fc.constantFrom([], [{ start: '21:00', end: '09:00' }], [{ start: '01:30', end: '03:30', channels: ['email'] }, { start: '12:00', end: '14:00' }]),
	blackout: fc.boolean(),
	ageing: fc.boolean(),
	stages: fc.tuple(fc.constantFrom('active', 'dormant'), fc.constantFrom('active', 'dormant')),
});
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

const DAYS = 7;

/** What is held now leaves on the days, by the channels and for the journeys that the forecast says. */
test.each(['SQLite', 'PostgreSQL'] as const)(`the forecast of the messages that are held comes true on %s (seed ${RUNS.seed})`, async (kind) => {
	const { numRuns, fresh } = STORES[kind];
	let moved = 0;
	await fc.assert(
		fc.asyncProperty(scene, async (drawn) => {
			const store = await openStore(fresh(), { thread: false, testClock: { mode: 'frozen', atMs: Date.parse(drawn.place[1]) } });
			try {
				await prepare(store, drawn);
				const foretold = await forecast(store, { days: DAYS, seed: 'any' });
				if (foretold.totals.sent > 0 && foretold.totals.held > 0) moved += 1;
				expect(await whatHappens(store, drawn.place[0], foretold.until)).toEqual(Object.fromEntries(foretold.perDay.flatMap(({ day, channel, sent }) => (sent > 0 ? [[`${day} ${channel}`, sent]] : []))));
			} finally {
				await store.close();
			}
		}),
		{ ...RUNS, numRuns },
	);
	// In some of them at least the policy has its say and lets something go.
	expect(moved).toBeGreaterThan(numRuns / 10);
}, 300_000);

async function prepare(store: Store, { place: [zone, from], messages, rules, night, blackout, ageing, stages }: Scene): Promise<void> {
	const now = Date.parse(from);
	await savePolicy(store, { ...OPEN_POLICY, storeZone: zone, quietHours: night, blackoutDates: blackout ? [new Date(now + 3 * DAY).toISOString().slice(0, 10)] : [], ageing, requireConsent: false, rules: rules.map((one, place) => ({ id: `r${place}`, ...one })) });
	await store.run('customers.upsert', { items: stages.map((stage, place) => ({ ref: { customerId: 'ab'[place] as string, email: `${'ab'[place]}@example.com`, phone: `+44207183875${place}` }, stage })) });
	const items = await entered(store, messages.map(({ customer }) => customer));
	const asked = items.map((one, place): PassItem => {
		const { customer: _customer, notBefore, deadline, alone, exempt, ...own } = messages[place];
		const other = own.channel === 'email' ? 'sms' : 'email';
		return { ...one, ...own, notBefore: now + notBefore, deadline: deadline === undefined ? undefined : now + deadline, fallbackChannels: own.onBlock === 'fallback' && !alone ? [other] : [], exempt: exempt ? ['r0'] : [], own: { place } };
	});
	await pass(store, asked);
}

/** The days to come, instant by instant. @returns how many messages left, by day and channel */
async function whatHappens(store: Store, zone: string, until: number): Promise<Record<string, number>> {
	const clock = ZoneClock.of(zone) as ZoneClock;
	const sent: Record<string, number> = {};
	let { now } = await store.run('store.settings', {});
	for (;;) {
		const { at } = await store.run('journeys.nextDue', { after: now });
		if (at === null || at > until) return sent;
		now = at;
		await store.run('clock.set', { atMs: now });
		for (let answers = await releaseHeld(store); answers.length > 0; answers = await releaseHeld(store)) {
			for (const answer of answers) {
				if (answer.result !== 'send') continue;
				const day = `${clock.dateOf(now)} ${answer.policy.channel}`;
				sent[day] = (sent[day] ?? 0) + 1;
			}
		}
	}
}
