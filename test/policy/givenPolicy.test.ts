import { givenPolicy } from '../../src/policy/givenPolicy';

const file = () => ({ version: '1', storeZone: 'UTC', rules: [{ id: 'a', scope: { any: true }, limit: 1, window: 'day' }] });

describe('A policy that is given with a call', () => {
	test('is compiled once, however often it is given', () => {
		expect(givenPolicy(file())).toBe(givenPolicy(file()));
		expect(givenPolicy({ ...file(), version: '2' })).not.toBe(givenPolicy(file()));
	});

	test('is what was given, whatever its giver does to it afterwards', () => {
		const given = { ...file(), version: 'changed later' };
		const policy = givenPolicy(given);
		given.rules[0].limit = 9;
		expect(givenPolicy(given).rules[0].limit).toEqual({ default: 9, byStage: {} });
		expect(policy.rules[0].limit).toEqual({ default: 1, byStage: {} });
		expect(policy.source.file).toMatchObject({ rules: [{ limit: 1 }] });
	});

	test('is refused each time it is no policy, also when no JSON could say it', () => {
		for (let attempt = 0; attempt < 2; attempt++) expect(() => givenPolicy({ ...file(), storeZone: 'Nowhere' })).toThrow(expect.objectContaining({ code: 'bad_policy' }));
		expect(() => givenPolicy({ ...file(), version: 1n })).toThrow(expect.objectContaining({ code: 'bad_policy' }));
		expect(() => givenPolicy(undefined)).toThrow(expect.objectContaining({ code: 'bad_policy' }));
	});
});
