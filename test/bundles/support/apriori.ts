/**
 * A second way to the same itemsets, for comparison only: level by level (Agrawal & Srikant 1994), on sorted lists of basket
 * numbers, with nothing of the product in it.
 * @returns counts by the items, sorted and joined by a blank
 */
export function apriori(lines: readonly (readonly string[])[], minCount: number, maxLength = Number.POSITIVE_INFINITY): Map<string, number> {
	const found = new Map<string, number>();
	const single = new Map<string, number[]>();
	lines.forEach((items, basket) => {
		for (const item of new Set(items)) (single.get(item) ?? single.set(item, []).get(item)!).push(basket);
	});
	let level = [...single].filter(([, baskets]) => baskets.length >= minCount).map(([item, baskets]) => ({ items: [item], baskets })).sort((a, b) => (a.items[0]! < b.items[0]! ? -1 : 1));
	for (let length = 1; level.length > 0; length++) {
		for (const { items, baskets } of level) found.set(items.join(' '), baskets.length);
		if (length >= maxLength) break;
		const next: typeof level = [];
		for (let left = 0; left < level.length; left++) {
			for (let right = left + 1; right < level.length && sameStart(level[left]!.items, level[right]!.items); right++) {
				const baskets = common(level[left]!.baskets, level[right]!.baskets);
				if (baskets.length >= minCount) next.push({ items: [...level[left]!.items, level[right]!.items.at(-1)!], baskets });
			}
		}
		level = next;
	}
	return found;
}

function sameStart(a: readonly string[], b: readonly string[]): boolean {
	for (let place = 0; place + 1 < a.length; place++) if (a[place] !== b[place]) return false;
	return true;
}

function common(a: readonly number[], b: readonly number[]): number[] {
	const both: number[] = [];
	for (let left = 0, right = 0; left < a.length && right < b.length; ) {
		if (a[left] === b[right]) {
			both.push(a[left++]!);
			right++;
		} else if (a[left]! < b[right]!) left++;
		else right++;
	}
	return both;
}
