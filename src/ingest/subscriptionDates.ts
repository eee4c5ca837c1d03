import { customerZone, type Whereabouts } from '../journeys/customerZone';
import { subscriptionPlans, type SubscriptionRow } from '../store/plans/subscriptionPlans';
import type { Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { startOfDay } from './instants';

/** A date of a subscription: an instant, and the day where it was given without a time. */
export interface SubscriptionDate {
	at: number;
	on: string | null;
}

/** The clocks of the world differ by up to 26 hours. */
const CLOCKS_DIFFER_MS = 26 * 3_600_000;

export async function shopZone(tx: Tx): Promise<string> {
	return (await readMeta(tx, 'zone')) ?? 'UTC';
}

/**
 * What was given as a day begins at midnight where the customer lives, else where the shop is, like a birthday.
 * @returns undefined when no date was given
 */
export function subscriptionDate(at: number | undefined, on: string | undefined, owner: Whereabouts | undefined, storeZone: string): SubscriptionDate | undefined {
	if (on !== undefined) return { at: startOfDay(on, owner ? customerZone(owner, storeZone) : storeZone), on };
	return at === undefined ? undefined : { at, on: null };
}

/** The same day is the same date, wherever the customer has moved since. */
export function isSameDate(before: { at: number | null; on: string | null }, date: SubscriptionDate): boolean {
	return date.on !== null && before.on !== null ? date.on === before.on : date.at === before.at && before.on === date.on;
}

/** Whether a subscription runs longer than before. A day beside an instant says nothing finer than the clocks of the world differ. */
export function runsLonger(before: Pick<SubscriptionRow, 'expires_at' | 'expires_on'>, after: Pick<SubscriptionRow, 'expires_at' | 'expires_on'>): boolean {
	if (before.expires_at === null || after.expires_at === null) return false;
	if (before.expires_on !== null && after.expires_on !== null) return after.expires_on > before.expires_on;
	return after.expires_at > before.expires_at + (before.expires_on === after.expires_on ? 0 : CLOCKS_DIFFER_MS);
}

/** Days begin at another instant for customers who live by another clock now. The customers are locked by the caller. */
export async function moveDays(tx: Tx, customers: ReadonlyMap<number, Whereabouts>): Promise<void> {
	if (customers.size === 0) return;
	const zone = await shopZone(tx);
	const rows = (await tx.all(subscriptionPlans.ofCustomers, { ids: [...customers.keys()] })).flatMap((row) => {
		const owner = customers.get(row.customer_id);
		const starts = subscriptionDate(undefined, row.starts_on ?? undefined, owner, zone)?.at ?? row.starts_at;
		const expires = subscriptionDate(undefined, row.expires_on ?? undefined, owner, zone)?.at ?? row.expires_at;
		return starts === row.starts_at && expires === row.expires_at ? [] : [{ ...row, starts_at: starts, expires_at: expires }];
	});
	await tx.each(subscriptionPlans.save, rows);
}
