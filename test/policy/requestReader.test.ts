import fc from 'fast-check';
import { canonicalJson, hashOf } from '../../src/core/hash';
import { JourneyError } from '../../src/core/errors';
import { readRequest } from '../../src/policy/request';
import { bodyHash } from '../../src/policy/requestKey';
import { RequestReader } from '../../src/policy/requestReader';

const RUNS = { seed: Number(process.env.FC_SEED ?? 20_261_122), numRuns: Number(process.env.FC_RUNS ?? 500) };
/** Mostly right, now and then wrong. */
const mostly = (right: unknown[], ...wrong: unknown[]) => fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: fc.constantFrom(...wrong) });
const raw = fc.record(
	{
		key: mostly(['a', ' b '], '', null, 7, 'k'.repeat(201)),
		customer: mostly(['c1', ' c2', 3, 'ann@example.com'], '', undefined),
		channel: mostly(['email', 'SMS'], null),
		category: fc.constantFrom('promo', ''),
		class: mostly(['marketing', 'service'], 'other'),
		priority: mostly([50, 80], '9'),
		at: mostly(['2026-11-21T18:00:00Z', 1_800_000_000_000], 'today'),
		tags: fc.constantFrom<unknown>([], ['x'], null),
		onBlock: fc.constantFrom<unknown>('drop', { fallback: ['sms'] }, null),
		mailingKey: fc.constantFrom('november', 'december'),
	},
	{ requiredKeys: ['channel', 'customer'] },
);
const someOften = fc.array(fc.tuple(raw, fc.array(fc.record({ key: fc.constantFrom('m1', 'm2', ' '), customer: fc.constantFrom('x', 'y@example.com', 5) }), { maxLength: 3 })), { maxLength: 6 });

const attempt = (read: () => unknown) => {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof JourneyError)) throw error;
		return { refused: error.message };
	}
};

test('requests in a row are read as each by itself, whatever stood before them', () => {
	let right = 0;
	fc.assert(
		fc.property(someOften, (groups) => {
			const reader = new RequestReader();
			for (const one of groups.flatMap(([first, others]) => [first, ...others.map((other) => ({ ...first, ...other }))])) {
				const expected = attempt(() => readRequest(one));
				expect(attempt(() => reader.read(one))).toEqual(expected);
				if (!(expected as { refused?: string }).refused) right++;
			}
		}),
		RUNS,
	);
	expect(right).toBeGreaterThan(1_000);
});

test('what is no object is refused as ever', () => {
	const reader = new RequestReader();
	const request = { key: 'a', customer: 'c1', channel: 'email' };
	reader.read(request);
	for (const wrong of [null, undefined, 'a', 5, [], [request]]) expect(() => reader.read(wrong)).toThrow(JourneyError);
});

test('a body hashes as its canonical JSON, as stores of earlier versions hold it', () => {
	fc.assert(
		fc.property(raw, (one) => {
			const request = attempt(() => readRequest({ ...one, addressId: 'a1', journey: 'j', enrolment: 'e1', step: 's', visit: 2, value: 1.5, cost: 0.1, counts: false, exempt: ['gap'], urgent: true, deadline: '2027-01-01T00:00:00Z' }));
			if ((request as { refused?: string }).refused) return;
			const { key: _key, at: _at, createdAt: _createdAt, ...body } = request as ReturnType<typeof readRequest>;
			expect(bodyHash(request as ReturnType<typeof readRequest>)).toBe(hashOf('body', canonicalJson(body)));
		}),
		RUNS,
	);
});
