import { assignmentPlans, exposurePlans, type AssignmentRow } from '../store/plans/experimentPlans';
import type { Tx } from '../store/port';
import { CONTROL } from './assign';

/**
 * Unites the assignments and exposures of two customers who become one (journeys.md section 6): the survivor stays in the survivor's arm,
 * but who was in a control group once is in it from now on; where the arms differed the customer is out of the analysis.
 * Both are locked by the caller.
 */
export async function uniteAssignments(tx: Tx, survivorId: number, otherId: number, nowMs: number): Promise<void> {
	const rows = await tx.all(assignmentPlans.ofCustomers, { ids: [survivorId, otherId] });
	const own = new Map(rows.filter((row) => row.customer_id === survivorId).map((row) => [row.experiment, row]));
	const inherited = rows.filter((row) => row.customer_id === otherId);
	await tx.each(assignmentPlans.remove, [{ customer_id: otherId }]);
	await tx.each(assignmentPlans.save, inherited.map((row) => united(own.get(row.experiment), row, survivorId, nowMs)));
	await tx.run(exposurePlans.unite, { survivor: survivorId, other: otherId });
}

function united(own: AssignmentRow | undefined, other: AssignmentRow, survivorId: number, nowMs: number): AssignmentRow {
	if (!own) return { ...other, customer_id: survivorId };
	const exposures = [own.exposed_at, other.exposed_at].filter((at) => at !== null);
	const differ = own.arm !== other.arm;
	return {
		...own,
		arm: differ && other.arm === CONTROL ? CONTROL : own.arm,
		assigned_at: Math.min(own.assigned_at, other.assigned_at),
		exposed_at: exposures.length > 0 ? Math.min(...exposures) : null,
		mixed_at: differ ? nowMs : (own.mixed_at ?? other.mixed_at),
	};
}
