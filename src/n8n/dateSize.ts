import { systemClock } from '../core/clock';
import type { DateEntry } from '../journeys/dates/definition';
import { PATIENCE_MS, thousands } from './segmentSize';
import type { StoreHandle } from './storeRegistry';

const WHAT: Record<DateEntry['of'], [string, string]> = { customer: ['customer', 'customers'], nextPurchase: ['customer', 'customers'], nextGoods: ['customer', 'customers'], subscription: ['subscription', 'subscriptions'], order: ['order', 'orders'], moment: ['order', 'orders'], owned: ['order', 'orders'] };

/** How many would start at once were the journey published now, in words; when nobody would wait longer, at least how many. */
export async function insideInWords(store: StoreHandle, date: DateEntry, patienceMs = PATIENCE_MS): Promise<string> {
	const until = systemClock.now() + patienceMs;
	let [inside, lookedAt] = [0, 0];
	for (let after = 0; ; ) {
		const page = await store.run('journeys.countInside', { date, after });
		inside += page.inside;
		lookedAt += page.lookedAt;
		after = page.after;
		if (page.done) return `${thousands(inside)} of ${thousands(lookedAt)} ${WHAT[date.of][lookedAt === 1 ? 0 : 1]}`;
		if (systemClock.now() > until) return `at least ${thousands(inside)}, of the first ${thousands(lookedAt)} ${WHAT[date.of][1]}`;
	}
}
