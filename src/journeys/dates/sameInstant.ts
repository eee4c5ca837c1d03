import type { Dated } from './subjects';

/**
 * Some dates are instants: of an order, of becoming a customer. On which day one falls is a matter of the customer's clock, and
 * that is learned late or changes: the instant stays the same date all the while.
 */

const DAY_MS = 86_400_000;
/** The clocks of the world differ by up to 26 hours: an instant is on one of three days. */
const DAYS_APART = 2;

type Properties = Readonly<Record<string, unknown>>;

/** What an entry's event says of the instant, where the date is one. */
export function instantOfDate(subject: Dated, field: string): { date_at?: string } {
	const value = subject.moments ? undefined : subject.value(field);
	return typeof value === 'number' ? { date_at: new Date(value).toISOString() } : {};
}

/** Whether the date by which somebody entered is the same instant still. */
export function isStill(subject: Dated, field: string, entered: Properties): boolean {
	return entered.date_at !== undefined && instantOfDate(subject, field).date_at === entered.date_at;
}

/** Whether two entries are of the same instant, as far from it, by different clocks: one of them starts the customer. */
export function isSameMoment(a: Properties, b: Properties): boolean {
	if (a.date_at === undefined || a.date_at !== b.date_at || a.field !== b.field || a.days_before !== b.days_before) return false;
	if (a.order_id !== b.order_id || a.subscription_id !== b.subscription_id || a.source !== b.source || a.product_id !== b.product_id) return false;
	// Of a date that comes every year, the instant is the same every year.
	return Math.abs(Date.parse(String(a.date)) - Date.parse(String(b.date))) <= DAYS_APART * DAY_MS;
}
