import { saveEnrolments } from '../journeys/arrive';
import { enrolmentName, loadEnrolments } from '../journeys/place';
import { moveWaits } from '../journeys/moveWaits';
import { OPEN } from '../journeys/slice';
import type { WaitSpec } from '../journeys/waitSpec';
import { enrolmentPlans, type EnrolmentRow } from '../store/plans/enrolmentPlans';
import { waitPlans, type WaitRow } from '../store/plans/waitPlans';
import type { Tx } from '../store/port';
import type { DigestedItem, PassItem } from './contract';
import type { Decision } from './decision';
import { MAILING_PREFIX } from './mailingPrefix';
import { requestKey } from './requestKey';

/** Outcome of a visit whose message went along with another one. */
const DIGESTED = 'digested';

interface Waiting {
	wait: WaitRow;
	enrolment: EnrolmentRow;
	spec: Extract<WaitSpec, { kind: 'policy' }>;
}

/** Keys of mailings that some node holds for these customers, or has under way: only that node may carry them along. */
export async function heldInNodes(tx: Tx, customers: readonly number[]): Promise<Set<string>> {
	const enrolments = customers.length === 0 ? [] : await tx.all(enrolmentPlans.ofCustomers, { ids: [...customers] });
	return new Set(enrolments.filter(({ journey_key, status }) => journey_key.startsWith(MAILING_PREFIX) && OPEN.has(status)).map(({ entry_key }) => entry_key));
}

/**
 * Held messages that one message carries along (P68): their items leave inside of its item, and their own enrolments have
 * nothing left to do at this step.
 */
export class Digesting {
	private readonly ended: Waiting[] = [];

	private constructor(
		private readonly tx: Tx,
		private readonly waiting: ReadonlyMap<string, Waiting>,
		private readonly batch: ReadonlyMap<string, PassItem>,
	) {}

	/**
	 * @param items of this call by their request key
	 * @param customers locked by the caller; only those who are asked about with a digest are looked up
	 */
	static async load(tx: Tx, stepKey: string, items: ReadonlyMap<string, PassItem>, customers: ReadonlyMap<string, number>): Promise<Digesting> {
		const ids = [...new Set([...items].flatMap(([key, item]) => (item.onBlock === 'digest' ? (customers.get(key) ?? []) : [])))];
		const waits = ids.length === 0 ? [] : await tx.all(waitPlans.ofCustomers, { ids });
		const policyWaits = waits.flatMap((wait) => {
			const spec = JSON.parse(wait.spec) as WaitSpec;
			return spec.kind === 'policy' ? [{ wait, spec }] : [];
		});
		const enrolments = await loadEnrolments(tx, policyWaits.map(({ wait }) => wait.enrolment_id));
		const known = new Map<string, Waiting>();
		for (const { wait, spec } of policyWaits) {
			const enrolment = enrolments.get(wait.enrolment_id);
			if (!enrolment) continue;
			if (!enrolment.journey_key.startsWith(MAILING_PREFIX)) known.set(requestKey(enrolmentName(tx.storeId, enrolment.id), stepKey, wait.visit), { wait, enrolment, spec });
			else if (enrolment.step_key === stepKey) known.set(enrolment.entry_key, { wait, enrolment, spec });
		}
		return new Digesting(tx, known, items);
	}

	/**
	 * The answer with only those messages that can be carried along here: a message that another node holds, or that another
	 * run has under way, goes by itself.
	 */
	within(decision: Decision): Decision {
		if (decision.decision === 'delay' || !decision.digest) return decision;
		return { ...decision, digest: decision.digest.filter((key) => this.batch.has(key) || this.waiting.has(key)) };
	}

	/** The items of these keys, in their order; those that still wait are taken out of waiting. */
	carry(keys: readonly string[]): DigestedItem[] {
		return keys.flatMap((key): DigestedItem[] => {
			const released = this.batch.get(key);
			if (released) return [{ own: released.own, event: released.event ?? null }];
			const waiting = this.waiting.get(key);
			if (!waiting) return [];
			this.ended.push(waiting);
			const { wait, enrolment } = waiting;
			return [{ own: JSON.parse(wait.item) as Record<string, unknown>, event: enrolment.event ? (JSON.parse(enrolment.event) as PassItem['event']) : null }];
		});
	}

	async save(now: number): Promise<void> {
		if (this.ended.length === 0) return;
		await moveWaits(this.tx, this.ended.map(({ wait }) => ({ from: wait })));
		await this.tx.each(enrolmentPlans.leave, this.ended.map(({ wait }) => ({ enrolment_id: wait.enrolment_id, visit: wait.visit, left_at: now, outcome: DIGESTED })));
		const waited = this.ended.map(({ enrolment }) => enrolment).filter((enrolment) => enrolment.status === 'waiting');
		for (const enrolment of waited) enrolment.status = 'active';
		await saveEnrolments(this.tx, [...new Set(waited)]);
		await this.tx.run(enrolmentPlans.complete, { ids: this.ended.map(({ wait }) => wait.enrolment_id), now });
	}
}
