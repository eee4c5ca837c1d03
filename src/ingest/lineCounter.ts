import { orderPlans, type ImportLineRow } from '../store/plans/ingestPlans';
import type { Tx } from '../store/port';
import type { OrderLineRow } from './import/orderLineRow';

/**
 * Counts the lines of an import. Real invoices repeat identical lines and each counts (import.md): a line is known by
 * (order, product, quantity, price, n-th occurrence). A run of the file counts its occurrences from nothing, so that a
 * second run reaches the same count and changes nothing; where the first run broke off, the second takes in the rest.
 */
export class LineCounter {
	/** Lines that were not known before. */
	accepted = 0;
	/** Orders that have got more lines. */
	readonly grown = new Set<number>();
	private readonly orders = new Map<number, Map<string, ImportLineRow>>();
	private readonly touched = new Set<ImportLineRow>();

	/** @param orders those that may have lines already; `isNewToRun`: this run has not seen the order yet */
	static async load(tx: Tx, orders: readonly { id: number; isNewToRun: boolean }[]): Promise<LineCounter> {
		const counter = new LineCounter();
		if (orders.length === 0) return counter;
		const newToRun = new Map(orders.map(({ id, isNewToRun }) => [id, isNewToRun]));
		for (const row of await tx.all(orderPlans.linesOfMany, { ids: [...newToRun.keys()] })) {
			const line = { ...row };
			if (newToRun.get(row.order_ref)) {
				line.times_in_run = 0;
				line.times_before_run = line.times;
				counter.touched.add(line);
			}
			counter.linesOf(row.order_ref).set(lineName(row.product_id, row.quantity, row.price_e4), line);
		}
		return counter;
	}

	count(orderRef: number, row: OrderLineRow): void {
		const lines = this.linesOf(orderRef);
		const name = lineName(row.productId ?? '', row.quantity, row.priceE4);
		let line = lines.get(name);
		if (!line) {
			line = { order_ref: orderRef, product_id: row.productId ?? '', quantity: row.quantity, price_e4: row.priceE4, times: 0, amount_e4: row.amountE4, gift: row.gift ? 1 : 0, times_in_run: 0, times_before_run: 0 };
			lines.set(name, line);
		}
		line.times_in_run += 1;
		if (line.times_in_run > line.times_before_run) this.accepted += 1;
		if (line.times_in_run > line.times) {
			line.times = line.times_in_run;
			this.grown.add(orderRef);
		}
		this.touched.add(line);
	}

	/** What the lines of an order come to: those that were there, where they were loaded, and those counted. */
	sumOf(orderRef: number): number {
		let sum = 0;
		for (const { amount_e4, times } of this.linesOf(orderRef).values()) sum += amount_e4 * times;
		return bounded(sum);
	}

	/** The rows to be written. */
	changed(): ImportLineRow[] {
		return [...this.touched];
	}

	private linesOf(orderRef: number): Map<string, ImportLineRow> {
		let lines = this.orders.get(orderRef);
		if (!lines) this.orders.set(orderRef, (lines = new Map()));
		return lines;
	}
}

/** Sums of absurd amounts stay numbers that every database and language can hold. */
export const bounded = (sumE4: number) => Math.max(-Number.MAX_SAFE_INTEGER, Math.min(sumE4, Number.MAX_SAFE_INTEGER));

const lineName = (productId: string, quantity: number, priceE4: number) => `${productId} ${quantity} ${priceE4}`;
