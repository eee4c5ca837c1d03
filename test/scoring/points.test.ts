import fc from 'fast-check';
import { ZoneClock } from '../../src/policy/zoneClock';
import { nextCrossing } from '../../src/scoring/nextCrossing';
import { earn, factPoints, later, levelOf, nothingEarned, scoreAt, type Deed } from '../../src/scoring/points';
import { leadScore } from '../../src/scoring/reasons';
import { DEFAULT_RULES, leadRules } from '../../src/scoring/rules';

const DAY = 86_400_000;
const T0 = Date.parse('2026-03-02T12:00:00Z');
const utc = ZoneClock.of('UTC') as ZoneClock;
const rules = leadRules.parse({
	actions: [
		{ label: 'Opened a message', eventType: 'message_opened', points: 4, halfLifeDays: 10, most: 10 },
		{ eventType: 'demo_requested', filter: [{ field: 'seats', operator: 'greaterThan', value: 5 }], points: 30 },
		{ eventType: 'message_unsubscribed', points: -20, halfLifeDays: 30 },
	],
	facts: [{ label: 'Boss', conditions: [{ field: 'attributes.job', operator: 'contains', value: 'director' }], points: 15 }],
	mql: 20,
	sql: 40,
});
const deed = (type: string, daysAgo: number, properties: Deed['properties'] = {}): Deed => ({ type, at: T0 - daysAgo * DAY, properties });
const score = (deeds: Deed[], profile = {}, at = T0) => leadScore(rules, deeds, profile, at, utc);

test('an action halves with its half-life, stays without one, and its limit holds for all of it together', () => {
	expect(score([deed('message_opened', 0)]).points).toBe(4);
	expect(score([deed('message_opened', 10)]).points).toBe(2);
	expect(score([deed('message_opened', 20)]).points).toBe(1);
	expect(score(Array.from({ length: 9 }, () => deed('message_opened', 0))).points).toBe(10);
	// The limit is on what is left of them, so that many old ones may still fill it.
	expect(score(Array.from({ length: 9 }, () => deed('message_opened', 10))).points).toBe(10);
	expect(score([deed('demo_requested', 4_000, { seats: 6 })]).points).toBe(30);
	expect(score([deed('demo_requested', 1, { seats: 5 }), deed('demo_requested', 1)]).points).toBe(0);
});

test('bad signs take points, facts give them, and the levels begin exactly at their thresholds', () => {
	expect(score([deed('message_unsubscribed', 0)], { attributes: { job: 'Art Director' } }).points).toBe(-5);
	expect(levelOf(rules, 19.999)).toBe('cold');
	expect(levelOf(rules, 20)).toBe('warm');
	expect(levelOf(rules, 40)).toBe('hot');
});

test('what comes after the instant is not seen, and any past instant can be asked', () => {
	const deeds = [deed('demo_requested', 5, { seats: 9 }), deed('message_opened', 1)];
	expect(score(deeds, {}, T0 - 6 * DAY)).toEqual({ points: 0, level: 'cold', reasons: [] });
	expect(score(deeds, {}, T0 - 5 * DAY).points).toBe(30);
	expect(score(deeds, {}, T0 - DAY).points).toBe(34);
});

test('the score says where it comes from: what counts most first, with how often, when last and how many points', () => {
	const { reasons, level } = score([deed('message_opened', 3), deed('message_opened', 0), deed('demo_requested', 2, { seats: 20 }), deed('message_unsubscribed', 90)], { attributes: { job: 'director' } });
	expect(level).toBe('hot');
	expect(reasons).toEqual([
		'Demo requested: once, on 2026-02-28 (+30)',
		'Boss (+15)',
		'Opened a message: twice, last on 2026-03-02 (+7.2)',
		'Message unsubscribed: once, on 2025-12-02 (−2.5)',
	]);
	expect(score(Array.from({ length: 4 }, () => deed('message_opened', 0))).reasons).toEqual(['Opened a message: 4 times, last on 2026-03-02 (+10, the most that counts)']);
});

test('rules that cannot be used are refused: MQL not below SQL, nothing that gives points, its own event', () => {
	const problem = (value: object) => leadRules.safeParse({ actions: [{ eventType: 'a', points: 1 }], mql: 1, sql: 2, ...value }).error?.issues[0]?.message;
	expect(problem({})).toBeUndefined();
	expect(problem({ sql: 1 })).toBe('it must be above where warm begins (MQL)');
	expect(problem({ actions: [] })).toBe('add an action or a fact that gives points');
	expect(problem({ actions: [{ eventType: 'lead_score_crossed', points: 1 }] })).toContain('cannot give points');
	expect(DEFAULT_RULES.actions.length).toBeGreaterThan(3);
});

/** Quarters of days and small whole numbers: what can be told apart by looking every hour. */
const anyRules = fc
	.record({ actions: fc.array(fc.record({ points: fc.integer({ min: -30, max: 40 }), halfLifeDays: fc.option(fc.integer({ min: 1, max: 40 })), most: fc.option(fc.integer({ min: 5, max: 60 })) }), { minLength: 1, maxLength: 4 }), mql: fc.integer({ min: 5, max: 30 }), above: fc.integer({ min: 1, max: 40 }) })
	.map(({ actions, mql, above }) => leadRules.parse({ actions: actions.map((action, place) => ({ eventType: `e${place}`, ...action })), facts: [{ conditions: [{ field: 'email', operator: 'exists' }], points: 7 }], mql, sql: mql + above }));
const anyDeeds = fc.array(fc.record({ type: fc.integer({ min: 0, max: 3 }), quartersAgo: fc.integer({ min: 0, max: 200 }) }), { maxLength: 12 }).map((deeds) => deeds.map(({ type, quartersAgo }) => deed(`e${type}`, quartersAgo / 4)));
const seeded = { seed: 20_260_302, numRuns: 300 };

test('what was earned can be carried on: deeds added one by one, in any order, at later and later instants, are the whole history at once', () => {
	fc.assert(
		fc.property(anyRules, anyDeeds, fc.array(fc.integer({ min: 0, max: 5 * DAY }), { maxLength: 12 }), (made, deeds, waits) => {
			const end = T0 + waits.reduce((sum, wait) => sum + wait, 0);
			let earned = nothingEarned(made, T0);
			let now = T0;
			deeds.forEach((one, place) => {
				earned = earn(made, earned, [one]);
				now += waits[place] ?? 0;
				earned = later(made, earned, now);
			});
			const whole = earn(made, nothingEarned(made, end), deeds);
			expect(scoreAt(made, later(made, earned, end), 7, end)).toBeCloseTo(scoreAt(made, whole, 7, end), 5);
		}),
		seeded,
	);
});

test('the next crossing is the first that looking every hour finds', () => {
	let found = 0;
	fc.assert(
		fc.property(anyRules, anyDeeds, fc.boolean(), (made, deeds, known) => {
			const facts = factPoints(made, known ? { email: 'a@example.com' } : {}).reduce((sum, one) => sum + one, 0);
			const earned = earn(made, nothingEarned(made, T0), deeds);
			const level = (at: number) => levelOf(made, scoreAt(made, earned, facts, at));
			const next = nextCrossing(made, earned, facts, T0);
			const until = next ?? T0 + 400 * DAY;
			let changedAt = 0;
			for (let at = T0; at < until && changedAt === 0; at += 3_600_000) if (level(at) !== level(T0)) changedAt = at;
			expect(changedAt).toBe(0);
			if (next === null) return;
			found++;
			expect(level(next)).not.toBe(level(T0));
			expect(level(next - 1_001)).toBe(level(T0));
		}),
		seeded,
	);
	expect(found).toBeGreaterThan(30);
});

test('nothing to wait for: no half-life, nothing earned, or points that stay on their side for ever', () => {
	const earned = (deeds: Deed[]) => earn(rules, nothingEarned(rules, T0), deeds);
	expect(nextCrossing(rules, earned([]), 15, T0)).toBeNull();
	expect(nextCrossing(rules, earned([deed('demo_requested', 0, { seats: 9 })]), 15, T0)).toBeNull();
	// 30 stay, and 10 fade: from 40 down, but never below 20.
	const hot = earned([deed('demo_requested', 0, { seats: 9 }), ...Array.from({ length: 5 }, () => deed('message_opened', 0))]);
	const cool = nextCrossing(rules, hot, 0, T0) as number;
	// 20 points are limited to 10 until half of them are gone.
	expect(Math.abs(cool - (T0 + 10 * DAY))).toBeLessThan(2_000);
	expect(nextCrossing(rules, later(rules, hot, cool), 0, cool)).toBeNull();
});

test('the example of docs/lead-score.md', () => {
	const at = Date.parse('2026-03-04T10:00:00Z');
	const day = (date: string) => Date.parse(`${date}T10:00:00Z`);
	const deeds: Deed[] = [['demo_requested', '2026-02-02'], ['message_clicked', '2026-02-20'], ['message_opened', '2026-02-20'], ['message_opened', '2026-02-20']].map(([type, date]) => ({ type: type!, at: day(date!), properties: {} }));
	const { points, level, reasons } = leadScore(DEFAULT_RULES, deeds, { phone: '+442071838750' }, at, utc);
	expect(points).toBeCloseTo(42.4, 1);
	expect(level).toBe('warm');
	expect(reasons).toEqual(['Asked for an offer or a demo: once, on 2026-02-02 (+28.3)', 'Clicked in a message: once, on 2026-02-20 (+6.1)', 'Phone is known (+5)', 'Opened a message: twice, last on 2026-02-20 (+3)']);
});
