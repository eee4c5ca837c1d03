import { answer, policy, quiet } from './support';
import { VECTORS } from './vectors';

describe('P21-P28 quiet hours over changes of the clock', () => {
	test.each(VECTORS)('%s: %s quiet %s-%s, asked at %s', (_name, timeZone, start, end, asked, expected) => {
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
