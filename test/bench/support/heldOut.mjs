/** How predictions of the next purchase are judged. */

export const QUARTERS = [0.25, 0.5, 0.75];

/** What a customer's own gaps longer than the time elapsed say: days from the cut, at each quarter; undefined: there are none. */
export function ownLongerGaps(days, cut) {
	const elapsed = cut - days[days.length - 1];
	const longer = Array.from(days.subarray(1), (day, place) => day - days[place]).filter((gap) => gap > elapsed).sort((a, b) => a - b);
	if (longer.length === 0) return undefined;
	return QUARTERS.map((quarter) => {
		const at = (longer.length - 1) * quarter;
		const below = Math.floor(at);
		return longer[below] + (at - below) * ((longer[below + 1] ?? longer[below]) - longer[below]) - elapsed;
	});
}

export function pinball(quarter, after, predicted) {
	return after >= predicted ? quarter * (after - predicted) : (1 - quarter) * (predicted - after);
}

export function mean(all) {
	return all.reduce((sum, one) => sum + one, 0) / all.length;
}

export function quantile(all, share) {
	return [...all].sort((a, b) => a - b)[Math.max(0, Math.ceil(share * all.length) - 1)];
}
