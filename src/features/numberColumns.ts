/** So many columns of numbers, all 0, side by side in one piece of memory, which can be handed over as one. */
export function numberColumns(columns: number, size: number): Float64Array<ArrayBuffer>[] {
	const memory = new ArrayBuffer(columns * size * Float64Array.BYTES_PER_ELEMENT);
	return Array.from({ length: columns }, (_, column) => new Float64Array(memory, column * size * Float64Array.BYTES_PER_ELEMENT, size));
}
