import type { CustomerView } from '../../journeys/item';
import type { CustomerRef } from '../identity';

export interface MergeCustomers {
	/** who stays */
	survivor: CustomerRef;
	/** who is the same person */
	other: CustomerRef;
	/** Who says so. */
	by?: string;
}

export interface MergedCustomers {
	/** `unchanged`: the two are one customer already. */
	result: 'merged' | 'unchanged';
	customer: CustomerView;
	/** The key under which the other was known; null when nothing changed. */
	merged: string | null;
	/** What came over, by kind; `ended`: journeys that both were on, of which one was ended. */
	counts: Record<string, number>;
}

export interface UnmergeCustomers {
	/** An id, e-mail or phone of the one who is split off again. */
	other: CustomerRef;
}

export interface UnmergedCustomers {
	result: 'unmerged';
	/** who had taken the other in */
	customer: CustomerView;
	/** who is a customer again */
	other: CustomerView;
	/** What went back, by kind. */
	counts: Record<string, number>;
}
