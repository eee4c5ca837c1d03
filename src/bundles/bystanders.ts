import { bundlePlans } from '../store/plans/bundlePlans';
import { read, type Tx } from '../store/port';

/** By what pairs may be split: the customer's group by recency, frequency and money, purchase rhythm, lifecycle stage. */
export const SPLITS = ['segment', 'rhythm', 'stage'] as const;
export type Split = (typeof SPLITS)[number];

const PAGE = 20_000;
const SENT = new Set(['committed', 'handed_off', 'unknown']);

/** The group of each customer, by number in the store, as last refreshed; customers of none are left out. */
export const readGroups = read(async (tx: Tx, input: { by: Split }): Promise<Map<number, string>> => {
	const groups = new Map<number, string>();
	for (let after = 0; ; ) {
		const rows = await tx.all(bundlePlans[input.by], { after, limit: PAGE });
		for (const { customer_id: customer, name } of rows) if (name !== null) groups.set(customer, name);
		if (rows.length < PAGE) return groups;
		after = (rows.at(-1) as { customer_id: number }).customer_id;
	}
});

/** When customers were sent something, up to an instant: two columns, customer by customer, of each in the order of sending. @param input.until UTC milliseconds */
export const readMessages = read(async (tx: Tx, input: { until: number }): Promise<{ customers: Float64Array; at: Float64Array }> => {
	const [customers, times]: [number[], number[]] = [[], []];
	for (let [customer, at, seq] = [0, 0, 0]; ; ) {
		const rows = await tx.all(bundlePlans.messages, { customer, at, seq, limit: PAGE });
		for (const { customer_id: id, ts, state } of rows) {
			if (ts > input.until || !SENT.has(state)) continue;
			customers.push(id);
			times.push(ts);
		}
		const last = rows.at(-1);
		if (last === undefined || rows.length < PAGE) return { customers: Float64Array.from(customers), at: Float64Array.from(times) };
		({ customer_id: customer, ts: at, seq } = last);
	}
});

/** Names of products that have one. @param input.ids some hundred at most */
export const readProductNames = read(async (tx: Tx, input: { ids: string[] }): Promise<Map<string, string>> => {
	const rows = input.ids.length === 0 ? [] : await tx.all(bundlePlans.names, { ids: input.ids });
	return new Map(rows.flatMap(({ product_id: id, name }) => (name ? [[id, name] as const] : [])));
});
