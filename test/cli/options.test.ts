import { UsageError } from '../../src/cli/exitCodes';
import { parseJson } from '../../src/cli/json';
import { readDurationOption, readInstantOption, readTestClock } from '../../src/cli/options';
import { counted, instantText, iso, table } from '../../src/cli/words';

describe('instants', () => {
	test.each([
		['2026-11-21T18:00:00Z', '2026-11-21T18:00:00.000Z'],
		['2026-11-21T18:00:00.250+03:00', '2026-11-21T15:00:00.250Z'],
		['2026-11-21T18:00-0500', '2026-11-21T23:00:00.000Z'],
		['2026-11-21', '2026-11-21T00:00:00.000Z'],
	])('%s is read', (text, expected) => {
		expect(iso(readInstantOption('--at', text))).toBe(expected);
	});

	test.each(['', 'yesterday', '2026-11-21T18:00:00', '2026-02-30', '2026-13-01T00:00:00Z', '1763748000'])('"%s" is refused with the name of the option', (text) => {
		expect(() => readInstantOption('--at', text)).toThrow(UsageError);
		expect(() => readInstantOption('--at', text)).toThrow(`--at "${text}" is not an instant: write it like 2026-11-21T18:00:00Z.`);
	});
});

describe('durations', () => {
	test.each([
		['P1D', 86_400_000],
		['P1W', 604_800_000],
		['P1DT12H', 129_600_000],
		['PT90M', 5_400_000],
		['-P30D', -2_592_000_000],
	])('%s is %d ms', (text, expected) => {
		expect(readDurationOption('The duration', text)).toBe(expected);
	});

	test('months and years have no fixed length', () => {
		expect(() => readDurationOption('The duration', 'P1M')).toThrow('The duration "P1M" has no fixed length: write it like P1D, PT2H or PT90M.');
		expect(() => readDurationOption('The duration', 'P1Y')).toThrow(UsageError);
	});

	test.each(['', 'P', '1D', 'PT', '1 day', '--P1D'])('"%s" is refused', (text) => {
		expect(() => readDurationOption('The duration', text)).toThrow(UsageError);
	});
});

describe('--test-clock', () => {
	test('alone runs on from now, an instant stands still, a duration runs that far off', () => {
		expect(readTestClock(undefined)).toBeUndefined();
		expect(readTestClock(true)).toEqual({ mode: 'offset', offsetMs: 0 });
		expect(readTestClock('offset')).toEqual({ mode: 'offset', offsetMs: 0 });
		expect(readTestClock('2026-11-21T18:00:00Z')).toEqual({ mode: 'frozen', atMs: Date.parse('2026-11-21T18:00:00Z') });
		expect(readTestClock('frozen:2026-11-21T18:00:00Z')).toEqual({ mode: 'frozen', atMs: Date.parse('2026-11-21T18:00:00Z') });
		expect(readTestClock('-P1D')).toEqual({ mode: 'offset', offsetMs: -86_400_000 });
		expect(() => readTestClock('tomorrow')).toThrow(UsageError);
	});
});

describe('JSON that a person wrote', () => {
	test('is read with a byte order mark', () => {
		expect(parseJson('\uFEFF{"a":1}')).toEqual({ value: { a: 1 } });
	});

	test('is refused with the place, never with what stands there', () => {
		expect(parseJson('{"email":"ann@example.com",}')).toEqual({ problem: 'is not JSON from character 28 on' });
		expect(parseJson('{\n "a": 1,\n "b" 2\n}')).toEqual({ problem: 'is not JSON from line 3, column 6 on' });
		expect(JSON.stringify(parseJson('ann@example.com'))).not.toContain('ann');
		expect(parseJson('')).toEqual({ problem: 'is not JSON' });
	});
});

describe('words', () => {
	test('numbers and nouns agree', () => {
		expect(counted(1, 'line')).toBe('1 line');
		expect(counted(541909, 'line')).toBe('541,909 lines');
		expect(counted(0, 'entry', 'entries')).toBe('0 entries');
		expect(instantText(0)).toBe('1970-01-01 00:00:00 UTC');
	});

	test('columns of numbers stand to the right, lines have no trailing blanks', () => {
		expect(table(['Step', 'Waiting', ''], [['Wait', 1200, ''], ['A longer step', 7, 'off']])).toBe(
			'Step           Waiting\n' + 'Wait             1,200\n' + 'A longer step        7  off\n',
		);
	});
});
