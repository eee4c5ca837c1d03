import type { EventRule } from './settings';
import type { WaitOutcome, WaitRequest } from './waitRequest';

/** What the store keeps of a wait, as JSON in `wait.spec`. Instants are UTC milliseconds. */
export type WaitSpec =
	/** Held before the entry is emitted (debounce), or due at once. */
	| {
			kind: 'entry';
			outcome: WaitOutcome;
			/** In the control group: enters, and passes through nothing on the canvas. */
			ghost?: true;
	  }
	| { kind: 'time'; request: WaitRequest; restartsOnEntry: boolean; outcome: WaitOutcome }
	| {
			kind: 'event';
			request: WaitRequest;
			restartsOnEntry: boolean;
			events: EventRule[];
			/** Window by event time: `[since, deadline)`. */
			since: number;
			deadline: number;
			/** absent in waits of older versions: `first` */
			pick?: 'first' | 'best';
			outcome: WaitOutcome;
			/** Event time of the event that ended the wait, while it was not released yet. */
			matchedAt?: number;
	  }
	/** A message held by Contact Policy; `request` is what it asked, judged again when due. */
	| { kind: 'policy'; request: Record<string, unknown>; outcome: WaitOutcome };

export const BY_TIME: WaitOutcome = { by: 'time' };

/** What a wait for events listened for, kept when its time has ended it: a late event is noted there (J20). */
export type Listened = Pick<Extract<WaitSpec, { kind: 'event' }>, 'events' | 'since' | 'deadline'>;
