import type { CustomerRecord } from '../customers/contract';
import type { DropReason, TraceLine } from '../policy/decision';
import { blockedWords, heldWords, traceWords } from '../policy/words';
import { iso } from './words';

/** A decision about a message as a customer's record keeps it. */
export type RecordedDecision = CustomerRecord['decisions'][number];

/**
 * One decision in plain words: "Held until 9:00 tomorrow because it is night for this customer."
 * @param zone the customer's, for times of day; UTC where none is known
 */
export function decisionText({ decision, at, until, rule, reason, channel, trace }: RecordedDecision, zone: string | null): string {
	const told = { nowMs: at, channel, zone: zone ?? undefined, trace: traceLines(trace) };
	if (decision === 'delay' && until !== null) return heldWords({ ...told, rule: rule ?? '', untilMs: until });
	if (decision === 'drop' && reason !== null) return blockedWords({ ...told, reason: reason as DropReason, rule: rule ?? undefined });
	return 'Sent: nothing in the contact policy spoke against it.';
}

/** The checks behind a decision for a person: what blocked, line by line, then all that did not. */
export function traceText(trace: unknown): string[] {
	const lines = traceLines(trace);
	const blocking = lines.filter(({ outcome }) => outcome !== 'passed').map(traceWords);
	const passed = lines.filter(({ outcome }) => outcome === 'passed').map(({ check, rule }) => (rule === undefined ? check : `${check} ${rule}`));
	return passed.length === 0 ? blocking : [...blocking, `passed: ${passed.join(', ')}`];
}

/** The checks behind a decision as JSON shows them: instants as ISO. */
export function traceJson(trace: unknown): Record<string, unknown>[] {
	return traceLines(trace).map(({ untilMs, ...line }) => (untilMs === undefined ? line : { ...line, until: iso(untilMs) }));
}

function traceLines(trace: unknown): TraceLine[] {
	return Array.isArray(trace) ? (trace as TraceLine[]) : [];
}
