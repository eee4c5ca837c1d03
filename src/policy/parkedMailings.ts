import type { Attempt } from '../core/attempt';
import { OPEN } from '../journeys/slice';
import { enrolmentPlans } from '../store/plans/enrolmentPlans';
import type { Tx } from '../store/port';
import { MAILING_PREFIX } from './mailingPrefix';
import type { ContactRequest } from './request';
import type { Subject } from './subjects';

/**
 * Marks the messages of a mailing that wait here already: the same mailing run again neither parks them twice nor lets them
 * overtake themselves. Messages of a journey are told by their visit.
 * @param since when the execution began to ask, UTC milliseconds; absent in its first call
 * @returns keys of the messages that this execution itself parked in an earlier call, whether or not they have left since
 */
export async function markParkedMailings(tx: Tx, subjects: readonly Subject[], asked: readonly (Attempt<ContactRequest> | undefined)[], since = Infinity): Promise<string[]> {
	const mailings = subjects.flatMap((subject, place) => {
		const one = asked[place];
		if (subject.state !== 'judge' || subject.enrolment || subject.item.released || !subject.customer || !subject.item.mailingKey || !one?.ok) return [];
		return [{ subject, row: { journey_key: `${MAILING_PREFIX}${subject.item.mailingKey}`, customer_id: subject.customer.id, entry_key: one.value.key } }];
	});
	const distinct = [...new Map(mailings.map(({ row }) => [row.entry_key, row])).values()];
	const parked = await tx.each(enrolmentPlans.parkedMailings, distinct);
	const open = new Set(parked.flatMap(({ entry_key, status }) => (OPEN.has(status) ? [entry_key] : [])));
	for (const { subject, row } of mailings) if (open.has(row.entry_key)) subject.parked = true;
	return parked.flatMap(({ entry_key, entered_at }) => (entered_at >= since ? [entry_key] : []));
}
