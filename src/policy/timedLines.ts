import type { CheckName, TraceLine } from './decision';
import type { EarliestInstant } from './fixedPoint';
import type { Question } from './question';
import type { Hold, TimedCheck } from './timedCheck';
import { passedLine, skippedLine } from './traceLines';
import type { CustomerZone } from './zone';

const TIMED_CHECKS: readonly CheckName[] = ['quiet-hours', 'send-window', 'blackout', 'min-gap', 'cap', 'arbitration', 'channel-capacity'];
const HOUR_CHECKS = new Set<CheckName>(['quiet-hours', 'send-window', 'blackout']);

/** The lines of messages that nothing held, and which check each is of; undefined: one that does not speak to them. */
interface Open {
	lines: readonly TraceLine[];
	checks: readonly (TimedCheck | undefined)[];
}

/** By the checks that many messages have in common, and by zone. */
const openKept = new WeakMap<readonly TimedCheck[], WeakMap<CustomerZone, Open>>();

/**
 * What checks 7 to 11 said; each has a line even when no rule of the policy speaks to this message.
 * @param plannedMs where the search began
 * @returns a frozen list is the same one for many messages
 */
export function timedLines(question: Question, checks: readonly TimedCheck[], { holds }: EarliestInstant, plannedMs: number): readonly TraceLine[] {
	const open = openOf(question, checks);
	const lines = holds === undefined ? open.lines : open.lines.map((line, place) => heldLine(line, open.checks[place], holds));
	return plannedMs > question.nowMs ? [{ check: 'not-before', outcome: 'blocked_until', untilMs: plannedMs }, ...lines] : lines;
}

function openOf(question: Question, checks: readonly TimedCheck[]): Open {
	if (!Object.isFrozen(checks)) return opened(question, checks);
	let byZone = openKept.get(checks);
	if (!byZone) openKept.set(checks, (byZone = new WeakMap()));
	let open = byZone.get(question.zone);
	if (!open) {
		open = opened(question, checks);
		Object.freeze(open.lines);
		byZone.set(question.zone, open);
	}
	return open;
}

function opened(question: Question, checks: readonly TimedCheck[]): Open {
	const said = checks.map((check) => ({ check, line: check.line(question) }));
	const inOrder = TIMED_CHECKS.flatMap((name) => {
		const own: { check?: TimedCheck; line: TraceLine }[] = said.filter(({ line }) => line.check === name);
		return own.length > 0 ? own : [{ check: undefined, line: silentLine(name, question) }];
	});
	return { lines: inOrder.map(({ line }) => line), checks: inOrder.map(({ check }) => check) };
}

function silentLine(check: CheckName, { request }: Question): TraceLine {
	const isSkipped = check !== 'channel-capacity' && (request.class === 'transactional' || (request.urgent && HOUR_CHECKS.has(check)));
	return isSkipped ? skippedLine(check) : passedLine(check);
}

function heldLine(line: TraceLine, of: TimedCheck | undefined, holds: ReadonlyMap<TimedCheck, Hold>): TraceLine {
	const hold = of && holds.get(of);
	if (hold === undefined) return line;
	const { check, rule, untilMs } = hold;
	return { ...line, outcome: untilMs === Infinity ? 'blocked' : 'blocked_until', ...(untilMs !== Infinity && { untilMs }), ...(check === 'arbitration' && { note: rule }) };
}
