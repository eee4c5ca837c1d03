import fc from 'fast-check';
import { decide } from '../../src/policy/decide';
import { compilePolicy } from '../../src/policy/policy';
import { against, earliestByTrying, Timeline, type OracleCase, type OraclePeriod, type OracleRule } from './oracle';
import { at, DAY, facts, HOUR, MINUTE, request, touch, waiting } from './support';

const RUNS = { seed: Number(process.env.FC_SEED ?? 20_261_121), numRuns: Number(process.env.FC_RUNS ?? 300) };
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Zones with an instant near which their clocks change, and some that never change. */
const PLACES: Array<[string, string]> = [
	['America/New_York', '2026-03-08T07:00Z'], ['America/New_York', '2026-11-01T06:00Z'], ['Europe/Berlin', '2026-03-29T01:00Z'], ['Europe/Berlin', '2026-10-25T01:00Z'],
	['Australia/Lord_Howe', '2026-10-03T15:30Z'], ['Australia/Lord_Howe', '2026-04-04T15:00Z'], ['Africa/Cairo', '2026-04-23T22:00Z'], ['America/St_Johns', '2026-11-01T04:30Z'],
	['Pacific/Chatham', '2026-09-26T14:00Z'], ['Pacific/Apia', '2011-12-30T10:00Z'], ['Europe/Moscow', '2026-11-21T18:00Z'], ['Asia/Kathmandu', '2026-12-31T18:15Z'], ['UTC', '2028-02-29T00:00Z'],
];

const timeOfDay = fc.integer({ min: 0, max: 287 }).map((five) => five * 5);
const period: fc.Arbitrary<OraclePeriod> = fc.record({
	start: timeOfDay,
	end: timeOfDay,
	days: fc.oneof({ weight: 3, arbitrary: fc.constant<number[]>([0, 1, 2, 3, 4, 5, 6]) }, { weight: 1, arbitrary: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }) }),
});
const channel = fc.constantFrom('email', 'push');
const category = fc.constantFrom('', 'promo', 'promo/sale', 'news');
const WINDOWS: Array<[string, number | undefined]> = [['P1D', DAY], ['PT6H', 6 * HOUR], ['P3D', 3 * DAY], ['PT90M', 90 * MINUTE], ['P7D', 7 * DAY], ['day', undefined], ['week', undefined], ['month', undefined]];

const rule = (nowMs: number) =>
	fc.record({
		scope: fc.oneof(fc.constant({ any: true as const }), fc.record({ channel }), fc.record({ category: fc.constantFrom('promo', 'news') }), fc.record({ channel, category: fc.constantFrom('promo', 'news') })),
		limit: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 5, nil: undefined }),
		window: fc.constantFrom(...WINDOWS),
		gapHours: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined, freq: 2 }),
		mode: fc.constantFrom('fcfs' as const, 'reserve_for_higher' as const),
		horizonHours: fc.integer({ min: 1, max: 48 }),
		from: fc.option(fc.integer({ min: -48, max: 96 }), { freq: 1, nil: undefined }),
		forHours: fc.option(fc.integer({ min: 1, max: 200 }), { freq: 1, nil: undefined }),
	}).map(({ limit, window: [window, windowMs], gapHours, mode, horizonHours, from, forHours, scope }): Omit<OracleRule, 'id'> => ({
		scope, limit, window, windowMs, mode,
		minGapMs: gapHours === undefined ? undefined : gapHours * HOUR,
		horizonMs: horizonHours * HOUR,
		activeFromMs: from === undefined ? undefined : nowMs + from * HOUR,
		activeToMs: forHours === undefined ? undefined : nowMs + ((from ?? 0) + forHours) * HOUR,
	}));

/** @param latestMs how far after now the ledger may reach: more than 0 only where the clock was stepped back */
const cases = (latestMs: number): fc.Arbitrary<OracleCase> =>
	fc.tuple(fc.constantFrom(...PLACES), fc.integer({ min: -60 * HOUR, max: 30 * HOUR }), fc.boolean()).chain(([[zone, change], shift, onMinute]) => {
		const nowMs = onMinute ? Math.floor((at(change) + shift) / MINUTE) * MINUTE : at(change) + shift;
		const message = { channel, category };
		const instant = (from: number, to: number) => fc.oneof(fc.integer({ min: from, max: to }).map((ms) => nowMs + ms), fc.integer({ min: from / MINUTE, max: to / MINUTE }).map((ms) => (Math.floor(nowMs / MINUTE) + Math.floor(ms)) * MINUTE));
		return fc.record({
			zone: fc.constant(zone),
			nowMs: fc.constant(nowMs),
			notBeforeMs: fc.option(instant(-DAY, 3 * DAY), { freq: 2, nil: undefined }),
			...message,
			priority: fc.constantFrom(30, 50, 70),
			rules: fc.array(rule(nowMs), { maxLength: 4 }).map((rules) => rules.map((one, index) => ({ ...one, id: `rule-${index}` }))),
			quiet: fc.array(period, { maxLength: 3 }),
			windows: fc.oneof({ weight: 3, arbitrary: fc.constant<OraclePeriod[]>([]) }, { weight: 1, arbitrary: fc.array(period, { minLength: 1, maxLength: 2 }) }),
			blackout: fc.array(fc.integer({ min: -1, max: 5 }).map((days) => new Date(nowMs + days * DAY).toISOString().slice(0, 10)), { maxLength: 2 }),
			sends: fc.array(fc.record({ ts: instant(-9 * DAY, latestMs), ...message }), { maxLength: 12 }),
			waiting: fc.array(fc.record({ ts: fc.oneof({ weight: 4, arbitrary: instant(0, 3 * DAY) }, { weight: 1, arbitrary: instant(-2 * MINUTE, 0) }), ...message, priority: fc.constantFrom(40, 60, 80) }), { maxLength: 3 }),
		});
	});

const clock = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const written = ({ start, end, days }: OraclePeriod) => ({ start: clock(start), end: clock(end), days: days.map((day) => WEEKDAYS[day]) });
const instantOf = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

function decideCase(test: OracleCase) {
	const policy = compilePolicy({
		storeZone: 'UTC', requireConsent: false, blackoutDates: test.blackout,
		quietHours: test.quiet.map(written), sendWindows: test.windows.map(written),
		rules: test.rules.map(({ id, scope, limit, window, minGapMs, mode, horizonMs, activeFromMs, activeToMs }) => ({
			id, scope, limit, window, mode,
			minGap: minGapMs === undefined ? undefined : `PT${minGapMs / HOUR}H`,
			horizon: mode === 'fcfs' ? undefined : `PT${horizonMs / HOUR}H`,
			activeFrom: instantOf(activeFromMs), activeTo: instantOf(activeToMs),
		})),
	});
	const asked = request({ channel: test.channel, category: test.category, priority: test.priority, notBefore: instantOf(test.notBeforeMs) });
	const known = facts({
		customer: { timeZone: test.zone },
		touches: [...test.sends].sort((a, b) => a.ts - b.ts).map(({ ts, ...message }) => touch(ts, message)),
		pending: test.waiting.map(({ ts, ...message }, index) => waiting(instantOf(ts)!, { ...message, key: `w${index}`, journey: `j${index}` })),
	});
	return decide(asked, known, policy, test.nowMs);
}

function agrees(test: OracleCase): void {
	const decision = decideCase(test);
	const timeline = new Timeline(test);
	const expected = earliestByTrying(test, timeline);
	if (expected === null) {
		// Nothing opens: the bounded search stops somewhere ahead, and the message is looked at again there.
		expect(decision.decision).toBe('delay');
		expect(decision.decision === 'delay' && decision.untilMs).toBeGreaterThan(test.nowMs + 14 * DAY);
		return;
	}
	const untilMs = decision.decision === 'delay' ? decision.untilMs : decision.decision === 'send' ? test.nowMs : NaN;
	expect(instantOf(untilMs)).toBe(instantOf(expected));
	expect(decision.decision).toBe(expected === test.nowMs ? 'send' : 'delay');
	if (decision.decision !== 'delay') return;
	const plannedMs = Math.max(test.nowMs, test.notBeforeMs ?? test.nowMs);
	const before = untilMs === plannedMs ? ['not-before'] : [...against(test, timeline, untilMs - 1)];
	expect(before).toContain(decision.rule.replace(/:.*/, ''));
}

describe('the earliest instant, against an oracle that tries every minute', () => {
	test('any policy, zone, ledger and queue: the same instant, and the binding rule holds until just before it', () => {
		fc.assert(fc.property(cases(0), agrees), RUNS);
	}, 300_000);

	test('P19 the same with a ledger that reaches past now', () => {
		fc.assert(fc.property(cases(2 * DAY), (test) => agrees({ ...test, waiting: [] })), { ...RUNS, numRuns: Math.ceil(RUNS.numRuns / 4) });
	}, 300_000);

	test('a promise is kept: at its instant, with nobody ahead and nothing sent since, the message goes', () => {
		fc.assert(
			fc.property(cases(0), (test) => {
				const alone = { ...test, waiting: [] };
				const first = decideCase(alone);
				if (first.decision !== 'delay' || first.untilMs > test.nowMs + 14 * DAY) return;
				expect(decideCase({ ...alone, nowMs: first.untilMs }).decision).toBe('send');
				expect(decideCase(alone)).toEqual(first);
			}),
			RUNS,
		);
	});

	test('a send never breaks a cap: whatever is asked in turn, every window of the ledger holds its limit', () => {
		fc.assert(
			fc.property(cases(0), fc.array(fc.integer({ min: 0, max: 20 * HOUR }), { minLength: 1, maxLength: 25 }), (test, pauses) => {
				const fresh = { ...test, sends: [] as OracleCase['sends'], waiting: [], notBeforeMs: undefined };
				let nowMs = test.nowMs;
				for (const pause of pauses) {
					nowMs += pause;
					if (nowMs > test.nowMs + 20 * DAY) break;
					if (decideCase({ ...fresh, nowMs }).decision === 'send') fresh.sends.push({ ts: nowMs, channel: test.channel, category: test.category });
				}
				for (const one of test.rules) {
					if (one.limit === undefined || one.windowMs === undefined || one.activeFromMs !== undefined || one.activeToMs !== undefined) continue;
					const times = fresh.sends.filter((send) => one.scope.channel === undefined || one.scope.channel === send.channel).filter((send) => one.scope.category === undefined || `${send.category}/`.startsWith(`${one.scope.category}/`)).map(({ ts }) => ts);
					for (const end of times) expect(times.filter((ts) => end - one.windowMs! < ts && ts <= end).length).toBeLessThanOrEqual(one.limit);
				}
			}),
			{ ...RUNS, numRuns: Math.ceil(RUNS.numRuns / 4) },
		);
	}, 300_000);
});
