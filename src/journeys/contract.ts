import type { CustomerView, JourneyPlace } from './item';
import type { JourneySettingsInput } from './settings';
import type { ChangedWaitInput } from './laneJobs';
import type { WaitOutcome, WaitRequestInput } from './waitRequest';

/** Inputs and outputs of the journey operations of src/operations.ts. Instants are UTC milliseconds. */

export interface RegisterJourney {
	settings: JourneySettingsInput;
	workflowId: string;
	workflowName: string;
	nodeId: string;
	/** n8n's activation mode: only `activate` after off applies a resume choice. */
	activation: 'activate' | 'create' | 'update' | 'init' | 'leadershipChange' | 'manual';
}

export interface RegisterStep {
	workflowId: string;
	stepKey: string;
	nodeId: string;
	nodeName: string;
	kind: 'wait' | 'policy' | 'segment';
	/** The wait that the node asks of everybody who comes, for nodes whose changes hold for those who wait already too (J25). */
	wait?: ChangedWaitInput;
}

/** A node says it is alive (every 30 s), or that its workflow was switched off. `stepKey` is `entry` for Journey Trigger, with its journey. */
export interface NodeSign {
	workflowId: string;
	nodeId: string;
	stepKey: string;
	journeyKey?: string;
}

export interface ParkRequest {
	workflowId: string;
	stepKey: string;
	nodeName: string;
	/** The node that asks; another live node under the same step key refuses it (J27). */
	nodeId?: string;
	parkings: Parking[];
}

export interface Parking {
	/** Index of the item, given back in the answer. */
	index: number;
	journey: JourneyPlace;
	/** The item's own fields, without customer, journey and policy. */
	own: Record<string, unknown>;
	wait: WaitRequestInput;
	/** A repeated entry event restarts this wait; `auto`: only at the journey's first wait (journeys.md section 2). */
	restartsOnEntry?: 'auto' | 'always' | 'never';
}

export type ParkAnswer =
	/** `warning`: the customer waits, but what they wait for cannot come */
	| { index: number; result: 'parked'; dueAt: number; warning?: string }
	/** The same arrival was parked before (an execution ran again): nothing was changed. */
	| { index: number; result: 'parked_before' }
	/** The enrolment has ended; the customer goes no further. */
	| { index: number; result: 'ended'; reason: string }
	| { index: number; result: 'refused'; code: string; message: string };

export interface TakeBatch {
	workflowId: string;
	stepKey: string;
	/** Journey Trigger only: its own journey. */
	journeyKey?: string;
	limit?: number;
	leaseMs?: number;
}

export interface TakenBatch {
	now: number;
	/** `key` is n8n's deduplication key `<store id>:<batch id>:<epoch>`. */
	batch: { id: number; epoch: number; size: number; key: string } | null;
	/** Earliest instant at which this step has something to release; null when nobody waits. */
	nextDueAt: number | null;
	/** What it led to that a run was cut off again: like the end of a run. Ask again at once. */
	cutOff?: SettledBatch;
}

export interface BatchRef {
	id: number;
	epoch: number;
}

export interface ClaimBatch extends BatchRef {
	workflowId: string;
	stepKey: string;
	/** Leave out customers who are already parked further down the canvas; false where a step feeds several parking nodes. */
	skipMovedOn: boolean;
	/** What becomes of customers whose time was up longer ago than this (journeys.md section 3); without, they go on. */
	late?: { afterMs: number; action: 'mark' | 'exit' };
}

/** `claimed: false`: another execution has this batch, or it is settled; output nothing. */
export interface ClaimedBatch {
	claimed: boolean;
	items: ReleasedItem[];
}

export interface ReleasedItem {
	customer: CustomerView;
	journey: JourneyPlace;
	event: { type: string; at: string; properties: Record<string, unknown> } | null;
	own: Record<string, unknown>;
	outcome: WaitOutcome;
	/** How long ago the time was up, milliseconds, when that is longer than the step allows. */
	lateByMs?: number;
	/** Contact Policy only: what was asked when the message was held. */
	request?: Record<string, unknown>;
}

export interface SettleBatch extends BatchRef {
	outcome: 'success' | 'failed';
	/** First line of the execution's error, shown in `waiting`; no personal data. */
	error?: string;
	/** What is taken in the same breath: half the commits of settling and taking one after the other. */
	next?: TakeBatch;
}

/** What settling led to beyond the batch itself: worth a line in the log. */
export interface SettledBatch {
	/** false: another epoch has the batch; nothing was changed. */
	settled: boolean;
	/** Customers who came to the end of the journey. */
	completed: number;
	/** Customers set aside because the step fails for them alone. */
	deadLetters: number;
	/** Why the step is paused from now on. */
	paused: string | null;
	/** The step was paused and goes on. */
	resumed: boolean;
	/** What came of `next`, where it went well. Without a batch: `takeBatch` knows why. */
	taken?: Pick<TakenBatch, 'now' | 'batch'>;
}

/** What looking after abandoned customers did. */
export interface Tended {
	/** Customers who left the journey: their workflow or step is gone. */
	left: number;
	/** Customers who wait at another step from now on. */
	moved: number;
	/** There is more to do: call again. */
	more: boolean;
}

/** Which dead letters: of a journey, a step (its key), an enrolment (as items name it); all without. */
export interface WhichDeadLetters {
	journey?: string;
	step?: string;
	enrolment?: string;
}

/** A customer who could not be taken on from a step while others could. */
export interface DeadLetter {
	journey: string;
	step: string;
	nodeName: string | null;
	customer: string;
	enrolment: string;
	visit: number;
	failedAt: number;
	failures: number;
	/** First line of the error that the execution ended with. */
	error: string | null;
}

export interface Redriven {
	/** Customers who are due now at their step. */
	redriven: number;
	/** Customers who are not put back, and why. */
	refused: { customer: string; enrolment: string; reason: string }[];
	/** Dead letters that this call did not come to: call again. */
	left: number;
}

export interface WaitingRow {
	journey: string;
	journeyName: string;
	step: string;
	nodeName: string | null;
	kind: string;
	waiting: number;
	inRelease: number;
	nextDueAt: number | null;
	lastDueAt: number | null;
	/** Customers set aside because the step failed for them: `journeys.redrive` puts them back. */
	deadLetters: number;
	/** Nobody leaves because every run failed; one customer is tried from time to time. */
	paused: boolean;
	on: boolean;
	/** Why nobody leaves although due: switched off, step removed, paused after failures. */
	held: string | null;
}
