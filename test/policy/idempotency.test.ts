import { JourneyError } from '../../src/core/errors';
import { decide } from '../../src/policy/decide';
import { explain } from '../../src/policy/words';
import type { PriorAnswer, Touch } from '../../src/policy/facts';
import { factsAfter } from '../../src/policy/factsAfter';
import { bodyHash, defaultMailingKey, mailingRequestKey, requestKey } from '../../src/policy/requestKey';
import { at, decideAt, decideInTurn, facts, HOUR, MINUTE, policy, request, summary, touch } from './support';

const noon = at('2026-11-21T12:00Z');
const anyDay = { id: 'any-day', scope: { any: true }, limit: 1, window: 'day' };
const capped = policy({ rules: [anyDay] });

describe('the same key', () => {
	const ask = (prior: Partial<PriorAnswer>, when = noon, parts: Record<string, unknown> = {}) => {
		const sent = decideAt({ at: '2026-11-21T12:00Z' });
		return decide(request(parts), facts({ prior: { bodyHash: bodyHash(request()), answer: sent, ...prior } }), capped, when);
	};

	test('P59 a retry gets the same answer and no second slot', () => {
		const again = ask({ touchState: 'reserved' }, noon + MINUTE);
		expect(again).toMatchObject({ decision: 'send', repeated: true, expiresAtMs: noon + 15 * MINUTE, decidedAtMs: noon });
	});

	test('P60 the same key for another message is an error, whatever the answer was', () => {
		const conflict = () => ask({}, noon, { category: 'promo' });
		expect(conflict).toThrow(JourneyError);
		expect(conflict).toThrow(expect.objectContaining({ code: 'idempotency_conflict' }));
		const held = decideAt({ at: '2026-11-21T12:00Z', policy: capped, facts: { touches: [touch('2026-11-21T10:00Z')] } });
		expect(() => ask({ answer: held }, at('2026-11-23T00:00Z'), { priority: 51 })).toThrow(expect.objectContaining({ code: 'idempotency_conflict' }));
	});

	test('P60 when it is asked is no part of the message, and defaults count as written', () => {
		expect(bodyHash(request({ at: '2026-11-21T12:00Z', createdAt: '2026-11-20T12:00Z' }))).toBe(bodyHash(request()));
		expect(bodyHash(request({ class: 'marketing', priority: 50, tags: [], onBlock: 'delay' }))).toBe(bodyHash(request()));
		expect(bodyHash(request({ deadline: '2026-11-21T12:00:00Z' }))).toBe(bodyHash(request({ deadline: '2026-11-21T14:00:00+02:00' })));
		const bodies = [{}, { customer: 'c2' }, { channel: 'sms' }, { tags: ['a'] }, { counts: true }, { counts: false }, { exempt: ['gap'] }, { visit: 1 }, { notBefore: '2026-11-21T12:00Z' }];
		expect(new Set(bodies.map((body) => bodyHash(request(body)))).size).toBe(bodies.length);
	});

	describe('P61 handed off before', () => {
		test.each<[string, Partial<PriorAnswer>, string]>([
			['policy decide: the same answer for ever', { touchState: 'handed_off' }, 'send'],
			['policy decide: also when it failed', { touchState: 'released', secondHandOff: 'same_answer' }, 'send'],
			['the node: blocked', { touchState: 'handed_off', secondHandOff: 'block' }, 'drop already_handed_off'],
			['the node, unknown', { touchState: 'unknown', secondHandOff: 'block' }, 'drop already_handed_off'],
			['the node, reported sent', { touchState: 'committed', secondHandOff: 'block' }, 'drop already_handed_off'],
			['the node, still reserved', { touchState: 'reserved', secondHandOff: 'block' }, 'send'],
			['the node, told to send again', { touchState: 'handed_off', secondHandOff: 'send' }, 'send'],
		])('%s', (_name, prior, expected) => {
			const again = ask(prior, at('2026-12-24T12:00Z'));
			expect(summary(again)).toBe(expected);
			expect(again.repeated).toBe(true);
		});

		test.each(['released', 'expired'] as const)('P57 in the node a slot that was %s is asked for afresh', (touchState) => {
			const again = ask({ touchState, secondHandOff: 'block' }, noon + HOUR);
			expect(again).toMatchObject({ decision: 'send', decidedAtMs: noon + HOUR });
			expect(again.repeated).toBeUndefined();
		});
	});

	test('a reservation that expired frees its slot', () => {
		const first = decide(request(), facts(), capped, noon);
		const after = factsAfter(facts(), request(), first, noon);
		const known = { ...after, touches: after.touches.map((one) => ({ ...one, state: 'reserved' as const, expiresAt: noon + 15 * MINUTE })) };
		const other = request({ key: 'other' });
		expect(summary(decide(other, known, capped, noon + 15 * MINUTE - 1))).toBe('delay 2026-11-22T00:00Z any-day');
		expect(summary(decide(other, known, capped, noon + 15 * MINUTE))).toBe('send');
	});

	test('a decision changes none of the facts it was given', () => {
		const known = facts({ touches: [touch('2026-11-21T10:00Z')] });
		const before = structuredClone(known);
		decide(request(), known, capped, noon);
		factsAfter(known, request(), decide(request(), known, capped, noon), noon);
		expect(known).toEqual(before);
	});
});

describe('keys', () => {
	test('hash of enrolment, step and visit; a mailing by customer and channel', () => {
		const keys = [
			requestKey('e', 's', 1), requestKey('e', 's', 2), requestKey('e', 't', 1), requestKey('f', 's', 1), requestKey('e', 's', 1, 'sms'),
			mailingRequestKey('m', 'c', 'email'), mailingRequestKey('m', 'd', 'email'), mailingRequestKey('m', 'c', 'sms'), mailingRequestKey('e', 's', '1'),
		];
		expect(new Set(keys).size).toBe(keys.length);
		expect(requestKey(7, 's', 1)).toBe(requestKey('7', 's', 1));
		expect(request({ key: undefined, enrolment: 'e', step: 's', visit: 1 }).key).toBe(requestKey('e', 's', 1));
		expect(request({ key: undefined, mailingKey: 'm' }).key).toBe(mailingRequestKey('m', 'c1', 'email'));
		expect(request({ key: 'own', enrolment: 'e', step: 's', visit: 1 }).key).toBe('own');
	});

	test('the default mailing key changes with the local date', () => {
		expect(defaultMailingKey('wf', 's', at('2026-11-21T20:59Z'), 'Europe/Moscow')).toBe('wf/s/2026-11-21');
		expect(defaultMailingKey('wf', 's', at('2026-11-21T21:00Z'), 'Europe/Moscow')).toBe('wf/s/2026-11-22');
	});
});

describe('several messages of one customer', () => {
	test('P66 fifty in one call: decided in order, the cap holds, keys that come twice take no second slot', () => {
		const three = policy({ rules: [{ ...anyDay, limit: 3 }] });
		const requests = Array.from({ length: 50 }, (_, index) => request({ key: `k${index}` }));
		const { decisions, facts: after } = decideInTurn([...requests, requests[0]], facts(), three, noon);
		expect(decisions.map(summary)).toEqual(['send', 'send', 'send', ...Array.from({ length: 47 }, () => 'delay 2026-11-22T00:00Z any-day'), 'send']);
		expect(decisions[50].repeated).toBe(true);
		expect(after.touches.map(({ key }) => key)).toEqual(['k0', 'k1', 'k2']);
		expect(after.pending).toHaveLength(47);
	});

	test('P63 two ledgers united by a merge: the cap may be exceeded, no message is forgotten', () => {
		const two = policy({ rules: [{ id: 'r', scope: { any: true }, limit: 2, window: 'P7D' }] });
		const one: Touch[] = [touch('2026-11-18T10:00Z'), touch('2026-11-19T10:00Z')];
		const other: Touch[] = [touch('2026-11-18T12:00Z', { state: 'reserved', expiresAt: at('2026-11-22T00:00Z') }), touch('2026-11-20T10:00Z')];
		const united = [...one, ...other].sort((a, b) => a.ts - b.ts);
		expect(summary(decide(request({ priority: 50 }), facts({ touches: united }), two, noon))).toBe('delay 2026-11-26T10:00Z r');
	});

	describe('P67 fallback', () => {
		const own = policy({ rules: [{ id: 'email-day', scope: { channel: 'email' }, limit: 1, window: 'day' }, { id: 'sms-day', scope: { channel: 'sms' }, limit: 1, window: 'day' }], requireConsent: true });
		const consents = ['email', 'sms', 'push'].map((channel) => ({ channel, purpose: 'marketing', status: 'granted', at: 0 }));
		const ask = (channels: string[], parts: Parameters<typeof facts>[0]) =>
			decide(request({ onBlock: { fallback: channels } }), facts({ consents, ...parts, customer: { phone: '+442071838750', ...parts?.customer } }), own, noon);
		const emailSent = touch('2026-11-21T10:00Z');
		const smsSent = touch('2026-11-21T10:30Z', { channel: 'sms' });

		test('not needed, the other channel is not looked at', () => {
			const decision = ask(['sms'], {});
			expect(decision).toMatchObject({ decision: 'send', channel: 'email' });
			expect(decision.trace.some(({ channel }) => channel === 'sms')).toBe(false);
		});

		test('blocked by a cap, a missing address or consent: the first channel that may go now', () => {
			expect(ask(['sms'], { touches: [emailSent] })).toMatchObject({ decision: 'send', channel: 'sms' });
			expect(ask(['sms', 'push'], { touches: [emailSent, smsSent] })).toMatchObject({ decision: 'send', channel: 'push' });
			expect(ask(['sms'], { customer: { email: null } })).toMatchObject({ decision: 'send', channel: 'sms' });
			expect(ask(['sms', 'push'], { touches: [emailSent], consents: consents.filter(({ channel }) => channel !== 'sms') })).toMatchObject({ decision: 'send', channel: 'push' });
		});

		test('each channel is tried once, and the trace tells which line is whose', () => {
			const decision = ask(['sms', 'email', 'sms'], { touches: [emailSent, smsSent] });
			expect(decision).toMatchObject({ decision: 'delay', channel: 'email', rule: 'email-day' });
			expect(decision.trace.filter(({ check }) => check === 'consent').map(({ channel }) => channel)).toEqual(['email', 'sms']);
		});

		test('when its own channel is closed for good the message waits for the other; when all are, its own reason stands', () => {
			expect(ask(['sms'], { customer: { email: null }, touches: [smsSent] })).toMatchObject({ decision: 'delay', channel: 'sms', rule: 'sms-day' });
			expect(summary(ask(['sms'], { customer: { email: null, phone: null } }))).toBe('drop unreachable');
		});

		test('blocked on all, the message waits for the channel that opens first, and says which', () => {
			const early = touch('2026-11-20T14:00Z', { channel: 'sms' });
			const rolling = policy({ rules: [{ id: 'email-3d', scope: { channel: 'email' }, limit: 1, window: 'P3D' }, { id: 'sms-2d', scope: { channel: 'sms' }, limit: 1, window: 'P2D' }] });
			const decision = decide(request({ onBlock: { fallback: ['sms'] } }), facts({ customer: { phone: '+442071838750' }, touches: [early, emailSent] }), rolling, noon);
			expect(decision).toMatchObject({ decision: 'delay', channel: 'sms', rule: 'sms-2d', untilMs: at('2026-11-22T14:00Z') });
			expect(explain(decision, rolling)).toBe('Held until 14:00 tomorrow, when sms opens as the first of its channels, because the rule "sms-2d" allows 1 message in 2 days by sms.');
		});

		test('of channels that open at the same instant the message waits for the one it prefers', () => {
			expect(ask(['sms'], { touches: [emailSent, smsSent] })).toMatchObject({ decision: 'delay', channel: 'email', rule: 'email-day' });
		});

		test('a control customer falls back to nothing', () => {
			expect(ask(['sms'], { inHoldout: true })).toMatchObject({ decision: 'drop', reason: 'holdout', channel: 'email' });
			expect(ask(['sms'], { inHoldout: true, touches: [emailSent] })).toMatchObject({ decision: 'drop', reason: 'holdout', channel: 'sms' });
		});
	});

	test('P68 a digest collapses what waits for the same step into one counted send', () => {
		const digest = (key: string, parts: object = {}) => request({ key, onBlock: 'digest', journey: 'news', step: 's', category: 'news', ...parts });
		const start = facts({ touches: [touch('2026-11-21T10:00Z')] });
		const held = decideInTurn([digest('a'), digest('b'), digest('c'), digest('other', { category: 'promo' }), request({ key: 'plain', journey: 'news', step: 's', category: 'news' })], start, capped, noon);
		expect(held.decisions.map(({ decision }) => decision)).toEqual(['delay', 'delay', 'delay', 'delay', 'delay']);
		const due = at('2026-11-22T00:00Z');
		const first = decide(digest('b'), held.facts, capped, due);
		expect(first).toMatchObject({ decision: 'send', digest: ['a', 'c'] });
		const after = factsAfter(held.facts, digest('b'), first, due);
		expect(after.touches).toHaveLength(2);
		expect(after.pending.map(({ key }) => key)).toEqual(['other', 'plain']);
	});
});
