/**
 * Days after a product at which another is bought more often than chance explains: of a pair that chance makes half of, the
 * plain median tells as much about the rhythm of orders as about the link.
 * @param gaps of the pair's customers, ascending
 * @param expected customers of the pair by chance
 * @param chance how many order days of the buyers lie at most so many days after the first product: place d is day d
 * @returns quartiles of what is left when chance is taken off; null where fewer than ten customers are left
 */
export function gapExcess(gaps: ArrayLike<number>, expected: number, chance: Float64Array): { p25: number; p50: number; p75: number } | null {
	const left = gaps.length - expected;
	const all = chance[chance.length - 1];
	if (left < FEWEST_LEFT || !(all > 0)) return null;
	const at = [Number.NaN, Number.NaN, Number.NaN];
	let highest = 0;
	let reached = 0;
	for (let gap = 0; gap < gaps.length; gap++) {
		const day = gaps[gap];
		if (gap + 1 < gaps.length && gaps[gap + 1] === day) continue;
		// Chance alone can take a sum down again: what was reached stays reached.
		highest = Math.max(highest, gap + 1 - expected * (chance[Math.min(day, chance.length - 1)] / all));
		while (reached < SHARES.length && highest >= SHARES[reached] * left) at[reached++] = day;
	}
	const last = gaps[gaps.length - 1];
	return { p25: at[0] || last, p50: at[1] || last, p75: at[2] || last };
}

const FEWEST_LEFT = 10;
const SHARES = [0.25, 0.5, 0.75];
