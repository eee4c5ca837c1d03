import { recordConsents } from '../customers/consents';
import type { ItemAnswer } from '../customers/contract';
import { resolveCustomers } from '../customers/resolve';
import { CHANGED } from '../features/columnKinds';
import { upsertCustomers } from '../customers/upsert';
import { changePlans } from '../store/plans/columnPlans';
import { refundPlans } from '../store/plans/refundPlans';
import { orderPlans } from '../store/plans/ingestPlans';
import { write } from '../store/port';
import type { ImportedBatch } from './importedBatch';
import { takeInSent } from '../policy/sentElsewhere';
import type { ConsentInput, CustomerInput, EventInput, ProductInput, SentMessageInput, SubscriptionInput } from './records';
import { onSoundItems } from './soundItems';
import { trackEvents } from './track';
import { upsertProducts } from './upsertProducts';
import { upsertSubscriptions } from './upsertSubscriptions';

export { importOrderLines } from './importOrderLines';

/** Import is history: it starts, resumes and exits no journey unless `live` (journeys.md section 10). */
export const importCustomers = write(async (tx, { items }: { items: CustomerInput[] }) => tally(await upsertCustomers.run(tx, { items, backfill: true }), (one) => one.result === 'unchanged'));

export const importProducts = write(async (tx, { items }: { items: ProductInput[] }) => tally(await upsertProducts.run(tx, { items }), (one) => one.result === 'unchanged'));

export const importSubscriptions = write(async (tx, { items, live }: { items: SubscriptionInput[]; live?: boolean }) =>
	tally(await upsertSubscriptions.run(tx, { items, backfill: !live }), (one) => one.result === 'unchanged' || one.result === 'older'),
);

export const importEvents = write(async (tx, { items, live }: { items: EventInput[]; live?: boolean }): Promise<ImportedBatch> => {
	const answers = await trackEvents.run(tx, { items, backfill: !live, future: 'reject' });
	const batch = tally(answers, (one) => one.result === 'duplicate');
	answers.forEach((answer, index) => {
		if (!answer.ok || answer.result === 'accepted' || answer.result === 'duplicate') return;
		batch.accepted -= 1;
		const reason = answer.result === 'conflict' ? 'the same event id was taken in before with other content' : 'occurred_at lies more than 5 minutes in the future';
		batch.rejected.push({ index, reason });
	});
	batch.rejected.sort((a, b) => a.index - b.index);
	return batch;
});

/** An older grant never overwrites a later withdrawal: rows are history, the latest holds (P55). History lifts no tombstone. */
export const importConsents = write(async (tx, input: { items: ConsentInput[] }) => tally(await recordHistory(tx, input), (one) => one.result === 'unchanged'));

const recordHistory = onSoundItems(async (tx, { items }: { items: ConsentInput[] }) => recordConsents(tx, items, await resolveCustomers(tx, items.map((item) => item.ref), { create: true }), true));

/** Messages of the past count towards the limits; no journey hears of them. */
export const importMessages = write(async (tx, input: { items: SentMessageInput[] }) => tally(await recordSent(tx, input), (one) => one.result === 'duplicate'));

const recordSent = onSoundItems(takeInSent);

/** After the last batch: every refund line finds the customer's latest purchase of its product. */
export const finishImport = write(async (tx, { run }: { run: string }): Promise<{ refundsMatched: number; refundsUnmatched: number }> => {
	await tx.run(orderPlans.matchRefunds, {});
	// Locked first and then summed up: a refund that is recorded at this moment is not lost.
	await tx.all(refundPlans.lock, {});
	await tx.run(refundPlans.sum, {});
	await tx.run(refundPlans.clear, {});
	await tx.run(changePlans.noteRefunds, { run, what: CHANGED.orders });
	const counts = await tx.first(orderPlans.countRefunds, { run });
	return { refundsMatched: counts?.matched ?? 0, refundsUnmatched: counts?.unmatched ?? 0 };
});

function tally<T>(answers: readonly ItemAnswer<T>[], isDuplicate: (one: T) => boolean): ImportedBatch {
	const batch: ImportedBatch = { accepted: 0, duplicates: 0, rejected: [] };
	answers.forEach((answer, index) => {
		if (!answer.ok) batch.rejected.push({ index, reason: answer.message });
		else if (isDuplicate(answer)) batch.duplicates += 1;
		else batch.accepted += 1;
	});
	return batch;
}
