import { decide } from '../../src/policy/decide';
import { consentStatus } from '../../src/policy/consent';
import type { Consent } from '../../src/policy/facts';
import { gateAtCommit } from '../../src/policy/gates';
import { bodyHash } from '../../src/policy/requestKey';
import { answer, at, decideAt, facts, policy, request, summary } from './support';

const noon = '2026-11-21T12:00Z';
const strict = policy({ requireConsent: true });
const row = (status: string, when: string, parts: Partial<Consent> = {}): Consent => ({ channel: 'email', purpose: 'marketing', status, at: at(when), ...parts });
const granted = row('granted', '2026-01-01T00:00Z');

describe('consent, channel by purpose', () => {
	test.each<[string, Consent[], string]>([
		['granted', [granted], 'send'],
		['missing', [], 'drop no_consent:email/marketing'],
		['for another channel', [{ ...granted, channel: 'sms' }], 'drop no_consent:email/marketing'],
		['for another purpose', [{ ...granted, purpose: 'service' }], 'drop no_consent:email/marketing'],
		['granted later than now', [row('granted', '2026-11-21T12:00:00.001Z')], 'drop no_consent:email/marketing'],
		['granted this very instant', [row('granted', noon)], 'send'],
		['withdrawn', [granted, row('withdrawn', '2026-02-01T00:00Z')], 'drop no_consent:email/marketing'],
		['revoked', [granted, row('revoked', '2026-02-01T00:00Z')], 'drop no_consent:email/marketing'],
		['unsubscribed', [granted, row('unsubscribed', '2026-02-01T00:00Z')], 'drop no_consent:email/marketing'],
		['a word that is no clear yes', [row('perhaps', '2026-02-01T00:00Z')], 'drop no_consent:email/marketing'],
		['granted again', [granted, row('denied', '2026-02-01T00:00Z'), row('granted', '2026-03-01T00:00Z')], 'send'],
		['P55 an older grant imported after a withdrawal', [row('denied', '2026-02-01T00:00Z'), granted], 'drop no_consent:email/marketing'],
		['same instant: denied beats granted', [granted, row('denied', '2026-01-01T00:00Z')], 'drop no_consent:email/marketing'],
		['same instant: pending beats granted', [row('pending', '2026-01-01T00:00Z'), granted], 'drop no_consent:email/marketing'],
		['same instant: denied beats pending', [row('denied', '2026-01-01T00:00Z'), row('pending', '2026-01-01T00:00Z')], 'drop no_consent:email/marketing'],
		['P48 a double opt-in that is pending', [row('pending', '2026-02-01T00:00Z')], 'drop no_consent:email/marketing'],
		['P48 pending after a grant ends no grant', [granted, row('pending', '2026-02-01T00:00Z')], 'send'],
		['P48 pending twice after a grant', [granted, row('pending', '2026-02-01T00:00Z'), row('pending', '2026-03-01T00:00Z')], 'send'],
		['P48 pending after a withdrawal', [granted, row('denied', '2026-02-01T00:00Z'), row('pending', '2026-03-01T00:00Z')], 'drop no_consent:email/marketing'],
	])('%s', (_name, consents, expected) => {
		expect(answer({ at: noon, policy: strict, facts: { consents } })).toBe(expected);
		expect(answer({ at: noon, policy: strict, facts: { consents: [...consents].reverse() } })).toBe(expected);
	});

	test('P49 a grant holds until the instant of its expiry, not at it', () => {
		const consents = [{ ...granted, expiresAt: at(noon) }];
		expect(answer({ at: '2026-11-21T11:59:59.999Z', policy: strict, facts: { consents } })).toBe('send');
		expect(answer({ at: noon, policy: strict, facts: { consents } })).toBe('drop no_consent:email/marketing');
		expect(consentStatus([...consents, row('pending', '2026-02-01T00:00Z')], at(noon))).toBe('pending');
		expect(consentStatus([granted, row('granted', '2026-02-01T00:00Z', { expiresAt: at(noon) })], at(noon))).toBe('missing');
	});

	test('P51 leaving e-mail leaves SMS alone', () => {
		const consents = [granted, row('unsubscribed', '2026-02-01T00:00Z'), { ...granted, channel: 'sms' }];
		const known = { consents, customer: { phone: '+442071838750' } };
		expect(answer({ at: noon, policy: strict, facts: known })).toBe('drop no_consent:email/marketing');
		expect(answer({ at: noon, policy: strict, facts: known, request: { channel: 'sms' } })).toBe('send');
	});

	test('P52 a purpose withdrawn stops that purpose only', () => {
		const noService = { consents: [granted, row('denied', '2026-02-01T00:00Z', { purpose: 'service' })] };
		expect(answer({ at: noon, policy: strict, facts: noService })).toBe('send');
		expect(answer({ at: noon, policy: strict, facts: noService, request: { class: 'service' } })).toBe('drop no_consent:email/service');
		const noMarketing = { consents: [row('denied', '2026-02-01T00:00Z')] };
		expect(answer({ at: noon, policy: strict, facts: noMarketing, request: { class: 'service' } })).toBe('send');
	});

	test('P53 transactional passes a withdrawal of marketing, and no erasure', () => {
		const consents = [granted, row('denied', '2026-02-01T00:00Z')];
		const transactional = { class: 'transactional' };
		expect(answer({ at: noon, policy: strict, facts: { consents }, request: transactional })).toBe('send');
		expect(answer({ at: noon, policy: strict, facts: { consents, erased: true }, request: transactional })).toBe('drop erased');
	});

	test('requireConsent off: missing and pending pass, denied does not', () => {
		const lenient = { at: noon, policy: policy({ requireConsent: false }) };
		expect(answer({ ...lenient })).toBe('send');
		expect(answer({ ...lenient, facts: { consents: [row('pending', '2026-02-01T00:00Z')] } })).toBe('send');
		expect(answer({ ...lenient, facts: { consents: [{ ...granted, expiresAt: at('2026-02-01T00:00Z') }] } })).toBe('send');
		expect(answer({ ...lenient, facts: { consents: [granted, row('denied', '2026-02-01T00:00Z')] } })).toBe('drop no_consent:email/marketing');
	});

	test('processing of personal data: denied blocks marketing and service on every channel, missing blocks nobody', () => {
		const processing = (status: string, when: string, channel = 'web') => row(status, when, { purpose: 'processing', channel });
		const asked = (consents: Consent[], parts: Record<string, unknown> = {}) => answer({ at: noon, policy: strict, facts: { consents: [granted, ...consents] }, request: parts });
		expect(asked([])).toBe('send');
		expect(asked([processing('pending', '2026-02-01T00:00Z')])).toBe('send');
		expect(asked([processing('denied', '2026-02-01T00:00Z')])).toBe('drop no_consent:email/processing');
		expect(asked([processing('denied', '2026-02-01T00:00Z')], { class: 'service' })).toBe('drop no_consent:email/processing');
		expect(asked([processing('denied', '2026-02-01T00:00Z')], { class: 'transactional' })).toBe('send');
		expect(asked([processing('denied', '2026-02-01T00:00Z'), processing('granted', '2026-03-01T00:00Z', 'email')])).toBe('send');
		expect(asked([row('denied', '2026-02-01T00:00Z', { purpose: 'analytics' })])).toBe('send');
	});

	test('P50 a new grant does not bring back a dropped message; a new message goes', () => {
		const first = decideAt({ at: noon, policy: strict });
		const later = facts({ consents: [row('granted', '2026-11-22T00:00Z')] });
		const prior = { bodyHash: bodyHash(request()), answer: first };
		expect(summary(decide(request(), { ...later, prior }, strict, at('2026-11-22T12:00Z')))).toBe('drop no_consent:email/marketing');
		expect(summary(decide(request({ key: 'new' }), later, strict, at('2026-11-22T12:00Z')))).toBe('send');
	});

	test('P47 withdrawn between reserve and commit: the gate at commit says so', () => {
		const asked = request();
		expect(summary(decide(asked, facts({ consents: [granted] }), strict, at(noon)))).toBe('send');
		const atCommit = (parts: Parameters<typeof facts>[0]) => gateAtCommit(asked, facts(parts), strict, at('2026-11-21T12:01Z'));
		expect(atCommit({ consents: [granted] })).toBeNull();
		expect(atCommit({ consents: [granted, row('withdrawn', '2026-11-21T12:00:30Z')] })).toBe('no_consent:email/marketing');
		expect(atCommit({ consents: [granted], suppressions: [{ channel: 'email', reason: 'complained', at: at(noon) }] })).toBe('suppressed:complained');
		expect(atCommit({ consents: [granted], erased: true })).toBe('erased');
		expect(atCommit({ consents: [granted], cancelled: true })).toBe('cancelled');
	});
});

describe('suppression', () => {
	const suppressed = (reason: string, channel = 'email') => ({ channel, reason, at: at('2026-01-01T00:00Z') });
	const asked = (reasons: Array<ReturnType<typeof suppressed>>, parts: Record<string, unknown> = {}) => answer({ at: noon, request: parts, facts: { suppressions: reasons } });

	test.each([
		['unsubscribed', 'send'],
		['complained', 'send'],
		['hard_bounce', 'drop suppressed:hard_bounce'],
		['invalid', 'drop suppressed:invalid'],
		['legal', 'drop suppressed:legal'],
		["a shop's own word", "drop suppressed:a shop's own word"],
	])('%s stops marketing and service; transactional: %s', (reason, transactional) => {
		expect(asked([suppressed(reason)])).toBe(`drop suppressed:${reason}`);
		expect(asked([suppressed(reason)], { class: 'service' })).toBe(`drop suppressed:${reason}`);
		expect(asked([suppressed(reason)], { class: 'transactional' })).toBe(transactional);
	});

	test('holds for its channel, for all with *, and from its instant on', () => {
		expect(asked([suppressed('invalid', 'sms')])).toBe('send');
		expect(asked([suppressed('invalid', '*')])).toBe('drop suppressed:invalid');
		expect(asked([{ ...suppressed('invalid'), at: at(noon) + 1 }])).toBe('send');
	});

	test('of several the strongest is named, whatever the order', () => {
		const several = ['unsubscribed', 'own', 'complained', 'hard_bounce', 'legal', 'invalid'].map((reason) => suppressed(reason));
		expect(asked(several)).toBe('drop suppressed:legal');
		expect(asked([...several].reverse())).toBe('drop suppressed:legal');
		expect(asked(several.slice(0, 3))).toBe('drop suppressed:own');
	});

	test('P54 a suppression belongs to the address: another profile that uses it is stopped by the same row', () => {
		const rows = [suppressed('hard_bounce')];
		for (const stage of ['new', 'active']) expect(answer({ at: noon, facts: { suppressions: rows, customer: { stage } } })).toBe('drop suppressed:hard_bounce');
	});
});
