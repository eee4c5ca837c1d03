import { decide } from '../../src/policy/decide';
import { bodyHash } from '../../src/policy/requestKey';
import { answer, at, DAY, decideAt, decideInTurn, facts, HOUR, iso, policy, quiet, request, summary, touch, waiting } from './support';

const anyDay = { id: 'any-day', scope: { any: true }, limit: 1, window: 'day' };
const any24h = { id: 'any-24h', scope: { any: true }, limit: 1, window: 'PT24H' };
const any7d = { id: 'any-7d', scope: { any: true }, limit: 3, window: 'P7D' };
const gap = { id: 'gap', scope: { any: true }, minGap: 'PT4H' };
const email7d = { id: 'email-7d', scope: { channel: 'email' }, limit: 1, window: 'P7D' };
const with_ = (...rules: unknown[]) => policy({ rules });

describe('rolling and calendar windows', () => {
	test('P01 one a calendar day: 23:59 and 00:00 local both pass', () => {
		const moscow = { customer: { timeZone: 'Europe/Moscow' } };
		expect(answer({ at: '2026-11-21T20:59Z', policy: with_(anyDay), facts: moscow })).toBe('send');
		expect(answer({ at: '2026-11-21T21:00Z', policy: with_(anyDay), facts: { ...moscow, touches: [touch('2026-11-21T20:59Z')] } })).toBe('send');
		expect(answer({ at: '2026-11-21T21:00Z', policy: with_(anyDay), facts: { ...moscow, touches: [touch('2026-11-21T20:59:59.999Z')] } })).toBe('send');
		expect(answer({ at: '2026-11-21T20:59:59.999Z', policy: with_(anyDay), facts: { ...moscow, touches: [touch('2026-11-21T20:59Z')] } })).toBe('delay 2026-11-21T21:00Z any-day');
	});

	test('P02 one in rolling 24 h: 23:59, then 00:00 waits until 23:59', () => {
		expect(answer({ at: '2026-11-22T00:00Z', policy: with_(any24h), facts: { touches: [touch('2026-11-21T23:59Z')] } })).toBe('delay 2026-11-22T23:59Z any-24h');
	});

	test('P03 at exactly ts + D the message is allowed, one millisecond earlier not', () => {
		const touches = [touch('2026-11-21T12:00:00.123Z')];
		expect(answer({ at: '2026-11-22T12:00:00.123Z', policy: with_(any24h), facts: { touches } })).toBe('send');
		expect(answer({ at: '2026-11-22T12:00:00.122Z', policy: with_(any24h), facts: { touches } })).toBe('delay 2026-11-22T12:00:00.123Z any-24h');
	});

	test('P04 three in 7 days, sent on d1, d2, d6: the fourth asked on d6 waits for d1 + 7 d', () => {
		const touches = [touch('2026-11-01T10:00Z'), touch('2026-11-02T11:00Z'), touch('2026-11-06T12:00Z')];
		expect(answer({ at: '2026-11-06T15:00Z', policy: with_(any7d), facts: { touches } })).toBe('delay 2026-11-08T10:00Z any-7d');
	});

	test('P04 a ledger over the limit waits until enough have left', () => {
		const touches = [1, 2, 3, 4, 5].map((day) => touch(`2026-11-0${day}T10:00Z`));
		expect(answer({ at: '2026-11-05T15:00Z', policy: with_(any7d), facts: { touches } })).toBe('delay 2026-11-10T10:00Z any-7d');
	});

	test('P05 of two rules the later instant wins and binds; on a tie the first in order', () => {
		const touches = [touch('2026-11-21T10:00Z')];
		const decision = decideAt({ at: '2026-11-21T12:00Z', policy: with_(anyDay, any24h), facts: { touches } });
		expect(summary(decision)).toBe('delay 2026-11-22T10:00Z any-24h');
		expect(decision).toMatchObject({ reasons: ['any-day', 'any-24h'] });
		expect(answer({ at: '2026-11-21T12:00Z', policy: with_(email7d, { ...email7d, id: 'again' }), facts: { touches } })).toBe('delay 2026-11-28T10:00Z email-7d');
	});

	test('P06 a cap that frees at 02:00 inside quiet hours waits for their end', () => {
		const night = policy({ rules: [any24h], quietHours: [quiet('21:00', '09:00')] });
		expect(answer({ at: '2026-11-21T12:00Z', policy: night, facts: { touches: [touch('2026-11-21T02:00Z')] } })).toBe('delay 2026-11-22T09:00Z quiet-hours');
	});

	test('P07 at the end of quiet hours a blackout date, another period or a rule that became active binds', () => {
		const quietHours = [quiet('21:00', '09:00')];
		const asked = { at: '2026-11-21T22:00Z' };
		expect(answer({ ...asked, policy: policy({ quietHours, blackoutDates: ['2026-11-22', '2026-11-23'] }) })).toBe('delay 2026-11-24T09:00Z quiet-hours');
		expect(answer({ ...asked, policy: policy({ quietHours: [...quietHours, quiet('08:00', '10:30', { days: ['sun'] })] }) })).toBe('delay 2026-11-22T10:30Z quiet-hours');
		const later = { ...any24h, id: 'from-22nd', activeFrom: '2026-11-22T08:00:00Z' };
		expect(answer({ ...asked, policy: policy({ quietHours, rules: [later] }), facts: { touches: [touch('2026-11-21T20:00Z')] } })).toBe('delay 2026-11-22T20:00Z from-22nd');
	});

	test('P08 quiet hours that never end leave a bounded answer: look again later', () => {
		const never = policy({ quietHours: [quiet('00:00', '00:00')] });
		const decision = decideAt({ at: '2026-11-21T12:00Z', policy: never });
		expect(decision).toMatchObject({ decision: 'delay', rule: 'quiet-hours' });
		expect(decision.decision === 'delay' && decision.untilMs).toBeGreaterThan(at('2026-12-21T12:00Z'));
	});

	test('P09 a tag of the message sent still counts, whatever became of the tag since', () => {
		const sale = with_({ id: 'sale', scope: { tag: 'sale' }, limit: 1, window: 'P7D' });
		const stamped = { touches: [touch('2026-11-20T10:00Z', { tags: ['sale'] })] };
		expect(answer({ at: '2026-11-21T10:00Z', policy: sale, request: { tags: ['sale'] }, facts: stamped })).toBe('delay 2026-11-27T10:00Z sale');
		expect(answer({ at: '2026-11-21T10:00Z', policy: sale, request: { tags: [] }, facts: stamped })).toBe('send');
	});

	describe('P10 exempt and counted are two switches', () => {
		const asked = { at: '2026-11-21T12:00Z', policy: with_(anyDay) };
		const sent = (parts: object) => ({ touches: [touch('2026-11-21T10:00Z', parts)] });

		test.each([
			['exempt, counts not set: not counted', { exempt: ['any-day'] }, 'send'],
			['exempt and counted', { exempt: ['any-day'], counts: true }, 'delay 2026-11-22T00:00Z any-day'],
			['not exempt and not counted', { counts: false }, 'send'],
			['exempt from another rule: counted', { exempt: ['gap'] }, 'delay 2026-11-22T00:00Z any-day'],
			['plain', {}, 'delay 2026-11-22T00:00Z any-day'],
		])('%s', (_name, parts, expected) => {
			expect(answer({ ...asked, facts: sent(parts) })).toBe(expected);
		});

		test('an exempt request passes a full rule, and the trace says so', () => {
			const decision = decideAt({ ...asked, request: { exempt: ['any-day'] }, facts: sent({}) });
			expect(summary(decision)).toBe('send');
			expect(decision.trace.filter(({ rule }) => rule === 'any-day')).toEqual([{ check: 'cap', outcome: 'skipped', rule: 'any-day', note: 'exempt' }]);
		});

		test('counts: false does not lift the limit', () => {
			expect(answer({ ...asked, request: { counts: false }, facts: sent({}) })).toBe('delay 2026-11-22T00:00Z any-day');
		});
	});

	test('P11 a step on several channels counts once on each and once each on "any"', () => {
		const rules = [{ id: 'email', scope: { channel: 'email' }, limit: 1, window: 'day' }, { id: 'any-3', scope: { any: true }, limit: 3, window: 'day' }];
		const step = { enrolment: 'e1', step: 's1', visit: 1 };
		const requests = ['email', 'sms', 'push'].map((channel) => request({ key: channel, channel, ...step }));
		const first = decideInTurn(requests, facts({ customer: { phone: '+442071838750' } }), with_(...rules), at('2026-11-21T12:00Z'));
		expect(first.decisions.map(summary)).toEqual(['send', 'send', 'send']);
		const more = (channel: string) => summary(decide(request({ key: 'more', channel }), first.facts, with_(...rules), at('2026-11-21T13:00Z')));
		expect(more('telegram')).toBe('delay 2026-11-22T00:00Z any-3');
		expect(summary(decide(request({ key: 'more' }), { ...first.facts, touches: first.facts.touches.slice(0, 1) }, with_(...rules), at('2026-11-21T13:00Z')))).toBe('delay 2026-11-22T00:00Z email');
	});

	test('P12 rejected at once frees, bounced later does not, unless the rule says so', () => {
		const asked = { at: '2026-11-21T12:00Z' };
		const sent = (parts: object) => ({ touches: [touch('2026-11-21T10:00Z', parts)] });
		expect(answer({ ...asked, policy: with_(anyDay), facts: sent({ state: 'released' }) })).toBe('send');
		expect(answer({ ...asked, policy: with_(anyDay), facts: sent({ bounced: true }) })).toBe('delay 2026-11-22T00:00Z any-day');
		expect(answer({ ...asked, policy: with_({ ...anyDay, releaseOnBounce: true }), facts: sent({ bounced: true }) })).toBe('send');
	});

	test('P13 a send made outside is a committed row and counts', () => {
		const outside = touch('2026-11-21T10:00Z', { channel: 'call', journey: null });
		expect(answer({ at: '2026-11-21T12:00Z', policy: with_(anyDay), facts: { touches: [outside] } })).toBe('delay 2026-11-22T00:00Z any-day');
	});

	describe('P14 zero and empty', () => {
		test.each([
			['0 means never', 0, 'drop cap:r r'],
			['empty text is no rule', '', 'send'],
			['null is no rule', null, 'send'],
			['absent is no rule', undefined, 'send'],
			['0 for this stage means never', { default: 5, byStage: { dormant: 0 } }, 'drop cap:r r'],
			['lowered to 0 means never', { default: 1, byStage: { dormant: { add: -1 } } }, 'drop cap:r r'],
			['lowered below 0 means never', { default: 1, byStage: { dormant: { add: -3 } } }, 'drop cap:r r'],
			['an empty default is no limit', { default: null, byStage: { dormant: { add: -1 } } }, 'send'],
		])('%s', (_name, limit, expected) => {
			expect(answer({ at: '2026-11-21T12:00Z', policy: with_({ id: 'r', scope: { any: true }, limit, window: 'day' }), facts: { customer: { stage: 'dormant' } } })).toBe(expected);
		});

		const never = { id: 'never', scope: { any: true }, limit: 0, window: 'day' };
		test('never comes before quiet hours, and a deadline already past before never', () => {
			const own = policy({ rules: [never], quietHours: [quiet('21:00', '09:00')] });
			expect(answer({ at: '2026-11-21T22:00Z', policy: own, request: { deadline: '2026-11-21T23:00Z' } })).toBe('drop cap:never never');
			expect(answer({ at: '2026-11-21T22:00Z', policy: own, request: { deadline: '2026-11-21T21:59Z' } })).toBe('drop expired');
		});

		test('never holds while the rule is active', () => {
			expect(answer({ at: '2026-11-21T22:00Z', policy: with_({ ...never, activeTo: '2026-11-22T06:00:00Z' }) })).toBe('delay 2026-11-22T06:00Z never');
			expect(answer({ at: '2026-11-21T22:00Z', policy: with_({ ...never, activeFrom: '2026-11-22T06:00:00Z' }) })).toBe('send');
			expect(answer({ at: '2026-11-21T22:00Z', policy: with_({ ...never, activeTo: '2026-11-21' }) })).toBe('delay 2026-11-22T00:00Z never');
		});

		test('transactional passes even never', () => {
			expect(answer({ at: '2026-11-21T22:00Z', policy: with_({ ...never, appliesTo: ['transactional', 'marketing'] }), request: { class: 'transactional' } })).toBe('send');
		});
	});

	describe('P15 limits by stage', () => {
		const byStage = { id: 'promo-7d', scope: { any: true }, limit: { default: 2, byStage: { vip: { add: 1 }, dormant: 1 } }, window: 'P7D' };
		const sent = (count: number) => Array.from({ length: count }, (_, index) => touch(at('2026-11-20T10:00Z') + index * HOUR));

		test('the limit of the stage at the decision holds, and stands in the trace', () => {
			const asked = { at: '2026-11-21T12:00Z', policy: with_(byStage) };
			expect(answer({ ...asked, facts: { customer: { stage: 'dormant' }, touches: sent(1) } })).toBe('delay 2026-11-27T10:00Z promo-7d');
			const active = decideAt({ ...asked, facts: { customer: { stage: 'active' }, touches: sent(1) } });
			expect(summary(active)).toBe('send');
			expect(active.trace).toContainEqual({ check: 'cap', outcome: 'passed', rule: 'promo-7d', limit: 2, note: 'stage active' });
		});

		test('P17 an unknown or unlisted stage gets the default', () => {
			for (const stage of [null, 'constructor', 'new']) {
				expect(answer({ at: '2026-11-21T12:00Z', policy: with_(byStage), facts: { customer: { stage }, touches: sent(1) } })).toBe('send');
				expect(answer({ at: '2026-11-21T12:00Z', policy: with_(byStage), facts: { customer: { stage }, touches: sent(2) } })).toBe('delay 2026-11-27T10:00Z promo-7d');
			}
		});

		test('vip wins over the stage', () => {
			const dormantVip = { customer: { stage: 'dormant', vip: true }, touches: sent(2) };
			expect(answer({ at: '2026-11-21T12:00Z', policy: with_(byStage), facts: dormantVip })).toBe('send');
			const noVip = { ...byStage, limit: { default: 2, byStage: { dormant: 1 } } };
			expect(answer({ at: '2026-11-21T12:00Z', policy: with_(noVip), facts: dormantVip })).toBe('delay 2026-11-27T11:00Z promo-7d');
		});
	});

	test('P18 a message for later is judged at its planned instant, and takes no slot before', () => {
		const asked = { at: '2026-11-21T12:00Z', policy: with_(any24h), facts: { touches: [touch('2026-11-21T10:00Z')] } };
		expect(answer({ ...asked, request: { notBefore: '2026-11-23T09:00Z' } })).toBe('delay 2026-11-23T09:00Z not-before');
		expect(answer({ ...asked, request: { notBefore: '2026-11-22T09:00Z' } })).toBe('delay 2026-11-22T10:00Z any-24h');
		expect(answer({ ...asked, request: { notBefore: '2026-11-20T09:00Z' } })).toBe('delay 2026-11-22T10:00Z any-24h');
	});

	describe('P19 the clock was stepped back: the ledger holds messages of later', () => {
		test('the cap still holds, and frees when those have left', () => {
			expect(answer({ at: '2026-11-21T12:00Z', policy: with_(any24h), facts: { touches: [touch('2026-11-21T13:00Z')] } })).toBe('delay 2026-11-22T13:00Z any-24h');
			expect(answer({ at: '2026-11-21T12:00Z', policy: with_(gap), facts: { touches: [touch('2026-11-21T13:00Z')] } })).toBe('delay 2026-11-21T17:00Z gap');
		});

		test('messages further ahead than the window do not block', () => {
			const touches = [touch('2027-11-21T13:00Z')];
			expect(answer({ at: '2026-11-21T12:00Z', policy: with_(any24h, gap, anyDay), facts: { touches } })).toBe('send');
		});

		test('a message between two that are further apart than the window fits', () => {
			const two = { id: 'two', scope: { any: true }, limit: 2, window: 'PT10H' };
			const touches = [touch('2026-11-21T03:00Z'), touch('2026-11-21T21:00Z')];
			expect(answer({ at: '2026-11-21T12:00Z', policy: with_(two), facts: { touches } })).toBe('send');
			const exactly = [touch('2026-11-21T11:00Z'), touch('2026-11-21T21:00Z')];
			expect(answer({ at: '2026-11-21T12:00Z', policy: with_(two), facts: { touches: exactly } })).toBe('send');
			const closer = [touch('2026-11-21T11:00Z'), touch('2026-11-21T20:00Z')];
			expect(answer({ at: '2026-11-21T12:00Z', policy: with_(two), facts: { touches: closer } })).toBe('delay 2026-11-21T21:00Z two');
		});
	});

	test('P20 ten thousand rows: the decision reads the windows only', () => {
		const now = at('2026-11-21T12:00Z');
		const rows = Array.from({ length: 10_000 }, (_, index) => touch(now - (10_000 - index) * 6 * HOUR));
		let read = 0;
		const watched = new Proxy(rows, {
			get: (target, name, receiver) => {
				if (typeof name === 'string' && /^\d+$/.test(name)) read += 1;
				return Reflect.get(target, name, receiver);
			},
		});
		const decision = decide(request(), { ...facts(), touches: watched }, with_(anyDay, any7d, gap), now);
		expect(summary(decision)).toBe(`delay ${iso(now - 6 * HOUR * 3 + 7 * DAY)} any-7d`);
		expect(read).toBeLessThan(400);
	});
});

describe('what a rule covers', () => {
	test.each<[string, object, Record<string, unknown>, boolean]>([
		['any', { any: true }, {}, true],
		['its channel', { channel: 'email' }, {}, true],
		['another channel', { channel: 'sms' }, {}, false],
		['its category', { category: 'promo' }, { category: 'promo' }, true],
		['a category below', { category: 'promo' }, { category: 'promo/sale/shoes' }, true],
		['a category that only starts alike', { category: 'promo' }, { category: 'promotion' }, false],
		['a category above', { category: 'promo/sale' }, { category: 'promo' }, false],
		['no category', { category: 'promo' }, {}, false],
		['a tag among others', { tag: 'sale' }, { tags: ['new', 'sale'] }, true],
		['a tag below', { tag: 'sale' }, { tags: ['sale/summer'] }, true],
		['its journey', { journey: 'cart' }, { journey: 'cart' }, true],
		['another journey', { journey: 'cart' }, { journey: 'carts' }, false],
		['conditions are ANDed', { channel: 'email', category: 'promo' }, { category: 'news' }, false],
		['conditions are ANDed, all met', { channel: 'email', category: 'promo' }, { category: 'promo' }, true],
	])('%s', (_name, scope, parts, covered) => {
		const own = with_({ id: 'r', scope, limit: 1, window: 'day' });
		const touches = [touch('2026-11-21T10:00Z', parts)];
		expect(answer({ at: '2026-11-21T12:00Z', policy: own, request: parts, facts: { touches } })).toBe(covered ? 'delay 2026-11-22T00:00Z r' : 'send');
	});

	test('a rule limits and counts its classes only', () => {
		const transactional = { touches: [touch('2026-11-21T10:00Z', { class: 'transactional' })] };
		const service = { touches: [touch('2026-11-21T10:00Z', { class: 'service' })] };
		const asked = { at: '2026-11-21T12:00Z' };
		expect(answer({ ...asked, policy: with_(anyDay), facts: transactional })).toBe('send');
		expect(answer({ ...asked, policy: with_(anyDay), facts: service })).toBe('delay 2026-11-22T00:00Z any-day');
		expect(answer({ ...asked, policy: with_({ ...anyDay, appliesTo: ['marketing'] }), facts: service })).toBe('send');
		expect(answer({ ...asked, policy: with_({ ...anyDay, appliesTo: ['marketing'] }), request: { class: 'service' }, facts: { touches: [touch('2026-11-21T10:00Z')] } })).toBe('send');
		expect(answer({ ...asked, policy: with_({ ...anyDay, appliesTo: ['marketing', 'transactional'] }), facts: transactional })).toBe('delay 2026-11-22T00:00Z any-day');
	});

	test.each<[string, object, string]>([
		['committed', { state: 'committed' }, 'delay'],
		['handed off', { state: 'handed_off' }, 'delay'],
		['unknown', { state: 'unknown' }, 'delay'],
		['reserved', { state: 'reserved', expiresAt: at('2026-11-21T12:00:00.001Z') }, 'delay'],
		['reserved, just expired', { state: 'reserved', expiresAt: at('2026-11-21T12:00Z') }, 'send'],
		['released', { state: 'released' }, 'send'],
		['expired', { state: 'expired' }, 'send'],
		["a control customer's ghost", { ghost: true }, 'send'],
	])('a touch that is %s', (_name, parts, expected) => {
		const decision = decideAt({ at: '2026-11-21T12:00Z', policy: with_({ ...anyDay, mode: 'fcfs' }), facts: { touches: [touch('2026-11-21T10:00Z', parts)] } });
		expect(decision.decision).toBe(expected);
	});

	test('the minimum gap sees exactly the messages of its scope, at exactly the gap the message is allowed', () => {
		const smsGap = { id: 'sms-gap', scope: { channel: 'sms' }, minGap: 'PT4H' };
		const touches = [touch('2026-11-21T10:00Z')];
		const asked = { policy: with_(gap, smsGap), facts: { touches } };
		expect(answer({ ...asked, at: '2026-11-21T13:59:59.999Z' })).toBe('delay 2026-11-21T14:00Z gap');
		expect(answer({ ...asked, at: '2026-11-21T14:00Z' })).toBe('send');
		expect(answer({ ...asked, at: '2026-11-21T12:00Z', policy: with_(smsGap) })).toBe('send');
		expect(answer({ ...asked, at: '2026-11-21T12:00Z', request: { exempt: ['gap'] } })).toBe('send');
	});

	test('a gap that is no longer active by then ends with its rule', () => {
		const ending = { ...gap, activeTo: '2026-11-21T12:30:00Z' };
		expect(answer({ at: '2026-11-21T12:00Z', policy: with_(ending), facts: { touches: [touch('2026-11-21T10:00Z')] } })).toBe('delay 2026-11-21T12:30Z gap');
	});
});

describe('P16 the policy changes while a message waits', () => {
	const tight = with_(any24h);
	const loose = with_({ ...any24h, limit: 5 });
	const touches = [touch('2026-11-21T10:00Z')];
	const held = decideAt({ at: '2026-11-21T12:00Z', policy: tight, facts: { touches } });
	const later = (own: ReturnType<typeof with_>, when: string, more: object = {}) => {
		const known = facts({ touches, prior: { bodyHash: bodyHash(request()), answer: held, ...more } });
		return summary(decide(request(), known, own, at(when)));
	};

	test('loosened: the promise stands until its instant, unless it is planned again', () => {
		expect(summary(held)).toBe('delay 2026-11-22T10:00Z any-24h');
		expect(later(loose, '2026-11-22T09:59Z')).toBe('delay 2026-11-22T10:00Z any-24h');
		expect(later(loose, '2026-11-21T13:00Z', { replan: true })).toBe('send');
		expect(later(loose, '2026-11-22T10:00Z')).toBe('send');
	});

	test('tightened: when it is due the policy in force holds it again', () => {
		const tighter = with_({ ...any24h, window: 'P7D' });
		expect(later(tighter, '2026-11-22T10:00Z')).toBe('delay 2026-11-28T10:00Z any-24h');
	});

	test('every decision names the policy it was made under', () => {
		expect(held.policyVersion).toBe('test');
		expect(policy({ version: undefined, rules: [anyDay] }).version).not.toBe(policy({ version: undefined, rules: [gap] }).version);
	});

	test('P15 the stage changes between DELAY and due', () => {
		const staged = with_({ id: 's', scope: { any: true }, limit: { default: 1, byStage: { vip: 2 } }, window: 'P7D' });
		const before = decideAt({ at: '2026-11-21T12:00Z', policy: staged, facts: { touches, pending: [waiting('2026-12-30T00:00Z')] } });
		expect(summary(before)).toBe('delay 2026-11-28T10:00Z s');
		const more = [...touches, touch('2026-11-25T10:00Z')];
		expect(answer({ at: '2026-11-28T10:00Z', policy: staged, facts: { touches: more, customer: { vip: true } } })).toBe('send');
		expect(answer({ at: '2026-11-28T10:00Z', policy: staged, facts: { touches: more } })).toBe('delay 2026-12-02T10:00Z s');
	});
});
