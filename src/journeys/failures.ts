/** What becomes of runs that fail (store.md, Release 3): pure, durations in milliseconds. */

const FIRST_REST_MS = 60_000;
const LONGEST_REST_MS = 6 * 3_600_000;
const LONGEST_PROBE_REST_MS = 15 * 60_000;
/** A customer who fails this often, alone in the end, while others get through, is a dead letter (J52). */
export const DEAD_AFTER = 5;
/** A step is paused when this many runs fail and none succeeds between. */
export const PAUSE_AFTER = 3;

export type AfterFailure = { do: 'rest'; restMs: number } | { do: 'split'; restMs: number } | { do: 'deadLetter' };

/**
 * @param size customers in the batch
 * @param failures runs that failed, with this one
 * @param othersSucceeded another batch of the step got through since this one failed before: the step works, so it is
 *   about these customers. A mail server that is down makes nobody a dead letter.
 */
export function afterFailure({ size, failures, othersSucceeded }: { size: number; failures: number; othersSucceeded: boolean }): AfterFailure {
	if (!othersSucceeded) return { do: 'rest', restMs: restMs(failures, LONGEST_REST_MS) };
	if (size > 1) return { do: 'split', restMs: FIRST_REST_MS };
	return failures >= DEAD_AFTER ? { do: 'deadLetter' } : { do: 'rest', restMs: restMs(failures, LONGEST_REST_MS) };
}

/** A paused step is tried with one customer: after 4 minutes, 8, then every 15, so that it goes on soon after the trouble is over. */
export function untilProbeMs(failuresInARow: number): number {
	return restMs(failuresInARow, LONGEST_PROBE_REST_MS);
}

function restMs(failures: number, longestMs: number): number {
	return Math.min(longestMs, FIRST_REST_MS * 2 ** Math.min(failures - 1, 20));
}
