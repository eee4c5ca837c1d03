/** How the command line writes things for people. */

const grouped = new Intl.NumberFormat('en');

export function count(number: number): string {
	return grouped.format(number);
}

/** `1 line`, `2,000 lines`. */
export function counted(number: number, noun: string, plural = `${noun}s`): string {
	return `${count(number)} ${number === 1 ? noun : plural}`;
}

/** JSON: ISO with Z, or null. */
export function iso(instantMs: number): string;
export function iso(instantMs: number | null | undefined): string | null;
export function iso(instantMs: number | null | undefined): string | null {
	return instantMs === null || instantMs === undefined ? null : new Date(instantMs).toISOString();
}

/** For people: `2026-11-21 18:00:05 UTC`. */
export function instantText(instantMs: number): string {
	return `${new Date(instantMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A figure with decimals, a share, or an amount; an id of digits alone is none. */
const DECIMAL = /^(< )?-?[\d,]+(\.\d+|(\.\d+)? %|\.\d+ [A-Z]{3})$/;

/** Columns aligned, two spaces apart; a column of numbers is aligned to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
	const cells = [head, ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? count(cell) : cell)))];
	const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
	const rightAligned = head.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number' || DECIMAL.test(String(row[column]))));
	const line = (row: readonly string[]) =>
		row
			.map((cell, column) => (rightAligned[column] ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number)))
			.join('  ')
			.trimEnd();
	return `${cells.map(line).join('\n')}\n`;
}
