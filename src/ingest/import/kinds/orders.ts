import { normaliseId, type CustomerRef } from '../../../customers/identity';
import { hashOf } from '../../../core/hash';
import { AMOUNT_HINT, perUnit, QUANTITY_HINT, readAmountE4, readQuantity, timesQuantity } from '../../amounts';
import { QUANTITY_LIMIT } from '../../fieldTypes';
import { INSTANT_HINT, parseInstant } from '../../instants';
import { phrase, type FieldProblem } from '../../problems';
import { ORDER_STATUSES, type OrderStatus } from '../../records';
import { keepableText } from '../../text';
import { readOrderStatus } from '../../words';
import type { ColumnSet } from '../columns';
import type { OrderLineRow } from '../orderLineRow';
import { readRef, type Cells, type RowContext, type RowReader } from '../rowDraft';

export const orderColumns: ColumnSet = {
	kind: 'orders',
	columns: [
		'ordered_at', 'customer_id', 'email', 'phone', 'order_id', 'product_id', 'product_name', 'category', 'quantity', 'price',
		'amount', 'currency', 'status', 'discount', 'source_campaign',
	],
	required: [['ordered_at'], ['customer_id', 'order_id', 'email', 'phone']],
};

/**
 * Reads order rows by hand, not through the schema: an orders file is the one that has millions of rows. What it gives
 * always fits `orderLineRow`; a test holds the two together.
 * @param refundPrefix orders whose id starts with it are refunds; '' for none
 */
export function orderRows(context: RowContext, refundPrefix: string): RowReader<OrderLineRow> {
	return (cells) => {
		const problems: FieldProblem[] = [];
		const orderedAt = readOrderedAt(cells, context, problems);
		const ref = readRef(cells, context.defaultCountry, problems);
		const order = readOrderId(cells, ref, orderedAt, context, problems);
		const money = readMoney(cells, refundPrefix !== '' && cells.order_id?.startsWith(refundPrefix) === true, problems);
		const row: Partial<OrderLineRow> = { orderId: order, orderedAt, ...money, currency: readCurrency(cells, context, problems) };
		if (ref !== undefined) row.ref = ref;
		readDetails(cells, row, problems);
		if (problems.length > 0) return { reason: problems.map(phrase).join('; ') };
		return { record: row as OrderLineRow };
	};
}

function readOrderedAt(cells: Cells, context: RowContext, problems: FieldProblem[]): number {
	const orderedAt = cells.ordered_at === undefined ? undefined : parseInstant(cells.ordered_at, context.clock);
	if (orderedAt === undefined) problems.push({ field: 'ordered_at', problem: 'is missing' });
	else if (Number.isNaN(orderedAt)) problems.push({ field: 'ordered_at', problem: INSTANT_HINT });
	return orderedAt ?? Number.NaN;
}

function readOrderId(cells: Cells, ref: CustomerRef | undefined, orderedAt: number, context: RowContext, problems: FieldProblem[]): string {
	if (cells.order_id !== undefined) {
		const id = normaliseId(cells.order_id);
		if (id.ok) return id.value;
		problems.push({ field: 'order_id', problem: id.problem });
	} else if (ref !== undefined) {
		return hashOf(context.source, ref.customerId ?? ref.email ?? (ref.phone as string), orderedAt);
	} else if (cells.customer_id === undefined && cells.email === undefined && cells.phone === undefined) {
		problems.push({ field: 'order_id', problem: 'is missing, and so is customer_id: one of them says which lines belong together' });
	}
	return '';
}

type LineMoney = Pick<OrderLineRow, 'kind' | 'quantity' | 'priceE4' | 'amountE4' | 'gift'>;

/** A line without a quantity is one piece; price and amount follow from each other. */
function readMoney(cells: Cells, isRefundId: boolean, problems: FieldProblem[]): LineMoney {
	const signed = cells.quantity === undefined ? 1 : readQuantity(cells.quantity);
	const quantityProblem = faultOfQuantity(signed);
	if (quantityProblem !== undefined) problems.push({ field: 'quantity', problem: quantityProblem });
	const kind = isRefundId || (signed ?? 0) < 0 ? 'refund' : 'order';
	const quantity = Math.abs(signed ?? 1);

	const price = readAmount(cells, 'price', problems);
	const given = readAmount(cells, 'amount', problems, kind === 'refund');
	const amount = given ?? (price === undefined ? 0 : timesQuantity(price, quantity));
	const priceE4 = price ?? (amount === undefined ? undefined : perUnit(amount, quantity));
	if (problems.length === 0 && (amount === undefined || priceE4 === undefined)) problems.push({ field: 'price', problem: 'times quantity is too large' });
	const gift = amount === 0 && (price !== undefined || given !== undefined);
	return { kind, quantity, priceE4: priceE4 ?? 0, amountE4: amount ?? 0, gift };
}

function faultOfQuantity(signed: number | undefined): string | undefined {
	if (signed === undefined) return QUANTITY_HINT;
	if (signed === 0) return 'is 0: a line has pieces, a refund has a negative quantity';
	return Math.abs(signed) > QUANTITY_LIMIT ? 'is too large' : undefined;
}

/** @param signless the sign says nothing more: a refund's amount is written with or without a minus */
function readAmount(cells: Cells, column: string, problems: FieldProblem[], signless = false): number | undefined {
	const text = cells[column];
	if (text === undefined) return undefined;
	const amount = readAmountE4(text);
	if (amount === undefined) problems.push({ field: column, problem: AMOUNT_HINT });
	else if (amount < 0 && !signless) problems.push({ field: column, problem: 'is negative' });
	return amount === undefined ? undefined : Math.abs(amount);
}

function readCurrency(cells: Cells, context: RowContext, problems: FieldProblem[]): string {
	const code = cells.currency?.toUpperCase() ?? context.currency;
	if (!/^[A-Z]{3}$/.test(code)) problems.push({ field: 'currency', problem: 'is not a currency code of three letters such as EUR' });
	return code;
}

function readDetails(cells: Cells, row: Partial<OrderLineRow>, problems: FieldProblem[]): void {
	if (cells.product_id !== undefined) {
		const product = normaliseId(cells.product_id);
		if (product.ok) row.productId = product.value;
		else problems.push({ field: 'product_id', problem: product.problem });
	}
	if (cells.product_name !== undefined) row.productName = readText(cells.product_name, 'product_name', 500, problems);
	if (cells.category !== undefined) row.category = readText(cells.category, 'category', 200, problems);
	if (cells.source_campaign !== undefined) row.sourceCampaign = readText(cells.source_campaign, 'source_campaign', 200, problems);
	if (cells.discount !== undefined) row.discountE4 = readAmount(cells, 'discount', problems);
	if (cells.status !== undefined) row.status = readStatus(cells.status, problems);
}

function readText(raw: string, column: string, limit: number, problems: FieldProblem[]): string {
	const value = keepableText(raw).trim();
	if (value.length > limit) problems.push({ field: column, problem: `is longer than ${limit} characters` });
	return value;
}

function readStatus(raw: string, problems: FieldProblem[]): OrderStatus | undefined {
	const status = readOrderStatus(raw);
	if (status === undefined) problems.push({ field: 'status', problem: `must be one of ${ORDER_STATUSES.join(', ')}` });
	return status;
}
