import { both } from '../plan';
import type { StepRow } from './registryPlans';
import type { WaitKey, WaitRow } from './waitPlans';

/** Waits of a step, piece by piece. */
export const lanePlans = {
	/** From the latest towards the earliest, so that a wait that is moved to later is not met again. */
	below: both<WaitKey & { limit: number }, WaitRow>(
		`SELECT * FROM wait WHERE step_id = :step_id AND (due_at, enrolment_id, visit) < (:due_at, :enrolment_id, :visit)
		ORDER BY due_at DESC, enrolment_id DESC, visit DESC LIMIT :limit`,
	),
	earliest: both<{ step_id: number; until: number; limit: number }, WaitRow>('SELECT * FROM wait WHERE step_id = :step_id AND due_at <= :until ORDER BY due_at, enrolment_id, visit LIMIT :limit'),
	/** Compare and swap. */
	setJobs: both<{ id: number; seen: string | null; jobs: string | null }>("UPDATE journey_step SET jobs = :jobs WHERE id = :id AND coalesce(jobs, '') = coalesce(:seen, '')"),
	setMissing: both<{ id: number; missing_since: number | null }>('UPDATE journey_step SET missing_since = :missing_since WHERE id = :id'),
	ofJourney: both<{ journey_key: string }, StepRow>('SELECT * FROM journey_step WHERE journey_key = :journey_key ORDER BY step_key'),
	/** Batches that nobody works on. */
	idleBatches: both<{ step_id: number; now: number; limit: number }, { id: number; epoch: number }>(
		'SELECT id, epoch FROM release_batch WHERE step_id = :step_id AND lease_until <= :now ORDER BY lease_until, id LIMIT :limit',
	),
};
