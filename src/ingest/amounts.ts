import { MONEY_SCALE, toAmountE4 } from '../core/money';
import { Decimal } from 'decimal.js';

const PLAIN = /^([+-]?)(\d{1,11})(?:\.(\d{1,4}))?$/;
const LONG_PLAIN = /^[+-]?\d+(\.\d+)?$/;
const COMMA_THOUSANDS = /^[+-]?\d{1,3}(,\d{3})+\.\d+$|^[+-]?\d{1,3}(,\d{3}){2,}$/;
const DOT_THOUSANDS = /^[+-]?\d{1,3}(\.\d{3})+,\d+$|^[+-]?\d{1,3}(\.\d{3}){2,}$/;
const DECIMAL_COMMA = /^[+-]?\d+,(\d{1,2}|\d{4,})$/;

export const AMOUNT_HINT = 'is not an amount such as 12.50';
export const QUANTITY_HINT = 'is not a number such as 2 or 0.5';

/**
 * @param value a JSON number, or text as shops and spreadsheets write amounts: '12.50', '1,234.50', '1.234,50',
 * '1 234,50', '12,5'. '1,234' alone may mean two things and is refused.
 * @returns ten-thousandths of the unit without a float in between, or undefined
 */
export function readAmountE4(value: unknown): number | undefined {
	if (typeof value !== 'string') return toAmountE4(value);
	const match = PLAIN.exec(value);
	if (match !== null) {
		const units = Number(match[2]) * MONEY_SCALE + (match[3] === undefined ? 0 : Number(match[3].padEnd(4, '0')));
		return match[1] === '-' && units !== 0 ? -units : units;
	}
	const plain = plainDecimal(value);
	return plain === undefined ? undefined : toAmountE4(plain);
}

/** Pieces, kilograms, hours; the same spellings as {@link readAmountE4}. */
export function readQuantity(value: unknown): number | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
	if (typeof value !== 'string') return undefined;
	const plain = plainDecimal(value);
	return plain === undefined ? undefined : Number(plain) + 0;
}

/** @returns ten-thousandths, rounded half up, or undefined above what an integer holds */
export function timesQuantity(priceE4: number, quantity: number): number | undefined {
	const product = Number.isInteger(quantity) ? priceE4 * quantity : undefined;
	if (product !== undefined && Number.isSafeInteger(product)) return product;
	return safe(new Decimal(priceE4).times(quantity));
}

/** @returns ten-thousandths per unit, rounded half up */
export function perUnit(amountE4: number, quantity: number): number | undefined {
	return quantity === 1 ? amountE4 : safe(new Decimal(amountE4).dividedBy(quantity));
}

function safe(amount: Decimal): number | undefined {
	const rounded = amount.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber();
	return Number.isSafeInteger(rounded) ? rounded : undefined;
}

/** '1 234,50' -> '1234.50' */
function plainDecimal(raw: string): string | undefined {
	const text = raw.trim().replace(/(?<=\d)[\s\u00a0\u202f'](?=\d)/g, '');
	if (LONG_PLAIN.test(text)) return text;
	if (COMMA_THOUSANDS.test(text)) return text.replaceAll(',', '');
	if (DOT_THOUSANDS.test(text)) return text.replaceAll('.', '').replace(',', '.');
	return DECIMAL_COMMA.test(text) ? text.replace(',', '.') : undefined;
}
