import fc from 'fast-check';
import type { Decision, TraceLine } from '../../src/policy/decision';
import { bodyHashOf } from '../../src/policy/ledgerRows';
import { readRequest } from '../../src/policy/request';
import { bodyHash } from '../../src/policy/requestKey';
import { answerOf, answerText } from '../../src/policy/storedAnswer';
import { requestOf, requestText, requestTextOf } from '../../src/policy/storedRequest';

const RUNS = { seed: Number(process.env.FC_SEED ?? 20_261_121), numRuns: Number(process.env.FC_RUNS ?? 300) };
const CHECKS = ['idempotency', 'erasure', 'cancellation', 'policy-off', 'suppression', 'consent', 'address', 'deadline', 'duplicate', 'not-before', 'quiet-hours', 'send-window', 'blackout', 'min-gap', 'cap', 'arbitration', 'channel-capacity', 'holdout'] as const;
const instant = fc.integer({ min: 0, max: 4e12 });
const word = fc.string({ maxLength: 8 });
const line: fc.Arbitrary<TraceLine> = fc.record(
	{ check: fc.constantFrom(...CHECKS), outcome: fc.constantFrom('passed' as const, 'skipped' as const, 'blocked_until' as const, 'blocked' as const), channel: word, rule: word, untilMs: instant, limit: fc.nat(), note: fc.oneof(word, fc.constantFrom('UTC', 'UTC (inferred)')) },
	{ requiredKeys: ['check', 'outcome'] },
);
const silent = fc.integer({ min: 0, max: CHECKS.length }).map((many) => CHECKS.slice(0, many).map((check): TraceLine => ({ check, outcome: 'passed' })));
const hours = fc.subarray(['quiet-hours', 'send-window', 'blackout'] as const).chain((checks) => fc.constantFrom('UTC', 'UTC (inferred)').map((note) => checks.map((check): TraceLine => ({ check, outcome: 'passed', note }))));
const trace = fc.tuple(silent, hours, fc.array(line, { maxLength: 25 })).map((parts) => parts.flat());
const judged = { channel: word, policyVersion: word, decidedAtMs: instant, trace };
const inZone = { zone: fc.oneof(word, fc.constant('UTC')), zoneInferred: fc.boolean() };
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
			journey: fc.constantFrom('cart', 'a "quoted" \\ one'), enrolment: fc.constantFrom('e1', 'e2'), step: fc.constantFrom('s1', 'é'), addressId: fc.constantFrom('a1', 'a2'), value: fc.double({ noNaN: true, noDefaultInfinity: true }), cost: fc.nat(), notBefore: instant, at: instant,
			priority: fc.nat(100), urgent: fc.boolean(), counts: fc.boolean(), tags: fc.array(fc.constantFrom('a', 'b')), exempt: fc.array(fc.constantFrom('x', 'y')), deadline: instant, visit: fc.nat(9),
			onBlock: fc.constantFrom('delay' as const, 'drop' as const, 'digest' as const, { fallback: ['sms'] }),
		},
		{ requiredKeys: ['key', 'customer', 'channel'] },
	);
	fc.assert(
		fc.property(asked, (raw) => {
			const request = readRequest(raw);
			const row = { idem_key: request.key, customer_key: request.customer };
			expect(requestOf({ ...row, request: requestText(request) })).toEqual(request);
			expect(requestOf({ ...row, customer_key: 'by now', request: requestTextOf(request) })).toEqual(request);
			expect(requestOf({ ...row, request: JSON.stringify(request) })).toEqual(request);
			// What the key was asked for is known again by the row alone, and by the hash that earlier versions kept beside it.
			expect(bodyHashOf({ ...row, body_hash: '', request: requestText(request) })).toBe(bodyHash(request));
			expect(bodyHashOf({ ...row, customer_key: 'by now', body_hash: '', request: requestTextOf(request) })).toBe(bodyHash(request));
			expect(bodyHashOf({ ...row, body_hash: 'kept', request: '{}' })).toBe('kept');
		}),
		RUNS,
	);
});

test('a decision is read as earlier versions wrote it, each check by itself', () => {
	const written = '["send","email","1",1800000000000,[0,1,[10,0,null,null,null,"UTC"],[14,0,"a",3],[14,2,"b",1,1800000100000],17],"UTC",false,1800000900000,[],["k"]]';
	const trace: TraceLine[] = [
		{ check: 'idempotency', outcome: 'passed' }, { check: 'erasure', outcome: 'passed' }, { check: 'quiet-hours', outcome: 'passed', note: 'UTC' },
		{ check: 'cap', outcome: 'passed', rule: 'a', limit: 3 }, { check: 'cap', outcome: 'blocked_until', rule: 'b', limit: 1, untilMs: 1_800_000_100_000 }, { check: 'holdout', outcome: 'passed' },
	];
	expect(answerOf(written)).toEqual({ decision: 'send', channel: 'email', policyVersion: '1', decidedAtMs: 1_800_000_000_000, trace, zone: 'UTC', zoneInferred: false, expiresAtMs: 1_800_000_900_000, preempts: [], digest: ['k'] });
});

test('a decision under four caps takes a sixth of the bytes of its plain JSON', () => {
	const hour = (check: TraceLine['check']): TraceLine => ({ check, outcome: 'passed', note: 'UTC' });
	const trace: TraceLine[] = [...CHECKS.slice(0, 9).map((check): TraceLine => ({ check, outcome: 'passed' })), hour('quiet-hours'), hour('send-window'), hour('blackout'), ...[1, 3, 3, 2].map((limit): TraceLine => ({ check: 'cap', rule: `rule-${limit}`, outcome: 'passed', limit })), { check: 'holdout', outcome: 'passed' }];
	const answer: Decision = { decision: 'send', channel: 'email', policyVersion: '1', decidedAtMs: 1_800_000_000_000, expiresAtMs: 1_800_000_900_000, preempts: [], digest: [], zone: 'UTC', zoneInferred: false, trace };
	expect(answerText(answer).length).toBeLessThan(JSON.stringify(answer).length / 6);
});
