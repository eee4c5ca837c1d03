import type { DropReason } from '../../src/policy/decision';
import { mailingRequestKey } from '../../src/policy/requestKey';
import { blockedWords, explain, heldWords, reasonWords, ruleWords, traceWords } from '../../src/policy/words';
import { at, decideAt, policy, quiet, touch, waiting } from './support';

const rules = [
	{ id: 'any-day', scope: { any: true }, limit: 1, window: 'day' },
	{ id: 'promo-7d', scope: { category: 'promo', channel: 'email' }, limit: { default: 2, byStage: { dormant: 1 } }, window: 'P7D' },
	{ id: 'gap', scope: { any: true }, minGap: 'PT4H' },
];
const own = policy({ storeZone: 'Europe/Moscow', rules, quietHours: [quiet('21:00', '09:00')], blackoutDates: ['2027-01-01'], sendWindows: [quiet('00:00', '00:00')] });
const told = (ask: Parameters<typeof decideAt>[0]) => explain(decideAt({ policy: own, ...ask }), ask.policy ?? own);

describe('decisions in words', () => {
	test('held', () => {
		expect(told({ at: '2026-11-21T19:30Z' })).toBe('Held until 9:00 tomorrow because it is night for this customer.');
		expect(told({ at: '2026-11-21T22:30Z' })).toBe('Held until 9:00 today because it is night for this customer.');
		expect(told({ at: '2026-11-21T10:00Z', policy: policy({ quietHours: [quiet('09:30', '12:00')] }) })).toBe('Held until 12:00 today because these are quiet hours for this customer.');
		expect(told({ at: '2026-11-21T10:00Z', request: { notBefore: '2026-11-27T10:00Z' } })).toBe('Held until 13:00 on Friday 27 November because it is not to go out earlier.');
		expect(told({ at: '2026-12-31T21:00Z', facts: { customer: { timeZone: 'America/New_York' } }, policy: policy({ blackoutDates: ['2026-12-31', '2027-01-01', '2027-01-02'] }) }))
			.toBe('Held until 0:00 on Sunday 3 January 2027 because no messages go out on that date.');
		expect(told({ at: '2026-11-21T10:00Z', policy: policy({ sendWindows: [quiet('12:00', '13:00')] }) })).toBe('Held until 12:00 today because messages by email go out at set hours only.');
	});

	test('held by a rule: what it allows this customer', () => {
		expect(told({ at: '2026-11-21T12:00Z', request: { notBefore: '2026-11-21T17:00Z' }, facts: { touches: [touch('2026-11-21T13:30:30Z')] }, policy: policy({ rules: [rules[2]] }) }))
			.toBe('Held until 17:30:30 today because the rule "gap" asks for 4 hours between messages.');
		const promo = { request: { category: 'promo/sale' }, policy: policy({ rules: [rules[1]] }) };
		const touches = [touch('2026-11-18T12:00Z', { category: 'promo' }), touch('2026-11-19T12:00Z', { category: 'promo' })];
		expect(told({ at: '2026-11-21T12:00Z', ...promo, facts: { touches } })).toBe('Held until 12:00 on Wednesday 25 November because the rule "promo-7d" allows 2 messages in 7 days of the category "promo" by email.');
		expect(told({ at: '2026-11-21T12:00Z', ...promo, facts: { touches, customer: { stage: 'dormant' } } })).toContain('allows 1 message in 7 days');
		const held = decideAt({ at: '2026-11-21T12:00Z', ...promo, facts: { touches } });
		expect(explain(held)).toBe('Held until 12:00 on Wednesday 25 November because the rule "promo-7d" allows no more messages to this customer.');
	});

	test('held for others', () => {
		expect(told({ at: '2026-11-21T12:00Z', facts: { pending: [waiting('2026-11-21T15:00Z')] }, policy: policy({ rules }) })).toBe('Held until 15:00 today because a more important message of the journey "win-back" goes first.');
		expect(told({ at: '2026-11-21T12:00Z', policy: policy({ rules: [{ ...rules[0], mode: 'batch', collectFor: 'PT10M' }] }) })).toBe('Held until 12:10 today because the rule "any-day" collects messages first and picks the most important.');
		expect(told({ at: '2026-11-21T12:00Z', facts: { channelFreeAtMs: { email: at('2026-11-21T12:01Z') } }, policy: policy({ channelCapacity: [{ channel: 'email', limit: 1, window: 'PT1M' }] }) }))
			.toBe('Held until 12:01 today because the email channel takes no more messages until then.');
		const now = at('2026-11-21T12:00Z');
		expect(heldWords({ rule: 'messages-per-run', untilMs: now, nowMs: now })).toBe('Held for a moment because this execution has let out as many messages as it may; the rest follow.');
	});

	test('dropped', () => {
		const drop = { onBlock: 'drop' };
		expect(told({ at: '2026-11-21T19:30Z', request: drop })).toBe('Not sent: these are quiet hours, and the message is not to be held. It would be possible from 9:00 tomorrow.');
		expect(told({ at: '2026-11-21T19:30Z', request: { deadline: '2026-11-21T20:00Z' } })).toBe('Not sent: its deadline passes first: it is night for this customer. It would be possible from 9:00 tomorrow.');
		expect(told({ at: '2026-11-21T10:00Z', request: { deadline: '2026-11-21T09:00Z' } })).toBe('Not sent: its deadline has passed.');
		expect(told({ at: '2026-11-21T10:00Z', policy: policy({ rules: [{ ...rules[0], limit: 0 }] }) })).toBe('Not sent: the rule "any-day" allows no messages.');
		expect(told({ at: '2026-11-21T10:00Z', policy: policy({ rules: [rules[0]] }), request: drop, facts: { touches: [touch('2026-11-21T09:00Z')] } })).toBe('Not sent: the rule "any-day" allows 1 message a day. It would be possible from 0:00 tomorrow.');
		expect(told({ at: '2026-11-21T10:00Z', facts: { customer: { email: null } } })).toBe('Not sent: the customer has no e-mail address.');
		expect(told({ at: '2026-11-21T10:00Z', request: { channel: 'sms' } })).toBe('Not sent: the customer has no phone number.');
		expect(told({ at: '2026-11-21T10:00Z', request: { channel: 'viber' } })).toBe('Not sent: the customer has no address for viber.');
		expect(told({ at: '2026-11-21T10:00Z', policy: policy({ requireConsent: true }) })).toBe('Not sent: there is no consent to marketing messages by email.');
	});

	test('sent', () => {
		expect(told({ at: '2026-11-21T10:00Z' })).toBe('Sent: nothing in the contact policy speaks against it.');
	});

	test('every reason of the closed list has words of its own', () => {
		const reasons: DropReason[] = [
			'erased', 'unknown_customer', 'suppressed:hard_bounce', 'suppressed:unsubscribed', 'suppressed:complained', 'suppressed:invalid', 'suppressed:legal', 'suppressed:partner list',
			'no_consent:email/marketing', 'no_consent:email/processing', 'unreachable', 'expired', 'duplicate', 'already_handed_off', 'cap:any-day',
			'quiet_discard', 'outranked:win-back', 'holdout', 'cancelled', 'policy_off', 'channel_full',
		];
		const words = reasons.map(reasonWords);
		expect(new Set(words).size).toBe(reasons.length);
		for (const sentence of words) expect(sentence).toMatch(/^[a-z][^_]+[^.]$/);
		expect(reasonWords(`outranked:${mailingRequestKey('news', 'c1', 'email')}`)).toBe('a more important message goes first');
		expect(reasonWords('suppressed:constructor')).toBe('the address is on the suppression list (constructor)');
		expect(heldWords({ rule: 'constructor', untilMs: 1, nowMs: 0 })).toContain('the rule "constructor" allows no more messages');
		expect(blockedWords({ reason: 'unreachable', nowMs: 0 })).toBe('Not sent: the customer has no address on this channel.');
	});

	test('rules and trace lines', () => {
		const [day, promo, gap] = own.rules;
		expect(ruleWords(day)).toBe('1 message a day');
		expect(ruleWords(promo)).toBe('2 messages in 7 days of the category "promo" by email');
		expect(ruleWords(gap)).toBe('4 hours between messages');
		expect(ruleWords(policy({ rules: [{ ...rules[0], minGap: 'PT1H', scope: { tag: 'sale', journey: 'cart' } }] }).rules[0])).toBe('1 message a day, 1 hour between messages with the tag "sale" of the journey "cart"');
		const { trace } = decideAt({ at: '2026-11-21T12:00Z', policy: policy({ rules }), facts: { touches: [touch('2026-11-21T11:00Z')] } });
		expect(trace.slice(-6).map(traceWords)).toEqual([
			'send-window: passed (UTC)',
			'blackout: passed (UTC)',
			'min-gap gap: blocked until 2026-11-21T15:00:00.000Z',
			'cap any-day: blocked until 2026-11-22T00:00:00.000Z (limit 1)',
			'arbitration: passed',
			'channel-capacity: passed',
		]);
		const never = decideAt({ at: '2026-11-21T12:00Z', policy: policy({ rules: [{ ...rules[0], limit: 0 }] }) });
		expect(never.trace.map(traceWords)).toContain('cap any-day: blocked for good (limit 0)');
		expect(traceWords({ check: 'consent', outcome: 'blocked', channel: 'sms', note: 'no_consent:sms/marketing' })).toBe('sms consent: blocked for good (no_consent:sms/marketing)');
	});
});
