const DAY = 86_400_000;
const CHUNK = 100_000;
/** In the middle of a day, so that a calendar day has a past and a future. */
export const NOW = Date.parse('2027-03-01T12:00:00Z');
const REACH_DAYS = 30;

/** Four caps such as shops have; Redis gets four limiters. */
export const FOUR_CAPS = {
	version: 'bench',
	storeZone: 'UTC',
	rules: [
		{ id: 'any-day', scope: { any: true }, limit: 1, window: 'day' },
		{ id: 'any-7d', scope: { any: true }, limit: 3, window: 'P7D' },
		{ id: 'email-7d', scope: { channel: 'email' }, limit: 3, window: 'P7D' },
		{ id: 'promo-7d', scope: { category: 'promo' }, limit: 2, window: 'P7D' },
	],
	requireConsent: true,
};

/** Customers with an e-mail and consent, through the store. */
export async function know(store, customers) {
	for (let first = 0; first < customers; first += 1_000) {
		const refs = Array.from({ length: Math.min(1_000, customers - first) }, (_, index) => ({ customerId: `c${first + index}` }));
		await store.run('customers.upsert', { items: refs.map((ref) => ({ ref: { ...ref, email: `${ref.customerId}@example.com` }, timeZone: 'UTC' })) });
		await store.run('consents.set', { items: refs.map((ref) => ({ ref, channel: 'email', purpose: 'marketing', status: 'granted', at: NOW - 400 * DAY })) });
	}
}

/**
 * Old messages, spread over a month and over everybody: written by SQL, as a ledger of years is not what is measured.
 * @param {(sql: string) => Promise<unknown> | unknown} run
 * @param {'sqlite' | 'postgres'} dialect
 */
export async function fillLedger(run, dialect, customers, touches) {
	for (let first = 0; first < touches; first += CHUNK) {
		const last = Math.min(touches, first + CHUNK) - 1;
		const numbers = dialect === 'sqlite' ? `(WITH RECURSIVE n(n) AS (SELECT ${first} UNION ALL SELECT n + 1 FROM n WHERE n < ${last}) SELECT n FROM n)` : `generate_series(${first}::bigint, ${last}::bigint) AS n(n)`;
		await run(`INSERT INTO touch (customer_id, ts, channel, category, tags, class, journey_key, state, priority, exempt, counts, idem_key, policy_version)
			SELECT 1 + n % ${customers}, ${NOW} - ${REACH_DAYS * DAY} + n * ${REACH_DAYS * DAY} / ${touches}, 'email', CASE n % 3 WHEN 0 THEN 'promo' ELSE 'news' END, '[]', 'marketing', 'j', 'committed', 50, '[]', NULL, 'old-' || n, '1'
			FROM ${numbers}`);
	}
	await run('ANALYZE');
}
