/**
 * A text as a cell of a CSV file. Spreadsheets run a cell that begins like a formula, and anybody can sign up under such a name;
 * with an apostrophe in front it is text. Phones and numbers stay as they are.
 */
export function plainCell(text: string): string {
	return /^[=@\t\r]|^[+-](?![\d\s().,-]*$)/.test(text) ? `'${text}` : text;
}
