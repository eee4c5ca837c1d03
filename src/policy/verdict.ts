import type { CheckName, DelayDecision, DropDecision, DropReason, SendDecision, TraceLine } from './decision';
import type { EarliestInstant } from './fixedPoint';
import { OPENING_CHECKS } from './gates';
import type { Policy } from './policy';
import type { Question } from './question';
import type { TimedCheck } from './timedCheck';
import { timedLines } from './timedLines';
import { passedLine, sharedTrace } from './traceLines';
import type { CustomerZone } from './zone';

/** How long a reservation keeps its slot without a commit (section 8). */
export const RESERVATION_TTL_MS = 15 * 60_000;

const OPENING = OPENING_CHECKS.map(passedLine);
const NONE: readonly TraceLine[] = [];

/** Lists of messages that were let out, by those of their timed checks that many have in common. */
const sentTraces = new WeakMap<readonly TraceLine[], readonly TraceLine[]>();

/** Collects the trace of one request on one channel, and words its answer. */
export class Verdict {
	/** So many of the opening checks were passed, one after the other. */
	private opened = 0;
	private timedPart = NONE;
	private zone?: CustomerZone;

	constructor(
		private readonly channel: string,
		private readonly policy: Policy,
		private readonly decidedAtMs: number,
	) {}

	/** The next of the checks 0 to 6 says nothing. */
	passed(): void {
		this.opened++;
	}

	/** Takes in what checks 7 to 11 said. */
	timed(question: Question, checks: readonly TimedCheck[], earliest: EarliestInstant, plannedMs: number): void {
		this.zone = question.zone;
		this.timedPart = timedLines(question, checks, earliest, plannedMs);
	}

	/** Only behind `timed`: nothing goes out that checks 7 to 11 were not asked about. */
	send(preempts: string[], digest: string[]): SendDecision {
		const trace = preempts.length === 0 ? this.traceOfSend() : this.traceWith(passedLine('holdout'), { check: 'arbitration', outcome: 'passed', note: `takes the place of ${preempts.join(', ')}` });
		const { channel, policy, decidedAtMs } = this;
		const zone = this.zone as CustomerZone;
		// Most answers are of this kind: made in one go.
		return { decision: 'send', channel, policyVersion: policy.version, decidedAtMs, trace, zone: zone.clock.name, zoneInferred: zone.inferred, expiresAtMs: decidedAtMs + RESERVATION_TTL_MS, preempts, digest };
	}

	delay(untilMs: number, rule: string, reasons: string[]): DelayDecision {
		return { decision: 'delay', untilMs, rule, reasons, ...this.judged(this.traceWith()) };
	}

	/** A check that stops the message for good, whatever the hour. */
	drop(check: CheckName, reason: DropReason): DropDecision {
		return { decision: 'drop', reason, ...this.judged(this.traceWith({ check, outcome: 'blocked', note: reason })) };
	}

	/** @param nextPossibleAtMs Infinity: never */
	dropForRule(reason: DropReason, rule: string, nextPossibleAtMs: number): DropDecision {
		return { decision: 'drop', reason, rule, ...(nextPossibleAtMs !== Infinity && { nextPossibleAtMs }), ...this.judged(this.traceWith()) };
	}

	private traceWith(...last: TraceLine[]): readonly TraceLine[] {
		return sharedTrace(this.policy, [...OPENING.slice(0, this.opened), ...this.timedPart, ...last]);
	}

	private traceOfSend(): readonly TraceLine[] {
		const known = sentTraces.get(this.timedPart);
		if (known) return known;
		const trace = this.traceWith(passedLine('holdout'));
		if (Object.isFrozen(this.timedPart)) sentTraces.set(this.timedPart, trace);
		return trace;
	}

	private judged(trace: readonly TraceLine[]) {
		const { channel, policy, decidedAtMs, zone } = this;
		const judged = { channel, policyVersion: policy.version, decidedAtMs, trace };
		return zone === undefined ? judged : { ...judged, zone: zone.clock.name, zoneInferred: zone.inferred };
	}
}
