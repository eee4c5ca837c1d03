import { isGroup, segmentRules, type Group } from '../../src/segments/rules';
import { readRules } from '../../src/segments/savedSegments';
import { rulesInWords } from '../../src/segments/words';

const all = (...rules: unknown[]) => ({ match: 'all', rules });
const words = (...rules: unknown[]) => rulesInWords(readRules(all(...rules)));

describe('Rules of a segment', () => {
	test('read as a person would say them', () => {
		expect(words()).toBe('all customers');
		expect(words({ about: 'bought', categories: ['Coffee'], compare: { is: 'atLeast', value: 2 }, period: { kind: 'inTheLast', days: 90 } }, { about: 'did', eventType: 'message_opened', compare: { is: 'exactly', value: 0 }, period: { kind: 'inTheLast', days: 30 } })).toBe(
			'bought category "Coffee" at least 2 times in the last 90 days, and did not do message_opened in the last 30 days',
		);
		expect(words({ about: 'bought', measure: 'amount', compare: { is: 'moreThan', value: 500 }, period: { kind: 'between', from: '2025-11-24', to: '2025-11-30' } })).toBe('spent more than 500 from 2025-11-24 to 2025-11-30');
		expect(words({ about: 'bought', measure: 'pieces', compare: { is: 'exactly', value: 1 }, products: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] })).toBe('bought exactly 1 piece of "a" or "b" or "c" or "d" or "e" or 2 more');
		expect(words({ about: 'bought', compare: { is: 'lessThan', value: 1 }, period: { kind: 'longerAgo', days: 1 } })).toBe('did not buy anything more than 1 day ago');
		expect(words({ about: 'order', which: 'last', is: 'longerAgo', days: 60, products: ['tea'] })).toBe('last order of "tea" was more than 60 days ago');
		expect(words({ about: 'event', which: 'first', eventType: 'visit', is: 'inTheLast', days: 7, filter: [{ field: 'page', operator: 'contains', value: 'shoes' }] })).toBe('first visit (page contains "shoes") was in the last 7 days');
		expect(words({ about: 'label', label: 'rfmGroup', oneOf: ['champions', 'loyal'] }, { about: 'label', label: 'stage', oneOf: ['dormant'], not: true }, { about: 'vip', is: false })).toBe('RFM group is champions or loyal, and stage is not dormant, and is not VIP');
		expect(words({ about: 'number', number: 'recency', compare: { is: 'moreThan', value: 60 } }, { about: 'consent', channel: 'sms', given: false })).toBe('days since the last order is more than 60, and did not agree to marketing by sms');
		expect(words({ about: 'profile', field: 'country', operator: 'exists' }, { about: 'date', field: 'birthDate', is: 'anniversary', days: 7 }, { match: 'any', rules: [{ about: 'segment', name: 'A' }, { match: 'none', rules: [{ about: 'segment', name: 'B', inside: false }] }] })).toBe(
			'country is known, and birthDate comes round within 7 days, and (is in the segment "A", or not (is not in the segment "B"))',
		);
	});

	test.each([
		[{}, 'The conditions of the segment hold neither "match" nor "rules".'],
		[null, 'The conditions of the segment hold neither "match" nor "rules".'],
		[{ match: 'some', rules: [] }, 'The conditions of the segment cannot be used at "match": is none of all, any, none.'],
		[all(all()), 'The conditions of the segment hold a group without conditions.'],
		[{ match: 'any', rules: [] }, 'The conditions of the segment hold a group without conditions.'],
		[all({ about: 'vip', is: 'yes' }), 'The conditions of the segment cannot be used at "rules.0.is": Invalid input: expected boolean, received string.'],
		[all(all({ about: 'did', eventType: '' })), expect.stringContaining('cannot be used at "rules.0.rules.0.eventType"')],
		[all({ about: 'did', eventType: 'a\0b' }), 'The conditions of the segment cannot be used at "rules.0.eventType": holds a character that cannot be stored.'],
		[all({ about: 'bought', period: { kind: 'inTheLast', days: 0 } }), expect.stringContaining('"rules.0.period.days"')],
		[all({ about: 'bought', period: { kind: 'between', from: '2026-02-02', to: '2026-02-01' } }), 'The conditions of the segment hold a period that ends before it begins.'],
		[all({ about: 'bought', period: { kind: 'between', from: '02.02.2026', to: '2026-02-01' } }), expect.stringContaining('write the day as 2026-11-21')],
		[all(...Array.from({ length: 201 }, () => ({ about: 'vip', is: true }))), expect.stringContaining('200')],
		[[1, 2, 3, 4, 5, 6].reduce<unknown>((inner) => all(inner), all({ about: 'vip', is: true })), 'The conditions of the segment are nested deeper than 6 groups: save the inner ones as segments and refer to them.'],
		[all({ about: 'vip', is: true, sql: '1=1' }), expect.stringContaining('rules.0')],
	])('that cannot be used are refused with the place and the reason: %j', (rules, message) => {
		expect(() => readRules(rules)).toThrow(expect.objectContaining({ code: 'bad_input', message }) as Error);
	});

	test('fill in what was left out, and are the same when read again', () => {
		const read = segmentRules.parse(all({ about: 'bought' }, { about: 'did', eventType: 'x' }));
		expect(read.rules[0]).toEqual({ about: 'bought', measure: 'orders', compare: { is: 'atLeast', value: 1 }, period: { kind: 'ever' }, products: [], categories: [] });
		expect(segmentRules.parse(read)).toEqual(read);
		expect(read.rules.some((rule) => isGroup(rule as Group))).toBe(false);
	});
});
