import { DAY_MS, VIEWS_DAYS, type Deed, type Signal } from './contract';

const WORTH: Record<Signal, number> = { opened: 1, visited: 2, clicked: 3 };
const KINDS = Math.max(...Object.values(WORTH)) + 1;
const HALF_LIFE_DAYS = 30;

/**
 * What opens, visits and clicks are worth at an instant, each halved every 30 days. A day counts once for each kind: neither a
 * mail program that opens everything ten times nor a page that reloads makes anybody fonder of the shop.
 */
export function strength(deeds: readonly Deed[], at: number): number {
	if (deeds.length === 0) return 0;
	const latest = new Map<number, Deed>();
	for (const deed of deeds) {
		const key = deed.day * KINDS + WORTH[deed.signal];
		const known = latest.get(key);
		if (!known || known.at < deed.at) latest.set(key, deed);
	}
	let sum = 0;
	for (const { signal, at: then } of latest.values()) sum += WORTH[signal] * 2 ** (-Math.max(0, at - then) / (HALF_LIFE_DAYS * DAY_MS));
	return sum;
}

/** 0 to 1, in hundredths: 0.5 is as active as the middle one of those who are active. @returns null where nobody in the shop is */
export function engagement(deeds: readonly Deed[], at: number, typicalStrength: number | null): number | null {
	if (typicalStrength === null) return null;
	const own = strength(deeds, at);
	return Math.round((100 * own) / (own + typicalStrength)) / 100;
}

export function viewsOf(deeds: readonly Deed[], at: number): number {
	let views = 0;
	for (const { view, at: then } of deeds) if (view && then > at - VIEWS_DAYS * DAY_MS) views++;
	return views;
}
