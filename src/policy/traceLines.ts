import type { CheckName, TraceLine } from './decision';
import type { Policy } from './policy';

const passed = new Map<CheckName, TraceLine>();
const skipped = new Map<CheckName, TraceLine>();

/**
 * The line of a check that passed without a word. Most lines of most decisions are such, so there is one of each for all:
 * nobody changes a line, what crosses between threads is written once, and so is its text in the store.
 */
export const passedLine = (check: CheckName): TraceLine => lineOf(check, 'passed', passed);

/** The line of a check that is not asked about such messages. */
export const skippedLine = (check: CheckName): TraceLine => lineOf(check, 'skipped', skipped);

function lineOf(check: CheckName, outcome: TraceLine['outcome'], known: Map<CheckName, TraceLine>): TraceLine {
	let line = known.get(check);
	if (!line) known.set(check, (line = Object.freeze({ check, outcome })));
	return line;
}

/** The lines that one thing gives rise to, a rule or a zone, each made once; gone when it is gone. */
export class LinesOf<T extends object> {
	private readonly lines = new WeakMap<T, Map<string | number, TraceLine>>();

	/** @param words what tells the lines of this thing apart */
	get(of: T, words: string | number, make: () => TraceLine): TraceLine {
		let own = this.lines.get(of);
		if (!own) this.lines.set(of, (own = new Map()));
		let line = own.get(words);
		if (!line) own.set(words, (line = Object.freeze(make())));
		return line;
	}
}

interface Step {
	next: Map<TraceLine, Step>;
	trace?: readonly TraceLine[];
}

/** Every list made under a policy, by its lines; those that came last are found without looking it up. */
interface Lists {
	first: Step;
	kept: number;
	latest: (readonly TraceLine[])[];
}

const LISTS_KEPT = 5_000;
const LATEST = 4;
const lists = new WeakMap<Policy, Lists>();

/**
 * Gives decisions under one policy with the same lines the same list: most of a mailing's have. It too is written once,
 * between threads as in the store. A list with a line of its own stays what it is.
 */
export function sharedTrace(policy: Policy, trace: TraceLine[]): readonly TraceLine[] {
	let shared = lists.get(policy);
	if (!shared || shared.kept >= LISTS_KEPT) lists.set(policy, (shared = { first: { next: new Map() }, kept: 0, latest: [] }));
	for (const one of shared.latest) if (isSame(one, trace)) return one;
	let step = shared.first;
	for (const line of trace) {
		let next = step.next.get(line);
		if (!next) {
			if (!Object.isFrozen(line)) return trace;
			step.next.set(line, (next = { next: new Map() }));
		}
		step = next;
	}
	if (!step.trace) {
		step.trace = Object.freeze(trace);
		shared.kept++;
	}
	shared.latest = [step.trace, ...shared.latest.slice(0, LATEST - 1)];
	return step.trace;
}

function isSame(a: readonly TraceLine[], b: readonly TraceLine[]): boolean {
	if (a.length !== b.length) return false;
	for (let place = a.length - 1; place >= 0; place--) if (a[place] !== b[place]) return false;
	return true;
}
