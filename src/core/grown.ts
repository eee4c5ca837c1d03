type Column = Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** A copy with room for `least` values and at least twice as much as before, so that a column that grows value by value is seldom copied. */
export function grown<T extends Column>(column: T, least = 0): T {
	const larger = new (column.constructor as new (length: number) => T)(Math.max(least, column.length * 2));
	larger.set(column);
	return larger;
}
