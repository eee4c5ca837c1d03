import type { CheckName, Decision, TraceLine } from './decision';
import { passedLine } from './traceLines';

/**
 * A decision as the store keeps it. Nine checks of ten say "passed" and nothing else, and what is written is what a
 * decision costs most: as a list with checks by number it takes a fifth of the bytes of its plain JSON. Stores of earlier
 * versions hold plain JSON, which is read as well.
 */

/** By their number in the store: new ones at the end only. */
const CHECKS: readonly CheckName[] = [
	'idempotency', 'erasure', 'cancellation', 'policy-off', 'suppression', 'consent', 'address', 'deadline', 'duplicate',
	'not-before', 'quiet-hours', 'send-window', 'blackout', 'min-gap', 'cap', 'arbitration', 'channel-capacity', 'holdout',
];
const OUTCOMES: readonly TraceLine['outcome'][] = ['passed', 'skipped', 'blocked_until', 'blocked'];
const CHECK_NUMBERS = new Map(CHECKS.map((check, number) => [check, number]));

/** A check that passed without a word, or its number, outcome, rule, limit, instant, note and channel. */
type StoredLine = number | [check: number, outcome: number, ...rest: (string | number | null)[]];
type Common = [decision: Decision['decision'], channel: string, policyVersion: string, decidedAtMs: number, trace: StoredLine[], zone: string | null, zoneInferred: boolean | null];
type Stored =
	| [...Common, expiresAtMs: number, preempts: string[], digest: string[]]
	| [...Common, untilMs: number, rule: string, reasons: string[]]
	| [...Common, reason: string, rule: string | null, nextPossibleAtMs: number | null];

/** What came before the last text's own part, and what it was made of: decisions of one mailing mostly have it in common. */
let lastHead: { answer: Decision; text: string } | undefined;
/** The last text: whatever is sent of one mailing mostly says the same to the end. */
let last: { head: string; rest: string; text: string } | undefined;

export function answerText(answer: Decision): string {
	if (lastHead === undefined || !hasSameHead(answer, lastHead.answer)) lastHead = { answer, text: headText(answer) };
	const { text: head } = lastHead;
	const rest = restText(answer);
	if (last === undefined || last.head !== head || last.rest !== rest) last = { head, rest, text: `${head}${rest}]` };
	return last.text;
}

function headText(answer: Decision): string {
	const { decision, channel, policyVersion, decidedAtMs, trace, zone = null, zoneInferred = null } = answer;
	return `[${json(decision)},${json(channel)},${json(policyVersion)},${decidedAtMs},${traceText(trace)},${json(zone)},${json(zoneInferred)},`;
}

/** Shared traces are frozen: the same list says the same. */
function hasSameHead(a: Decision, b: Decision): boolean {
	return a.decision === b.decision && a.trace === b.trace && Object.isFrozen(a.trace) && a.channel === b.channel && a.policyVersion === b.policyVersion && a.decidedAtMs === b.decidedAtMs && a.zone === b.zone && a.zoneInferred === b.zoneInferred;
}

const json = JSON.stringify;

function restText(answer: Decision): string {
	switch (answer.decision) {
		case 'send':
			return `${answer.expiresAtMs},${listText(answer.preempts)},${listText(answer.digest)}`;
		case 'delay':
			return `${answer.untilMs},${json(answer.rule)},${listText(answer.reasons)}`;
		case 'drop':
			return `${json(answer.reason)},${json(answer.rule ?? null)},${answer.nextPossibleAtMs ?? null}`;
	}
}

/** Most are empty. */
const listText = (list: readonly string[]): string => (list.length === 0 ? '[]' : json(list));

/** Texts of lines, and of whole lists of them, that many decisions share (traceLines.ts). */
const texts = new WeakMap<TraceLine | readonly TraceLine[], string>();

function sharedText<T extends TraceLine | readonly TraceLine[]>(one: T, write: (one: T) => string): string {
	const known = texts.get(one);
	if (known !== undefined) return known;
	const text = write(one);
	if (Object.isFrozen(one)) texts.set(one, text);
	return text;
}

const traceText = (trace: readonly TraceLine[]): string => sharedText(trace, (lines) => `[${lines.map((line) => sharedText(line, lineText)).join(',')}]`);
const lineText = (line: TraceLine): string => json(storedLine(line));

/** @param text of `answerText`, or plain JSON of a Decision */
export function answerOf(text: string): Decision {
	const stored = JSON.parse(text) as Stored | Decision;
	if (!Array.isArray(stored)) return stored;
	const [decision, channel, policyVersion, decidedAtMs, lines, zone, zoneInferred, first, second, third] = stored;
	const judged = { channel, policyVersion, decidedAtMs, trace: lines.map(lineOf), ...(zone !== null && { zone }), ...(zoneInferred !== null && { zoneInferred }) };
	switch (decision) {
		case 'send':
			return { decision, ...judged, expiresAtMs: first, preempts: second, digest: third } as Decision;
		case 'delay':
			return { decision, ...judged, untilMs: first, rule: second, reasons: third } as Decision;
		case 'drop':
			return { decision, ...judged, reason: first, ...(second !== null && { rule: second }), ...(third !== null && { nextPossibleAtMs: third }) } as Decision;
	}
}

function storedLine(line: TraceLine): StoredLine {
	const { check, outcome, rule = null, limit = null, untilMs = null, note = null, channel = null } = line;
	const number = CHECK_NUMBERS.get(check) as number;
	const details = [rule, limit, untilMs, note, channel];
	while (details.length > 0 && details[details.length - 1] === null) details.pop();
	return details.length === 0 && outcome === 'passed' ? number : [number, OUTCOMES.indexOf(outcome), ...details];
}

function lineOf(stored: StoredLine): TraceLine {
	if (typeof stored === 'number') return passedLine(CHECKS[stored]);
	const [check, outcome, rule = null, limit = null, untilMs = null, note = null, channel = null] = stored;
	return {
		check: CHECKS[check],
		outcome: OUTCOMES[outcome],
		...(rule !== null && { rule: rule as string }),
		...(limit !== null && { limit: limit as number }),
		...(untilMs !== null && { untilMs: untilMs as number }),
		...(note !== null && { note: note as string }),
		...(channel !== null && { channel: channel as string }),
	};
}
