import { JourneyError } from '../core/errors';
import { parseCustomer, type CustomerRef } from '../customers/identity';
import { idsOf, lockToJudge, resolveCustomers, type Resolved } from '../customers/resolve';
import { write } from '../store/port';
import { ChannelPace } from './channelPace';
import type { DecideBatch } from './contract';
import { decide } from './decide';
import type { Decision } from './decision';
import { PolicyLedger } from './ledger';
import { policyInForce } from './policies';
import { compilePolicy } from './policy';
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
	const policy = input.policy === undefined ? await policyInForce(tx, []) : compilePolicy(input.policy);
	await ChannelPace.lock(tx, policy);
	const reader = new RequestReader();
	const read = input.requests.map((raw) => readLine(reader, raw));
	const asked = read.flatMap((line, index) => ('request' in line ? [{ ...line, index }] : []));
	const resolved = await resolveCustomers(tx, asked.map((line) => line.ref), { create: false, keep: false });
	// The database reads its clock behind the lock, as the one statement goes out behind the other.
	const [customers, now] = await Promise.all([lockToJudge(tx, idsOf(resolved)), input.at ?? tx.now()]);
	const instants = asked.map((line) => line.request.at ?? now);
	const ledger = await PolicyLedger.load(tx, customers, asked.map((line, place) => ({ request: line.request, customerId: idOf(resolved[place]) })), policy, Math.min(now, ...instants));
	const lines: DecidedLine[] = read.map((line) => ('request' in line ? { key: line.request.key, error: '', message: '' } : line));
	asked.forEach(({ request, index }, place) => {
		const who: Resolved = resolved[place];
		const customerId = idOf(who);
		const erased = !who.found && who.why === 'customer_erased';
		try {
			const decision = decide(request, ledger.facts(customerId, request, instants[place], { erased, secondHandOff: 'same_answer' }), policy, instants[place]);
			if (!input.dryRun && decision.repeated !== true) ledger.take(request, customerId, decision, 'committed', instants[place]);
			lines[index] = lineOf(request.key, decision);
		} catch (error) {
			if (!(error instanceof JourneyError)) throw error;
			lines[index] = { key: request.key, error: error.code, message: error.message };
		}
	});
	if (!input.dryRun) await ledger.save(Math.min(now, ...instants));
	return lines;
});

const idOf = (who: Resolved): number | null => (who.found ? who.id : null);

function readLine(reader: RequestReader, raw: unknown): { request: ContactRequest; ref: CustomerRef } | { key: string | null; error: string; message: string } {
	try {
		const request = reader.read(raw);
		return { request, ref: parseCustomer(request.customer, 'customer') };
	} catch (error) {
		if (!(error instanceof JourneyError)) throw error;
		const key = (raw as { key?: unknown } | null)?.key;
		return { key: typeof key === 'string' ? key : null, error: error.code, message: error.message };
	}
}

function lineOf(key: string, answer: Decision): DecidedLine {
	const { decision, channel, policyVersion, trace } = answer;
	const decidedAt = iso(answer.decidedAtMs);
	if (answer.decision === 'send') return { key, decision, channel, policyVersion, decidedAt, trace };
	if (answer.decision === 'delay') return { key, decision, until: iso(answer.untilMs), rule: answer.rule, reasons: answer.reasons, channel, policyVersion, decidedAt, trace };
	return {
		key,
		decision,
		reason: answer.reason,
		...(answer.rule === undefined ? {} : { rule: answer.rule }),
		...(answer.nextPossibleAtMs === undefined ? {} : { nextPossibleAt: iso(answer.nextPossibleAtMs) }),
		channel,
		policyVersion,
		decidedAt,
		trace,
	};
}

let lastIso = { instant: 0, iso: new Date(0).toISOString() };

/** Most instants of a call are the same one. */
function iso(instant: number): string {
	if (instant !== lastIso.instant) lastIso = { instant, iso: new Date(instant).toISOString() };
	return lastIso.iso;
}
