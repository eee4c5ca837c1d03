/**
 * Reads JSON that a person wrote.
 * @returns the value, or the end of a sentence that says where it stops being JSON (never what stands there)
 */
export function parseJson(text: string): { value: unknown } | { problem: string } {
	try {
		return { value: JSON.parse(text.replace(/^\uFEFF/, '')) };
	} catch (error) {
		const place = /at position (\d+)(?: \(line (\d+) column (\d+)\))?/.exec((error as Error).message);
		if (!place) return { problem: 'is not JSON' };
		return { problem: place[2] === '1' || !place[2] ? `is not JSON from character ${Number(place[1]) + 1} on` : `is not JSON from line ${place[2]}, column ${place[3]} on` };
	}
}
