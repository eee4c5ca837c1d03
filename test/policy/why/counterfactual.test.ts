import fc from 'fast-check';
import { decide } from '../../../src/policy/decide';
import type { Facts } from '../../../src/policy/facts';
import type { Policy } from '../../../src/policy/policy';
import type { Change } from '../../../src/policy/why/change';
import { optionWords } from '../../../src/policy/why/changeWords';
import { smallestChanges, type Option } from '../../../src/policy/why/counterfactual';
import { at, facts, HOUR, MINUTE, policy, quiet, request, touch, waiting } from '../support';

const NOON = '2026-11-21T12:00:00Z';

interface Case {
	at?: string;
	policy?: Policy;
	request?: Record<string, unknown>;
	facts?: Parameters<typeof facts>[0];
}

function optionsOf(asked: Case): Option[] {
	const world = { request: request(asked.request), facts: facts(asked.facts), policy: asked.policy ?? policy(), nowMs: at(asked.at ?? NOON) };
	return smallestChanges(world, decide(world.request, world.facts, world.policy, world.nowMs));
}

const kinds = (options: Option[]) => options.map(({ changes }) => changes.map(({ kind }) => kind).join('+'));
const first = (options: Option[]) => options[0]?.changes;
const words = (options: Option[], asked: Case = {}) => optionWords(options[0]!, { nowMs: at(asked.at ?? NOON), policy: asked.policy ?? policy() });

const DAILY = { rules: [{ id: 'any-day', scope: { any: true }, limit: 1, window: 'day' }] };
const GAP = { id: 'gap', scope: { any: true }, minGap: 'PT4H' };

describe('The smallest change that would have sent a message', () => {
	test('none is looked for where it was sent', () => {
		expect(optionsOf({})).toEqual([]);
	});

	test('no consent: to consent, on this channel and to this purpose', () => {
		const asked = { policy: policy({ requireConsent: true }) };
		expect(first(optionsOf(asked))).toEqual([{ kind: 'consent', channel: 'email', purpose: 'marketing' }]);
		expect(words(optionsOf(asked))).toBe('It would have gone at once if the customer had consented to marketing messages by email.');
	});

	test('a denial of the same millisecond is lifted too, and the consent to processing asked for beside the one to marketing', () => {
		const denied = (purpose: string, channel = 'email') => ({ channel, purpose, status: 'denied', at: at(NOON) });
		expect(kinds(optionsOf({ facts: { consents: [denied('marketing')] } }))).toEqual(['consent']);
		const both = optionsOf({ facts: { consents: [denied('marketing'), denied('processing', '*')] } });
		expect(first(both)).toEqual([{ kind: 'consent', channel: '*', purpose: 'processing' }, { kind: 'consent', channel: 'email', purpose: 'marketing' }]);
	});

	test('a suppressed address, and no address at all', () => {
		expect(first(optionsOf({ facts: { suppressions: [{ channel: 'email', reason: 'hard_bounce', at: 0 }] } }))).toEqual([{ kind: 'suppression', channel: 'email', reason: 'hard_bounce' }]);
		for (const channel of ['email', 'sms', 'viber']) expect(first(optionsOf({ request: { channel }, facts: { customer: { email: null, phone: null } } }))).toEqual([{ kind: 'address', channel }]);
	});

	test('a cap: one message more, or one before it less; the limit says how many it takes', () => {
		const sent = { touches: [touch('2026-11-21T08:00Z', { key: 'a', journey: 'welcome' }), touch('2026-11-21T09:00Z', { key: 'b' })] };
		const two = { rules: [{ ...DAILY.rules[0], limit: 2 }] };
		const asked = { policy: policy(two), facts: sent };
		expect(optionsOf(asked).map(({ changes }) => changes)).toEqual([
			[{ kind: 'limit', rule: 'any-day', from: 2, to: 3 }],
			[{ kind: 'earlier-send', key: 'b', at: at('2026-11-21T09:00Z'), channel: 'email', journey: null }],
			[{ kind: 'earlier-send', key: 'a', at: at('2026-11-21T08:00Z'), channel: 'email', journey: 'welcome' }],
		]);
		expect(words(optionsOf(asked), asked)).toBe('It would have gone at once if the rule "any-day" had allowed 3 messages a day instead of 2.');
		expect(first(optionsOf({ policy: policy(DAILY), facts: sent }))).toEqual([{ kind: 'limit', rule: 'any-day', from: 1, to: 3 }]);
	});

	test('never (a limit of 0) takes one', () => {
		const never = policy({ rules: [{ id: 'sms', scope: { channel: 'email' }, limit: 0, window: 'day' }] });
		expect(first(optionsOf({ policy: never }))).toEqual([{ kind: 'limit', rule: 'sms', from: 0, to: 1 }]);
	});

	test('a gap: as long as it was since the last message', () => {
		const asked = { policy: policy({ rules: [GAP] }), facts: { touches: [touch('2026-11-21T09:49:30Z')] } };
		expect(first(optionsOf(asked))).toEqual([{ kind: 'gap', rule: 'gap', from: 4 * HOUR, to: 130 * MINUTE }]);
		expect(words(optionsOf(asked), asked)).toBe('It would have gone at once if the rule "gap" had asked for at most 130 minutes between messages instead of 4 hours.');
	});

	test('quiet hours: the edge that is nearer', () => {
		const night = { policy: policy({ quietHours: [quiet('21:00', '09:00')] }) };
		expect(first(optionsOf({ ...night, at: '2026-11-21T08:40:30Z' }))).toEqual([{ kind: 'quiet-hours', edge: 'end', from: '09:00', to: '08:40' }]);
		expect(first(optionsOf({ ...night, at: '2026-11-21T21:00:00Z' }))).toEqual([{ kind: 'quiet-hours', edge: 'start', from: '21:00', to: '21:01' }]);
		expect(first(optionsOf({ policy: policy({ quietHours: [quiet('00:00', '00:00')] }), at: NOON }))).toMatchObject([{ kind: 'quiet-hours' }]);
		const moscow = { facts: { customer: { timeZone: 'Europe/Moscow' } }, at: '2026-11-21T05:30:00Z' };
		expect(words(optionsOf({ ...night, ...moscow }))).toBe('It would have gone at once if quiet hours had ended at 08:30 instead of 09:00.');
	});

	test('a send window, a blackout date, a full channel, a policy that is off, the control group, not before', () => {
		expect(first(optionsOf({ policy: policy({ sendWindows: [quiet('13:00', '18:00')] }) }))).toEqual([{ kind: 'send-window', edge: 'start', from: '13:00', to: '12:00' }]);
		expect(first(optionsOf({ policy: policy({ sendWindows: [quiet('13:00', '18:00', { days: ['mon'] })] }) }))).toEqual([{ kind: 'send-window', edge: 'none', from: '13:00-18:00', to: null }]);
		expect(first(optionsOf({ policy: policy({ blackoutDates: ['2026-11-21'] }) }))).toEqual([{ kind: 'blackout', date: '2026-11-21' }]);
		expect(kinds(optionsOf({ policy: policy({ channelCapacity: [{ channel: 'email', limit: 1, window: 'PT1M' }] }), facts: { channelFreeAtMs: { email: at(NOON) + 1 } } }))).toEqual(['channel-capacity']);
		expect(kinds(optionsOf({ policy: policy({ off: true }) }))).toEqual(['policy-on']);
		expect(kinds(optionsOf({ facts: { inHoldout: true } }))).toEqual(['control-group']);
		expect(kinds(optionsOf({ request: { notBefore: '2026-11-22T00:00:00Z' } }))).toEqual(['not-before']);
	});

	test('outranked: a higher priority, more room, or the other message away', () => {
		const asked = { policy: policy(DAILY), facts: { pending: [waiting('2026-11-21T15:00Z', { priority: 70 })] } };
		expect(optionsOf(asked).map(({ changes }) => changes[0])).toEqual([
			{ kind: 'priority', from: 50, to: 70 },
			{ kind: 'limit', rule: 'any-day', from: 1, to: 2 },
			{ kind: 'waiting-message', key: 'high', channel: 'email', journey: 'win-back' },
		]);
	});

	test('a deadline already past, one that passes first, and a message that is dropped rather than held', () => {
		expect(first(optionsOf({ request: { deadline: '2026-11-21T11:00:00Z' } }))).toEqual([{ kind: 'deadline', from: at('2026-11-21T11:00Z'), to: at(NOON) }]);
		const full = { policy: policy({ rules: [GAP] }), facts: { touches: [touch('2026-11-21T10:00Z')] } };
		const late = optionsOf({ ...full, request: { deadline: '2026-11-21T13:00:00Z' } });
		expect(late.find(({ result }) => result === 'held')).toEqual({ changes: [{ kind: 'deadline', from: at('2026-11-21T13:00Z'), to: at('2026-11-21T14:00Z') }], result: 'held', untilMs: at('2026-11-21T14:00Z') });
		expect(late[0]).toMatchObject({ result: 'sent', changes: [{ kind: 'gap' }] });
		const dropped = optionsOf({ ...full, request: { onBlock: 'drop' } });
		expect(dropped.at(-1)).toEqual({ changes: [{ kind: 'on-block' }], result: 'held', untilMs: at('2026-11-21T14:00Z') });
	});

	test('what no single change achieves takes two, and then three; no option holds more than it needs', () => {
		const night = { quietHours: [quiet('11:00', '14:00')] };
		const two = { policy: policy({ ...night, ...DAILY }), facts: { touches: [touch('2026-11-21T08:00Z', { key: 'a' })] } };
		expect(kinds(optionsOf(two))).toEqual(['limit+quiet-hours', 'quiet-hours+earlier-send']);
		const three = { ...two, policy: policy({ ...night, ...DAILY, requireConsent: true }) };
		expect(kinds(optionsOf(three))[0]).toBe('consent+limit+quiet-hours');
		const four = { ...three, policy: policy({ ...night, rules: [...DAILY.rules, GAP], requireConsent: true }), facts: { touches: [touch('2026-11-21T08:30Z'), touch('2026-11-21T09:00Z')] } };
		expect(kinds(optionsOf(four))).toEqual(['consent+gap+limit+quiet-hours']);
	});

	test('nothing helps the erased and the unknown', () => {
		expect(optionsOf({ facts: { erased: true } })).toEqual([]);
		expect(optionsOf({ facts: { customer: null } })).toEqual([]);
	});

	test('a channel to fall back to may be what was missing', () => {
		const asked = { policy: policy({ requireConsent: true }), request: { onBlock: { fallback: ['push'] } } };
		expect(optionsOf(asked).map(({ changes }) => changes[0])).toEqual([{ kind: 'consent', channel: 'email', purpose: 'marketing' }, { kind: 'consent', channel: 'push', purpose: 'marketing' }]);
	});
});

/** The same change, one step smaller. null where there is none. */
function smaller(change: Change): ((policy: Policy) => Policy) | null {
	if (change.kind === 'limit') return (rules) => ({ ...rules, rules: rules.rules.map((rule) => (rule.id === change.rule ? { ...rule, limit: { default: change.to - 1, byStage: {} } } : rule)) });
	if (change.kind === 'gap') return (rules) => ({ ...rules, rules: rules.rules.map((rule) => (rule.id === change.rule ? { ...rule, minGapMs: change.to + MINUTE } : rule)) });
	return null;
}

test('in any world: whatever is not sent for a reason that can be otherwise has an answer, and no smaller limit or gap will do', () => {
	const touchOf = fc.record({ hoursAgo: fc.double({ min: 0, max: 200, noNaN: true }), channel: fc.constantFrom('email', 'sms'), category: fc.constantFrom('', 'promo') });
	const world = fc.record({
		limits: fc.array(fc.record({ limit: fc.nat(3), window: fc.constantFrom('day', 'P7D', 'PT36H'), scope: fc.constantFrom({ any: true }, { channel: 'email' }, { category: 'promo' }) }), { maxLength: 3 }),
		gapHours: fc.nat(6),
		quietFrom: fc.nat(23),
		quietHours: fc.nat(12),
		touches: fc.array(touchOf, { maxLength: 6 }),
		consents: fc.boolean(),
		hour: fc.nat(47),
		category: fc.constantFrom('', 'promo'),
		onBlock: fc.constantFrom('delay', 'drop'),
	});
	fc.assert(
		fc.property(world, (made) => {
			const nowMs = at('2026-11-20T00:00Z') + made.hour * HOUR + 17 * MINUTE;
			const clock = (hour: number) => `${String(hour % 24).padStart(2, '0')}:00`;
			const rules = policy({
				requireConsent: true,
				rules: [
					...made.limits.map((one, index) => ({ id: `r${index}`, ...one })),
					...(made.gapHours > 0 ? [{ id: 'gap', scope: { any: true }, minGap: `PT${made.gapHours}H` }] : []),
				],
				quietHours: made.quietHours > 0 ? [quiet(clock(made.quietFrom), clock(made.quietFrom + made.quietHours))] : [],
			});
			const known: Facts = facts({
				touches: made.touches.map(({ hoursAgo, ...rest }) => touch(nowMs - Math.round(hoursAgo * HOUR), rest)).sort((a, b) => a.ts - b.ts),
				consents: made.consents ? [{ channel: 'email', purpose: 'marketing', status: 'granted', at: 0 }] : [],
			});
			const asked = request({ category: made.category, onBlock: made.onBlock });
			const decision = decide(asked, known, rules, nowMs);
			const options = smallestChanges({ request: asked, facts: known, policy: rules, nowMs }, decision);
			if (decision.decision === 'send') expect(options).toEqual([]);
			else expect(options.length).toBeGreaterThan(0);
			for (const { changes, result } of options) {
				const step = changes.length === 1 && result === 'sent' ? smaller(changes[0]!) : null;
				if (step) expect(decide(asked, known, step(rules), nowMs).decision).not.toBe('send');
			}
		}),
		{ seed: 20261122, numRuns: 600 },
	);
});
