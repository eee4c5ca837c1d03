import { decisionPlans, touchPlans } from '../store/plans/policyPlans';
import { moveWaits } from '../journeys/moveWaits';
import { waitPlans } from '../store/plans/waitPlans';
import type { Tx } from '../store/port';
import { enrolmentName, loadEnrolments } from '../journeys/place';
import type { WaitSpec } from '../journeys/waitSpec';
import { freeOutranked } from './freeOutranked';

/** The end of enrolments takes their held and reserved messages with it (journeys.md section 4); who waited for those goes on (P40). */
export async function cancelEnrolmentMessages(tx: Tx, enrolmentIds: readonly number[], now: number): Promise<void> {
	if (enrolmentIds.length === 0) return;
	const enrolments = enrolmentIds.map((id) => enrolmentName(tx.storeId, id));
	await tx.run(touchPlans.releaseOfEnrolments, { enrolments });
	if ((await tx.run(decisionPlans.cancelOfEnrolments, { enrolments, now })) === 0) return;
	await freeOutranked(tx, [...(await loadEnrolments(tx, enrolmentIds)).values()].map((enrolment) => enrolment.customer_id), now);
}

/**
 * A withdrawn consent acts at once: messages held for that channel and purpose are due now, are judged again, and leave by
 * *Blocked*; what is reserved and not reported as sent gives its place back (P47). Withdrawing `processing` reaches marketing and service on every channel (contact-policy.md section 11).
 */
export async function cancelHeldMessages(tx: Tx, customerId: number, channel: string, purpose: string, now: number): Promise<void> {
	await tx.run(touchPlans.releaseOfPurpose, { customer_id: customerId, channel, purpose, processing: purpose === 'processing' ? 1 : 0 });
	const waits = await tx.all(waitPlans.ofCustomers, { ids: [customerId] });
	const reached = waits.filter((wait) => {
		const spec = JSON.parse(wait.spec) as WaitSpec;
		if (spec.kind !== 'policy' || wait.due_at <= now) return false;
		if (purpose === 'processing') return spec.request.class !== 'transactional';
		return spec.request.channel === channel && spec.request.class === purpose;
	});
	await moveWaits(tx, reached.map((wait) => ({ from: wait, to: { ...wait, due_at: now } })));
	if (reached.length > 0) await freeOutranked(tx, [customerId], now);
}
