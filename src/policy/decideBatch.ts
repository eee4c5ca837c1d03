import { JourneyError } from '../core/errors';
import { parseCustomer, type CustomerRef } from '../customers/identity';
import { idsOf, lockToJudge, resolveCustomers, type Resolved } from '../customers/resolve';
import { write } from '../store/port';
import { ChannelPace } from './channelPace';
import type { DecideBatch } from './contract';
import { decide } from './decide';
import type { Decision } from './decision';
import { heldInNodes } from './digesting';
import { givenPolicy } from './givenPolicy';
import { PolicyLedger } from './ledger';
import { policyInForce } from './policies';
import type { ContactRequest } from './request';
import { RequestReader } from './requestReader';

/** One line of `policy decide` (contact-policy.md section 10): a decision, or why there is none. */
export type DecidedLine =
	| ({ key: string; decision: Decision['decision']; channel: string; policyVersion: string; decidedAt: string; trace: Decision['trace'] } & Record<string, unknown>)
	| { key: string | null; error: string; message: string };

/**
 * Decides requests in their order. A SEND counts as sent at its instant unless `dryRun`; then each request is judged
 * against the store as it is. A line that cannot be decided stops nobody else.
 * @throws JourneyError `bad_policy`
 */
export const decideBatch = write(async (tx, input: DecideBatch): Promise<DecidedLine[]> => {
	const policy = input.policy === undefined ? await policyInForce(tx, []) : givenPolicy(input.policy);
	await ChannelPace.lock(tx, policy);
	const lines: DecidedLine[] = new Array(input.requests.length);
	const read = readLines(input.requests, lines);
	const resolved = await resolveCustomers(tx, read.map(({ ref }) => ref), { create: false, keep: false });
	// The database reads its clock behind the lock, as the one statement goes out behind the other.
	const [customers, now] = await Promise.all([lockToJudge(tx, idsOf(resolved)), input.at ?? tx.now()]);
	const asked = read.map(({ request }, place) => ({ request, customerId: idOf(resolved[place]) }));
	const firstAt = asked.reduce((first, { request }) => Math.min(first, request.at ?? now), now);
	const ledger = await PolicyLedger.load(tx, customers, asked, policy, firstAt);
	const elsewhere = await heldInNodes(tx, asked.flatMap(({ request, customerId }) => (request.onBlock === 'digest' && customerId !== null ? [customerId] : [])));
	asked.forEach(({ request, customerId }, place) => {
		const { index } = read[place];
		const who = resolved[place];
		const erased = !who.found && who.why === 'customer_erased';
		const at = request.at ?? now;
		try {
			const decision = without(elsewhere, decide(request, ledger.facts(customerId, request, at, { erased, secondHandOff: 'same_answer' }), policy, at));
			if (!input.dryRun && decision.repeated !== true) ledger.take(request, customerId, decision, 'committed', at);
			lines[index] = lineOf(request.key, decision);
		} catch (error) {
			lines[index] = refusal(request.key, error);
		}
	});
	if (!input.dryRun) await ledger.save(firstAt);
	return lines;
}, { byKey: true });

/** What a node holds is carried along by that node alone. */
function without(elsewhere: ReadonlySet<string>, decision: Decision): Decision {
	return elsewhere.size === 0 || decision.decision === 'delay' || !decision.digest ? decision : { ...decision, digest: decision.digest.filter((key) => !elsewhere.has(key)) };
}

const idOf = (who: Resolved): number | null => (who.found ? who.id : null);

/** A request that can be decided, and where it stands among those that were given. */
interface ReadLine {
	index: number;
	request: ContactRequest;
	ref: CustomerRef;
}

/** @param lines takes the answers to those that cannot be read */
function readLines(requests: readonly unknown[], lines: DecidedLine[]): ReadLine[] {
	const reader = new RequestReader();
	const read: ReadLine[] = [];
	requests.forEach((raw, index) => {
		try {
			const request = reader.read(raw);
			read.push({ index, request, ref: parseCustomer(request.customer, 'customer') });
		} catch (error) {
			const key = (raw as { key?: unknown } | null)?.key;
			lines[index] = refusal(typeof key === 'string' ? key : null, error);
		}
	});
	return read;
}

function refusal(key: string | null, error: unknown): DecidedLine {
	if (!(error instanceof JourneyError)) throw error;
	return { key, error: error.code, message: error.message };
}

function lineOf(key: string, answer: Decision): DecidedLine {
	const { decision, channel, policyVersion, trace } = answer;
	const decidedAt = decidedIso.of(answer.decidedAtMs);
	if (answer.decision === 'send') return { key, decision, channel, policyVersion, decidedAt, trace };
	if (answer.decision === 'delay') return { key, decision, until: laterIso.of(answer.untilMs), rule: answer.rule, reasons: answer.reasons, channel, policyVersion, decidedAt, trace };
	return {
		key,
		decision,
		reason: answer.reason,
		...(answer.rule === undefined ? {} : { rule: answer.rule }),
		...(answer.nextPossibleAtMs === undefined ? {} : { nextPossibleAt: laterIso.of(answer.nextPossibleAtMs) }),
		channel,
		policyVersion,
		decidedAt,
		trace,
	};
}

/** Most instants of a kind are the same in a call. */
class LastIso {
	private instant = 0;
	private iso = new Date(0).toISOString();

	of(instant: number): string {
		if (instant !== this.instant) {
			this.iso = new Date(instant).toISOString();
			this.instant = instant;
		}
		return this.iso;
	}
}

const decidedIso = new LastIso();
const laterIso = new LastIso();
