import type { CheckName, Decision, TraceLine } from './decision';
import { passedLine } from './traceLines';
import { noteOfZone } from './zoneNote';

/**
 * A decision as the store keeps it. Nine checks of ten say "passed" and nothing else, or name the zone besides, and what is
 * written is what a decision costs most: as a list with checks by number it takes a sixth of the bytes of its plain JSON.
 * Stores of earlier versions hold plain JSON, or each check by itself: both are read as well.
 */

/** By their number in the store: new ones at the end only. */
const CHECKS: readonly CheckName[] = [
	'idempotency', 'erasure', 'cancellation', 'policy-off', 'suppression', 'consent', 'address', 'deadline', 'duplicate',
	'not-before', 'quiet-hours', 'send-window', 'blackout', 'min-gap', 'cap', 'arbitration', 'channel-capacity', 'holdout',
];
const OUTCOMES: readonly TraceLine['outcome'][] = ['passed', 'skipped', 'blocked_until', 'blocked'];
const CHECK_NUMBERS = new Map(CHECKS.map((check, number) => [check, number]));

/**
 * Checks that passed: by its number the one that says nothing, from 100 on the one that says the zone of the decision and
 * nothing else, and as -n, in front, the first n of all checks. Others with their outcome, rule, limit, instant, note and
 * channel.
 */
type StoredLine = number | [check: number, outcome: number, ...rest: (string | number | null)[]];
const SAYS_ZONE = 100;

type Common = [decision: Decision['decision'], channel: string, policyVersion: string, decidedAtMs: number, trace: StoredLine[], zone: string | null, zoneInferred: boolean | null];
type Stored =
	| [...Common, expiresAtMs: number, preempts: string[], digest: string[]]
	| [...Common, untilMs: number, rule: string, reasons: string[]]
	| [...Common, reason: string, rule: string | null, nextPossibleAtMs: number | null];

/** The last text of a kind of decision: whatever is sent of one mailing mostly says the same to the end. */
interface Written {
	answer: Decision;
	/** what comes before the decision's own part */
	head: string;
	rest: string;
	text: string;
}
const last: Partial<Record<Decision['decision'], Written>> = {};

export function answerText(answer: Decision): string {
	const before = last[answer.decision];
	const rest = restText(answer);
	const isSame = before !== undefined && hasSameHead(answer, before.answer);
	if (isSame && rest === before.rest) return before.text;
	const head = isSame ? before.head : headText(answer);
	const text = `${head}${rest}]`;
	last[answer.decision] = { answer, head, rest, text };
	return text;
}

function headText(answer: Decision): string {
	const { decision, channel, policyVersion, decidedAtMs, zone = null, zoneInferred = null } = answer;
	return `[${json(decision)},${json(channel)},${json(policyVersion)},${decidedAtMs},${traceText(answer)},${json(zone)},${json(zoneInferred)},`;
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

/** Texts of lists of lines that many decisions share (traceLines.ts), each of decisions in one zone. */
const texts = new WeakMap<readonly TraceLine[], { text: string; zoneNote: string | undefined }>();

function traceText({ trace, zone, zoneInferred }: Decision): string {
	const zoneNote = zone === undefined || zoneInferred === undefined ? undefined : noteOfZone(zone, zoneInferred);
	const known = texts.get(trace);
	if (known !== undefined && known.zoneNote === zoneNote) return known.text;
	const text = `[${storedTrace(trace, zoneNote).join(',')}]`;
	if (Object.isFrozen(trace)) texts.set(trace, { text, zoneNote });
	return text;
}

/** @param text of `answerText`, or plain JSON of a Decision */
export function answerOf(text: string): Decision {
	const stored = JSON.parse(text) as Stored | Decision;
	if (!Array.isArray(stored)) return stored;
	const [decision, channel, policyVersion, decidedAtMs, lines, zone, zoneInferred, first, second, third] = stored;
	const zoneNote = zone === null || zoneInferred === null ? '' : noteOfZone(zone, zoneInferred);
	const judged = { channel, policyVersion, decidedAtMs, trace: traceOf(lines, zoneNote), ...(zone !== null && { zone }), ...(zoneInferred !== null && { zoneInferred }) };
	switch (decision) {
		case 'send':
			return { decision, ...judged, expiresAtMs: first, preempts: second, digest: third } as Decision;
		case 'delay':
			return { decision, ...judged, untilMs: first, rule: second, reasons: third } as Decision;
		case 'drop':
			return { decision, ...judged, reason: first, ...(second !== null && { rule: second }), ...(third !== null && { nextPossibleAtMs: third }) } as Decision;
	}
}

/** @returns texts of `StoredLine` */
function storedTrace(trace: readonly TraceLine[], zoneNote: string | undefined): (string | number)[] {
	const lines = trace.map((line) => numberFor(line, zoneNote) ?? listTextOf(line));
	const other = lines.findIndex((line, place) => line !== place);
	const silent = other < 0 ? lines.length : other;
	return silent < 2 ? lines : [-silent, ...lines.slice(silent)];
}

/** Of a check that passed and says nothing, or the zone. */
function numberFor({ check, outcome, rule, limit, untilMs, note, channel }: TraceLine, zoneNote: string | undefined): number | undefined {
	if (outcome !== 'passed' || rule !== undefined || limit !== undefined || untilMs !== undefined || channel !== undefined) return undefined;
	const number = CHECK_NUMBERS.get(check) as number;
	if (note === undefined) return number;
	return note === zoneNote ? SAYS_ZONE + number : undefined;
}

/** Texts of lines that many decisions share (traceLines.ts). */
const lineTexts = new WeakMap<TraceLine, string>();

function listTextOf(line: TraceLine): string {
	const known = lineTexts.get(line);
	if (known !== undefined) return known;
	const { check, outcome, rule = null, limit = null, untilMs = null, note = null, channel = null }: LineParts = line;
	const details = [rule, limit, untilMs, note, channel];
	while (details.length > 0 && details[details.length - 1] === null) details.pop();
	const text = json([CHECK_NUMBERS.get(check), OUTCOMES.indexOf(outcome), ...details]);
	if (Object.isFrozen(line)) lineTexts.set(line, text);
	return text;
}

type LineParts = { [Part in keyof TraceLine]: TraceLine[Part] | null };

function traceOf([first, ...others]: readonly StoredLine[], zoneNote: string): TraceLine[] {
	if (first === undefined) return [];
	const opening = typeof first === 'number' && first < 0 ? CHECKS.slice(0, -first).map(passedLine) : [lineOf(first, zoneNote)];
	return [...opening, ...others.map((line) => lineOf(line, zoneNote))];
}

function lineOf(stored: StoredLine, zoneNote: string): TraceLine {
	if (typeof stored === 'number') return stored < SAYS_ZONE ? passedLine(CHECKS[stored]) : { check: CHECKS[stored - SAYS_ZONE], outcome: 'passed', note: zoneNote };
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
