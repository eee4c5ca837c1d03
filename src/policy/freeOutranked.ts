import { moveWaits } from '../journeys/moveWaits';
import { enrolmentName } from '../journeys/place';
import { enrolmentPlans } from '../store/plans/enrolmentPlans';
import { decisionPlans, type DecisionRow } from '../store/plans/policyPlans';
import { waitPlans } from '../store/plans/waitPlans';
import type { Tx } from '../store/port';
import { MAILING_PREFIX } from './mailingPrefix';
import { isOutranked } from './preemption';
import { answerOf } from './storedAnswer';
import { requestOf } from './storedRequest';

/**
 * A message that was waited for is called off: those that let it go first are due now, and are judged again (contact-policy.md
 * section 9, P40). The customers are locked by the caller. What a release has taken meanwhile is judged by it.
 */
export async function freeOutranked(tx: Tx, customerIds: readonly number[], now: number): Promise<void> {
	const ids = [...new Set(customerIds)];
	if (ids.length === 0) return;
	const freed = (await tx.all(decisionPlans.held, { ids })).filter(gaveWay);
	if (freed.length === 0) return;
	const waits = await tx.all(waitPlans.ofCustomers, { ids });
	const mailings = new Map((await tx.all(enrolmentPlans.ofCustomers, { ids })).filter(({ journey_key }) => journey_key.startsWith(MAILING_PREFIX)).map(({ id, entry_key }) => [id, entry_key]));
	const visits = new Set(freed.flatMap((row) => (row.enrolment === null ? [] : [`${row.enrolment}/${requestOf(row).visit}`])));
	const keys = new Set(freed.map(({ idem_key }) => idem_key));
	const due = waits.filter(({ enrolment_id: id, visit, due_at: dueAt }) => dueAt > now && (keys.has(mailings.get(id) ?? '') || visits.has(`${enrolmentName(tx.storeId, id)}/${visit}`)));
	await moveWaits(tx, due.map((wait) => ({ from: wait, to: { ...wait, due_at: now } })));
}

/** Whether a more important message was one of the reasons for which it is held. */
function gaveWay({ answer }: DecisionRow): boolean {
	const decision = answerOf(answer);
	return decision.decision === 'delay' && decision.reasons.some(isOutranked);
}
