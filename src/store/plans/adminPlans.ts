import { both } from '../plan';

export const adminPlans = {
	counts: both<object, { customers: number; orders: number; events: number; products: number; waiting: number; touches: number }>(
		`SELECT (SELECT COUNT(*) FROM customer WHERE erased_at IS NULL) AS customers, (SELECT COUNT(*) FROM orders WHERE kind = 'order') AS orders, (SELECT COUNT(*) FROM event) AS events,
			(SELECT COUNT(*) FROM product) AS products, (SELECT COUNT(*) FROM wait) AS waiting, (SELECT COUNT(*) FROM touch) AS touches`,
	),
	schemaVersion: both<object, { version: number }>('SELECT MAX(version) AS version FROM schema_migration'),
	quality: both<object, { without_contact: number; without_zone: number; without_consent: number; conflicts: number; future_orders: number; orders_without_customer: number }>(
		`SELECT
			(SELECT COUNT(*) FROM customer WHERE erased_at IS NULL AND email IS NULL AND phone IS NULL) AS without_contact,
			(SELECT COUNT(*) FROM customer WHERE erased_at IS NULL AND time_zone IS NULL) AS without_zone,
			(SELECT COUNT(*) FROM customer c WHERE c.erased_at IS NULL AND NOT EXISTS (SELECT 1 FROM consent k WHERE k.customer_id = c.id)) AS without_consent,
			(SELECT COUNT(*) FROM ingest_conflict) AS conflicts,
			(SELECT COUNT(*) FROM orders WHERE ordered_at > :now) AS future_orders,
			(SELECT COUNT(*) FROM orders WHERE customer_id IS NULL) AS orders_without_customer`,
	),
	currencies: both<object, { currency: string; orders: number }>("SELECT currency, COUNT(*) AS orders FROM orders WHERE kind = 'order' GROUP BY currency ORDER BY COUNT(*) DESC, currency"),
	zones: both<object, { time_zone: string; customers: number }>('SELECT time_zone, COUNT(*) AS customers FROM customer WHERE time_zone IS NOT NULL GROUP BY time_zone'),
	/** Handed over, and nobody ever said what became of them. */
	neverReported: both<{ before: number }, { messages: number }>("SELECT COUNT(*) AS messages FROM touch WHERE state = 'handed_off' AND ts < :before"),
	unknownMessages: both<object, { unknown: number }>("SELECT COUNT(*) AS unknown FROM touch WHERE state = 'unknown'"),
};
