/** Both databases take the text as it is: without NUL characters and halves of surrogate pairs, which PostgreSQL refuses. */
export function keepableText(text: string): string {
	return text.replace(/[\0\p{Cs}]/gu, '\uFFFD');
}
