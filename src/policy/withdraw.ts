import { decisionPlans, touchPlans } from '../store/plans/policyPlans';
import { waitPlans, type WaitRow } from '../store/plans/journeyPlans';
import type { Tx } from '../store/port';
import { enrolmentName } from '../journeys/place';
import type { WaitSpec } from '../journeys/waitSpec';

/** The end of an enrolment takes its held and reserved messages with it (journeys.md section 4). */
export async function cancelEnrolmentMessages(tx: Tx, enrolmentId: number, now: number): Promise<void> {
	const enrolment = enrolmentName(tx.storeId, enrolmentId);
	await tx.run(touchPlans.releaseOfEnrolment, { enrolment });
	await tx.run(decisionPlans.cancelOfEnrolment, { enrolment, now });
}

/**
 * A withdrawn consent acts at once: messages held for that channel and purpose are due now, are judged again, and leave by
 * *Blocked*. Withdrawing `processing` reaches marketing and service on every channel (contact-policy.md section 11).
 */
export async function cancelHeldMessages(tx: Tx, customerId: number, channel: string, purpose: string, now: number): Promise<void> {
	const waits = await tx.all(waitPlans.ofCustomers, { ids: [customerId] });
	const reached = waits.filter((wait) => {
		const spec = JSON.parse(wait.spec) as WaitSpec;
		if (spec.kind !== 'policy' || wait.due_at <= now) return false;
		if (purpose === 'processing') return spec.request.class !== 'transactional';
		return spec.request.channel === channel && spec.request.class === purpose;
	});
	await tx.each(waitPlans.remove, reached);
	await tx.each(waitPlans.insert, reached.map((wait): WaitRow => ({ ...wait, due_at: now })));
}
