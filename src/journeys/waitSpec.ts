import type { EventRule } from './settings';
import type { WaitOutcome, WaitRequest } from './waitRequest';

/** What the store keeps of a wait, as JSON in `wait.spec`. Instants are UTC milliseconds. */
export type WaitSpec =
	/** Held before the entry is emitted (debounce), or due at once. */
	| { kind: 'entry'; outcome: WaitOutcome }
	| { kind: 'time'; request: WaitRequest; restartsOnEntry: boolean; outcome: WaitOutcome }
	| {
			kind: 'event';
			request: WaitRequest;
			restartsOnEntry: boolean;
			events: EventRule[];
			/** Window by event time: `[since, deadline)`. */
			since: number;
			deadline: number;
			outcome: WaitOutcome;
			/** Event time of the event that ended the wait, while it was not released yet. */
			matchedAt?: number;
	  }
	/** A message held by Contact Policy; `request` is what it asked, judged again when due. */
	| { kind: 'policy'; request: Record<string, unknown>; outcome: WaitOutcome };

export const BY_TIME: WaitOutcome = { by: 'time' };
