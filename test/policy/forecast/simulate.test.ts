import { ENTRY, type Coming, type CustomerOutlook, type MessageKind } from '../../../src/policy/forecast/contract';
import { Departures } from '../../../src/policy/forecast/departures';
import { PAST_WEEKS, simulateCustomer, type Simulation } from '../../../src/policy/forecast/simulate';
import { Tally } from '../../../src/policy/forecast/tally';
import type { Facts } from '../../../src/policy/facts';
import type { Policy } from '../../../src/policy/policy';
import { zoneClock } from '../../../src/policy/policy';
import { at, DAY, facts, HOUR, policy, quiet, request, touch } from '../support';

const NOW = at('2026-11-16T12:00:00Z');
const DAILY = { id: 'any-day', scope: { any: true }, limit: 1, window: 'day' };

function message(parts: Record<string, unknown> = {}): MessageKind {
	const { key: _key, customer: _customer, enrolment: _enrolment, visit: _visit, at: _at, createdAt: _createdAt, ...rest } = request({ category: 'promo', ...parts });
	return { request: rest, deadlineAfterMs: null, notBeforeAfterMs: null, policyVersion: null };
}

const held = (hours: number, journey: string | null, parts: Record<string, unknown> = {}): Coming => ({
	kind: 'held', at: NOW + hours * HOUR, askedAt: NOW - HOUR, journey, step: `${journey ?? 'mailing'}-policy`, seed: `${journey}/${hours}`, message: message({ ...(journey === null ? {} : { journey }), ...parts }),
});
const waitingAt = (hours: number, journey: string, seed = '1'): Coming => ({ kind: 'waiting', at: NOW + hours * HOUR, journey, step: 'wait', seed });

function run(customers: { coming: Coming[]; facts?: Facts }[], rules: Policy, options: { departures?: Departures; days?: number; since?: Record<string, number> } = {}) {
	const unforeseen: string[] = [];
	const simulation: Simulation = {
		now: NOW,
		until: NOW + (options.days ?? 14) * DAY,
		seed: '1',
		since: options.since ?? {},
		departures: options.departures ?? new Departures('1'),
		tally: new Tally(zoneClock('UTC')),
		policyOf: () => rules,
		unforeseen: (journey, step) => unforeseen.push(`${journey}/${step}`),
		drawn: { entries: 0, mailings: 0 },
	};
	customers.forEach(({ coming, facts: own }, index) => simulateCustomer({ key: `c${index}`, facts: own ?? facts(), coming } satisfies CustomerOutlook, simulation));
	const { perDay, journeys, pairsOfJourneys } = simulation.tally;
	return { perDay, journeys, displaced: pairsOfJourneys, unforeseen, drawn: simulation.drawn };
}

describe('The forecast of one customer', () => {
	test('a held message is demand of its instant, and leaves then', () => {
		const { perDay, journeys } = run([{ coming: [held(3, 'cart')] }], policy());
		expect(perDay).toEqual([{ day: '2026-11-16', channel: 'email', demand: 1, sendable: 1, sent: 1, held: 0, dropped: 0, blockedBy: {} }]);
		expect(journeys).toEqual([{ journey: 'cart', category: 'promo', demand: 1, sendable: 1, late: 0, waiting: 0, dropped: 0 }]);
	});

	test('two of one day under a limit of one: the second leaves the day after, and the first journey stands in its way', () => {
		const { perDay, journeys, displaced } = run([{ coming: [held(1, 'welcome'), held(2, 'cart')] }], policy({ rules: [DAILY] }));
		expect(perDay).toEqual([
			{ day: '2026-11-16', channel: 'email', demand: 2, sendable: 1, sent: 1, held: 1, dropped: 0, blockedBy: { 'any-day': 1 } },
			{ day: '2026-11-17', channel: 'email', demand: 0, sendable: 0, sent: 1, held: 0, dropped: 0, blockedBy: {} },
		]);
		expect(journeys.find(({ journey }) => journey === 'cart')).toMatchObject({ demand: 1, sendable: 0, late: 1, waiting: 0 });
		expect(displaced).toEqual([{ journey: 'cart', by: 'welcome', messages: 1 }]);
	});

	test('a message that waits for a more important one later in the day yields to it', () => {
		const { displaced, perDay } = run([{ coming: [held(1, 'cart'), held(5, 'win-back', { priority: 90 })] }], policy({ rules: [DAILY] }));
		expect(displaced).toEqual([{ journey: 'cart', by: 'win-back', messages: 1 }]);
		expect(perDay[0]).toMatchObject({ demand: 2, sendable: 1, held: 1, blockedBy: { 'outranked:win-back': 1 } });
	});

	test('what was sent in these days counts, and a journey does not starve itself; nor does night', () => {
		const sent = facts({ touches: [touch(NOW - HOUR, { journey: 'cart' })] });
		expect(run([{ coming: [held(1, 'cart')], facts: sent }], policy({ rules: [DAILY] })).displaced).toEqual([]);
		expect(run([{ coming: [held(1, 'upsell')], facts: sent }], policy({ rules: [DAILY] })).displaced).toEqual([{ journey: 'upsell', by: 'cart', messages: 1 }]);
		const night = run([{ coming: [held(10, 'upsell')], facts: sent }], policy({ quietHours: [quiet('21:00', '09:00')] }));
		expect(night).toMatchObject({ displaced: [], perDay: [{ day: '2026-11-16', held: 1, blockedBy: { 'quiet-hours': 1 } }, { day: '2026-11-17', sent: 1 }] });
	});

	test('what is dropped, what is held past the end, and no consent', () => {
		expect(run([{ coming: [held(1, 'cart')] }], policy({ requireConsent: true })).perDay).toMatchObject([{ demand: 1, dropped: 1, blockedBy: { 'no_consent:email/marketing': 1 } }]);
		const monthly = policy({ rules: [{ ...DAILY, window: 'P30D' }] });
		const sent = facts({ touches: [touch(NOW - HOUR)] });
		expect(run([{ coming: [held(1, 'cart')], facts: sent }], monthly).journeys).toMatchObject([{ demand: 1, waiting: 1, late: 0 }]);
		expect(run([{ coming: [held(1, 'cart', { onBlock: 'drop' })], facts: sent }], monthly).journeys).toMatchObject([{ demand: 1, dropped: 1 }]);
		expect(run([{ coming: [held(15 * 24, 'cart')] }], monthly).perDay).toEqual([]);
	});

	test('who waits comes to the message that others came to before, and then to the next; or to none', () => {
		const departures = new Departures('1');
		departures.add(
			[
				{ journey: 'cart', from: 'wait', seed: 'a', next: { afterMs: HOUR, step: 'p1', kind: message({ journey: 'cart' }) } },
				{ journey: 'cart', from: 'p1', seed: 'a', next: { afterMs: DAY, step: 'p2', kind: message({ journey: 'cart', category: 'discount' }) } },
				{ journey: 'cart', from: 'p2', seed: 'a', next: null },
				{ journey: 'left', from: 'wait', seed: 'a', next: null },
			],
			[],
		);
		const { perDay, journeys, unforeseen } = run([{ coming: [waitingAt(2, 'cart'), waitingAt(2, 'left'), waitingAt(2, 'new')] }], policy(), { departures });
		expect(perDay.map(({ day, demand }) => [day, demand])).toEqual([['2026-11-16', 1], ['2026-11-17', 1]]);
		expect(journeys.map(({ category }) => category).sort()).toEqual(['discount', 'promo']);
		expect(unforeseen).toEqual(['new/wait']);
	});

	test('of many who wait, as many come as came before', () => {
		const departures = new Departures('1');
		const next = { afterMs: 0, step: 'p', kind: message() };
		departures.add(Array.from({ length: 1_000 }, (_, index) => ({ journey: 'cart', from: 'wait', seed: String(index), next: index % 4 === 0 ? next : null })), []);
		const { perDay } = run(Array.from({ length: 2_000 }, (_, index) => ({ coming: [waitingAt(1, 'cart', String(index))] })), policy(), { departures });
		expect(perDay[0]!.demand).toBeGreaterThan(350);
		expect(perDay[0]!.demand).toBeLessThan(650);
	});

	test('entries come again on their weekdays, as many as there were on the average', () => {
		const departures = new Departures('1');
		departures.add([{ journey: 'cart', from: ENTRY, seed: 'a', next: { afterMs: 0, step: 'p', kind: message({ journey: 'cart' }) } }], []);
		// 400 entries on each of the last four Saturdays, and none on another day.
		const saturday = at('2026-11-14T10:00:00Z');
		const entries = Array.from({ length: 1_600 }, (_, index): { coming: Coming[] } => ({ coming: [{ kind: 'entered', at: saturday - (index % PAST_WEEKS) * 7 * DAY, journey: 'cart', seed: String(index) }] }));
		const { perDay, drawn } = run(entries, policy(), { departures, since: { cart: 0 } });
		expect(perDay.map(({ day }) => day)).toEqual(['2026-11-21', '2026-11-28']);
		for (const { demand } of perDay) expect(Math.abs(demand - 400)).toBeLessThan(60);
		expect(drawn.entries).toBe(perDay[0]!.demand + perDay[1]!.demand);
		// A journey that began a week ago was seen once on each weekday: its entries come again as they were.
		const young = run(entries.filter((_, index) => index % PAST_WEEKS === 0), policy(), { departures, since: { cart: saturday - DAY } });
		expect(young.perDay.map(({ demand }) => demand)).toEqual([400, 400]);
	});

	test('a newsletter comes again a week later, and the same seed draws the same', () => {
		const news: Coming = { kind: 'mailing', at: NOW - DAY, seed: 'n', message: message() };
		const customers = Array.from({ length: 800 }, (_, index) => ({ coming: [{ ...news, seed: `n${index}` }] }));
		const first = run(customers, policy());
		expect(first.drawn.mailings).toBeGreaterThan(300);
		expect(run(customers, policy())).toEqual(first);
	});

	test('a digest takes the waiting ones along', () => {
		const digest = { onBlock: 'digest' };
		const { journeys } = run([{ coming: [held(1, 'news', { ...digest, step: 's' }), held(5, 'news', { ...digest, step: 's' })] }], policy({ rules: [] }));
		expect(journeys).toMatchObject([{ demand: 1, sendable: 1 }]);
	});
});
