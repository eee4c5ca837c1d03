import { both, bulk, insertMany, per, selectMany, updateMany } from '../plan';

export interface CouponRow {
	id: number;
	pool: string;
	code: string;
	/** as codes are compared: capital letters and digits only */
	code_key: string;
	/** null: loaded, and waiting to be issued */
	customer_id: number | null;
	/** what it gives, in the shop's words */
	benefit: string | null;
	journey_key: string | null;
	issue_key: string | null;
	/** instants are UTC milliseconds */
	created_at: number;
	issued_at: number | null;
	expires_at: number | null;
	redeemed_at: number | null;
	redeemed_ref: string | null;
}

const TYPES = { pool: 'text', code: 'text', code_key: 'text', customer_id: 'bigint', benefit: 'text', journey_key: 'text', issue_key: 'text', created_at: 'bigint', issued_at: 'bigint', expires_at: 'bigint', redeemed_at: 'bigint', redeemed_ref: 'text' } as const;

export type NewCouponRow = Omit<CouponRow, 'id'>;

export const couponPlans = {
	addPool: insertMany<{ name: string; issued: number }>('coupon_pool', { name: 'text', issued: 'bigint' }, 'ON CONFLICT (name) DO NOTHING'),
	/** Pools in the order of their names, kept from others until the transaction ends; customers are locked before. */
	lockPools: per<{ names: string[] }, { name: string; issued: number }>({
		sqlite: 'SELECT p.name, p.issued FROM json_each(:names) j CROSS JOIN coupon_pool p ON p.name = j.value',
		postgres: 'SELECT name, issued FROM coupon_pool WHERE name = ANY(:names::text[]) ORDER BY name FOR UPDATE',
	}),
	setIssued: updateMany<{ name: string; issued: number }>('coupon_pool', { name: 'text', issued: 'bigint' }, ['name']),
	ofCustomers: per<{ ids: number[] }, CouponRow>({
		sqlite: 'SELECT c.* FROM json_each(:ids) j CROSS JOIN coupon c ON c.customer_id = j.value',
		postgres: 'SELECT * FROM coupon WHERE customer_id = ANY(:ids::bigint[])',
	}),
	byIssueKeys: selectMany<{ issue_key: string }, CouponRow>('t.*', 'coupon', { issue_key: 'text' }),
	byCodes: selectMany<{ code_key: string }, CouponRow>('t.*', 'coupon', { code_key: 'text' }),
	/** The same, kept from others; the customers are locked before. */
	lockByCodes: bulk<{ code_key: string }, CouponRow>(
		{ code_key: 'text' },
		{
			sqlite: 'SELECT t.* FROM coupon AS t WHERE t.code_key = :code_key',
			postgres: 'SELECT t.* FROM rows r JOIN coupon AS t ON t.code_key = r.code_key ORDER BY t.id FOR UPDATE OF t',
		},
	),
	/** Codes of a list that nobody has yet, in the order they were loaded; the pool is locked. */
	free: both<{ pool: string; limit: number }, CouponRow>('SELECT * FROM coupon WHERE pool = :pool AND customer_id IS NULL ORDER BY id LIMIT :limit'),
	insert: insertMany<NewCouponRow, { code_key: string }>('coupon', TYPES, 'ON CONFLICT (code_key) DO NOTHING RETURNING code_key'),
	issue: updateMany<Pick<CouponRow, 'id' | 'customer_id' | 'benefit' | 'journey_key' | 'issue_key' | 'issued_at' | 'expires_at'>>(
		'coupon',
		{ id: 'bigint', customer_id: 'bigint', benefit: 'text', journey_key: 'text', issue_key: 'text', issued_at: 'bigint', expires_at: 'bigint' },
		['id'],
	),
	redeem: updateMany<Pick<CouponRow, 'id' | 'redeemed_at' | 'redeemed_ref'>>('coupon', { id: 'bigint', redeemed_at: 'bigint', redeemed_ref: 'text' }, ['id']),
	/** Codes that an erased customer had are no codes any more. */
	blank: both<{ customer_id: number }>("UPDATE coupon SET code = 'erased', code_key = 'erased:' || id, issue_key = NULL, redeemed_ref = NULL WHERE customer_id = :customer_id"),
};
