import type { Dump } from '../../support/dumpStore';

/**
 * Looks over a whole ledger once more and finds what no policy may have let out. Shares nothing with src/policy: calendar
 * days come from Intl, windows are counted message by message.
 */
export interface CheckedRule {
	id: string;
	channel?: string;
	/** Also covers what lies below it: `promo` covers `promo/sale`. */
	category?: string;
	limit?: number;
	/** Milliseconds of a rolling window, or the customer's own calendar day. */
	window?: number | 'day';
	minGapMs?: number;
}

interface Sent {
	customer: string;
	zone: string;
	ts: number;
	channel: string;
	category: string;
}

const HOLDS_A_SLOT = new Set(['committed', 'handed_off', 'unknown', 'reserved']);

/** @returns one sentence for each message that came too many or too soon */
export function overCap({ touch, customer }: Dump, rules: readonly CheckedRule[]): string[] {
	const owners = new Map(customer.map((row) => [String(row.id), row]));
	const sent = touch
		.filter((row) => HOLDS_A_SLOT.has(String(row.state)))
		.map((row): Sent => {
			const owner = owners.get(String(row.customer_id));
			return { customer: String(owner?.key), zone: String(owner?.time_zone ?? 'UTC'), ts: Number(row.ts), channel: String(row.channel), category: String(row.category) };
		});
	const names = [...new Set(sent.map((one) => one.customer))];
	return rules.flatMap((rule) => names.flatMap((name) => ofCustomer(rule, sent.filter((one) => one.customer === name && isCovered(rule, one)).sort((a, b) => a.ts - b.ts))));
}

function isCovered({ channel, category }: CheckedRule, one: Sent): boolean {
	return (channel === undefined || one.channel === channel) && (category === undefined || one.category === category || one.category.startsWith(`${category}/`));
}

function ofCustomer(rule: CheckedRule, sent: readonly Sent[]): string[] {
	const found: string[] = [];
	sent.forEach((one, place) => {
		const before = sent.slice(0, place + 1);
		if (rule.minGapMs !== undefined && place > 0 && one.ts - sent[place - 1].ts < rule.minGapMs) found.push(`${rule.id}: ${one.customer} at ${iso(one)}, ${one.ts - sent[place - 1].ts} ms after the last`);
		if (rule.limit === undefined) return;
		const counted = before.filter((other) => (rule.window === 'day' ? dayOf(other) === dayOf(one) : other.ts > one.ts - (rule.window as number)));
		if (counted.length > rule.limit) found.push(`${rule.id}: ${one.customer} at ${iso(one)}, number ${counted.length} of ${rule.limit}`);
	});
	return found;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dayOf({ ts, zone }: Sent): string {
	let format = formats.get(zone);
	if (!format) formats.set(zone, (format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' })));
	return format.format(ts);
}

const iso = ({ ts }: Sent) => new Date(ts).toISOString();
