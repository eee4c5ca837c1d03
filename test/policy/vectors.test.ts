import { answer, policy, quiet } from './support';

/** The table of contact-policy.md section 9, computed with IANA tzdata. */
describe('P21-P26 quiet hours over changes of the clock', () => {
	const cases: Array<[string, string, string, string, string, string]> = [
		['P21', 'Europe/Moscow', '21:00', '09:00', '2026-11-21T19:30Z', '2026-11-22T06:00Z'],
		['P22 start, inclusive', 'Europe/Moscow', '21:00', '09:00', '2026-11-21T18:00Z', '2026-11-22T06:00Z'],
		['P23 spring night', 'America/New_York', '21:00', '08:00', '2026-03-08T06:30Z', '2026-03-08T12:00Z'],
		['P24 autumn night', 'America/New_York', '21:00', '08:00', '2026-11-01T05:30Z', '2026-11-01T13:00Z'],
		['P25 end in the gap', 'America/New_York', '21:00', '02:30', '2026-03-08T06:30Z', '2026-03-08T07:00Z'],
		['P26 end ambiguous, first time round', 'America/New_York', '21:00', '01:30', '2026-11-01T05:45Z', '2026-11-01T06:30Z'],
		['P26 end ambiguous, second time round', 'America/New_York', '21:00', '01:30', '2026-11-01T06:10Z', '2026-11-01T06:30Z'],
	];

	test.each(cases)('%s: %s quiet %s-%s, asked at %s', (_name, timeZone, start, end, asked, expected) => {
		const own = policy({ quietHours: [quiet(start, end)] });
		expect(answer({ at: asked, policy: own, facts: { customer: { timeZone } } })).toBe(`delay ${expected} quiet-hours`);
		expect(answer({ at: expected, policy: own, facts: { customer: { timeZone } } })).toBe('send');
	});

	test('P22 the end itself is open, the millisecond before is not', () => {
		const own = policy({ quietHours: [quiet('21:00', '09:00')] });
		const moscow = { customer: { timeZone: 'Europe/Moscow' } };
		expect(answer({ at: '2026-11-22T06:00:00.000Z', policy: own, facts: moscow })).toBe('send');
		expect(answer({ at: '2026-11-22T05:59:59.999Z', policy: own, facts: moscow })).toBe('delay 2026-11-22T06:00Z quiet-hours');
		expect(answer({ at: '2026-11-21T17:59:59.999Z', policy: own, facts: moscow })).toBe('send');
	});
});
