import { JourneyError } from '../core/errors';
import { customerView } from '../customers/profile';
import type { CustomerRef } from '../customers/identity';
import { loadCustomers, resolveCustomers } from '../customers/resolve';
import { enrolmentPlans } from '../store/plans/enrolmentPlans';
import { read } from '../store/port';
import type { CustomerView } from './item';
import { enrolmentName, loadEnrolments } from './place';
import { JourneySlice } from './slice';
import { waysOf, type JourneyWay } from './ways';

/** One way through a journey, with whose it is. */
export interface Passenger {
	/** `<store id>-<number>`, as items carry it; the last one of a page is where the next begins */
	enrolment: string;
	customer: CustomerView;
	way: JourneyWay;
}

export interface ListPassengers {
	/** Where is this customer; without one: who is on the journey. */
	ref?: CustomerRef;
	journey?: string;
	/** Also ways that have ended; of one customer only. */
	ended?: boolean;
	limit: number;
	/** `enrolment` of the last one of the page before. */
	after?: string;
}

/**
 * Where a customer is, or who is on a journey, in the order of entering.
 * @throws JourneyError `unknown_customer`; `bad_input` when neither is named
 */
export const passengers = read(async (tx, { ref, journey, ended, limit, after }: ListPassengers): Promise<Passenger[]> => {
	const from = after === undefined ? 0 : Number(after.split('-').at(-1));
	let slice: JourneySlice;
	let isWanted: (enrolment: number) => boolean;
	if (ref) {
		const [who] = await resolveCustomers(tx, [ref], { create: false, keep: false });
		if (!who.found) throw new JourneyError('unknown_customer', 'No customer with this id, e-mail or phone is in the store. Check the spelling, or import the customer first.');
		slice = await JourneySlice.load(tx, [who.id]);
		isWanted = (enrolment) => enrolment > from;
	} else {
		if (!journey) throw new JourneyError('bad_input', 'Name a customer or a journey: without either there is nobody to list.');
		const last = (await loadEnrolments(tx, [from])).get(from);
		const page = await tx.all(enrolmentPlans.openOf, { journey_key: journey, after_at: last?.entered_at ?? -1, after_id: from, limit });
		const ids = new Set(page.map(({ id }) => id));
		slice = await JourneySlice.load(tx, page.map((row) => row.customer_id));
		isWanted = (enrolment) => ids.has(enrolment);
	}
	const ways = (await waysOf(tx, slice, Number.MAX_SAFE_INTEGER))
		.filter((way) => isWanted(way.enrolment) && (!journey || way.journey === journey) && (ended || way.endedAt === null))
		.sort((a, b) => (ref ? 0 : a.enteredAt - b.enteredAt) || a.enrolment - b.enrolment)
		.slice(0, limit);
	const customers = await loadCustomers(tx, ways.map((way) => way.customerId));
	return ways.flatMap(({ enrolment, customerId, ...way }) => {
		const customer = customers.get(customerId);
		return customer && customer.erased_at === null ? [{ enrolment: enrolmentName(tx.storeId, enrolment), customer: customerView(customer), way }] : [];
	});
});
