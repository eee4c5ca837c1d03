import { loadCustomers, lockCustomers } from '../customers/locking';
import { deadLetterPlans, type DeadLetterRow, type FoundDeadLetter } from '../store/plans/failurePlans';
import { batchPlans } from '../store/plans/batchPlans';
import { enrolmentPlans, type EnrolmentRow } from '../store/plans/enrolmentPlans';
import { registryPlans } from '../store/plans/registryPlans';
import type { WaitRow } from '../store/plans/waitPlans';
import { read, write, type Tx } from '../store/port';
import { saveEnrolments } from './arrive';
import type { DeadLetter, Redriven, WhichDeadLetters } from './contract';
import { keeping } from './batchItems';
import { BATCH_LIMIT } from './item';
import { liveJourneys } from './liveJourneys';
import { MustRunAgain } from '../core/runAgain';
import { enrolmentId, enrolmentName, loadEnrolments } from './place';
import { JourneySlice, OPEN } from './slice';

/** What they carry may be large (256 KiB each); together it must stay below what a batch may weigh, or nearly so. */
const REDRIVEN_AT_ONCE = 100;

/** Customers whom a step failed for while others got through (J52), the oldest first; at most `limit`, with how many there are. */
export const deadLetters = read(async (tx, input: WhichDeadLetters & { limit?: number }): Promise<{ total: number; deadLetters: DeadLetter[] }> => {
	const which = asked(tx, input, input.limit ?? BATCH_LIMIT);
	const rows = await tx.all(deadLetterPlans.find, which);
	const total = (await tx.first(deadLetterPlans.count, which))?.dead_letters ?? 0;
	const keys = await customerKeys(tx, rows);
	const nodes = new Map((await tx.all(registryPlans.stepNodes, {})).map((node) => [`${node.workflow_id}\u0000${node.step_key}`, node.node_name]));
	return {
		total,
		deadLetters: rows.map((row) => ({
			journey: row.journey_key,
			step: row.step_key,
			nodeName: nodes.get(`${row.workflow_id}\u0000${row.step_key}`) ?? null,
			customer: keys.get(row.customer_id) ?? '',
			enrolment: enrolmentName(tx.storeId, row.enrolment_id),
			visit: row.visit,
			failedAt: row.failed_at,
			failures: row.failures,
			error: row.error,
		})),
	};
});

/**
 * Puts dead letters back as due now at their step, up to 100 in one call. The visit is the same, so whoever got further
 * before stays there and no message goes out twice. Whoever left, or is on the journey again, stays out.
 * @throws JourneyError `wrong_store`, `bad_input` for an enrolment of another store or one that cannot be read
 */
export const redrive = write(async (tx, input: WhichDeadLetters): Promise<Redriven> => {
	const which = asked(tx, input, REDRIVEN_AT_ONCE);
	const seen = await tx.all(deadLetterPlans.find, which);
	const customers = await lockCustomers(tx, seen.map((row) => row.customer_id));
	const now = await tx.now();
	const rows = (await tx.all(deadLetterPlans.take, { ids: seen.map(({ id }) => id) })).sort((a, b) => a.id - b.id);
	if (rows.some((row) => !customers.has(row.customer_id))) throw new MustRunAgain('Rows went to another customer');
	const superseded = await again(tx, rows, now);
	const back = rows.filter((row) => !superseded.has(row.enrolment_id));
	const enrolments = await reopen(tx, back);
	await tx.each(enrolmentPlans.leave, back.map(({ enrolment_id, visit }) => ({ enrolment_id, visit, left_at: null, outcome: null })));
	await offer(tx, back.filter((row) => enrolments.has(row.enrolment_id)), now);
	const refused = rows
		.filter((row) => superseded.has(row.enrolment_id))
		.map((row) => ({ customer: customers.get(row.customer_id)?.key ?? '', enrolment: enrolmentName(tx.storeId, row.enrolment_id), reason: 'entered_again' }));
	return { redriven: rows.length - refused.length, refused, left: (await tx.first(deadLetterPlans.count, which))?.dead_letters ?? 0 };
});

function asked(tx: Tx, { journey, step, enrolment }: WhichDeadLetters, limit: number) {
	return { journey: journey ?? null, step: step ?? null, enrolment: enrolment === undefined ? null : enrolmentId(tx, enrolment), limit };
}

async function customerKeys(tx: Tx, rows: readonly FoundDeadLetter[]): Promise<Map<number, string>> {
	return new Map([...(await loadCustomers(tx, rows.map((row) => row.customer_id))).values()].map((customer) => [customer.id, customer.key]));
}

/** Ends the enrolments whose customer came in again since, as far as the journey lets them be in only once. @returns their numbers */
async function again(tx: Tx, rows: readonly DeadLetterRow[], now: number): Promise<Set<number>> {
	const slice = await JourneySlice.load(tx, rows.map((row) => row.customer_id));
	const journeys = new Map((await liveJourneys(tx, now)).map((journey) => [journey.settings.key, journey.settings]));
	const failed = slice.enrolments.filter((one) => one.status === 'failed' && rows.some((row) => row.enrolment_id === one.id));
	const ended = failed.filter((one) => {
		const settings = journeys.get(one.journey_key);
		const anyEntry = settings?.entry.entryKey.kind === 'event' && settings.reEntry.mode !== 'parallel';
		return slice.of(one.customer_id, one.journey_key).some((other) => other !== one && OPEN.has(other.status) && (anyEntry || other.entry_key === one.entry_key));
	});
	for (const one of ended) slice.end(one, 'exited', 'entered_again', now);
	await slice.save(now);
	return new Set(ended.map(({ id }) => id));
}

/** @returns the enrolments that are open now */
async function reopen(tx: Tx, rows: readonly DeadLetterRow[]): Promise<Map<number, EnrolmentRow>> {
	const enrolments = await loadEnrolments(tx, rows.map((row) => row.enrolment_id));
	const failed = [...enrolments.values()].filter((one) => one.status === 'failed');
	for (const one of failed) Object.assign(one, { status: 'waiting', ended_at: null, end_reason: null });
	await saveEnrolments(tx, failed);
	return new Map([...enrolments].filter(([, one]) => OPEN.has(one.status)));
}

/** As a batch that was offered before: whoever is parked further down already is left out when it is claimed. */
async function offer(tx: Tx, rows: readonly DeadLetterRow[], now: number): Promise<void> {
	for (const stepId of new Set(rows.map((row) => row.step_id))) {
		const waits = rows.filter((row) => row.step_id === stepId).map((row): WaitRow => ({ step_id: stepId, due_at: now, enrolment_id: row.enrolment_id, visit: row.visit, customer_id: row.customer_id, parked_at: row.parked_at, spec: row.spec, item: row.item }));
		await tx.first(batchPlans.insert, { step_id: stepId, epoch: 0, state: 'resting', lease_until: now, attempts: 1, created_at: now, error: null, failures: 0, failed_from: null, failed_after: null, expiries: 0, ...keeping(waits) });
	}
}
