import { Duration } from 'luxon';

/** A message that reached a customer. `template` is the name of the node that sent it. */
export interface MessageOutcome {
	atMs: number;
	customer: string;
	channel: string;
	template: string;
}

/** A message that Contact Policy dropped. `blocked` is the code of the reason, such as `no_consent:email/marketing`. */
export interface BlockedOutcome {
	atMs: number;
	customer: string;
	blocked: string;
	channel?: string;
}

export type Outcome = MessageOutcome | BlockedOutcome;
/** As {@link Outcome}; a blocked message without a channel stands for any channel. */
export type ExpectedOutcome = Outcome;

export type Difference =
	| { kind: 'missing'; expected: ExpectedOutcome }
	| { kind: 'unexpected'; happened: Outcome }
	| { kind: 'wrong_time'; expected: ExpectedOutcome; happened: Outcome };

/**
 * Compares what was expected with what happened, one to one: two equal expectations need two equal messages. What
 * came about at another instant is one difference, not a missing and an unexpected one; of several, the nearest pair up.
 * @returns the differences in order of time; none means that it all came about, and nothing else
 */
export function compareOutcome(expected: readonly ExpectedOutcome[], happened: readonly Outcome[]): Difference[] {
	const missing = [...expected];
	const unexpected = [...happened];
	for (const wanted of expected) {
		const index = unexpected.findIndex((one) => one.atMs === wanted.atMs && sameThing(wanted, one));
		if (index < 0) continue;
		unexpected.splice(index, 1);
		missing.splice(missing.indexOf(wanted), 1);
	}
	const late: Difference[] = pairNearest(missing, unexpected);
	const differences: Difference[] = [
		...late,
		...missing.map((one): Difference => ({ kind: 'missing', expected: one })),
		...unexpected.map((one): Difference => ({ kind: 'unexpected', happened: one })),
	];
	return differences.sort((a, b) => atOf(a) - atOf(b));
}

/** Takes the pairs that differ in time only out of both lists, nearest first. */
function pairNearest(missing: ExpectedOutcome[], unexpected: Outcome[]): Difference[] {
	const pairs = missing
		.flatMap((wanted) => unexpected.filter((one) => sameThing(wanted, one)).map((one) => ({ wanted, one })))
		.sort((a, b) => distance(a) - distance(b));
	const found: Difference[] = [];
	for (const { wanted, one } of pairs) {
		if (!missing.includes(wanted) || !unexpected.includes(one)) continue;
		missing.splice(missing.indexOf(wanted), 1);
		unexpected.splice(unexpected.indexOf(one), 1);
		found.push({ kind: 'wrong_time', expected: wanted, happened: one });
	}
	return found;
}

const distance = ({ wanted, one }: { wanted: ExpectedOutcome; one: Outcome }): number => Math.abs(wanted.atMs - one.atMs);
const atOf = (difference: Difference): number => (difference.kind === 'unexpected' ? difference.happened : difference.expected).atMs;

function sameThing(wanted: ExpectedOutcome, one: Outcome): boolean {
	if (wanted.customer !== one.customer) return false;
	if ('blocked' in wanted) return 'blocked' in one && wanted.blocked === one.blocked && (wanted.channel === undefined || wanted.channel === one.channel);
	return 'template' in one && wanted.template === one.template && wanted.channel === one.channel;
}

/** One difference as a sentence for a person. */
export function differenceInWords(difference: Difference): string {
	switch (difference.kind) {
		case 'missing':
			return `Missing: ${thing(difference.expected)} at ${iso(difference.expected.atMs)}.`;
		case 'unexpected':
			return `Unexpected: ${thing(difference.happened)} at ${iso(difference.happened.atMs)}.`;
		case 'wrong_time': {
			const { expected, happened } = difference;
			return `Wrong time: ${thing(happened)} at ${iso(happened.atMs)}, ${apart(happened.atMs - expected.atMs)} than expected (${iso(expected.atMs)}).`;
		}
	}
}

function thing(outcome: Outcome): string {
	if ('template' in outcome) return `${outcome.customer} gets "${outcome.template}" by ${outcome.channel}`;
	return `${outcome.customer} is blocked${outcome.channel === undefined ? '' : ` on ${outcome.channel}`} (${outcome.blocked})`;
}

function apart(differenceMs: number): string {
	const length = Duration.fromMillis(Math.abs(differenceMs)).rescale().reconfigure({ locale: 'en' }).toHuman();
	return `${length} ${differenceMs > 0 ? 'later' : 'earlier'}`;
}

const iso = (atMs: number): string => new Date(atMs).toISOString().replace('.000Z', 'Z');
