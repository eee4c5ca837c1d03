import fc from 'fast-check';
import type { Decision, TraceLine } from '../../src/policy/decision';
import { readRequest } from '../../src/policy/request';
import { answerOf, answerText } from '../../src/policy/storedAnswer';
import { requestOf, requestText } from '../../src/policy/storedRequest';

const RUNS = { seed: Number(process.env.FC_SEED ?? 20_261_121), numRuns: Number(process.env.FC_RUNS ?? 300) };
const CHECKS = ['idempotency', 'erasure', 'cancellation', 'policy-off', 'suppression', 'consent', 'address', 'deadline', 'duplicate', 'not-before', 'quiet-hours', 'send-window', 'blackout', 'min-gap', 'cap', 'arbitration', 'channel-capacity', 'holdout'] as const;
const instant = fc.integer({ min: 0, max: 4e12 });
const word = fc.string({ maxLength: 8 });
const line: fc.Arbitrary<TraceLine> = fc.record(
	{ check: fc.constantFrom(...CHECKS), outcome: fc.constantFrom('passed' as const, 'skipped' as const, 'blocked_until' as const, 'blocked' as const), channel: word, rule: word, untilMs: instant, limit: fc.nat(), note: word },
	{ requiredKeys: ['check', 'outcome'] },
);
const judged = { channel: word, policyVersion: word, decidedAtMs: instant, trace: fc.array(line, { maxLength: 25 }) };
const inZone = { zone: word, zoneInferred: fc.boolean() };
const required = ['channel', 'policyVersion', 'decidedAtMs', 'trace', 'decision'] as const;
const decision = fc.oneof(
	fc.record({ ...judged, ...inZone, decision: fc.constant('send' as const), expiresAtMs: instant, preempts: fc.array(word), digest: fc.array(word) }, { requiredKeys: [...required, 'expiresAtMs', 'preempts', 'digest'] }),
	fc.record({ ...judged, ...inZone, decision: fc.constant('delay' as const), untilMs: instant, rule: word, reasons: fc.array(word) }, { requiredKeys: [...required, 'untilMs', 'rule', 'reasons'] }),
	fc.record({ ...judged, ...inZone, decision: fc.constant('drop' as const), reason: fc.constantFrom('erased', 'cap:x', 'holdout'), rule: word, nextPossibleAtMs: instant }, { requiredKeys: [...required, 'reason'] }),
) as fc.Arbitrary<Decision>;

test('every decision is read as it was written, also from plain JSON of earlier stores', () => {
	fc.assert(
		fc.property(decision, (answer) => {
			expect(answerOf(answerText(answer))).toEqual(answer);
			expect(answerOf(JSON.stringify(answer))).toEqual(answer);
		}),
		RUNS,
	);
});

test('every request is read as it was written, also from plain JSON of earlier stores', () => {
	const asked = fc.record(
		{
			key: fc.stringMatching(/^k\d{1,5}$/), customer: fc.stringMatching(/^c\d{1,5}$/), channel: fc.constantFrom('email', 'sms'), category: fc.constantFrom('', 'promo'), class: fc.constantFrom('marketing', 'service', 'transactional'),
			priority: fc.nat(100), urgent: fc.boolean(), counts: fc.boolean(), tags: fc.array(fc.constantFrom('a', 'b')), exempt: fc.array(fc.constantFrom('x', 'y')), deadline: instant, visit: fc.nat(9),
			onBlock: fc.constantFrom('delay' as const, 'drop' as const, 'digest' as const, { fallback: ['sms'] }),
		},
		{ requiredKeys: ['key', 'customer', 'channel'] },
	);
	fc.assert(
		fc.property(asked, (raw) => {
			const request = readRequest(raw);
			expect(requestOf({ idem_key: request.key, request: requestText(request) })).toEqual(request);
			expect(requestOf({ idem_key: request.key, request: JSON.stringify(request) })).toEqual(request);
		}),
		RUNS,
	);
});

test('a decision under four caps takes a quarter of the bytes of its plain JSON', () => {
	const hour = (check: TraceLine['check']): TraceLine => ({ check, outcome: 'passed', note: 'UTC' });
	const trace: TraceLine[] = [...CHECKS.slice(0, 9).map((check): TraceLine => ({ check, outcome: 'passed' })), hour('quiet-hours'), hour('send-window'), hour('blackout'), ...[1, 3, 3, 2].map((limit): TraceLine => ({ check: 'cap', rule: `rule-${limit}`, outcome: 'passed', limit })), { check: 'holdout', outcome: 'passed' }];
	const answer: Decision = { decision: 'send', channel: 'email', policyVersion: '1', decidedAtMs: 1_800_000_000_000, expiresAtMs: 1_800_000_900_000, preempts: [], digest: [], zone: 'UTC', zoneInferred: false, trace };
	expect(answerText(answer).length).toBeLessThan(JSON.stringify(answer).length / 4);
});
