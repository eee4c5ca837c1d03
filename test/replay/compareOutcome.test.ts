import fc from 'fast-check';
import { compareOutcome, differenceInWords, type Outcome } from '../../src/replay/compareOutcome';

const at = (time: string): number => Date.parse(`2026-11-21T${time}:00Z`);
const letter = (time: string, customer = 'ann', template = 'Remind', channel = 'email'): Outcome => ({ atMs: at(time), customer, channel, template });
const blocked = (time: string, customer = 'ann', reason = 'no_consent:email/marketing', channel?: string): Outcome => ({ atMs: at(time), customer, blocked: reason, ...(channel && { channel }) });
const words = (expected: Outcome[], happened: Outcome[]) => compareOutcome(expected, happened).map(differenceInWords);

test('the same things in any order are no difference', () => {
	expect(words([letter('10:00'), blocked('11:00', 'bob')], [blocked('11:00', 'bob'), letter('10:00')])).toEqual([]);
});

test('missing', () => {
	expect(words([letter('10:00')], [])).toEqual(['Missing: ann gets "Remind" by email at 2026-11-21T10:00:00Z.']);
});

test('unexpected', () => {
	expect(words([], [letter('10:00', 'bob', 'Remind', 'sms')])).toEqual(['Unexpected: bob gets "Remind" by sms at 2026-11-21T10:00:00Z.']);
});

test('wrong time is one difference, with how far it is off', () => {
	expect(words([letter('10:00')], [letter('11:05')])).toEqual([
		'Wrong time: ann gets "Remind" by email at 2026-11-21T11:05:00Z, 1 hour, 5 minutes later than expected (2026-11-21T10:00:00Z).',
	]);
	expect(words([letter('10:00')], [{ ...letter('10:00'), atMs: at('10:00') - 1 }])[0]).toContain('at 2026-11-21T09:59:59.999Z, 1 millisecond earlier than');
});

test('another template, channel or customer is not the same thing at another time', () => {
	for (const other of [letter('10:00', 'ann', 'Offer'), letter('10:00', 'ann', 'Remind', 'sms'), letter('10:00', 'bob')]) {
		expect(compareOutcome([letter('10:00')], [other]).map(({ kind }) => kind).sort()).toEqual(['missing', 'unexpected']);
	}
});

test('two equal messages need two expectations', () => {
	expect(words([letter('10:00')], [letter('10:00'), letter('10:00')])).toEqual(['Unexpected: ann gets "Remind" by email at 2026-11-21T10:00:00Z.']);
	expect(words([letter('10:00'), letter('10:00')], [letter('10:00')])).toHaveLength(1);
});

test('of several at other times the nearest pair up, and an exact one is never taken for a late one', () => {
	const differences = compareOutcome([letter('10:00'), letter('12:00'), letter('14:00')], [letter('12:00'), letter('14:10'), letter('18:00')]);
	expect(differences).toEqual([
		{ kind: 'wrong_time', expected: letter('10:00'), happened: letter('18:00') },
		{ kind: 'wrong_time', expected: letter('14:00'), happened: letter('14:10') },
	]);
});

test('blocked: by reason, and by channel where one is named', () => {
	expect(words([blocked('10:00')], [blocked('10:00', 'ann', 'no_consent:email/marketing', 'email')])).toEqual([]);
	expect(words([blocked('10:00', 'ann', 'cap:any-day', 'sms')], [blocked('10:00', 'ann', 'cap:any-day', 'email')])).toEqual([
		'Missing: ann is blocked on sms (cap:any-day) at 2026-11-21T10:00:00Z.',
		'Unexpected: ann is blocked on email (cap:any-day) at 2026-11-21T10:00:00Z.',
	]);
	expect(words([blocked('10:00')], [blocked('10:00', 'ann', 'cap:any-day')])).toHaveLength(2);
});

const outcome = fc.record({
	atMs: fc.integer({ min: 0, max: 3 }),
	customer: fc.constantFrom('ann', 'bob'),
	channel: fc.constantFrom('email', 'sms'),
	template: fc.constantFrom('Remind', 'Offer'),
});

test('nothing is lost and nothing is counted twice, whatever is compared', () => {
	fc.assert(
		fc.property(fc.array(outcome, { maxLength: 12 }), fc.array(outcome, { maxLength: 12 }), (expected, happened) => {
			const differences = compareOutcome(expected, happened);
			const count = (kind: string) => differences.filter((one) => one.kind === kind).length;
			const exact = expected.length - count('missing') - count('wrong_time');
			expect(exact).toBe(happened.length - count('unexpected') - count('wrong_time'));
			// The number of exact matches is the size of the multiset intersection, counted another way.
			const left = happened.map((one) => JSON.stringify(one));
			let shared = 0;
			for (const one of expected.map((wanted) => JSON.stringify(wanted))) {
				const index = left.indexOf(one);
				if (index >= 0) {
					left.splice(index, 1);
					shared++;
				}
			}
			expect(exact).toBe(shared);
			expect(compareOutcome(happened, happened)).toEqual([]);
		}),
		{ seed: 20261121 },
	);
});
