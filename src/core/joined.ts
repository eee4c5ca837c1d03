type Numbers = Int32Array | Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Arrays of one kind, one after the other, as one. @param parts at least one */
export function joined<T extends Numbers>(parts: readonly T[]): T {
	if (parts.length === 1) return parts[0];
	const whole = new (parts[0].constructor as new (length: number) => T)(parts.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
