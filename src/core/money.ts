import { Decimal } from 'decimal.js';

/**
 * Money is stored as an integer count of ten-thousandths of the currency unit (`amountE4`), exact up to
 * 900 billion units, and shown as a decimal string with its currency.
 */
export const MONEY_SCALE = 10_000;

/**
 * @param value a number, or a decimal string with a point ('12.50'); more than four decimals are rounded half up
 * @returns ten-thousandths of the unit, or undefined when the value is not a finite amount
 */
export function toAmountE4(value: unknown): number | undefined {
	if (typeof value === 'number') {
		if (!Number.isFinite(value)) return undefined;
	} else if (typeof value !== 'string' || value.trim() === '') return undefined;
	try {
		const scaled = new Decimal(value as string | number).times(MONEY_SCALE).toDecimalPlaces(0, Decimal.ROUND_HALF_UP);
		const amount = scaled.toNumber();
		return Number.isSafeInteger(amount) ? amount : undefined;
	} catch {
		return undefined;
	}
}

/** '1234.5' ten-thousandths style: at least two decimals, never an exponent. */
export function formatAmountE4(amountE4: number): string {
	const value = new Decimal(amountE4).dividedBy(MONEY_SCALE);
	return value.decimalPlaces() <= 2 ? value.toFixed(2) : value.toFixed();
}
