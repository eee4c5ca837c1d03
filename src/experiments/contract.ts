import type { CustomerRef } from '../customers/identity';
import type { CustomerView, JourneyPlace } from '../journeys/item';

/** Inputs and outputs of the experiment operations of src/operations.ts. */

/** What Experiment Split asks for a run's items. */
export interface SplitRequest {
	/** Raw: key, salt, controlPercent, arms with name and weight. */
	experiment: unknown;
	/** Test run: draw, write nothing. */
	dryRun: boolean;
	items: SplitItem[];
}

export interface SplitItem {
	index: number;
	customer: CustomerRef;
	/** Absent for items that came through no journey. */
	journey?: JourneyPlace;
}

export type SplitAnswer =
	| {
			index: number;
			result: 'arm';
			arm: string;
			/** The customer met this experiment for the first time. */
			first: boolean;
			customer: CustomerView | null;
			journey: JourneyPlace | null;
	  }
	/** The enrolment has ended, or the customer was erased; the customer goes no further. */
	| { index: number; result: 'ended'; reason: string }
	| { index: number; result: 'refused'; code: string; message: string };
