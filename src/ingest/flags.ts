/** Yes and no as people and shops write them; other words are neither. */
const FLAGS: ReadonlyMap<string, boolean> = new Map([
	['true', true], ['1', true], ['yes', true], ['y', true],
	['false', false], ['0', false], ['no', false], ['n', false],
]);

export const FLAG_HINT = 'is neither yes nor no';

export function readFlag(value: unknown): boolean | undefined {
	if (typeof value === 'boolean') return value;
	return typeof value === 'string' || typeof value === 'number' ? FLAGS.get(String(value).trim().toLowerCase()) : undefined;
}
