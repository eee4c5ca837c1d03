import { Assignments } from '../experiments/assignments';
import { exposeTo, GLOBAL_CONTROL, inControlGroup, journeyControl, type ControlGroup } from '../experiments/controlGroups';
import type { JudgedCustomer } from '../store/plans/customerPlans';
import { exposurePlans, type ExposureRow } from '../store/plans/experimentPlans';
import { registryPlans } from '../store/plans/registryPlans';
import type { Tx } from '../store/port';
import type { Countable, Touch } from './facts';
import type { Policy } from './policy';
import type { ContactRequest } from './request';

type Message = Pick<Countable, 'class'> & { journey?: string | null };

/**
 * Check 12: who is in a control group gets no message, but passes every check before and takes a ghost slot that only
 * ghosts see (measurement.md). The global group is about marketing, a journey's about its marketing and service messages;
 * transactional messages reach everybody.
 */
export class Holdouts {
	private readonly exposures: ExposureRow[] = [];

	private constructor(
		private readonly tx: Tx,
		private readonly customers: ReadonlyMap<number, JudgedCustomer>,
		private readonly globalPercent: number,
		private readonly journeyPercents: ReadonlyMap<string, number>,
		private readonly assignments: Assignments,
	) {}

	/** @param journeys of the messages that are asked about or wait: their shares are looked up */
	static async load(tx: Tx, customers: ReadonlyMap<number, JudgedCustomer>, journeys: ReadonlySet<string>, policy: Policy): Promise<Holdouts> {
		const percents = new Map<string, number>();
		for (const key of journeys) {
			const row = await tx.first(registryPlans.journey, { key });
			const { controlPercent = 0 } = row ? (JSON.parse(row.settings) as { controlPercent?: number }) : {};
			if (controlPercent > 0) percents.set(key, controlPercent);
		}
		const asked = policy.controlPercent > 0 || percents.size > 0 ? [...customers.keys()] : [];
		return new Holdouts(tx, customers, policy.controlPercent, percents, await Assignments.load(tx, asked));
	}

	/** The control group that keeps this message from the customer. */
	groupHolding(customerId: number, message: Message): ControlGroup | undefined {
		if (this.holdsNobody) return undefined;
		const { key } = this.customers.get(customerId) as JudgedCustomer;
		return this.groupsOf(message).find((group) => inControlGroup(group, { id: customerId, key }, this.assignments));
	}

	/** Ghost slots of those customers who have any reason to: of most, none is looked for. */
	async ghosts(asked: readonly { request: Message; customerId: number }[], sinceMs: number): Promise<Map<number, Touch[]>> {
		const ghosts = new Map<number, Touch[]>();
		if (this.holdsNobody) return ghosts;
		const ids = [...new Set(asked.filter(({ request, customerId }) => this.customers.has(customerId) && this.groupHolding(customerId, request)).map(({ customerId }) => customerId))];
		for (const row of ids.length === 0 ? [] : await this.tx.all(exposurePlans.since, { ids, since: sinceMs })) {
			ghosts.set(row.customer_id, [...(ghosts.get(row.customer_id) ?? []), ghostOf(row)]);
		}
		return ghosts;
	}

	/** A message that went out: its customer has met the groups it might have been kept back by. */
	sent(customerId: number, message: Message, nowMs: number): void {
		if (this.holdsNobody) return;
		for (const group of this.groupsOf(message)) exposeTo(group, customerId, false, this.assignments, nowMs);
	}

	/** A message that would have gone out now. @returns its ghost slot */
	held(customerId: number, request: ContactRequest, channel: string, policyVersion: string, nowMs: number): Touch {
		const group = this.groupHolding(customerId, request) as ControlGroup;
		exposeTo(group, customerId, true, this.assignments, nowMs);
		const row: ExposureRow = {
			customer_id: customerId,
			at: nowMs,
			experiment: group.experiment,
			channel,
			category: request.category,
			tags: JSON.stringify(request.tags),
			class: request.class,
			journey_key: request.journey ?? null,
			priority: request.priority,
			exempt: JSON.stringify(request.exempt),
			counts: request.counts === undefined ? null : Number(request.counts),
			idem_key: request.key,
			enrolment: request.enrolment ?? null,
			step_key: request.step ?? null,
			visit: request.visit ?? null,
			policy_version: policyVersion,
		};
		this.exposures.push(row);
		return ghostOf(row);
	}

	async save(): Promise<void> {
		await this.assignments.save();
		if (this.exposures.length > 0) await this.tx.each(exposurePlans.insert, this.exposures);
	}

	/** No journey and no policy has a control group here. */
	private get holdsNobody(): boolean {
		return this.globalPercent <= 0 && this.journeyPercents.size === 0;
	}

	private groupsOf({ class: messageClass, journey }: Message): ControlGroup[] {
		if (messageClass === 'transactional') return [];
		const percent = (journey && this.journeyPercents.get(journey)) || 0;
		return [
			...(messageClass === 'marketing' && this.globalPercent > 0 ? [{ experiment: GLOBAL_CONTROL, percent: this.globalPercent }] : []),
			...(journey && percent > 0 ? [{ experiment: journeyControl(journey), percent }] : []),
		];
	}
}

function ghostOf(row: ExposureRow): Touch {
	return {
		key: row.idem_key,
		ts: row.at,
		state: 'committed',
		ghost: true,
		priority: row.priority,
		channel: row.channel,
		category: row.category,
		tags: JSON.parse(row.tags) as string[],
		class: row.class as Touch['class'],
		journey: row.journey_key,
		exempt: JSON.parse(row.exempt) as string[],
		counts: row.counts === null ? null : row.counts === 1,
		enrolment: row.enrolment,
		step: row.step_key,
		visit: row.visit,
	};
}
