import { answer, at, decideAt, policy, quiet, touch, waiting } from './support';

const noon = '2026-11-21T12:00Z';
const anyDay = { id: 'any-day', scope: { any: true }, limit: 1, window: 'day' };

/** The closed list of contact-policy.md section 1; `already_handed_off` is in idempotency.test.ts. */
describe('every reason for DROP', () => {
	test.each<[string, Parameters<typeof answer>[0]]>([
		['erased', { at: noon, facts: { erased: true, customer: null } }],
		['unknown_customer', { at: noon, facts: { customer: null } }],
		['cancelled', { at: noon, facts: { cancelled: true } }],
		['policy_off', { at: noon, policy: policy({ off: true }) }],
		['suppressed:invalid', { at: noon, facts: { suppressions: [{ channel: 'email', reason: 'invalid', at: 0 }] } }],
		['no_consent:email/marketing', { at: noon, policy: policy({ requireConsent: true }) }],
		['unreachable', { at: noon, facts: { customer: { email: null } } }],
		['expired', { at: noon, request: { deadline: '2026-11-21T11:59Z' } }],
		['duplicate', { at: noon, request: { enrolment: 'e', step: 's', visit: 1 }, facts: { touches: [touch('2026-01-01T00:00Z', { enrolment: 'e', step: 's', visit: 1 })] } }],
		['quiet_discard quiet-hours', { at: noon, policy: policy({ quietHours: [quiet('11:00', '13:00')] }), request: { onBlock: 'drop' } }],
		['cap:any-day any-day', { at: noon, policy: policy({ rules: [{ ...anyDay, limit: 0 }] }) }],
		['outranked:win-back outranked:win-back', { at: noon, policy: policy({ rules: [anyDay] }), request: { onBlock: 'drop' }, facts: { pending: [waiting('2026-11-21T18:00Z')] } }],
		['channel_full channel-capacity', { at: noon, policy: policy({ channelCapacity: [{ channel: 'email', limit: 0, window: 'PT1M' }] }) }],
		['holdout', { at: noon, facts: { inHoldout: true } }],
	])('%s', (reason, ask) => {
		expect(answer(ask)).toBe(`drop ${reason}`);
	});
});

describe('the order at the front', () => {
	const everythingWrong = {
		erased: true, customer: null, cancelled: true,
		suppressions: [{ channel: 'email', reason: 'invalid', at: 0 }],
	};

	test('erasure, unknown, cancelled, off, suppression, consent, address, deadline, duplicate: the first one speaks', () => {
		const strict = { at: noon, policy: policy({ requireConsent: true, off: true, rules: [{ ...anyDay, limit: 0 }] }), request: { deadline: '2026-11-21T11:00Z', enrolment: 'e', step: 's', visit: 0 } };
		const sent = [touch('2026-11-01T00:00Z', { enrolment: 'e', step: 's', visit: 0 })];
		const on = { ...strict, policy: policy({ requireConsent: true, rules: [{ ...anyDay, limit: 0 }] }) };
		const granted = [{ channel: 'email', purpose: 'marketing', status: 'granted', at: 0 }];
		const nobody = { customer: { email: null } };
		expect(answer({ ...strict, facts: everythingWrong })).toBe('drop erased');
		expect(answer({ ...strict, facts: { ...everythingWrong, erased: false } })).toBe('drop unknown_customer');
		expect(answer({ ...strict, facts: { ...everythingWrong, erased: false, ...nobody } })).toBe('drop cancelled');
		expect(answer({ ...strict, facts: { suppressions: everythingWrong.suppressions, ...nobody } })).toBe('drop policy_off');
		expect(answer({ ...on, facts: { suppressions: everythingWrong.suppressions, ...nobody } })).toBe('drop suppressed:invalid');
		expect(answer({ ...on, facts: nobody })).toBe('drop no_consent:email/marketing');
		expect(answer({ ...on, facts: { consents: granted, ...nobody } })).toBe('drop unreachable');
		expect(answer({ ...on, facts: { consents: granted, touches: sent } })).toBe('drop expired');
		expect(answer({ ...on, request: { ...on.request, deadline: undefined }, facts: { consents: granted, touches: sent } })).toBe('drop duplicate');
		expect(answer({ ...on, request: { ...on.request, deadline: undefined }, facts: { consents: granted } })).toBe('drop cap:any-day any-day');
	});

	test('the trace has one line per check up to the one that stopped the message', () => {
		const stopped = decideAt({ at: noon, policy: policy({ requireConsent: true }) });
		expect(stopped.trace.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual([
			'idempotency passed', 'erasure passed', 'cancellation passed', 'policy-off passed', 'suppression passed', 'consent blocked',
		]);
		const sent = decideAt({ at: noon, policy: policy({ rules: [anyDay, { id: 'gap', scope: { any: true }, minGap: 'PT4H' }] }) });
		expect(sent.trace.map(({ check }) => check)).toEqual([
			'idempotency', 'erasure', 'cancellation', 'policy-off', 'suppression', 'consent', 'address', 'deadline', 'duplicate',
			'quiet-hours', 'send-window', 'blackout', 'min-gap', 'cap', 'arbitration', 'channel-capacity', 'holdout',
		]);
		expect(sent.trace.every(({ outcome }) => outcome === 'passed')).toBe(true);
		const transactional = decideAt({ at: noon, policy: policy({ rules: [anyDay] }), request: { class: 'transactional' } });
		expect(transactional.trace.filter(({ outcome }) => outcome === 'skipped').map(({ check }) => check)).toEqual(['quiet-hours', 'send-window', 'blackout', 'min-gap', 'cap', 'arbitration']);
	});
});

describe('details of the gates', () => {
	test.each([
		['email', { email: 'ann@example.com', phone: null }, 'send'],
		['email', { email: null, phone: '+442071838750' }, 'drop unreachable'],
		['sms', { phone: '+442071838750' }, 'send'],
		['sms', { phone: null }, 'drop unreachable'],
		['call', { phone: '+442071838750' }, 'send'],
		['whatsapp', { phone: '+442071838750' }, 'send'],
		['push', { addresses: { push: 'token' } }, 'send'],
		['push', { addresses: {} }, 'drop unreachable'],
		['constructor', { addresses: {} }, 'drop unreachable'],
	])('address of %s in %j: %s', (channel, parts, expected) => {
		expect(answer({ at: noon, request: { channel }, facts: { customer: parts } })).toBe(expected);
	});

	test('transactional skips neither address nor tombstone nor an unknown customer, and passes a policy that is off', () => {
		const request = { class: 'transactional' };
		expect(answer({ at: noon, request, facts: { customer: { email: null } } })).toBe('drop unreachable');
		expect(answer({ at: noon, request, facts: { customer: null } })).toBe('drop unknown_customer');
		expect(answer({ at: noon, request, policy: policy({ off: true }) })).toBe('send');
	});

	test.each<[string, object, string]>([
		['another visit', { visit: 2 }, 'send'],
		['another step', { step: 't' }, 'send'],
		['another enrolment', { enrolment: 'f' }, 'send'],
		['another channel of the same step', { channel: 'sms' }, 'send'],
		['released', { state: 'released' }, 'send'],
		['its own key', { key: 'r1' }, 'send'],
		['unknown', { state: 'unknown' }, 'drop duplicate'],
		['handed off', { state: 'handed_off' }, 'drop duplicate'],
	])('duplicate: a touch of the same step that differs by: %s', (_name, parts, expected) => {
		const sent = touch('2026-01-01T00:00Z', { enrolment: 'e', step: 's', visit: 1, ...parts });
		expect(answer({ at: noon, request: { enrolment: 'e', step: 's', visit: 1 }, facts: { touches: [sent] } })).toBe(expected);
	});

	test('a request without all three is never a duplicate; ids compare as text', () => {
		const sent = touch('2026-01-01T00:00Z', { enrolment: 'e', step: 's', visit: 1 });
		expect(answer({ at: noon, request: { enrolment: 'e', step: 's' }, facts: { touches: [sent] } })).toBe('send');
		expect(answer({ at: noon, request: { enrolment: '7', step: 's', visit: 1 }, facts: { touches: [{ ...sent, enrolment: 7 }] } })).toBe('drop duplicate');
	});
});

describe('channel capacity', () => {
	const capacity = { at: noon, policy: policy({ channelCapacity: [{ channel: 'email', limit: 100, window: 'PT1M' }] }) };
	const busy = { channelFreeAtMs: { email: at('2026-11-21T12:00:40Z') } };

	test('a full channel holds, drops when asked to, and stops transactional too', () => {
		expect(answer({ ...capacity, facts: busy })).toBe('delay 2026-11-21T12:00:40Z channel-capacity');
		expect(answer({ ...capacity, facts: busy, request: { onBlock: 'drop' } })).toBe('drop channel_full channel-capacity');
		expect(answer({ ...capacity, facts: busy, request: { class: 'transactional' } })).toBe('delay 2026-11-21T12:00:40Z channel-capacity');
		expect(answer({ ...capacity })).toBe('send');
		expect(answer({ ...capacity, facts: { ...busy, customer: { phone: '+442071838750' } }, request: { channel: 'sms' } })).toBe('send');
		expect(answer({ at: noon, facts: busy })).toBe('send');
	});
});

describe('holdout', () => {
	const capped = policy({ rules: [anyDay], quietHours: [quiet('21:00', '09:00')] });

	test('the control arm passes the same gates, and is answered at the instant the treated would have been', () => {
		expect(answer({ at: '2026-11-21T22:00Z', policy: capped, facts: { inHoldout: true } })).toBe('delay 2026-11-22T09:00Z quiet-hours');
		expect(answer({ at: '2026-11-22T09:00Z', policy: capped, facts: { inHoldout: true } })).toBe('drop holdout');
		expect(answer({ at: noon, policy: capped, facts: { inHoldout: true, erased: true } })).toBe('drop erased');
	});

	test('its slot is a ghost: seen by ghosts, not by the living', () => {
		const ghost = { touches: [touch('2026-11-21T10:00Z', { ghost: true })] };
		expect(answer({ at: noon, policy: capped, facts: { ...ghost, inHoldout: true } })).toBe('delay 2026-11-22T09:00Z quiet-hours');
		expect(answer({ at: noon, policy: capped, facts: ghost })).toBe('send');
		const living = { touches: [touch('2026-11-21T10:00Z')] };
		expect(answer({ at: noon, policy: capped, facts: { ...living, inHoldout: true } })).toBe('delay 2026-11-22T09:00Z quiet-hours');
	});

	test('a ghost takes no reservation from the living', () => {
		const touches = [touch('2026-11-21T11:55Z', { state: 'reserved', priority: 1 })];
		expect(answer({ at: noon, policy: policy({ rules: [anyDay] }), facts: { touches, inHoldout: true } })).toBe('delay 2026-11-22T00:00Z any-day');
	});
});
