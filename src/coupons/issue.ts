import type { ItemAnswer } from '../customers/contract';
import { customerView } from '../customers/profile';
import { refusal } from '../customers/refusal';
import { lockResolved, resolveCustomers } from '../customers/resolve';
import { attempt } from '../core/attempt';
import { JourneyError } from '../core/errors';
import { hashOf } from '../core/hash';
import { onSoundItems } from '../ingest/soundItems';
import type { CustomerView } from '../journeys/item';
import type { CustomerRow } from '../store/plans/customerPlans';
import { couponPlans, type CouponRow, type NewCouponRow } from '../store/plans/couponPlans';
import { write, type Tx } from '../store/port';
import { readMeta } from '../store/storeClock';
import { codeKey, codeOf } from './codes';
import type { CodesInput, IssueInput } from './records';

/** A coupon as items show it. Instants are UTC milliseconds. */
export interface CouponView {
	code: string;
	pool: string;
	benefit: string | null;
	issuedAt: number | null;
	expiresAt: number | null;
	redeemedAt: number | null;
}

export type CouponAnswer<R extends string> = ItemAnswer<{ result: R; coupon: CouponView; customer: CustomerView | null }>;
type Refused = Extract<CouponAnswer<never>, { ok: false }>;

export function couponView({ code, pool, benefit, issued_at: issuedAt, expires_at: expiresAt, redeemed_at: redeemedAt }: CouponRow | NewCouponRow): CouponView {
	return { code, pool, benefit, issuedAt, expiresAt, redeemedAt };
}

/**
 * Gives customers a coupon of a pool each: a code made of a pattern, or the next one of those loaded. The same key again is the
 * same coupon; whoever has reached the limit per customer and has one that can still be used gets that one again.
 */
export const issueCoupons = write(onSoundItems(issue));

async function issue(tx: Tx, { items }: { items: IssueInput[] }): Promise<CouponAnswer<'issued' | 'unchanged'>[]> {
	const { resolved, customers } = await lockResolved(tx, await resolveCustomers(tx, items.map(({ ref }) => ref), { create: false }));
	const pools = await lockPools(tx, items.map(({ pool }) => pool));
	const now = await tx.now();
	const issuing = await Issuing.load(tx, [...customers.keys()], items, pools, now);
	const answers: CouponAnswer<'issued' | 'unchanged'>[] = [];
	for (const [index, item] of items.entries()) {
		const who = resolved[index];
		const customer = who.found ? customers.get(who.id) : undefined;
		answers.push(customer && who.found ? issuing.issue(item, customer) : refusal(who.found ? 'unknown_customer' : who.why));
	}
	await issuing.save();
	return answers;
}

async function lockPools(tx: Tx, names: readonly string[]): Promise<Map<string, number>> {
	const distinct = [...new Set(names)].sort();
	await tx.change(couponPlans.addPool, distinct.map((name) => ({ name, issued: 0 })));
	return new Map((await tx.all(couponPlans.lockPools, { names: distinct })).map(({ name, issued }) => [name, issued]));
}

/** The pools and coupons of a call, changed in memory and written in one go. */
class Issuing {
	private readonly made: NewCouponRow[] = [];
	private readonly given: CouponRow[] = [];
	private readonly touched = new Set<string>();

	private constructor(
		private readonly tx: Tx,
		private readonly pools: Map<string, number>,
		private readonly mine: Map<number, (CouponRow | NewCouponRow)[]>,
		private readonly free: Map<string, CouponRow[]>,
		private readonly codes: Set<string>,
		private readonly secret: string,
		private readonly now: number,
	) {}

	static async load(tx: Tx, ids: readonly number[], items: readonly IssueInput[], pools: Map<string, number>, now: number): Promise<Issuing> {
		const secret = (await readMeta(tx, 'secret')) ?? '';
		const mine = new Map<number, CouponRow[]>();
		for (const row of ids.length === 0 ? [] : await tx.all(couponPlans.ofCustomers, { ids: [...ids] })) mine.set(row.customer_id as number, [...(mine.get(row.customer_id as number) ?? []), row]);
		const free = new Map<string, CouponRow[]>();
		for (const pool of new Set(items.filter(({ pattern }) => pattern === undefined).map((item) => item.pool))) free.set(pool, await tx.all(couponPlans.free, { pool, limit: items.length }));
		return new Issuing(tx, pools, mine, free, new Set(), secret, now);
	}

	issue(item: IssueInput, customer: CustomerRow): CouponAnswer<'issued' | 'unchanged'> {
		const shown = customerView(customer);
		const owned = (this.mine.get(customer.id) ?? []).filter(({ pool }) => pool === item.pool);
		const issueKey = item.key === undefined ? null : hashOf('coupon', customer.id, item.pool, item.key);
		const same = issueKey === null ? undefined : owned.find((one) => one.issue_key === issueKey);
		if (same) return { ok: true, result: 'unchanged', coupon: couponView(same), customer: shown };
		if (item.expiresAt !== undefined && item.expiresAt <= this.now) return refused('bad_input', 'The coupon would have expired before it is issued: choose a later date.');
		if (item.perCustomer > 0 && owned.length >= item.perCustomer) {
			const usable = owned.find((one) => one.redeemed_at === null && (one.expires_at === null || one.expires_at > this.now));
			if (usable) return { ok: true, result: 'unchanged', coupon: couponView(usable), customer: shown };
			return refused('coupon_limit', `This customer has had ${owned.length} of ${item.perCustomer} coupons of the pool "${item.pool}", and none that can still be used. Raise Coupons per Customer, or take another pool.`);
		}
		const issued = this.pools.get(item.pool) ?? 0;
		if (item.total > 0 && issued >= item.total) return refused('coupon_limit', `All ${item.total} coupons of the pool "${item.pool}" are issued. Raise Coupons in All, or take another pool.`);
		const coupon = item.pattern === undefined ? this.take(item, customer.id, issueKey) : this.make(item, item.pattern, customer.id, issueKey);
		if ('ok' in coupon) return coupon;
		this.pools.set(item.pool, issued + 1);
		this.touched.add(item.pool);
		this.mine.set(customer.id, [...(this.mine.get(customer.id) ?? []), coupon]);
		return { ok: true, result: 'issued', coupon: couponView(coupon), customer: shown };
	}

	/** The pool's number goes into the code: under its lock no two are alike, and the secret keeps the next one from being guessed. */
	private make(item: IssueInput, pattern: string, customerId: number, issueKey: string | null): NewCouponRow | Refused {
		const made = attempt(() => codeOf(pattern, this.secret, item.pool, customerId, this.pools.get(item.pool) ?? 0, this.now));
		if (!made.ok) return refused('bad_input', (made.error as JourneyError).message);
		const row = { ...this.base(item, customerId, issueKey), pool: item.pool, code: made.value, code_key: codeKey(made.value), created_at: this.now, redeemed_at: null, redeemed_ref: null };
		if (this.codes.has(row.code_key)) return refused('coupon_limit', CODE_TAKEN);
		this.codes.add(row.code_key);
		this.made.push(row);
		return row;
	}

	private take(item: IssueInput, customerId: number, issueKey: string | null): CouponRow | Refused {
		const next = this.free.get(item.pool)?.shift();
		if (!next) return refused('coupon_pool_empty', `The pool "${item.pool}" has no codes left. Load more with Coupon: Add Codes, or let them be made of a pattern.`);
		Object.assign(next, this.base(item, customerId, issueKey));
		this.given.push(next);
		return next;
	}

	private base(item: IssueInput, customerId: number, issueKey: string | null) {
		return { customer_id: customerId, benefit: item.benefit ?? null, journey_key: item.journey ?? null, issue_key: issueKey, issued_at: this.now, expires_at: item.expiresAt ?? null };
	}

	/** @throws JourneyError when a made code is one that was loaded by hand: nothing is issued then */
	async save(): Promise<void> {
		const saved = await this.tx.each(couponPlans.insert, this.made);
		if (saved.length < this.made.length) throw new JourneyError('coupon_limit', CODE_TAKEN);
		await this.tx.change(couponPlans.issue, this.given.map(({ id, customer_id, benefit, journey_key, issue_key, issued_at, expires_at }) => ({ id, customer_id, benefit, journey_key, issue_key, issued_at, expires_at })));
		await this.tx.change(couponPlans.setIssued, [...this.touched].map((name) => ({ name, issued: this.pools.get(name) ?? 0 })));
	}
}

const CODE_TAKEN = 'A code that was made is taken already. Try again; if it happens again, give the pattern more places marked #.';

/** Loads codes that the shop made itself. A code that is known stays as it is. */
export const addCodes = write(onSoundItems(async (tx: Tx, { items }: { items: CodesInput[] }): Promise<ItemAnswer<{ result: 'added' | 'unchanged'; code: string; pool: string }>[]> => {
	const now = await tx.now();
	const rows = new Map<string, NewCouponRow>();
	for (const { pool, code } of items) {
		const key = codeKey(code);
		if (key !== '' && !rows.has(key)) rows.set(key, { pool, code, code_key: key, customer_id: null, benefit: null, journey_key: null, issue_key: null, created_at: now, issued_at: null, expires_at: null, redeemed_at: null, redeemed_ref: null });
	}
	await tx.change(couponPlans.addPool, [...new Set([...rows.values()].map(({ pool }) => pool))].sort().map((name) => ({ name, issued: 0 })));
	const fresh = new Set((await tx.each(couponPlans.insert, [...rows.values()].sort((a, b) => (a.code_key < b.code_key ? -1 : 1)))).map((row) => row.code_key));
	const known = new Map((await tx.each(couponPlans.byCodes, [...rows.keys()].map((code_key) => ({ code_key })))).map((row) => [row.code_key, row]));
	return items.map(({ pool, code }) => {
		const key = codeKey(code);
		if (key === '') return refused('bad_input', 'The code holds neither a letter nor a digit.');
		const there = known.get(key);
		if (there && there.pool !== pool) return refused('bad_input', `The code "${code}" is in the pool "${there.pool}" already: a code belongs to one pool.`);
		return { ok: true, result: fresh.delete(key) ? 'added' : 'unchanged', code, pool };
	});
}));

function refused(code: 'bad_input' | 'coupon_limit' | 'coupon_pool_empty', message: string): Refused {
	return { ok: false, code, message };
}
