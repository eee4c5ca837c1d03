import type { WaitRow } from '../../store/plans/waitPlans';
import type { AssignmentRow } from '../../store/plans/experimentPlans';

/** What an unmerge needs beyond the rows that moved; JSON in `customer_merge.restore`. */
export interface Restore {
	/** The merged customer's enrolments as they were. */
	enrolments: { id: number; generation: number; variant: string | null }[];
	/** Who was on the same way twice: the one that was ended, and the one that stayed. */
	ended: EndedTwin[];
	/** The merged customer's arms. */
	assignments: AssignmentRow[];
}

export interface EndedTwin {
	id: number;
	stayed: number;
	status: string;
	/** of the history row that was closed */
	visit: number;
	waits: WaitRow[];
	held: { idem_key: string; until_at: number }[];
}
