import { decide } from '../../src/policy/decide';
import type { Pending } from '../../src/policy/facts';
import { factsAfter } from '../../src/policy/factsAfter';
import { asOutranked } from '../../src/policy/preemption';
import { compareRank, releaseOrder, type Ranked } from '../../src/policy/priority';
import { bodyHash } from '../../src/policy/requestKey';
import { answer, at, DAY, decideAt, decideInTurn, facts, HOUR, iso, MINUTE, policy, request, summary, touch, waiting } from './support';

const any24h = { id: 'any-24h', scope: { any: true }, limit: 1, window: 'PT24H' };
const own = policy({ rules: [any24h] });
const noon = '2026-11-21T12:00Z';
const low = { priority: 50 };

describe('a lower request gives way to a higher one that waits', () => {
	test('P39 lower first, higher waiting within the horizon: the lower is held until the higher has been decided', () => {
		const decision = decideAt({ at: noon, policy: own, request: low, facts: { pending: [waiting('2026-11-21T18:00Z')] } });
		expect(summary(decision)).toBe('delay 2026-11-21T18:00Z outranked:win-back');
		expect(decision.trace).toContainEqual(expect.objectContaining({ check: 'arbitration', outcome: 'blocked_until', rule: 'any-24h', note: 'outranked:win-back' }));
	});

	test.each<[string, string, Partial<Pending>, object, string]>([
		['within 24 hours, the edge included', '2026-11-22T12:00Z', {}, {}, 'delay 2026-11-22T12:00Z outranked:win-back'],
		['beyond 24 hours', '2026-11-22T12:00:00.001Z', {}, {}, 'send'],
		["beyond the rule's own horizon", '2026-11-21T14:00Z', {}, { horizon: 'PT1H' }, 'send'],
		['fcfs: who comes first', '2026-11-21T18:00Z', {}, { mode: 'fcfs' }, 'send'],
		['equal priority is not higher', '2026-11-21T18:00Z', { priority: 50 }, {}, 'send'],
		['lower', '2026-11-21T18:00Z', { priority: 49 }, {}, 'send'],
		['outside the scope of the rule', '2026-11-21T18:00Z', { channel: 'sms' }, { scope: { channel: 'email' } }, 'send'],
		['not counted by the rule', '2026-11-21T18:00Z', { counts: false }, {}, 'send'],
		['exempt from the rule', '2026-11-21T18:00Z', { exempt: ['any-24h'] }, {}, 'send'],
		['transactional never competes', '2026-11-21T18:00Z', { class: 'transactional' }, { appliesTo: ['transactional', 'marketing'] }, 'send'],
		['room for both', '2026-11-21T18:00Z', {}, { limit: 2 }, 'send'],
		['the request itself, waiting so far', '2026-11-21T18:00Z', { key: 'r1' }, {}, 'send'],
		['due this very instant, not looked at yet', noon, {}, {}, 'delay 2026-11-21T12:00:01Z outranked:win-back'],
		['due for a minute, not looked at yet', '2026-11-21T11:59Z', {}, {}, 'delay 2026-11-21T12:00:01Z outranked:win-back'],
		['due for longer: its workflow is off', '2026-11-21T11:58:59.999Z', {}, {}, 'send'],
		['a request without a journey is named by its key', '2026-11-21T18:00Z', { journey: null }, {}, 'delay 2026-11-21T18:00Z outranked:high'],
	])('P39 %s', (_name, until, pending, rule, expected) => {
		const held = { customer: { phone: '+442071838750' }, pending: [waiting(until, pending)] };
		expect(answer({ at: noon, policy: policy({ rules: [{ ...any24h, ...rule }] }), request: low, facts: held })).toBe(expected);
	});

	test('P39 what is counted and what waits are added up', () => {
		const two = policy({ rules: [{ ...any24h, limit: 2 }] });
		const touches = [touch('2026-11-21T10:00Z')];
		const pending = [waiting('2026-11-21T18:00Z')];
		expect(answer({ at: noon, policy: two, request: low, facts: { touches, pending } })).toBe('delay 2026-11-21T18:00Z outranked:win-back');
		expect(answer({ at: noon, policy: two, request: low, facts: { touches: [touch('2026-11-20T13:00Z')], pending } })).toBe('delay 2026-11-21T13:00Z outranked:win-back');
		expect(answer({ at: noon, policy: two, request: low, facts: { pending: [...pending, waiting('2026-11-21T15:00Z', { key: 'higher', journey: 'vip', priority: 95 })] } }))
			.toBe('delay 2026-11-21T15:00Z outranked:vip');
	});

	test('P39 a request that comes into sight while the first passes is waited for as well', () => {
		const pending = [waiting('2026-11-22T11:00Z'), waiting('2026-11-23T10:00Z', { key: 'next' })];
		expect(answer({ at: noon, policy: own, request: low, facts: { pending } })).toBe('delay 2026-11-23T10:00Z outranked:win-back');
	});

	test('onBlock drop: outranked, named by the journey', () => {
		expect(answer({ at: noon, policy: own, request: { ...low, onBlock: 'drop' }, facts: { pending: [waiting('2026-11-21T18:00Z')] } })).toBe('drop outranked:win-back outranked:win-back');
	});

	test('P40 the higher is cancelled: the lower, planned again, goes at once', () => {
		const asked = request(low);
		const known = facts({ pending: [waiting('2026-11-21T18:00Z')] });
		const held = decide(asked, known, own, at(noon));
		const again = { ...factsAfter(known, asked, held, at(noon)), pending: [] };
		const prior = { bodyHash: bodyHash(asked), answer: held };
		expect(summary(decide(asked, { ...again, prior }, own, at('2026-11-21T13:00Z')))).toBe('delay 2026-11-21T18:00Z outranked:win-back');
		expect(summary(decide(asked, { ...again, prior: { ...prior, replan: true } }, own, at('2026-11-21T13:00Z')))).toBe('send');
	});

	test('P45 a higher request that consent, suppression or a missing address would drop does not block', () => {
		const pending = [waiting('2026-11-21T18:00Z', { channel: 'sms' })];
		const reachable = { customer: { phone: '+442071838750' }, pending };
		const asked = { at: noon, policy: policy({ rules: [any24h], requireConsent: false }), request: low };
		expect(answer({ ...asked, facts: reachable })).toBe('delay 2026-11-21T18:00Z outranked:win-back');
		expect(answer({ ...asked, facts: { ...reachable, consents: [{ channel: 'sms', purpose: 'marketing', status: 'denied', at: 0 }] } })).toBe('send');
		expect(answer({ ...asked, facts: { ...reachable, suppressions: [{ channel: 'sms', reason: 'invalid', at: 0 }] } })).toBe('send');
		expect(answer({ ...asked, facts: { pending } })).toBe('send');
	});

	test('P46 ghosts are looked at by ghosts only', () => {
		const ghost = { pending: [waiting('2026-11-21T18:00Z', { ghost: true })] };
		expect(answer({ at: noon, policy: own, request: low, facts: ghost })).toBe('send');
		expect(answer({ at: noon, policy: own, request: low, facts: { ...ghost, inHoldout: true } })).toBe('delay 2026-11-21T18:00Z outranked:win-back');
	});

	test('P43 two equal journeys: nobody waits for the other for ever', () => {
		let known = facts({ touches: [touch('2026-11-21T10:00Z')] });
		const both = ['a', 'b'].map((journey) => request({ key: journey, journey }));
		const first = decideInTurn(both, known, own, at(noon));
		expect(first.decisions.map(summary)).toEqual(['delay 2026-11-22T10:00Z any-24h', 'delay 2026-11-22T10:00Z any-24h']);
		known = first.facts;
		const later = decideInTurn(both, known, own, at('2026-11-22T10:00Z'));
		expect(later.decisions.map(summary)).toEqual(['send', 'delay 2026-11-23T10:00Z any-24h']);
		const last = decideInTurn(both.slice(1), later.facts, own, at('2026-11-23T10:00Z'));
		expect(last.decisions.map(summary)).toEqual(['send']);
	});
});

describe('P41 pre-emption', () => {
	const reserved = (parts: object = {}) => touch('2026-11-21T11:55Z', { key: 'victim', state: 'reserved', expiresAt: at('2026-11-21T12:10Z'), priority: 40, ...parts });

	test('a higher request takes the slot of a lower reservation', () => {
		const decision = decideAt({ at: noon, policy: own, request: low, facts: { touches: [reserved()] } });
		expect(decision).toMatchObject({ decision: 'send', preempts: ['victim'] });
		expect(decision.trace).toContainEqual({ check: 'arbitration', outcome: 'passed', note: 'takes the place of victim' });
	});

	test.each<[string, object]>([
		['committed', { state: 'committed' }],
		['handed off', { state: 'handed_off' }],
		['unknown', { state: 'unknown' }],
		['of equal priority', { priority: 50 }],
		['of higher priority', { priority: 60 }],
		['transactional', { class: 'transactional' }],
	])('never one that is %s', (_name, parts) => {
		const both = policy({ rules: [{ ...any24h, appliesTo: ['marketing', 'transactional'] }] });
		const decision = decideAt({ at: noon, policy: both, request: low, facts: { touches: [reserved(parts)] } });
		expect(summary(decision)).toBe('delay 2026-11-22T11:55Z any-24h');
	});

	test('a rule of mode fcfs takes no slot away', () => {
		expect(answer({ at: noon, policy: policy({ rules: [{ ...any24h, mode: 'fcfs' }] }), request: low, facts: { touches: [reserved()] } })).toBe('delay 2026-11-22T11:55Z any-24h');
	});

	test('no reservation gives way in vain', () => {
		const two = policy({ rules: [any24h, { id: 'sent', scope: { channel: 'email' }, limit: 1, window: 'P7D' }] });
		expect(answer({ at: noon, policy: two, request: low, facts: { touches: [touch('2026-11-20T10:00Z'), reserved()] } })).toBe('delay 2026-11-28T11:55Z sent');
	});

	test('as few as will do give way, the lowest of them', () => {
		const two = policy({ rules: [{ ...any24h, limit: 2 }] });
		const touches = [reserved({ key: 'a', priority: 30 }), reserved({ key: 'b', priority: 10 }), reserved({ key: 'other', channel: 'sms', counts: false, priority: 5 })];
		expect(decideAt({ at: noon, policy: two, request: low, facts: { touches } })).toMatchObject({ decision: 'send', preempts: ['b'] });
		expect(decideAt({ at: noon, policy: two, request: low, facts: { touches: touches.toReversed() } })).toMatchObject({ decision: 'send', preempts: ['b'] });
		const alike = [touch('2026-11-21T11:56Z', { ...touches[0], key: 'latest', ts: at('2026-11-21T11:56Z'), priority: 10 }), touches[1]].toSorted((a, b) => a.ts - b.ts);
		expect(decideAt({ at: noon, policy: two, request: low, facts: { touches: alike } })).toMatchObject({ decision: 'send', preempts: ['latest'] });
		const narrow = policy({ rules: [{ ...any24h, limit: 1 }] });
		expect(decideAt({ at: noon, policy: narrow, request: low, facts: { touches } })).toMatchObject({ decision: 'send', preempts: ['b', 'a'] });
	});

	test('the minimum gap gives way too; room is needed for now only', () => {
		const gapped = policy({ rules: [{ id: 'gap', scope: { any: true }, minGap: 'PT4H' }] });
		expect(decideAt({ at: noon, policy: gapped, request: low, facts: { touches: [reserved()] } })).toMatchObject({ decision: 'send', preempts: ['victim'] });
		expect(answer({ at: noon, policy: gapped, request: { ...low, notBefore: '2026-11-21T13:00Z' }, facts: { touches: [reserved()] } })).toBe('delay 2026-11-21T15:55Z gap');
	});

	test('the victim is released, and judged again it waits behind as outranked', () => {
		const known = facts({ touches: [reserved()] });
		const asked = request({ ...low, journey: 'win-back' });
		const after = factsAfter(known, asked, decide(asked, known, own, at(noon)), at(noon));
		expect(after.touches.map(({ key, state }) => [key, state])).toEqual([['victim', 'released'], ['r1', 'handed_off']]);
		const again = (parts: object = {}) => asOutranked(decide(request({ key: 'victim', priority: 40, ...parts }), after, own, at(noon) + MINUTE), 'outranked:win-back');
		expect(summary(again())).toBe('delay 2026-11-22T12:00Z outranked:win-back');
		expect(summary(again({ onBlock: 'drop' }))).toBe('drop outranked:win-back outranked:win-back');
		expect(summary(again({ channel: 'sms' }))).toBe('drop unreachable');
	});
});

describe('P42 the total order', () => {
	const one = (parts: Partial<Ranked>): Ranked => ({ key: 'k', class: 'marketing', priority: 50, createdAtMs: 0, ...parts });

	test.each<[string, Partial<Ranked>, Partial<Ranked>]>([
		['higher priority first', { priority: 51 }, { deadlineMs: 1 }],
		['then the earlier deadline', { deadlineMs: 1 }, { deadlineMs: 2, value: 9 }],
		['a deadline before none', { deadlineMs: 1 }, { value: 9 }],
		['then the higher value', { value: 2, createdAtMs: 5 }, { value: 1 }],
		['no value is zero', { value: 1, createdAtMs: 5 }, {}],
		['then the older', { createdAtMs: 1, key: 'z' }, { createdAtMs: 2, key: 'a' }],
		['then the key', { key: 'a' }, { key: 'b' }],
	])('%s', (_name, first, second) => {
		expect(compareRank(one(first), one(second))).toBeLessThan(0);
		expect(compareRank(one(second), one(first))).toBeGreaterThan(0);
	});

	test('full ties are broken by the key, whatever the order they come in', () => {
		const due = ['c', 'a', 'b'].map((key) => one({ key }));
		expect(releaseOrder(due, false, 0).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
		expect(releaseOrder([...due].reverse(), false, 0).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
	});
});

describe('P44 ageing', () => {
	const aged = policy({ rules: [any24h], ageing: true });
	const asked = (days: number, priority: number) => ({ priority, createdAt: iso(at(noon) - days * DAY) });
	const rival = (parts: Partial<Pending> = {}) => ({ pending: [waiting('2026-11-21T18:00Z', { priority: 52, createdAtMs: at(noon), ...parts })] });

	test('one point a day: on the day it is no longer lower it goes', () => {
		expect(answer({ at: noon, policy: aged, request: asked(1, 50), facts: rival() })).toBe('delay 2026-11-21T18:00Z outranked:win-back');
		expect(answer({ at: noon, policy: aged, request: asked(2, 50), facts: rival() })).toBe('send');
		expect(answer({ at: noon, policy: own, request: asked(2, 50), facts: rival() })).toBe('delay 2026-11-21T18:00Z outranked:win-back');
	});

	test('the rival ages too', () => {
		expect(answer({ at: noon, policy: aged, request: asked(2, 50), facts: rival({ createdAtMs: at(noon) - DAY }) })).toBe('delay 2026-11-21T18:00Z outranked:win-back');
	});

	test('marketing never ages past service, nor anything past 100', () => {
		expect(answer({ at: noon, policy: aged, request: asked(40, 50), facts: rival({ class: 'service' }) })).toBe('delay 2026-11-21T18:00Z outranked:win-back');
		expect(answer({ at: noon, policy: aged, request: asked(0, 53), facts: rival({ class: 'service' }) })).toBe('send');
		expect(answer({ at: noon, policy: aged, request: { ...asked(90, 50), class: 'service' }, facts: rival({ priority: 100 }) })).toBe('send');
	});

	test('an aged request takes the slot of a reservation it has overtaken', () => {
		const touches = [touch('2026-11-21T11:55Z', { key: 'victim', state: 'reserved', priority: 51 })];
		expect(decideAt({ at: noon, policy: aged, request: asked(2, 50), facts: { touches } })).toMatchObject({ decision: 'send', preempts: ['victim'] });
		expect(decideAt({ at: noon, policy: aged, request: asked(1, 50), facts: { touches } })).toMatchObject({ decision: 'delay' });
	});

	test('a waiting request ages from the instant it was first asked', () => {
		const again = request({ priority: 50 });
		const held = decide(again, facts(rival()), aged, at('2026-11-19T12:00Z'));
		const prior = { bodyHash: bodyHash(again), answer: { ...held, decision: 'delay' as const, untilMs: at(noon), rule: 'r', reasons: [] }, askedAtMs: at('2026-11-19T12:00Z') };
		expect(summary(decide(again, facts({ ...rival(), prior }), aged, at(noon)))).toBe('send');
		expect(releaseOrder([{ ...again, createdAtMs: at(noon) - 3 * DAY }, { ...again, key: 'young', priority: 52, createdAtMs: at(noon) }], true, at(noon)).map(({ key }) => key)).toEqual(['r1', 'young']);
	});
});

describe('batch: collect, rank, then decide', () => {
	const batch = policy({ rules: [{ ...any24h, mode: 'batch', collectFor: 'PT10M' }] });
	const start = at(noon);
	const asked = (key: string, minute: number, parts: object = {}) => ({ request: request({ key, createdAt: iso(start + minute * MINUTE), ...parts }), atMs: start + minute * MINUTE });

	function run(entries: Array<ReturnType<typeof asked>>) {
		let known = facts();
		const priors = new Map<string, { bodyHash: string; answer: ReturnType<typeof decide> }>();
		const ask = ({ request: one, atMs }: ReturnType<typeof asked>) => {
			const decision = decide(one, { ...known, prior: priors.get(one.key) }, batch, atMs);
			priors.set(one.key, { bodyHash: bodyHash(one), answer: decision });
			known = factsAfter(known, one, decision, atMs);
			return summary(decision);
		};
		return { first: entries.map(ask), ask, pending: () => known.pending };
	}

	test('all wait for the end of the batch that the first one opened', () => {
		const { first } = run([asked('low', 0, { priority: 10 }), asked('high', 6, { priority: 90 })]);
		expect(first).toEqual(['delay 2026-11-21T12:10Z any-24h', 'delay 2026-11-21T12:10Z any-24h']);
	});

	test('at its end they are ranked by the total order: the best goes, the others wait for the cap', () => {
		const entries = [asked('low', 0, { priority: 10 }), asked('high', 6, { priority: 90 }), asked('even', 7, { priority: 90, value: 5 })];
		const { ask, pending } = run(entries);
		const order = releaseOrder(pending(), false, start + 10 * MINUTE).map(({ key }) => key);
		expect(order).toEqual(['even', 'high', 'low']);
		const due = order.map((key) => ({ ...entries.find((entry) => entry.request.key === key)!, atMs: start + 10 * MINUTE }));
		expect(due.map(ask)).toEqual(['send', 'delay 2026-11-22T12:10Z any-24h', 'delay 2026-11-22T12:10Z any-24h']);
	});

	test('asked out of order at the end, a lower one lets those before it go first', () => {
		const entries = [asked('low', 0, { priority: 10 }), asked('high', 6, { priority: 90 })];
		const { ask } = run(entries);
		const end = start + 10 * MINUTE;
		expect(ask({ ...entries[0], atMs: end })).toBe('delay 2026-11-21T12:10:01Z outranked:high');
		expect(ask({ ...entries[1], atMs: end })).toBe('send');
		expect(ask({ ...entries[0], atMs: end + 1_000 })).toBe('delay 2026-11-22T12:10Z any-24h');
	});

	test('a request after the end opens the next batch', () => {
		const { ask } = run([asked('a', 0)]);
		expect(ask({ ...asked('a', 0), atMs: start + 10 * MINUTE })).toBe('send');
		expect(ask(asked('b', 11))).toBe('delay 2026-11-22T12:10Z any-24h');
		expect(iso(start + 10 * MINUTE + 24 * HOUR)).toBe('2026-11-22T12:10Z');
	});
});
