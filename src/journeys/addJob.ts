import { failurePlans } from '../store/plans/failurePlans';
import { lanePlans } from '../store/plans/lanePlans';
import type { StepRow } from '../store/plans/registryPlans';
import type { Tx } from '../store/port';
import type { LaneJob } from './laneJobs';

/** Adds a job to steps, behind those that are not done yet. */
export async function addJob(tx: Tx, steps: readonly Pick<StepRow, 'id'>[], job: LaneJob): Promise<void> {
	for (const { id } of steps) {
		const { jobs: seen } = (await tx.first(failurePlans.lockStep, { id })) as StepRow;
		const jobs = [...(seen === null ? [] : (JSON.parse(seen) as LaneJob[])), job];
		await tx.run(lanePlans.setJobs, { id, seen, jobs: JSON.stringify(jobs) });
	}
}
