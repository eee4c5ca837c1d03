import { JourneyError } from '../core/errors';
import { MustRunAgain } from '../core/runAgain';
import { lockCustomers } from '../customers/locking';
import type { CustomerRow } from '../store/plans/customerPlans';
import { enrolmentPlans, type EnrolmentRow } from '../store/plans/enrolmentPlans';
import type { Tx } from '../store/port';
import type { JourneyPlace } from './item';

/** `<store id>-<number>`: the number alone would fit any store. */
export function enrolmentName(storeId: string, id: number): string {
	return `${storeId}-${id}`;
}

/**
 * The enrolment's number.
 * @throws JourneyError `wrong_store` when the item belongs to a journey on another store; both are named
 */
export function enrolmentId(tx: Tx, name: string): number {
	const match = /^(.+)-(\d{1,15})$/.exec(name);
	if (!match) throw new JourneyError('bad_input', 'The item\'s journey.enrolment cannot be read. Let the item come from Journey Trigger unchanged.', { field: 'journey.enrolment' });
	if (match[1] !== tx.storeId) {
		throw new JourneyError(
			'wrong_store',
			`This customer's journey lives in the customer store ${match[1]}, but this node uses the store ${tx.storeId}. Choose the same Customer Store credential in all nodes of the journey.`,
			{ journeyStore: match[1], nodeStore: tx.storeId },
		);
	}
	return Number(match[2]);
}

/** Enrolments by number. */
export async function loadEnrolments(tx: Tx, ids: readonly number[]): Promise<Map<number, EnrolmentRow>> {
	const distinct = [...new Set(ids)];
	if (distinct.length === 0) return new Map();
	return new Map((await tx.all(enrolmentPlans.byIds, { ids: distinct })).map((row) => [row.id, row]));
}

/**
 * Enrolments by number, as they are once their customers are locked.
 * @throws MustRunAgain when an unmerge gave one to another customer meanwhile
 */
export async function lockEnrolments(tx: Tx, ids: readonly number[]): Promise<{ enrolments: Map<number, EnrolmentRow>; customers: Map<number, CustomerRow> }> {
	const before = await loadEnrolments(tx, ids);
	const customers = await lockCustomers(tx, [...before.values()].map((row) => row.customer_id));
	if (tx.soleWriter) return { enrolments: before, customers };
	const enrolments = await loadEnrolments(tx, [...before.keys()]);
	if ([...enrolments.values()].some((row) => !customers.has(row.customer_id))) throw new MustRunAgain('An enrolment went to another customer');
	return { enrolments, customers };
}

export function placeOf(storeId: string, enrolment: Pick<EnrolmentRow, 'id' | 'journey_key' | 'variant'>, step: string, visit: number): JourneyPlace {
	return { key: enrolment.journey_key, enrolment: enrolmentName(storeId, enrolment.id), step, visit, variant: enrolment.variant };
}
