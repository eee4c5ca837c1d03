/** A text of somebody's own inside Markdown: nothing in it is markup, and it stays on its line. */
export function plainText(text: string | null): string {
	if (text === null || text === '') return '-';
	return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()#+!|<>~]/g, '\\$&');
}

export function quote(text: string): string {
	return text.split(/\r?\n/).map((line) => `> ${plainText(line) === '-' ? '' : plainText(line)}`.trimEnd()).join('\n');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** `2026-11-21 18:00:05 UTC` */
export function when(atMs: number | null): string {
	return atMs === null ? '-' : `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
