import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { CouponView } from '../../../../src/coupons/issue';

export const pool: INodeProperties = {
	displayName: 'Pool',
	name: 'pool',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. winback-10',
	description: 'Name for coupons that belong together: limits count within it',
};

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** A coupon as the item carries it. */
export function couponItem({ issuedAt, expiresAt, redeemedAt, ...coupon }: CouponView): IDataObject {
	return { ...coupon, issuedAt: iso(issuedAt), expiresAt: iso(expiresAt), redeemedAt: iso(redeemedAt) };
}
