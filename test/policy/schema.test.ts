import { JourneyError } from '../../src/core/errors';
import { defaultPolicy } from '../../src/policy/defaultPolicy';
import { durationMs, durationWords } from '../../src/policy/duration';
import { compilePolicy, compileStricter } from '../../src/policy/policy';
import { readRequest } from '../../src/policy/request';
import { answer, at, customer, DAY, decideAt, HOUR, MINUTE, touch } from './support';
import { limitFor } from '../../src/policy/counting';

const file = (parts: object = {}) => ({ version: '1', storeZone: 'Europe/Moscow', ...parts });
const rule = (parts: object = {}) => ({ id: 'r', scope: { any: true }, limit: 1, window: 'day', ...parts });

function refusal(raw: unknown): string {
	try {
		compilePolicy(raw);
	} catch (error) {
		if (error instanceof JourneyError && error.code === 'bad_policy') return error.message.replace('The contact policy cannot be used: ', '');
		throw error;
	}
	throw new Error('the policy was accepted');
}

describe('the policy file', () => {
	test('the example of contact-policy.md section 10 compiles to what it says', () => {
		const policy = compilePolicy({
			version: '2026-11', storeZone: 'Europe/Moscow', weekStart: 'monday',
			rules: [
				{ id: 'any-day', scope: { any: true }, limit: 1, window: 'day' },
				{ id: 'email-7d', scope: { channel: 'email' }, limit: 3, window: 'P7D' },
				{ id: 'promo-7d', scope: { category: 'promo' }, limit: { default: 2, byStage: { vip: 3, dormant: 1 } }, window: 'P7D' },
				{ id: 'gap', scope: { any: true }, minGap: 'PT4H' },
			],
			quietHours: [{ channels: ['sms', 'push', 'email'], start: '21:00', end: '09:00', days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] }],
			blackoutDates: ['2027-01-01'], jitter: 'PT0S', requireConsent: true,
		});
		expect(policy).toMatchObject({ version: '2026-11', storeZone: 'Europe/Moscow', strict: false, jitterMs: 0, requireConsent: true, blackoutDays: [at('2027-01-01T00:00Z') / DAY], lookBackMs: 7 * DAY });
		expect(policy.rules[1]).toMatchObject({ id: 'email-7d', scope: { channel: 'email' }, window: { kind: 'rolling', ms: 7 * DAY }, mode: 'reserve_for_higher', horizonMs: DAY, appliesTo: ['marketing', 'service'] });
		expect(policy.rules[3]).toMatchObject({ limit: null, minGapMs: 4 * HOUR });
		expect(policy.quietHours).toEqual([{ channels: ['sms', 'push', 'email'], startMinute: 1260, endMinute: 540, onWeekday: Array.from({ length: 7 }, () => true) }]);
	});

	test('everything but the zone has a default', () => {
		expect(compilePolicy({ storeZone: 'UTC' })).toMatchObject({ rules: [], quietHours: [], weekStart: 'monday', strict: false, requireConsent: true, jitterMs: 0, ageing: false, off: false, lookBackMs: 0 });
	});

	test.each<[string, unknown, string]>([
		['a month as duration', file({ rules: [rule({ id: 'promo', window: 'P1M' })] }), 'rule "promo": window "P1M" has no fixed length: write days (P30D), or "month" for the calendar month.'],
		['a year as duration', file({ rules: [rule({ window: 'P1Y' })] }), 'rule "r": window "P1Y" has no fixed length: write days (P30D), or "month" for the calendar month.'],
		['seconds', file({ rules: [rule({ window: 'PT30S' })] }), 'rule "r": window counts weeks, days, hours and minutes, no seconds.'],
		['zero', file({ rules: [rule({ window: 'PT0M' })] }), 'rule "r": window must be longer than zero.'],
		['no window', file({ rules: [rule({ window: undefined })] }), 'rule "r": window is missing: a limit needs one, such as "day" or "P7D".'],
		['an unknown window', file({ rules: [rule({ window: 'fortnight' })] }), 'rule "r": window must be "day", "week", "month" or a duration such as P7D or PT4H.'],
		['longer than a year', file({ rules: [rule({ window: 'P367D' })] }), 'rule "r": window is longer than 366 days.'],
		['a bad gap', file({ rules: [rule({ minGap: '4 hours' })] }), 'rule "r": minGap must be a duration such as PT4H.'],
		['a negative limit', file({ rules: [rule({ limit: -1 })] }), 'rule "r": limit must be a whole number from 0 (never), or { "default": 2, "byStage": { "vip": 3, "dormant": { "add": -1 } } }.'],
		['a broken limit', file({ rules: [rule({ limit: 1.5 })] }), 'rule "r": limit must be a whole number from 0 (never), or'],
		['a limit as text', file({ rules: [rule({ limit: '3' })] }), 'rule "r": limit must be a whole number'],
		['a stage limit of another shape', file({ rules: [rule({ limit: { default: 2, byStage: { vip: { plus: 1 } } } })] }), 'rule "r": limit must be a whole number'],
		['an unknown key in a limit', file({ rules: [rule({ limit: { default: 2, bystage: {} } })] }), 'rule "r": limit must be a whole number'],
		['an empty scope', file({ rules: [rule({ scope: {} })] }), 'rule "r": scope is empty: write { "any": true }, or name a channel, category, tag or journey.'],
		['no scope', file({ rules: [rule({ scope: undefined })] }), 'rule "r": scope is missing.'],
		['any: false', file({ rules: [rule({ scope: { any: false } })] }), 'rule "r": scope.any can only be true; leave it out when a channel, category, tag or journey is named.'],
		['an unknown scope', file({ rules: [rule({ scope: { segment: 'x' } })] }), 'rule "r": scope.segment is not a known field.'],
		['a reserved word', file({ rules: [rule({ id: 'quiet-hours' })] }), 'rule "quiet-hours": id is a reserved word: choose another id.'],
		['a reserved prefix', file({ rules: [rule({ id: 'outranked:cart' })] }), 'rule "outranked:cart": id is a reserved word: choose another id.'],
		['the same id twice', file({ rules: [rule(), rule()] }), 'rule "r": id is used by another rule too: ids must differ.'],
		['no id', file({ rules: [rule(), rule({ id: undefined })] }), 'rule number 2: id is missing.'],
		['a misspelt field', file({ rules: [rule({ limt: 3 })] }), 'rule "r": limt is not a known field.'],
		['an unknown class', file({ rules: [rule({ appliesTo: ['promo'] })] }), 'rule "r": appliesTo.0 must be "transactional", "service" or "marketing".'],
		['an unknown mode', file({ rules: [rule({ mode: 'queue' })] }), 'rule "r": mode must be "fcfs", "reserve_for_higher" or "batch".'],
		['a batch of no length', file({ rules: [rule({ mode: 'batch' })] }), 'rule "r": collectFor is missing: "mode": "batch" needs it, such as "PT10M".'],
		['a horizon without its mode', file({ rules: [rule({ mode: 'fcfs', horizon: 'PT1H' })] }), 'rule "r": horizon goes with "mode": "reserve_for_higher" only.'],
		['collectFor without its mode', file({ rules: [rule({ collectFor: 'PT1H' })] }), 'rule "r": collectFor goes with "mode": "batch" only.'],
		['an instant without offset', file({ rules: [rule({ activeFrom: '2026-11-21T10:00:00' })] }), 'rule "r": activeFrom must be a date such as 2026-12-01 or an instant such as 2026-12-01T09:00:00Z.'],
		['24:00', file({ quietHours: [{ start: '21:00', end: '24:00' }] }), 'quietHours entry 1: end is 24:00: write 00:00.'],
		['no time of day', file({ quietHours: [{ start: '9pm', end: '09:00' }] }), 'quietHours entry 1: start must be a time of day such as 21:00.'],
		['a missing end', file({ sendWindows: [{ start: '10:00' }] }), 'sendWindows entry 1: end is missing.'],
		['an unknown day', file({ quietHours: [{ start: '21:00', end: '09:00', days: ['monday'] }] }), 'quietHours entry 1: days.0 must be one of mon, tue, wed, thu, fri, sat, sun.'],
		['no days', file({ quietHours: [{ start: '21:00', end: '09:00', days: [] }] }), 'quietHours entry 1: days is empty: leave it out for all days.'],
		['no date', file({ blackoutDates: ['1 January'] }), 'blackoutDates entry 1 is not a date such as 2027-01-01.'],
		['a date that does not exist', file({ blackoutDates: ['2027-02-29'] }), 'blackoutDates entry 1 is not a date such as 2027-01-01.'],
		['an unknown zone', file({ storeZone: 'Mars' }), 'storeZone is not a time zone such as Europe/Berlin.'],
		['the zone of the machine', file({ storeZone: 'local' }), 'storeZone is not a time zone such as Europe/Berlin.'],
		['no zone', {}, 'storeZone is missing.'],
		['long jitter', file({ jitter: 'PT2H' }), 'jitter is longer than one hour.'],
		['a week start', file({ weekStart: 'mon' }), 'weekStart must be "monday" or "sunday".'],
		['a channel twice', file({ channelCapacity: [{ channel: 'sms', limit: 1, window: 'PT1M' }, { channel: 'sms', limit: 2, window: 'PT1M' }] }), 'channelCapacity entry 2: channel is listed twice.'],
		['an unknown field', file({ quietHour: [] }), 'quietHour is not a known field.'],
		['no file at all', 'P7D', 'it must be an object.'],
		['nothing', null, 'it is missing.'],
	])('refuses %s', (_name, raw, sentence) => {
		expect(refusal(raw)).toContain(sentence);
	});

	test('says everything that is wrong at once, and where', () => {
		expect(refusal(file({ storeZone: 'Mars', rules: [rule({ window: 'P1M' }), rule({ id: 's', limit: -1 })] }))).toMatch(/^storeZone .*; rule "r": window .*; rule "s": limit .*\.$/);
		expect(() => compilePolicy(file({ rules: [rule({ window: 'P1M' })] }))).toThrow(expect.objectContaining({ details: { fields: ['rules.0.window'] } }));
	});

	test('a date stands for its local day in the zone of the store, activeTo included', () => {
		const [dated] = compilePolicy(file({ rules: [rule({ activeFrom: '2026-12-01', activeTo: '2026-12-31' })] })).rules;
		expect([dated.activeFromMs, dated.activeToMs]).toEqual([at('2026-11-30T21:00Z'), at('2026-12-31T21:00Z')]);
	});

	test('without a version the content is the version', () => {
		const version = (parts: object) => compilePolicy({ storeZone: 'UTC', ...parts }).version;
		expect(version({ weekStart: 'sunday', strict: true })).toBe(version({ strict: true, weekStart: 'sunday' }));
		expect(version({ strict: true })).not.toBe(version({ strict: false }));
	});

	test('lookBackMs reaches the longest window, gap or calendar period', () => {
		const lookBack = (...rules: object[]) => compilePolicy(file({ rules })).lookBackMs;
		expect(lookBack(rule({ window: 'P7D' }), rule({ id: 's', window: 'month' }))).toBe(32 * DAY);
		expect(lookBack(rule({ limit: undefined, window: undefined, minGap: 'P2D' }))).toBe(2 * DAY);
		expect(lookBack(rule({ limit: null, window: 'P30D' }))).toBe(0);
	});

	test('a compiled policy survives the way to a worker thread', () => {
		const policy = compilePolicy(defaultPolicy);
		expect(structuredClone(policy)).toEqual(policy);
	});
});

describe('a node adds its own rules', () => {
	test('they are ANDed: the answer can only become stricter', () => {
		const touches = [touch('2026-11-21T10:00Z')];
		const company = file({ requireConsent: false, rules: [rule({ limit: 5 })] });
		const asked = { at: '2026-11-21T12:00Z', facts: { touches } };
		expect(answer({ ...asked, policy: compilePolicy(company) })).toBe('send');
		expect(answer({ ...asked, policy: compileStricter(company, [rule({ id: 'own' })]) })).toBe('delay 2026-11-21T21:00Z own');
		expect(answer({ ...asked, policy: compileStricter(file({ requireConsent: false, rules: [rule()] }), [rule({ id: 'own', limit: 9 })]) })).toBe('delay 2026-11-21T21:00Z r');
	});

	test("the version tells the company policy and the node's rules apart", () => {
		expect(compileStricter(file(), []).version).toBe('1');
		expect(compileStricter(file(), [rule()]).version).toMatch(/^1\+[0-9a-f]{8}$/);
	});

	test("a rule id of the company's policy is taken", () => {
		expect(() => compileStricter(file({ rules: [rule()] }), [rule()])).toThrow('rule "r": id is used by another rule too');
	});
});

describe('the policy that is shipped', () => {
	const policy = compilePolicy(defaultPolicy);
	const consents = [{ channel: 'email', purpose: 'marketing', status: 'granted', at: 0 }];
	const days = (...back: number[]) => back.map((day) => touch(at('2026-11-21T12:00Z') - day * DAY));

	test.each<[string, ReturnType<typeof days>, object, string]>([
		['a first message', [], {}, 'send'],
		['one a day', [touch('2026-11-21T01:00Z')], {}, 'delay 2026-11-22T09:00Z quiet-hours'],
		['three in seven days', days(6, 4, 2), {}, 'delay 2026-11-22T12:00Z any-7d'],
		['four for VIP', days(6, 4, 2), { vip: true }, 'send'],
		['two for dormant customers', days(4, 2), { stage: 'dormant' }, 'delay 2026-11-24T12:00Z any-7d'],
		['a dormant customer can still be won back', days(4), { stage: 'dormant' }, 'send'],
		['two a day for VIP, four hours apart', [touch('2026-11-21T09:00Z')], { vip: true }, 'delay 2026-11-21T13:00Z gap'],
	])('%s', (_name, touches, parts, expected) => {
		expect(answer({ at: '2026-11-21T12:00Z', policy, facts: { touches, consents, customer: customer({ ...parts, phone: null }) } })).toBe(expected);
	});

	test('promo and SMS twice in seven days, quiet from 21 to 9, consent needed', () => {
		const promo = days(4, 2).map((sent) => ({ ...sent, category: 'promo/sale' }));
		expect(answer({ at: '2026-11-21T12:00Z', policy, request: { category: 'promo' }, facts: { consents, touches: promo } })).toBe('delay 2026-11-24T12:00Z promo-7d');
		expect(answer({ at: '2026-11-21T21:00Z', policy, facts: { consents } })).toBe('delay 2026-11-22T09:00Z quiet-hours');
		expect(answer({ at: '2026-11-21T21:00Z', policy, request: { channel: 'telegram', class: 'service' } })).toBe('send');
		expect(answer({ at: '2026-11-21T12:00Z', policy })).toBe('drop no_consent:email/marketing');
	});
});

describe('requests', () => {
	const raw = { key: 'r1', customer: 'c1', channel: 'email' };
	const problem = (parts: object): string => {
		try {
			readRequest({ ...raw, ...parts }, 'Line 3');
		} catch (error) {
			return (error as Error).message;
		}
		throw new Error('the request was accepted');
	};

	test('the line of section 10 is read', () => {
		const line = { key: 'r1', customer: 'c1', channel: 'email', category: 'promo', class: 'marketing', priority: 50, at: '2026-11-21T18:00:00Z' };
		expect(readRequest(line)).toEqual({ ...line, at: at('2026-11-21T18:00Z'), onBlock: 'delay', tags: [], exempt: [], urgent: false });
	});

	test('what is left out is the stricter choice', () => {
		expect(readRequest(raw)).toMatchObject({ class: 'marketing', priority: 50, onBlock: 'delay', category: '' });
		expect(readRequest({ ...raw, customer: 17, enrolment: 5, step: 'a', visit: 0 })).toMatchObject({ customer: '17', enrolment: '5' });
	});

	test('null is absent', () => {
		expect(readRequest({ ...raw, deadline: null, enrolment: null, counts: null })).toEqual(readRequest(raw));
		expect(compilePolicy(file({ rules: [rule({ minGap: null, activeFrom: null })], jitter: null }))).toMatchObject({ jitterMs: 0, rules: [{ minGapMs: 0 }] });
	});

	test('fallback names its channels', () => {
		expect(readRequest({ ...raw, onBlock: { fallback: ['SMS', 'push'] } }).onBlock).toEqual({ fallback: ['sms', 'push'] });
		expect(problem({ onBlock: { fallback: [] } })).toContain('onBlock must be "delay", "drop", "digest" or { "fallback": ["sms"] }');
		expect(problem({ onBlock: 'fallback' })).toContain('onBlock must be');
	});

	test.each<[string, object, string]>([
		['no customer', { customer: undefined }, 'Line 3 cannot be read: customer is missing.'],
		['no key', { key: undefined }, 'Line 3 cannot be read: key is missing: give a key, or enrolment with step and visit, or a mailingKey.'],
		['a priority out of range', { priority: 101 }, 'priority must be 0 to 100'],
		['a broken priority', { priority: 1.5 }, 'priority must be a whole number'],
		['an unknown class', { class: 'promo' }, 'class must be "transactional", "service" or "marketing"'],
		['an instant without offset', { at: '2026-11-21T18:00:00' }, 'at is not an instant such as 2026-11-21T18:00:00Z'],
		['a misspelt field', { not_before: '2026-11-21T18:00:00Z' }, 'not_before is not a known field'],
	])('refuses %s', (_name, parts, sentence) => {
		expect(problem(parts)).toContain(sentence);
	});
});

describe('durations', () => {
	test.each<[string, number | null]>([
		['P1D', DAY], ['P7D', 7 * DAY], ['P1W', 7 * DAY], ['PT4H', 4 * HOUR], ['PT90M', 90 * MINUTE], ['P1DT12H30M', DAY + 12 * HOUR + 30 * MINUTE], ['PT0S', 0],
		['P', null], ['PT', null], ['P1DT', null], ['P1M', null], ['P1Y', null], ['7D', null], ['p7d', null], ['P-1D', null], ['P1.5D', null], ['', null],
	])('%s', (written, ms) => {
		expect(durationMs(written)).toBe(ms);
	});

	test('in words', () => {
		expect([7 * DAY, DAY, 4 * HOUR, 90 * MINUTE, 1000].map(durationWords)).toEqual(['7 days', '1 day', '4 hours', '90 minutes', '1 second']);
	});

	test('a stage named like an inherited property is no stage of the limit', () => {
		expect(limitFor({ default: 2, byStage: {} }, { stage: 'toString', vip: false })).toBe(2);
		expect(decideAt({ at: '2026-11-21T12:00Z' }).decision).toBe('send');
	});
});
