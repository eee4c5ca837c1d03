import { customerView } from '../customers/profile';
import { refusal } from '../customers/refusal';
import { idsOf, lockCustomers, resolveCustomers, type Resolved } from '../customers/resolve';
import { storeOwnEvents, type OwnEvent } from '../ingest/ownEvents';
import { onSoundItems } from '../ingest/soundItems';
import type { CustomerRow } from '../store/plans/customerPlans';
import { couponPlans, type CouponRow } from '../store/plans/couponPlans';
import { write, type Tx } from '../store/port';
import { ZoneClock } from '../policy/zoneClock';
import { readMeta } from '../store/storeClock';
import { codeKey } from './codes';
import { couponView, type CouponAnswer } from './issue';
import type { RedeemInput } from './records';

/** Source of events that the store makes of coupons. */
const SOURCE = 'customer-journeys';

/**
 * Uses coupons up: each once, before it expires, by the customer it was issued to. The same order again changes nothing. Each
 * becomes the event `coupon_redeemed` with `pool`, `benefit` and `order_id`, so that a journey can wait for it.
 */
export const redeemCoupons = write(onSoundItems(redeem));

async function redeem(tx: Tx, { items, backfill }: { items: RedeemInput[]; backfill?: boolean }): Promise<CouponAnswer<'redeemed' | 'unchanged'>[]> {
	const named = items.flatMap(({ ref }, place) => (ref ? [{ ref, place }] : []));
	const resolved = await resolveCustomers(tx, named.map(({ ref }) => ref), { create: false, keep: false });
	const whoOf = new Map<number, Resolved>(named.map(({ place }, index) => [place, resolved[index]]));
	const keys = [...new Set(items.map(({ code }) => codeKey(code)))].filter((key) => key !== '').map((code_key) => ({ code_key }));
	const before = await tx.each(couponPlans.byCodes, keys);
	const customers = await lockCustomers(tx, [...before.flatMap((row) => row.customer_id ?? []), ...idsOf(resolved)]);
	const coupons = new Map((await tx.each(couponPlans.lockByCodes, keys)).map((row) => [row.code_key, row]));
	const now = await tx.now();
	const zone = ZoneClock.of((await readMeta(tx, 'zone')) ?? 'UTC') as ZoneClock;
	const used: CouponRow[] = [];
	const events: OwnEvent[] = [];
	const answers = items.map((item, index): CouponAnswer<'redeemed' | 'unchanged'> => {
		const who = whoOf.get(index);
		if (who && !who.found) return refusal(who.why);
		const coupon = coupons.get(codeKey(item.code));
		const customer = customers.get(coupon?.customer_id ?? 0);
		const refused = whyNot(item, coupon, customer, who, now, zone);
		if (refused) return refused;
		const row = coupon as CouponRow;
		const shown = { coupon: couponView(row), customer: customer ? customerView(customer) : null };
		if (row.redeemed_at !== null) return { ok: true, result: 'unchanged', ...shown };
		Object.assign(row, { redeemed_at: now, redeemed_ref: item.orderId ?? null });
		used.push(row);
		events.push({ index, order: 0, customerId: row.customer_id as number, source: SOURCE, eventId: `coupon:${row.id}:redeemed`, type: 'coupon_redeemed', at: now, properties: { pool: row.pool, benefit: row.benefit, order_id: item.orderId ?? null } });
		return { ok: true, result: 'redeemed', ...shown, coupon: couponView(row) };
	});
	await tx.change(couponPlans.redeem, used.map(({ id, redeemed_at, redeemed_ref }) => ({ id, redeemed_at, redeemed_ref })));
	await storeOwnEvents(tx, events, customers, now, backfill === true);
	return answers;
}

type Refused = Extract<CouponAnswer<never>, { ok: false }>;

/** In the order of what a cashier wants to know first. */
function whyNot({ orderId }: RedeemInput, coupon: CouponRow | undefined, customer: CustomerRow | undefined, who: Resolved | undefined, now: number, zone: ZoneClock): Refused | undefined {
	if (!coupon || !customer || customer.erased_at !== null) return { ok: false, code: 'unknown_coupon', message: 'There is no coupon with this code, or it was not issued to anybody: check the code.' };
	if (who?.found && who.id !== customer.id) return { ok: false, code: 'coupon_of_another', message: 'This coupon was issued to another customer: it cannot be used here.' };
	if (coupon.redeemed_at !== null) {
		if (orderId !== undefined && orderId === coupon.redeemed_ref) return undefined;
		return { ok: false, code: 'coupon_used', message: `This coupon was used on ${zone.dateOf(coupon.redeemed_at)}: it works once.` };
	}
	if (coupon.expires_at !== null && coupon.expires_at <= now) return { ok: false, code: 'coupon_expired', message: `This coupon expired on ${zone.dateOf(coupon.expires_at)}.` };
	return undefined;
}
