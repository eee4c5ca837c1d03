import { IANAZone } from 'luxon';
import { adminPlans } from './plans/adminPlans';
import { setAsidePlans } from './plans/ingestPlans';
import { qualityPlans } from './plans/qualityPlans';
import { read } from './port';

/** One thing `doctor` looked at. `count` is how many rows it concerns. */
export interface Finding {
	level: 'ok' | 'warning' | 'error';
	check: string;
	text: string;
	count: number;
}

/** Nobody ordered from a web shop before; what is dated so was read wrongly, such as 01.02.03 or an empty date. */
const EARLIEST = 788_918_400_000;

/** A sender answers within seconds; an hour leaves room for a run that n8n offers again. */
const REPORTED_WITHIN_MS = 3_600_000;

/** Looks through the data of a store for what would trouble a journey. */
export const checkStore = read(async (tx, _input: Record<string, never>): Promise<{ findings: Finding[] }> => {
	const now = await tx.now();
	const quality = await tx.first(adminPlans.quality, { now });
	const dates = await tx.first(qualityPlans.impossibleDates, { earliest: EARLIEST });
	const currencies = await tx.all(adminPlans.currencies, {});
	const badZones = (await tx.all(adminPlans.zones, {})).filter((row) => !IANAZone.isValidZone(row.time_zone));
	const unknown = (await tx.first(adminPlans.unknownMessages, {}))?.unknown ?? 0;
	const silent = (await tx.first(adminPlans.neverReported, { before: now - REPORTED_WITHIN_MS }))?.messages ?? 0;
	const findings: Finding[] = [
		finding('customers-without-contact', quality?.without_contact ?? 0, 'customers have neither an e-mail nor a phone and can receive nothing'),
		finding('customers-without-consent', quality?.without_consent ?? 0, 'customers have no consent on record: marketing to them is blocked'),
		finding('customers-without-time-zone', quality?.without_zone ?? 0, "customers have no time zone: their country's or the store's is used for quiet hours"),
		finding('unusable-time-zones', badZones.reduce((sum, row) => sum + row.customers, 0), 'customers have a time zone that does not exist'),
		finding('orders-without-customer', quality?.orders_without_customer ?? 0, 'orders and refunds name no customer: they serve bundles only'),
		finding('orders-before-1995', dates?.early_orders ?? 0, 'orders are dated before 1995: check the date column of the import'),
		finding('subscriptions-backwards', dates?.backward_subscriptions ?? 0, 'subscriptions end before they start: check the import'),
		finding('orders-in-the-future', quality?.future_orders ?? 0, 'orders are dated in the future: check the time zone of the import'),
		finding('event-conflicts', quality?.conflicts ?? 0, 'events came again under the same id with other content and were not taken in'),
		finding('events-set-aside', (await tx.first(setAsidePlans.count, {}))?.events ?? 0, 'events are dated ahead of their time and were set aside: see "events set-aside"'),
		finding('unknown-messages', unknown, 'messages were handed over before a crash and never reported: look in the mail system whether they went out, then record the result'),
		finding('messages-never-reported', silent, 'messages were handed over more than an hour ago and never reported: wire both outputs of the sender to Customer Data > Message > Record result'),
		finding('several-currencies', currencies.length > 1 ? currencies.length : 0, `currencies are in use (${mix(currencies)} of the orders): revenue, RFM and value of customers count the money of orders in ${currencies.at(0)?.currency ?? 'none'} only; other orders count as orders`),
	];
	return { findings };
});

/** `EUR 92 %, USD 8 %`, most orders first. */
function mix(currencies: readonly { currency: string; orders: number }[]): string {
	const all = currencies.reduce((sum, { orders }) => sum + orders, 0);
	return currencies.map(({ currency, orders }) => `${currency} ${orders * 100 < all ? 'under 1' : Math.round((100 * orders) / all)} %`).join(', ');
}

function finding(check: string, count: number, text: string): Finding {
	return { level: count === 0 ? 'ok' : 'warning', check, text, count };
}
