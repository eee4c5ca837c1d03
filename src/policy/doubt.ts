import { enrolmentName } from '../journeys/place';
import { touchPlans } from '../store/plans/policyPlans';
import type { Tx } from '../store/port';

/**
 * Messages of visits that were cut off after the hand-over, and whose customers do not come to the step again because they have
 * left the journey or moved on: nobody would ask about them any more, so they are listed as unknown now (contact-policy.md
 * section 8). Visits that handed nothing over change nothing.
 */
export async function doubtMessages(tx: Tx, stepKey: string, visits: readonly { enrolment_id: number; visit: number }[]): Promise<void> {
	await tx.change(touchPlans.doubt, visits.map(({ enrolment_id, visit }) => ({ enrolment: enrolmentName(tx.storeId, enrolment_id), step_key: stepKey, visit })));
}
