import { assignmentPlans, type AssignmentRow } from '../store/plans/experimentPlans';
import type { Tx } from '../store/port';

/** Which arms customers are in for good, read once under their locks, and what became of them, written in one go. */
export class Assignments {
	private readonly changed = new Map<string, AssignmentRow>();

	private constructor(
		private readonly tx: Tx,
		private readonly rows: Map<string, AssignmentRow>,
	) {}

	/** @param customers locked by the caller */
	static async load(tx: Tx, customers: readonly number[]): Promise<Assignments> {
		const rows = customers.length === 0 ? [] : await tx.all(assignmentPlans.ofCustomers, { ids: [...new Set(customers)] });
		return new Assignments(tx, new Map(rows.map((row) => [nameOf(row.customer_id, row.experiment), row])));
	}

	armOf(customerId: number, experiment: string): string | undefined {
		return this.rows.get(nameOf(customerId, experiment))?.arm;
	}

	/** Keeps a customer in an arm from now on. Another arm than before makes them useless for the comparison. */
	assign(customerId: number, experiment: string, arm: string, nowMs: number): void {
		const before = this.rows.get(nameOf(customerId, experiment));
		if (before?.arm === arm) return;
		this.put({
			customer_id: customerId,
			experiment,
			arm,
			assigned_at: before?.assigned_at ?? nowMs,
			exposed_at: before?.exposed_at ?? null,
			mixed_at: before?.exposed_at ? (before.mixed_at ?? nowMs) : (before?.mixed_at ?? null),
		});
	}

	/** The instant at which the arm made, or for the control would have made, a difference; the first one counts. */
	expose(customerId: number, experiment: string, nowMs: number): void {
		const row = this.rows.get(nameOf(customerId, experiment));
		if (row && row.exposed_at === null) this.put({ ...row, exposed_at: nowMs });
	}

	async save(): Promise<void> {
		if (this.changed.size > 0) await this.tx.each(assignmentPlans.save, [...this.changed.values()]);
	}

	private put(row: AssignmentRow): void {
		const name = nameOf(row.customer_id, row.experiment);
		this.rows.set(name, row);
		this.changed.set(name, row);
	}
}

const nameOf = (customerId: number, experiment: string) => `${customerId}\u0000${experiment}`;
