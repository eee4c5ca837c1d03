/**
 * Reads JSON that a person wrote.
 * @returns the value, or the end of a sentence that says where it stops being JSON (never what stands there)
 */
export function parseJson(text: string): { value: unknown } | { problem: string } {
	try {
		const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
		return isNestedDeep(value) ? { problem: `is nested deeper than ${DEPTH_LIMIT} levels` } : { value };
	} catch (error) {
		const place = /at position (\d+)(?: \(line (\d+) column (\d+)\))?/.exec((error as Error).message);
		if (!place) return { problem: 'is not JSON' };
		return { problem: place[2] === '1' || !place[2] ? `is not JSON from character ${Number(place[1]) + 1} on` : `is not JSON from line ${place[2]}, column ${place[3]} on` };
	}
}

/** What reads the value goes down into it, and into a thread by a copy: neither has room for any depth. */
const DEPTH_LIMIT = 64;

function isNestedDeep(value: unknown): boolean {
	let level = [value];
	for (let depth = 0; level.length > 0; depth++) {
		if (depth > DEPTH_LIMIT) return true;
		level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one).filter((inner) => typeof inner === 'object' && inner !== null) : []));
	}
	return false;
}
