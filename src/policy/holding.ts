import { laneOf } from '../journeys/arrive';
import { keeping, waitsOf } from '../journeys/batchItems';
import { contextText } from '../journeys/contextText';
import { batchPlans, type BatchRow } from '../store/plans/batchPlans';
import { enrolmentPlans, type EnrolmentRow } from '../store/plans/enrolmentPlans';
import { waitPlans, type WaitRow } from '../store/plans/waitPlans';
import type { CustomerRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import type { WaitSpec } from '../journeys/waitSpec';
import { BY_TIME } from '../journeys/waitSpec';
import type { PassItem, PassRequest } from './contract';
import { MAILING_PREFIX } from './mailingPrefix';
import type { ContactRequest } from './request';

interface Held {
	item: PassItem;
	customer: CustomerRow | null;
	enrolment: EnrolmentRow | null;
	visit: number;
	asked: ContactRequest;
	dueAt: number;
	text: string;
}

/** Parks messages that must wait in Contact Policy's own lanes. */
export class Holding {
	private readonly held: Held[] = [];

	constructor(
		private readonly tx: Tx,
		private readonly request: PassRequest,
		private readonly now: number,
	) {}

	/**
	 * @param dueAt UTC milliseconds, when the message is judged again
	 * @throws JourneyError `context_too_large` (J53)
	 */
	hold(subject: Omit<Held, 'asked' | 'dueAt' | 'text'>, asked: ContactRequest, dueAt: number): void {
		this.held.push({ item: subject.item, customer: subject.customer, enrolment: subject.enrolment, visit: subject.visit, asked, dueAt, text: contextText(subject.item.own) });
	}

	/** @param batch where released items came from: those that wait again leave it in the same transaction */
	async save(batch: BatchRow | null): Promise<void> {
		if (this.held.length === 0) return;
		await this.enrolMailings();
		const lanes = new Map<string, number>();
		const rows: WaitRow[] = [];
		for (const one of this.held) {
			const enrolment = one.enrolment as EnrolmentRow;
			const lane = lanes.get(enrolment.journey_key) ?? (await laneOf(this.tx, enrolment.journey_key, this.request.stepKey, this.request.workflowId, 'policy'));
			lanes.set(enrolment.journey_key, lane);
			const { own: _own, journey: _journey, event: _event, index: _index, released: _released, ...asked } = one.item;
			const spec: WaitSpec = { kind: 'policy', request: asked, outcome: BY_TIME };
			rows.push({ step_id: lane, due_at: one.dueAt, enrolment_id: enrolment.id, visit: one.visit, customer_id: enrolment.customer_id, parked_at: this.now, spec: JSON.stringify(spec), item: one.text });
		}
		await this.tx.each(waitPlans.insert, rows);
		if (batch) await this.leaveBatch(batch, rows);
	}

	private async leaveBatch(batch: BatchRow, rows: readonly WaitRow[]): Promise<void> {
		const again = new Set(rows.map((row) => `${row.enrolment_id}/${row.visit}`));
		const left = waitsOf(batch).filter((row) => !again.has(`${row.enrolment_id}/${row.visit}`));
		await this.tx.run(batchPlans.update, { ...batch, ...keeping(left) });
	}

	/** A message outside every journey waits under an enrolment of its mailing. */
	private async enrolMailings(): Promise<void> {
		const mailings = this.held.filter((one) => !one.enrolment);
		if (mailings.length === 0) return;
		const fresh = mailings.map((one) => ({
			journey_key: `${MAILING_PREFIX}${one.item.mailingKey}`,
			journey_version: 1,
			customer_id: (one.customer as CustomerRow).id,
			entry_key: one.asked.key,
			generation: 1,
			entered_at: this.now,
			status: 'waiting' as const,
			step_key: this.request.stepKey,
			visit: 1,
			variant: null,
			event: one.item.event ? JSON.stringify(one.item.event) : null,
		}));
		const distinct = [...new Map(fresh.map((row) => [`${row.customer_id}/${row.entry_key}`, row])).values()];
		await this.tx.each(enrolmentPlans.insert, distinct);
		const rows = await this.tx.all(enrolmentPlans.ofCustomers, { ids: [...new Set(fresh.map((row) => row.customer_id))] });
		for (const one of mailings) {
			one.enrolment = rows.find((row) => row.entry_key === one.asked.key && row.journey_key.startsWith(MAILING_PREFIX)) ?? null;
			one.visit = 1;
		}
		await this.tx.each(
			enrolmentPlans.addHistory,
			mailings.map((one) => ({ enrolment_id: (one.enrolment as EnrolmentRow).id, from_visit: 0, step_key: this.request.stepKey, visit: 1, arrived_at: this.now, left_at: null, outcome: null })),
		);
	}
}
