import fc from 'fast-check';
import { DateTime } from 'luxon';
import { instantOf, parseInstant, readInstant } from '../../src/ingest/instants';
import { WallClock } from '../../src/ingest/wallClock';

const ZONES = ['UTC', 'Europe/Berlin', 'Europe/London', 'America/New_York', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'Pacific/Apia', 'Europe/Moscow', 'Africa/Casablanca', 'America/Santiago'];
const iso = (text: string, zone = 'Europe/Berlin') => {
	const atMs = parseInstant(text, WallClock.of(zone));
	return Number.isNaN(atMs) ? 'unreadable' : new Date(atMs).toISOString();
};

describe('reading instants', () => {
	test.each([
		['2026-11-21T18:00:00Z', '2026-11-21T18:00:00.000Z'],
		['2026-11-21t18:00:00z', '2026-11-21T18:00:00.000Z'],
		['2026-11-21T18:00:00.5Z', '2026-11-21T18:00:00.500Z'],
		['2026-11-21T18:00:00.123456789Z', '2026-11-21T18:00:00.123Z'],
		['2026-11-21T18:00:00+03:00', '2026-11-21T15:00:00.000Z'],
		['2026-11-21T18:00:00-0330', '2026-11-21T21:30:00.000Z'],
		['2026-11-21T18:00+03', '2026-11-21T15:00:00.000Z'],
		['2026-11-21 18:00:00 UTC', '2026-11-21T18:00:00.000Z'],
		['2026-11-21 18:00:00', '2026-11-21T17:00:00.000Z'],
		['2026-07-21 18:00', '2026-07-21T16:00:00.000Z'],
		['2026-07-21 8:05', '2026-07-21T06:05:00.000Z'],
		['2026-11-21', '2026-11-20T23:00:00.000Z'],
		['20261121', '2026-11-20T23:00:00.000Z'],
		['1795284000', '2026-11-21T18:00:00.000Z'],
		['1795284000123', '2026-11-21T18:00:00.123Z'],
		['Sat, 21 Nov 2026 18:00:00 +0000', '2026-11-21T18:00:00.000Z'],
		['0001-01-02T00:00:00Z', '0001-01-02T00:00:00.000Z'],
		['2024-02-29', '2024-02-28T23:00:00.000Z'],
	])('%s in Berlin is %s', (text, expected) => {
		expect(iso(text)).toBe(expected);
	});

	test.each([
		'', 'yesterday', '2026-02-29', '1900-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-11-21 24:00:00', '2026-11-21 18:60', '2026-11-21 18:00:61',
		'21.11.2026', '11/21/2026', '2026-11-21T18:00:00+25:00', '2026-11-21 18', '2026', '999999999999999', '2026-11-21T18:00:00Z and more', '0000-01-01',
	])('%j is no instant', (text) => {
		expect(iso(text)).toBe('unreadable');
	});

	test('a wall clock that summer time skips moves forward, one that comes twice is the first, in every zone', () => {
		expect(iso('2026-03-29 02:30:00', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
		expect(iso('2026-10-25 02:30:00', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
		expect(iso('2026-03-08 02:30:00', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z');
		expect(iso('2026-11-01 01:30:00', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z');
		// Samoa left out a whole day
		expect(iso('2011-12-30 12:00:00', 'Pacific/Apia')).toBe('2011-12-30T22:00:00.000Z');
	});

	test('agrees with luxon: what is read shows the wall clock that was written, at its first instant', () => {
		const wall = fc.date({ min: new Date('1975-01-01T00:00:00Z'), max: new Date('2040-01-01T00:00:00Z'), noInvalidDate: true });
		const change = fc.tuple(fc.constantFrom('2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-04-05', '2026-10-04', '2026-02-15', '2014-10-26'), fc.integer({ min: -7_200, max: 93_600 })).map(
			([day, seconds]) => new Date(Date.parse(`${day}T00:00:00Z`) + seconds * 1000),
		);
		fc.assert(
			fc.property(fc.constantFrom(...ZONES), fc.oneof(wall, change), (zone, date) => {
				const text = DateTime.fromJSDate(date, { zone: 'utc' }).toFormat('yyyy-MM-dd HH:mm:ss');
				const atMs = parseInstant(text, WallClock.of(zone));
				const shown = (ms: number) => DateTime.fromMillis(ms, { zone }).toFormat('yyyy-MM-dd HH:mm:ss');
				// every instant of two days around at which the zone's clock shows this text
				const day = 86_400_000;
				const offsets = new Set([-day, -day / 2, 0, day / 2, day].map((shift) => DateTime.fromMillis(atMs + shift, { zone }).offset));
				const wallMs = Date.parse(`${text.replace(' ', 'T')}Z`);
				const candidates = [...offsets].map((offset) => wallMs - offset * 60_000).filter((ms) => shown(ms) === text);
				if (candidates.length > 0) expect(atMs).toBe(Math.min(...candidates));
				else expect(shown(atMs) > text).toBe(true);
			}),
			{ seed: 4, numRuns: 3_000 },
		);
	});

	test('an offset that is written wins over the zone', () => {
		for (const zone of ZONES) expect(iso('2026-11-21T18:00:00+00:00', zone)).toBe('2026-11-21T18:00:00.000Z');
	});

	test('values of a workflow: numbers, dates and DateTimes', () => {
		const atMs = Date.parse('2026-11-21T18:00:00Z');
		expect(readInstant(1_795_284_000, 'at', 'UTC')).toBe(atMs);
		expect(readInstant(atMs, 'at', 'UTC')).toBe(atMs);
		expect(readInstant(new Date(atMs), 'at', 'UTC')).toBe(atMs);
		expect(readInstant(DateTime.fromMillis(atMs), 'at', 'UTC')).toBe(atMs);
		for (const value of [undefined, null, {}, true, Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN)]) expect(instantOf(value, 'UTC')).toBeNaN();
	});

	test('the error names the field and shows how to write it, and a zone that does not exist is named', () => {
		expect(() => readInstant('soon', 'occurred_at', 'UTC')).toThrow(
			expect.objectContaining({ code: 'bad_input', message: 'occurred_at is not an instant: write it as 2026-11-21 18:00:00, 2026-11-21T18:00:00Z or epoch seconds.' }),
		);
		expect(() => readInstant('2026-11-21', 'at', 'Mars/Olympus')).toThrow('The time zone "Mars/Olympus" does not exist: write one such as Europe/Berlin.');
	});
});
