import { z } from 'zod/v4';
import { id, instant, text } from '../ingest/fieldTypes';
import { customerRef } from '../ingest/records';

/** Coupons, as they come in. Instants are milliseconds UTC. */

const count = z.number('must be a number').int('must be a whole number').min(0, 'must be 0 or more').max(1_000_000_000, 'is too large');
const pool = text(100);

export const issueInput = z.strictObject({
	ref: customerRef,
	pool,
	/** A code is made of it; absent: the next one of the codes that were loaded. */
	pattern: text(100).optional(),
	/** What the coupon gives, in the shop's words. */
	benefit: text(200).optional(),
	expiresAt: instant.optional(),
	/** Coupons of the pool that a customer gets in all; 0: any number. */
	perCustomer: count.default(1),
	/** Coupons of the pool in all; 0: any number. */
	total: count.default(0),
	/** The same key again is the same coupon. */
	key: id.optional(),
	journey: text(255).optional(),
});
export type IssueInput = z.output<typeof issueInput>;

export const redeemInput = z.strictObject({
	code: text(100),
	/** Who wants to use it; absent: whoever has it. */
	ref: customerRef.optional(),
	/** The order it is used for: the same again changes nothing. */
	orderId: id.optional(),
});
export type RedeemInput = z.output<typeof redeemInput>;

export const codesInput = z.strictObject({ pool, code: text(100) });
export type CodesInput = z.output<typeof codesInput>;
