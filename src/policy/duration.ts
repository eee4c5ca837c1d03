const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS_MS = [7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000];

/**
 * ISO 8601 durations of exact length: weeks, days (of 24 hours), hours, minutes, seconds. Months and years have no length.
 * @returns milliseconds, or null when the text is no such duration
 */
export function durationMs(text: string): number | null {
	const match = DURATION.exec(text);
	if (match === null || text.endsWith('T') || text === 'P') return null;
	const total = UNITS_MS.reduce((sum, unitMs, index) => sum + Number(match[index + 1] ?? 0) * unitMs, 0);
	return Number.isSafeInteger(total) ? total : null;
}

/** "7 days", "4 hours", "90 minutes": the largest unit that divides it, weeks left to days. */
export function durationWords(ms: number): string {
	const units: Array<[string, number]> = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1_000]];
	const [name, unitMs] = units.find(([, size]) => ms >= size && ms % size === 0) ?? ['second', 1_000];
	const count = Math.round(ms / unitMs);
	return `${count} ${name}${count === 1 ? '' : 's'}`;
}
