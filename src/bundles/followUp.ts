/** How long the buyers of a product were watched: of `buyers`, `shorter[d]` for fewer than `d` days. */
export interface Watched {
	readonly buyers: number;
	readonly shorter: Uint32Array;
}

/** @param followUps days each buyer was watched, in any order */
export function watched(followUps: Uint32Array): Watched {
	const longest = followUps.reduce((most, days) => Math.max(most, days), 0);
	const shorter = new Uint32Array(longest + 2);
	for (const days of followUps) shorter[days + 1]++;
	for (let day = 1; day < shorter.length; day++) shorter[day] += shorter[day - 1];
	return { buyers: followUps.length, shorter };
}

/**
 * Share of the buyers of a product who go on to buy another within a time, corrected for those who were not watched that long
 * (Kaplan & Meier 1958): `1 - S(t)` after the last gap. The curve ends where fewer than ten are still watched: one purchase
 * among the last two says little about everybody.
 * @param gaps days to the other product, of those who bought it, ascending
 * @param theirFollowUps how long the same customers were watched, ascending
 * @param all how long all buyers of the product were watched
 */
export function shareByKaplanMeier(gaps: ArrayLike<number>, theirFollowUps: ArrayLike<number>, all: Watched): number {
	const fewest = Math.min(FEWEST_WATCHED, all.buyers / 2);
	let surviving = 1;
	let theirs = 0;
	for (let event = 0; event < gaps.length; ) {
		const day = gaps[event];
		const gone = event;
		while (event < gaps.length && gaps[event] === day) event++;
		while (theirs < theirFollowUps.length && theirFollowUps[theirs] < day) theirs++;
		const watchedShorter = day < all.shorter.length ? all.shorter[day] : all.buyers;
		const neverBought = all.buyers - watchedShorter - (theirFollowUps.length - theirs);
		const stillWatched = gaps.length - gone + neverBought;
		if (stillWatched < fewest) break;
		surviving *= 1 - (event - gone) / stillWatched;
	}
	return 1 - surviving;
}

const FEWEST_WATCHED = 10;

/** Quantile by nearest rank of ascending values. */
export function quantile(ascending: ArrayLike<number>, share: number): number {
	return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)];
}
