/** Quickselect (Hoare 1961). @param values those at [0, size) are moved about @returns the middle one, between the two middle ones where their number is even */
export function medianInPlace(values: Int32Array | Float64Array, size: number): number {
	const upper = size >>> 1;
	select(values, size, upper);
	if (size % 2 === 1) return values[upper];
	let below = values[0];
	for (let place = 1; place < upper; place++) if (values[place] > below) below = values[place];
	return (below + values[upper]) / 2;
}

function select(values: Int32Array | Float64Array, size: number, wanted: number): void {
	let [low, high] = [0, size - 1];
	while (low < high) {
		const pivot = values[(low + high) >>> 1];
		let [left, right] = [low, high];
		while (left <= right) {
			while (values[left] < pivot) left++;
			while (values[right] > pivot) right--;
			if (left > right) break;
			const kept = values[left];
			values[left++] = values[right];
			values[right--] = kept;
		}
		if (wanted <= right) high = right;
		else if (wanted >= left) low = left;
		else return;
	}
}
