/**
 * Share of the buyers of a product who go on to buy another within a time, corrected for those who were not watched that long
 * (Kaplan & Meier 1958): `1 - S(t)` after the last gap. The curve ends where fewer than ten are still watched: one purchase
 * among the last two says little about everybody.
 * @param gaps days to the other product, of those who bought it, ascending
 * @param theirFollowUps how long the same customers were watched, ascending
 * @param allFollowUps how long all buyers of the product were watched, ascending
 */
export function shareByKaplanMeier(gaps: Uint32Array, theirFollowUps: Uint32Array, allFollowUps: Uint32Array): number {
	const fewest = Math.min(FEWEST_WATCHED, allFollowUps.length / 2);
	let surviving = 1;
	let [gone, theirs, all] = [0, 0, 0];
	for (let event = 0; event < gaps.length; ) {
		const day = gaps[event];
		let same = 0;
		while (event < gaps.length && gaps[event] === day) {
			same++;
			event++;
		}
		while (gone < gaps.length && gaps[gone] < day) gone++;
		while (theirs < theirFollowUps.length && theirFollowUps[theirs] < day) theirs++;
		while (all < allFollowUps.length && allFollowUps[all] < day) all++;
		const neverBought = allFollowUps.length - all - (theirFollowUps.length - theirs);
		const watched = gaps.length - gone + neverBought;
		if (watched < fewest) break;
		surviving *= 1 - same / watched;
	}
	return 1 - surviving;
}

const FEWEST_WATCHED = 10;

/** Quantile by nearest rank of ascending values. */
export function quantile(ascending: Uint32Array, share: number): number {
	return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)];
}
