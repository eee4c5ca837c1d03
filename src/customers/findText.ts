/**
 * What `find` looks in: lower case of every script (the databases' own lower() knows ASCII only), one part a line.
 * @param parts ids, addresses, or the parts of a name
 */
export function findText(parts: readonly (string | null)[], separator = '\n'): string {
	const text = parts.filter((part) => part !== null && part !== '').join(separator);
	return text === '' ? '' : `${foldCase(text)}${separator}`;
}

/** Search texts are folded the same way. */
export function foldCase(text: string): string {
	return text.normalize('NFC').toLowerCase().normalize('NFC');
}
