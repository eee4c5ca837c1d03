/** What becomes of runs that fail (store.md, Release 3): pure, durations in milliseconds. */

const FIRST_REST_MS = 60_000;
const LONGEST_REST_MS = 6 * 3_600_000;
const LONGEST_PROBE_REST_MS = 15 * 60_000;
/** A customer who fails this often, alone in the end, while others get through, is a dead letter (J52). */
export const DEAD_AFTER = 5;
/** A step is paused when this many runs fail, none succeeds between, and nothing says that it is about their customers. */
export const PAUSE_AFTER = 3;

export type AfterFailure = { do: 'rest'; restMs: number } | { do: 'split'; restMs: number } | { do: 'deadLetter' };

/**
 * Whether others prove that the step works, so that a failure is about the customers of the batch: somebody got through
 * since it failed last, or, where nobody else comes by, more runs succeeded since it failed first than are failing now. A
 * mail server that is down makes nobody a dead letter.
 * @param successes of the step by now: successes that came after a failure
 * @param failing batches of the step that fail, with this one
 */
export function othersSucceeded(batch: { failed_from: number | null; failed_after: number | null }, successes: number, failing: number): boolean {
	if (batch.failed_from === null || batch.failed_after === null) return false;
	return successes > batch.failed_after || successes - batch.failed_from >= failing;
}

/**
 * @param size customers in the batch
 * @param failures runs that failed, with this one
 * @param proven others prove that the step works
 */
export function afterFailure({ size, failures, proven }: { size: number; failures: number; proven: boolean }): AfterFailure {
	if (!proven) return { do: 'rest', restMs: restMs(failures, LONGEST_REST_MS) };
	if (size > 1) return { do: 'split', restMs: FIRST_REST_MS };
	return failures >= DEAD_AFTER ? { do: 'deadLetter' } : { do: 'rest', restMs: restMs(failures, LONGEST_REST_MS) };
}

/** A paused step is tried with one customer: after 4 minutes, 8, then every 15, so that it goes on soon after the trouble is over. */
export function untilProbeMs(doubts: number): number {
	return restMs(doubts, LONGEST_PROBE_REST_MS);
}

function restMs(failures: number, longestMs: number): number {
	return Math.min(longestMs, FIRST_REST_MS * 2 ** Math.min(failures - 1, 20));
}
