import type { CheckName, DelayDecision, DropDecision, DropReason, SendDecision, TraceLine } from './decision';
import type { Question } from './question';
import type { Policy } from './policy';
import { passedLine, sharedTrace } from './traceLines';
import type { CustomerZone } from './zone';

/** How long a reservation keeps its slot without a commit (section 8). */
export const RESERVATION_TTL_MS = 15 * 60_000;

const TIMED_CHECKS: readonly CheckName[] = ['quiet-hours', 'send-window', 'blackout', 'min-gap', 'cap', 'arbitration', 'channel-capacity'];
const HOUR_CHECKS = new Set<CheckName>(['quiet-hours', 'send-window', 'blackout']);

/** Collects the trace of one request on one channel, and words its answer. */
export class Verdict {
	private readonly trace: TraceLine[] = [];
	private zone?: CustomerZone;

	constructor(
		private readonly channel: string,
		private readonly policy: Policy,
		private readonly decidedAtMs: number,
	) {}

	passed(check: CheckName): void {
		this.trace.push(passedLine(check));
	}

	/** Takes in what checks 7 to 11 said; each has a line even when no rule of the policy speaks to this message. */
	timed({ request, zone, nowMs }: Question, plannedMs: number, lines: readonly TraceLine[]): void {
		this.zone = zone;
		if (plannedMs > nowMs) this.trace.push({ check: 'not-before', outcome: 'blocked_until', untilMs: plannedMs });
		for (const check of TIMED_CHECKS) {
			const before = this.trace.length;
			for (const line of lines) if (line.check === check) this.trace.push(line);
			if (this.trace.length > before) continue;
			const skipped = check !== 'channel-capacity' && (request.class === 'transactional' || (request.urgent && HOUR_CHECKS.has(check)));
			this.trace.push(skipped ? { check, outcome: 'skipped' } : passedLine(check));
		}
	}

	send(preempts: string[], digest: string[]): SendDecision {
		if (preempts.length > 0) this.trace.push({ check: 'arbitration', outcome: 'passed', note: `takes the place of ${preempts.join(', ')}` });
		return { decision: 'send', ...this.judged(), expiresAtMs: this.decidedAtMs + RESERVATION_TTL_MS, preempts, digest };
	}

	delay(untilMs: number, rule: string, reasons: string[]): DelayDecision {
		return { decision: 'delay', untilMs, rule, reasons, ...this.judged() };
	}

	/** A check that stops the message for good, whatever the hour. */
	drop(check: CheckName, reason: DropReason): DropDecision {
		this.trace.push({ check, outcome: 'blocked', note: reason });
		return { decision: 'drop', reason, ...this.judged() };
	}

	/** @param nextPossibleAtMs Infinity: never */
	dropForRule(reason: DropReason, rule: string, nextPossibleAtMs: number): DropDecision {
		return { decision: 'drop', reason, rule, ...(nextPossibleAtMs !== Infinity && { nextPossibleAtMs }), ...this.judged() };
	}

	private judged() {
		const { channel, policy, decidedAtMs, zone } = this;
		const judged = { channel, policyVersion: policy.version, decidedAtMs, trace: sharedTrace(policy, this.trace) };
		return zone === undefined ? judged : { ...judged, zone: zone.clock.name, zoneInferred: zone.inferred };
	}
}
