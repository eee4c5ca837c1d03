import { asOf, type AsOf, type ShopHistory } from '../../src/features/contract';
import { OrderDaysBuilder } from '../../src/features/orderDaysBuilder';
import { ZoneClock } from '../../src/policy/zoneClock';

export const DAY_MS = 86_400_000;
export const FIRST_DAY = 19_000;

/** @param customers order days of each, ascending; amounts of 10 a day */
export function historyOf(customers: readonly (readonly number[])[], numbers = customers.map((_, place) => place + 1)): ShopHistory {
	const builder = new OrderDaysBuilder(customers.reduce((sum, days) => sum + days.length, 0), customers.length);
	customers.forEach((days, place) => {
		builder.place(numbers[place]!);
		for (const day of days) builder.add(numbers[place]!, day, day * DAY_MS + DAY_MS / 2, 100_000);
	});
	return { orders: builder.done(), currency: 'EUR' };
}

export function onDay(day: number, zone = 'UTC'): AsOf {
	const clock = ZoneClock.of(zone) as ZoneClock;
	return asOf(clock.startOfDay(day) + DAY_MS / 2, clock);
}

/** Numbers in [0, 1), the same ones for the same seed. */
export function seeded(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Order days of a shop whose customers have gaps of a mean of their own, as even as `spread` allows, and leave for good with `leave` after each order. */
export function shop(customers: number, days: number, random: () => number, spread: (random: () => number) => number, leave = 0.03): number[][] {
	return Array.from({ length: customers }, () => {
		const mean = 10 * Math.exp(2 * random());
		const found = [FIRST_DAY + Math.floor(random() * days * 0.6)];
		for (;;) {
			const next = found.at(-1)! + Math.max(1, Math.round(mean * spread(random)));
			if (next > FIRST_DAY + days || random() < leave) return found;
			found.push(next);
		}
	});
}

export const byChance = (random: () => number) => -Math.log(1 - random());
/** A gamma of shape 6. */
export const evenly = (random: () => number) => Array.from({ length: 6 }, () => byChance(random)).reduce((sum, one) => sum + one, 0) / 6;
