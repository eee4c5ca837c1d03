import { decide } from '../../src/policy/decide';
import { zonesOfCountry } from '../../src/policy/countryZones';
import { zoneOf } from '../../src/policy/zone';
import { ZoneClock } from '../../src/policy/zoneClock';
import { answer, at, customer, DAY, decideAt, facts, HOUR, iso, MINUTE, policy, quiet, request, touch } from './support';

const night = [quiet('21:00', '09:00')];
const anyDay = { id: 'any-day', scope: { any: true }, limit: 1, window: 'day' };
const inZone = (timeZone: string | null) => ({ customer: { timeZone } });

describe('quiet hours', () => {
	test('P27 the rules of P21 to P26 hold in zones that change by half an hour, and south of the equator', () => {
		const lordHowe = { policy: policy({ quietHours: [quiet('21:00', '02:15')] }), facts: inZone('Australia/Lord_Howe') };
		expect(answer({ ...lordHowe, at: '2026-10-03T15:00Z' })).toBe('delay 2026-10-03T15:30Z quiet-hours');
		expect(answer({ ...lordHowe, at: '2026-04-04T14:00Z', policy: policy({ quietHours: [quiet('21:00', '01:45')] }) })).toBe('delay 2026-04-04T15:15Z quiet-hours');
	});

	test('P28 an ambiguous start is the earlier instant, a start in the gap the first instant after it', () => {
		const ambiguous = { policy: policy({ quietHours: [quiet('01:30', '09:00')] }), facts: inZone('America/New_York') };
		expect(answer({ ...ambiguous, at: '2026-11-01T05:29Z' })).toBe('send');
		expect(answer({ ...ambiguous, at: '2026-11-01T05:30Z' })).toBe('delay 2026-11-01T14:00Z quiet-hours');
		expect(answer({ ...ambiguous, at: '2026-11-01T06:10Z' })).toBe('delay 2026-11-01T14:00Z quiet-hours');
		const inGap = { policy: policy({ quietHours: [quiet('02:30', '09:00')] }), facts: inZone('America/New_York') };
		expect(answer({ ...inGap, at: '2026-03-08T06:59:59.999Z' })).toBe('send');
		expect(answer({ ...inGap, at: '2026-03-08T07:00Z' })).toBe('delay 2026-03-08T13:00Z quiet-hours');
	});

	test('a period that the change of clocks leaves empty is no period', () => {
		const swallowed = { policy: policy({ quietHours: [quiet('02:10', '02:50')] }), facts: inZone('America/New_York') };
		expect(answer({ ...swallowed, at: '2026-03-08T07:00Z' })).toBe('send');
		expect(answer({ ...swallowed, at: '2026-03-09T06:10Z' })).toBe('delay 2026-03-09T06:50Z quiet-hours');
	});

	test('where clocks go back over midnight, quiet hours that have begun stay', () => {
		// St. John's, 2010-11-07: 00:01 (02:31Z) became 23:01 of the day before; midnight came again at 03:30Z.
		const stJohns = { policy: policy({ quietHours: [quiet('00:00', '09:00')] }), facts: inZone('America/St_Johns') };
		expect(answer({ ...stJohns, at: '2010-11-07T02:29Z' })).toBe('send');
		for (const asked of ['2010-11-07T02:30Z', '2010-11-07T03:00Z', '2010-11-07T03:30Z']) expect(answer({ ...stJohns, at: asked })).toBe('delay 2010-11-07T12:30Z quiet-hours');
	});

	test('P31 start = end is the whole local day that begins there', () => {
		const weekend = policy({ quietHours: [quiet('00:00', '00:00', { days: ['sat', 'sun'] })] });
		expect(answer({ at: '2026-11-20T23:59Z', policy: weekend })).toBe('send');
		expect(answer({ at: '2026-11-21T00:00Z', policy: weekend })).toBe('delay 2026-11-23T00:00Z quiet-hours');
		const fromSix = policy({ quietHours: [quiet('06:00', '06:00', { days: ['sat'] })] });
		expect(answer({ at: '2026-11-22T05:59Z', policy: fromSix })).toBe('delay 2026-11-22T06:00Z quiet-hours');
		expect(answer({ at: '2026-11-21T05:59Z', policy: fromSix })).toBe('send');
	});

	test('P32 two adjacent periods leave no hole', () => {
		const adjacent = policy({ quietHours: [quiet('21:00', '00:00'), quiet('00:00', '07:30', { days: ['mon'] }), quiet('07:30', '10:00')] });
		expect(answer({ at: '2026-11-22T23:00Z', policy: adjacent })).toBe('delay 2026-11-23T10:00Z quiet-hours');
		expect(answer({ at: '2026-11-23T00:00Z', policy: adjacent })).toBe('delay 2026-11-23T10:00Z quiet-hours');
	});

	test('P32 adjacent periods are one hold: on a tie with a cap the earlier check binds', () => {
		const own = policy({ quietHours: [quiet('21:00', '00:00'), quiet('00:00', '09:00')], rules: [{ id: 'r', scope: { any: true }, limit: 1, window: 'P1D' }] });
		expect(answer({ at: '2026-11-21T22:00Z', policy: own, facts: { touches: [touch('2026-11-21T09:00Z')] } })).toBe('delay 2026-11-22T09:00Z quiet-hours');
	});

	test('the weekday is the day the period starts', () => {
		const friday = policy({ quietHours: [quiet('21:00', '09:00', { days: ['fri'] })] });
		expect(answer({ at: '2026-11-21T08:59Z', policy: friday })).toBe('delay 2026-11-21T09:00Z quiet-hours');
		expect(answer({ at: '2026-11-20T08:59Z', policy: friday })).toBe('send');
	});

	test('quiet hours hold their channels only', () => {
		const sms = policy({ quietHours: [quiet('21:00', '09:00', { channels: ['sms'] })] });
		expect(answer({ at: '2026-11-21T22:00Z', policy: sms })).toBe('send');
		expect(answer({ at: '2026-11-21T22:00Z', policy: sms, request: { channel: 'sms' }, facts: { customer: { phone: '+442071838750' } } })).toBe('delay 2026-11-22T09:00Z quiet-hours');
	});

	test.each([
		['marketing', {}, 'delay 2026-11-22T09:00Z quiet-hours'],
		['urgent marketing', { urgent: true }, 'delay 2026-11-22T09:00Z quiet-hours'],
		['service', { class: 'service' }, 'delay 2026-11-22T09:00Z quiet-hours'],
		['urgent service', { class: 'service', urgent: true }, 'send'],
		['transactional', { class: 'transactional' }, 'send'],
	])('%s at night', (_name, parts, expected) => {
		expect(answer({ at: '2026-11-21T22:00Z', policy: policy({ quietHours: night }), request: parts })).toBe(expected);
	});
});

describe('deadlines and onBlock', () => {
	const own = policy({ quietHours: night, rules: [anyDay] });

	test('P33 a deadline inside quiet hours drops at once, not after the wait', () => {
		const decision = decideAt({ at: '2026-11-21T22:00Z', policy: own, request: { deadline: '2026-11-22T08:59Z' } });
		expect(decision).toMatchObject({ decision: 'drop', reason: 'expired', rule: 'quiet-hours', nextPossibleAtMs: at('2026-11-22T09:00Z') });
	});

	test('a message may go at its deadline itself', () => {
		expect(answer({ at: '2026-11-21T22:00Z', policy: own, request: { deadline: '2026-11-22T09:00Z' } })).toBe('delay 2026-11-22T09:00Z quiet-hours');
		expect(answer({ at: '2026-11-22T09:00Z', policy: own, request: { deadline: '2026-11-22T09:00Z' } })).toBe('send');
		expect(answer({ at: '2026-11-22T09:00:00.001Z', policy: own, request: { deadline: '2026-11-22T09:00Z' } })).toBe('drop expired');
	});

	test('a message planned after its own deadline names what holds it', () => {
		expect(answer({ at: '2026-11-21T12:00Z', policy: own, request: { notBefore: '2026-11-22T12:00Z', deadline: '2026-11-22T11:00Z' } })).toBe('drop expired not-before');
	});

	test.each<[string, string, Record<string, unknown>, string]>([
		['quiet hours', '2026-11-21T22:00Z', {}, 'drop quiet_discard quiet-hours'],
		['the binding rule is the one that gave the last instant', '2026-11-21T12:00Z', {}, 'drop quiet_discard quiet-hours'],
		['a deadline changes no reason', '2026-11-21T12:00Z', { deadline: '2026-11-21T13:00Z' }, 'drop quiet_discard quiet-hours'],
		['a cap that frees by day', '2026-11-21T12:00Z', { class: 'service', urgent: true }, 'drop cap:any-day any-day'],
		['notBefore alone drops nothing', '2026-11-21T12:00Z', { notBefore: '2026-11-22T12:00Z' }, 'delay 2026-11-22T12:00Z not-before'],
		['notBefore in quiet hours', '2026-11-21T12:00Z', { notBefore: '2026-11-22T22:00Z' }, 'drop quiet_discard quiet-hours'],
	])('onBlock drop: %s', (_name, when, parts, expected) => {
		expect(answer({ at: when, policy: own, request: { onBlock: 'drop', ...parts }, facts: { touches: [touch('2026-11-21T10:00Z')] } })).toBe(expected);
	});

	test('onBlock drop: blackout and send windows discard, gaps name their rule, a drop says when it would be possible', () => {
		const drop = { request: { onBlock: 'drop' }, at: '2026-11-21T12:00Z' };
		expect(answer({ ...drop, policy: policy({ blackoutDates: ['2026-11-21'] }) })).toBe('drop quiet_discard blackout');
		expect(answer({ ...drop, policy: policy({ sendWindows: [quiet('14:00', '15:00')] }) })).toBe('drop quiet_discard send-window');
		const decision = decideAt({ ...drop, policy: policy({ rules: [{ id: 'gap', scope: { any: true }, minGap: 'PT4H' }] }), facts: { touches: [touch('2026-11-21T10:00Z')] } });
		expect(decision).toMatchObject({ decision: 'drop', reason: 'cap:gap', rule: 'gap', nextPossibleAtMs: at('2026-11-21T14:00Z') });
	});
});

describe('blackout dates and send windows', () => {
	test('P34 a blackout date is a day in the zone of the customer', () => {
		const own = policy({ blackoutDates: ['2027-01-01'] });
		expect(answer({ at: '2026-12-31T13:59Z', policy: own, facts: inZone('Asia/Vladivostok') })).toBe('send');
		expect(answer({ at: '2026-12-31T14:00Z', policy: own, facts: inZone('Asia/Vladivostok') })).toBe('delay 2027-01-01T14:00Z blackout');
		expect(answer({ at: '2027-01-01T14:00Z', policy: own, facts: inZone('America/New_York') })).toBe('delay 2027-01-02T05:00Z blackout');
		expect(answer({ at: '2027-01-01T14:00Z', policy: own, request: { class: 'service' }, facts: inZone('America/New_York') })).toBe('delay 2027-01-02T05:00Z blackout');
	});

	test('a message goes inside a send window only', () => {
		const own = policy({ sendWindows: [quiet('10:00', '12:00', { days: ['mon', 'wed'] }), quiet('22:00', '01:00', { days: ['fri'], channels: ['email'] })] });
		expect(answer({ at: '2026-11-23T10:00Z', policy: own })).toBe('send');
		expect(answer({ at: '2026-11-23T12:00Z', policy: own })).toBe('delay 2026-11-25T10:00Z send-window');
		expect(answer({ at: '2026-11-27T09:00Z', policy: own })).toBe('delay 2026-11-27T22:00Z send-window');
		expect(answer({ at: '2026-11-28T00:59Z', policy: own })).toBe('send');
		expect(answer({ at: '2026-11-28T01:00Z', policy: own })).toBe('delay 2026-11-30T10:00Z send-window');
		expect(answer({ at: '2026-11-27T22:30Z', policy: own, request: { channel: 'push' } })).toBe('delay 2026-11-30T10:00Z send-window');
	});

	test('a window whose edge is ambiguous opens late and closes early: it never eats into quiet', () => {
		const own = { facts: inZone('America/New_York') };
		expect(answer({ ...own, at: '2026-11-01T05:45Z', policy: policy({ sendWindows: [quiet('01:30', '09:00')] }) })).toBe('delay 2026-11-01T06:30Z send-window');
		expect(answer({ ...own, at: '2026-11-01T05:45Z', policy: policy({ sendWindows: [quiet('00:00', '01:30')] }) })).toBe('delay 2026-11-02T05:00Z send-window');
	});
});

describe('zones', () => {
	test('P29 moving from Vladivostok to Moscow mid-day: counted by instants, neither reset nor doubled', () => {
		const own = policy({ rules: [anyDay] });
		const morningInVladivostok = touch('2026-11-20T23:00Z');
		expect(answer({ at: '2026-11-21T02:00Z', policy: own, facts: { touches: [morningInVladivostok], ...inZone('Asia/Vladivostok') } })).toBe('delay 2026-11-21T14:00Z any-day');
		expect(answer({ at: '2026-11-21T02:00Z', policy: own, facts: { touches: [morningInVladivostok], ...inZone('Europe/Moscow') } })).toBe('delay 2026-11-21T21:00Z any-day');
		expect(answer({ at: '2026-11-21T22:00Z', policy: own, facts: { touches: [morningInVladivostok], ...inZone('Europe/Moscow') } })).toBe('send');
	});

	describe('P30 the zone chain', () => {
		const own = policy({ storeZone: 'Europe/Moscow' });
		test.each<[string, Parameters<typeof customer>[0], string, boolean]>([
			['own zone', { timeZone: 'Asia/Tokyo', phone: '+442071838750' }, 'Asia/Tokyo', false],
			['alias', { timeZone: 'Europe/Kiev' }, 'Europe/Kiev', false],
			['fixed offset', { timeZone: 'UTC+3' }, 'UTC+3', false],
			['invalid: by the phone', { timeZone: 'Mars/Olympus', phone: '+442071838750' }, 'Europe/London', true],
			["this machine's zone is nobody's", { timeZone: 'local', phone: '+442071838750' }, 'Europe/London', true],
			['missing: by the phone', { phone: '+4930123456' }, 'Europe/Berlin', true],
			['phone of many zones: by the profile', { phone: '+12125550100', country: 'FR' }, 'Europe/Paris', true],
			['no phone: by the profile, any case', { phone: null, country: 'kz' }, 'Asia/Almaty', true],
			['a country of many zones: the store', { phone: '+12125550100', country: null }, 'Europe/Moscow', false],
			['a phone that is none: the store', { phone: 'call me' }, 'Europe/Moscow', false],
			['nothing known: the store', { phone: null, timeZone: '' }, 'Europe/Moscow', false],
		])('%s', (_name, parts, expected, inferred) => {
			expect(zoneOf(customer(parts), own)).toMatchObject({ clock: { name: expected }, inferred, candidates: [{ name: expected }] });
		});

		test('no zone never means no quiet hours, and the answer says what was assumed', () => {
			const quietMoscow = policy({ storeZone: 'Europe/Moscow', quietHours: night });
			expect(answer({ at: '2026-11-21T19:30Z', policy: quietMoscow })).toBe('delay 2026-11-22T06:00Z quiet-hours');
			const inferred = decideAt({ at: '2026-11-21T22:30Z', policy: quietMoscow, facts: { customer: { phone: '+442071838750' } } });
			expect(inferred).toMatchObject({ zone: 'Europe/London', zoneInferred: true });
			expect(inferred.trace).toContainEqual({ check: 'quiet-hours', outcome: 'blocked_until', untilMs: at('2026-11-22T09:00Z'), note: 'Europe/London (inferred)' });
		});

		test('strict: open in every zone the customer may live in', () => {
			const strict = policy({ storeZone: 'Europe/Moscow', strict: true, quietHours: night });
			// 09:00 in Kaliningrad (UTC+2) is the last morning of Russia; 21:00 in Kamchatka (UTC+12) its first evening.
			expect(answer({ at: '2026-11-21T06:00Z', policy: strict })).toBe('delay 2026-11-21T07:00Z quiet-hours');
			expect(answer({ at: '2026-11-21T08:59Z', policy: strict })).toBe('send');
			expect(answer({ at: '2026-11-21T09:00Z', policy: strict })).toBe('delay 2026-11-22T07:00Z quiet-hours');
			// An American phone: 09:00 in Honolulu (UTC-10) to 21:00 in New York (UTC-5).
			const american = { customer: { phone: '+12125550100' } };
			expect(answer({ at: '2026-11-21T18:59Z', policy: strict, facts: american })).toBe('delay 2026-11-21T19:00Z quiet-hours');
			expect(answer({ at: '2026-11-22T01:59Z', policy: strict, facts: american })).toBe('send');
			expect(answer({ at: '2026-11-21T07:00Z', policy: strict, facts: inZone('Europe/Moscow') })).toBe('send');
			expect(answer({ at: '2026-11-21T06:00Z', policy: strict, facts: { customer: { phone: '+4930123456' } } })).toBe('delay 2026-11-21T08:00Z quiet-hours');
		});

		test('strict in a store whose zone lies in no country stays with that zone', () => {
			expect(zoneOf(customer({ phone: null }), policy({ storeZone: 'UTC', strict: true })).candidates.map(({ name }) => name)).toEqual(['UTC']);
		});
	});

	test('every zone of the country table exists, and countries of one zone have one', () => {
		const countries = ['DE', 'GB', 'UA', 'CN', 'IN', 'KZ', 'FR', 'NP'];
		expect(countries.map((country) => zonesOfCountry(country).length)).toEqual(countries.map(() => 1));
		for (const country of ['RU', 'US', 'BR', 'AU', 'ES', ...countries]) {
			expect(zonesOfCountry(country).length).toBeGreaterThan(0);
			for (const zone of zonesOfCountry(country)) expect(ZoneClock.of(zone)).not.toBeNull();
		}
		expect(zonesOfCountry('XX')).toEqual([]);
	});

	test('P37 zones of half and three quarters of an hour', () => {
		const own = { policy: policy({ quietHours: night, rules: [anyDay] }) };
		expect(answer({ ...own, at: '2026-11-21T16:00Z', facts: inZone('Asia/Kolkata') })).toBe('delay 2026-11-22T03:30Z quiet-hours');
		expect(answer({ ...own, at: '2026-11-21T16:00Z', facts: inZone('Asia/Kathmandu') })).toBe('delay 2026-11-22T03:15Z quiet-hours');
		expect(answer({ at: '2026-11-21T12:00Z', policy: policy({ rules: [anyDay] }), facts: { ...inZone('Asia/Kathmandu'), touches: [touch('2026-11-21T10:00Z')] } })).toBe('delay 2026-11-21T18:15Z any-day');
	});
});

describe('calendar windows', () => {
	const capped = (window: string, more: object = {}) => policy({ rules: [{ id: 'r', scope: { any: true }, limit: 1, window }], ...more });

	test('P35 a month ends with its last day, leap years included', () => {
		const month = capped('month');
		expect(answer({ at: '2027-01-31T12:00Z', policy: month, facts: { touches: [touch('2027-01-31T10:00Z')] } })).toBe('delay 2027-02-01T00:00Z r');
		expect(answer({ at: '2027-02-28T12:00Z', policy: month, facts: { touches: [touch('2027-01-31T10:00Z')] } })).toBe('send');
		expect(answer({ at: '2027-02-28T12:00Z', policy: month, facts: { touches: [touch('2027-02-01T00:00Z')] } })).toBe('delay 2027-03-01T00:00Z r');
		expect(answer({ at: '2028-02-29T12:00Z', policy: month, facts: { touches: [touch('2028-02-28T10:00Z')] } })).toBe('delay 2028-03-01T00:00Z r');
		expect(answer({ at: '2026-12-31T12:00Z', policy: month, facts: { touches: [touch('2026-12-01T00:00Z')] } })).toBe('delay 2027-01-01T00:00Z r');
	});

	test('P36 the week starts on Monday or on Sunday', () => {
		const saturday = { at: '2026-11-21T12:00Z', facts: { touches: [touch('2026-11-21T10:00Z')] } };
		expect(answer({ ...saturday, policy: capped('week') })).toBe('delay 2026-11-23T00:00Z r');
		expect(answer({ ...saturday, policy: capped('week', { weekStart: 'sunday' }) })).toBe('delay 2026-11-22T00:00Z r');
		const sunday = { at: '2026-11-22T12:00Z', facts: { touches: [touch('2026-11-21T10:00Z')] } };
		expect(answer({ ...sunday, policy: capped('week') })).toBe('delay 2026-11-23T00:00Z r');
		expect(answer({ ...sunday, policy: capped('week', { weekStart: 'sunday' }) })).toBe('send');
	});

	test('a local day has 23 or 25 hours when the clock changes', () => {
		const newYork = inZone('America/New_York');
		expect(answer({ at: '2026-03-08T06:00Z', policy: capped('day'), facts: { ...newYork, touches: [touch('2026-03-08T05:00Z')] } })).toBe('delay 2026-03-09T04:00Z r');
		expect(answer({ at: '2026-11-01T06:00Z', policy: capped('day'), facts: { ...newYork, touches: [touch('2026-11-01T04:00Z')] } })).toBe('delay 2026-11-02T05:00Z r');
	});

	test('a day whose midnight is skipped starts an hour later; a day that is skipped whole is no day', () => {
		const cairo = inZone('Africa/Cairo');
		expect(answer({ at: '2026-04-23T20:00Z', policy: capped('day'), facts: { ...cairo, touches: [touch('2026-04-23T19:00Z')] } })).toBe('delay 2026-04-23T22:00Z r');
		expect(iso(ZoneClock.of('Africa/Cairo')!.startOfDay(at('2026-04-24T00:00Z') / DAY))).toBe('2026-04-23T22:00Z');
		const apia = ZoneClock.of('Pacific/Apia')!;
		const skipped = at('2011-12-30T00:00Z') / DAY;
		expect(apia.startOfDay(skipped)).toBe(apia.startOfDay(skipped + 1));
		expect(iso(apia.startOfDay(skipped))).toBe('2011-12-30T10:00Z');
	});

	test('where clocks go back over midnight an instant belongs to the day that has begun', () => {
		// Havana, 2026-11-01: 01:00 becomes 00:00. Sao Paulo, 2018-02-18: 24:00 becomes 23:00.
		const havana = ZoneClock.of('America/Havana')!;
		expect(iso(havana.startOfDay(at('2026-11-01T00:00Z') / DAY))).toBe('2026-11-01T04:00Z');
		const saoPaulo = ZoneClock.of('America/Sao_Paulo')!;
		const saturday = at('2018-02-17T00:00Z') / DAY;
		expect(saoPaulo.startOfDay(saturday + 1) - saoPaulo.startOfDay(saturday)).toBe(25 * HOUR);
		expect(saoPaulo.dayHolding(at('2018-02-18T02:30Z'))).toBe(saturday);
		// St. John's, 2010-11-07: 00:01 became 23:01 of the day before.
		const stJohns = ZoneClock.of('America/St_Johns')!;
		const sunday = at('2010-11-07T00:00Z') / DAY;
		const secondTime = at('2010-11-07T03:00Z');
		expect(stJohns.localDay(secondTime)).toBe(sunday - 1);
		expect(stJohns.dayHolding(secondTime)).toBe(sunday);
	});
});

describe('P38 jitter', () => {
	const jittery = (more: object = {}) => policy({ quietHours: night, jitter: 'PT15M', ...more });
	const untilOf = (key: string, own = jittery(), parts: object = {}, known: Parameters<typeof facts>[0] = {}): number => {
		const decision = decide(request({ key, ...parts }), facts(known), own, at('2026-11-21T22:00Z'));
		if (decision.decision !== 'delay') throw new Error('expected a DELAY');
		return decision.untilMs;
	};
	const keys = Array.from({ length: 300 }, (_, index) => `key-${index}`);
	const end = at('2026-11-22T09:00Z');

	test('spreads the end of quiet hours over its length, the same for the same key', () => {
		const shifts = keys.map((key) => untilOf(key) - end);
		expect(Math.min(...shifts)).toBeGreaterThanOrEqual(0);
		expect(Math.max(...shifts)).toBeLessThanOrEqual(15 * MINUTE);
		for (let minute = 0; minute < 15; minute++) expect(shifts.some((shift) => Math.floor(shift / MINUTE) === minute)).toBe(true);
		expect(untilOf('key-1')).toBe(untilOf('key-1'));
	});

	test('never crosses the deadline', () => {
		for (const key of keys) expect(untilOf(key, jittery(), { deadline: '2026-11-22T09:02Z' })).toBeLessThanOrEqual(at('2026-11-22T09:02Z'));
		expect(untilOf('a', jittery(), { deadline: '2026-11-22T09:00Z' })).toBe(end);
	});

	test('never enters the next quiet period, a blackout date, or the end of a send window', () => {
		const gap = jittery({ quietHours: [...night, quiet('09:05', '12:00')] });
		const shifts = keys.map((key) => untilOf(key, gap) - end);
		expect(Math.max(...shifts)).toBeLessThan(5 * MINUTE);
		expect(new Set(shifts.map((shift) => Math.floor(shift / MINUTE))).size).toBe(5);
		expect(shifts.filter((shift) => shift === 0).length).toBeLessThan(5);
		const window = jittery({ sendWindows: [quiet('08:00', '09:03')] });
		for (const key of keys) expect(untilOf(key, window)).toBeLessThan(at('2026-11-22T09:03Z'));
		const midnight = jittery({ quietHours: [quiet('21:00', '23:55')], blackoutDates: ['2026-11-22'] });
		for (const key of keys) expect(untilOf(key, midnight)).toBeLessThan(at('2026-11-22T00:00Z'));
	});

	test('meets no rule that starts to bind in between', () => {
		const later = jittery({ rules: [{ id: 'r', scope: { any: true }, limit: 1, window: 'P7D', activeFrom: '2026-11-22T09:03:00Z' }] });
		for (const key of keys) expect(untilOf(key, later, {}, { touches: [touch('2026-11-21T10:00Z')] })).toBeLessThan(at('2026-11-22T09:03Z'));
	});

	test('is for quiet hours: a cap frees at its instant', () => {
		const capped = policy({ jitter: 'PT15M', rules: [anyDay] });
		expect(answer({ at: '2026-11-21T12:00Z', policy: capped, facts: { touches: [touch('2026-11-21T10:00Z')] } })).toBe('delay 2026-11-22T00:00Z any-day');
	});
});
