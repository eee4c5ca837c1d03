import { loadCustomers } from '../customers/locking';
import { customerZone } from '../journeys/customerZone';
import { ZoneClock } from '../policy/zoneClock';
import { refundEntryPlans } from '../store/plans/columnPlans';
import { preferencePlans, type BoughtLineRow, type DeedRow } from '../store/plans/preferencePlans';
import { segmentPlans } from '../store/plans/segmentPlans';
import { read, type Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { DAY_MS, DEEDS_DAYS, PURCHASES_DAYS, type Deed, type PreferenceFacts, type PurchaseLine, type Signal } from './contract';

const VIEWS = ['product_viewed', 'category_viewed', 'page_viewed', 'screen_viewed', 'product_view', 'page_view'];
const SIGNAL_OF: Readonly<Record<string, Signal>> = { message_opened: 'opened', message_clicked: 'clicked', visit: 'visited', ...Object.fromEntries(VIEWS.map((type) => [type, 'visited' as const])) };
/** Events that say what a customer answers and looks at. */
export const DEED_TYPES: readonly string[] = Object.keys(SIGNAL_OF);
const HOUR_MS = 3_600_000;

export interface PreferenceFactsAsked {
	/** Number of the last customer of the page before. */
	after: number;
	limit: number;
	/** UTC milliseconds; nothing later is read */
	at: number;
	/** Amounts in others are left out; null: no order at all. */
	currency: string | null;
}

/** What preferences are read from, page by page in the order of customers' numbers. */
export const preferenceFacts = read(async (tx, { after, limit, ...asked }: PreferenceFactsAsked): Promise<{ facts: PreferenceFacts[]; next: number | null }> => {
	const ids = (await tx.all(segmentPlans.idsAfter, { after, limit })).map(({ id }) => id);
	return { facts: await factsOf(tx, ids, asked), next: ids.length < limit ? null : ids[ids.length - 1] };
});

/** @param ids of customers who are there */
export async function factsOf(tx: Tx, ids: number[], { at, currency }: { at: number; currency: string | null }): Promise<PreferenceFacts[]> {
	const facts = new Map(ids.map((customer): [number, PreferenceFacts] => [customer, { customer, lines: [], deeds: [], sent: {} }]));
	const lines = currency === null ? [] : await tx.all(preferencePlans.lines, { ids, since: at - PURCHASES_DAYS * DAY_MS, until: at, currency });
	const left = lines.length === 0 ? () => 1 : leftOf(lines, await refunds(tx, ids, at));
	for (const line of lines) if (line.gift === 0 && line.quantity > 0) facts.get(line.customer_id)?.lines.push(lineOf(line, left(line.order_ref)));
	const lately = { ids, since: at - DEEDS_DAYS * DAY_MS, until: at };
	const deeds = await tx.all(preferencePlans.deeds, { ...lately, types: [...DEED_TYPES] });
	const clocks = deeds.length === 0 ? new Map<number, ZoneClock>() : await clocksOf(tx, [...new Set(deeds.map((deed) => deed.customer_id))]);
	for (const deed of deeds) facts.get(deed.customer_id)?.deeds.push(deedOf(deed, clocks.get(deed.customer_id) as ZoneClock));
	for (const { customer_id, channel } of await tx.all(preferencePlans.sent, lately)) {
		const one = facts.get(customer_id);
		if (one) one.sent[channel] = (Object.hasOwn(one.sent, channel) ? one.sent[channel] : 0) + 1;
	}
	return [...facts.values()];
}

/** What was given back of each order up to the instant. */
async function refunds(tx: Tx, ids: number[], at: number): Promise<Map<number, number>> {
	const given = new Map<number, number>();
	for (const { order_id, refunded_at, total_e4, lines_e4 } of await tx.all(refundEntryPlans.some, { ids })) {
		if (order_id !== null && refunded_at <= at) given.set(order_id, (given.get(order_id) ?? 0) + Math.abs(total_e4 ?? lines_e4));
	}
	return given;
}

/** The share of each order that was not given back. */
function leftOf(lines: readonly BoughtLineRow[], given: ReadonlyMap<number, number>): (order: number) => number {
	const paid = new Map<number, number>();
	for (const { order_ref, amount_e4, times, total_e4 } of lines) paid.set(order_ref, total_e4 ?? (paid.get(order_ref) ?? 0) + amount_e4 * times);
	return (order) => {
		const all = paid.get(order) ?? 0;
		return all > 0 ? Math.max(0, 1 - (given.get(order) ?? 0) / all) : 0;
	};
}

function lineOf({ order_ref, category, price_e4, quantity, times, amount_e4 }: BoughtLineRow, left: number): PurchaseLine {
	const price = price_e4 > 0 ? price_e4 : amount_e4 / quantity;
	return { order: order_ref, category: category?.trim() ? category : null, priceE4: Number.isFinite(price) && price > 0 ? price : null, spentE4: Math.max(0, amount_e4 * times * left) };
}

function deedOf({ type, occurred_at: at, properties }: DeedRow, clock: ZoneClock): Deed {
	const wall = at + clock.offsetAt(at);
	const day = Math.floor(wall / DAY_MS);
	const { channel, message_key: message } = properties === null ? {} as Record<string, unknown> : (JSON.parse(properties) as Record<string, unknown>);
	const named = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
	return { signal: SIGNAL_OF[type], at, day, hour: Math.floor((wall - day * DAY_MS) / HOUR_MS), view: VIEWS.includes(type), channel: named(channel), message: named(message) };
}

async function clocksOf(tx: Tx, ids: readonly number[]): Promise<Map<number, ZoneClock>> {
	const shop = (await readMeta(tx, 'zone')) ?? 'UTC';
	const clock = (name: string) => ZoneClock.of(name) ?? (ZoneClock.of('UTC') as ZoneClock);
	return new Map([...(await loadCustomers(tx, ids))].map(([id, row]) => [id, clock(customerZone(row, shop))]));
}
