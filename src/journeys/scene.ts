import { cancelEnrolmentMessages } from '../policy/withdraw';
import { consentPlans, type ConsentDbRow, type CustomerRow } from '../store/plans/customerPlans';
import { eventPlans } from '../store/plans/ingestPlans';
import { goalPlans, refusalPlans } from '../store/plans/enrolmentPlans';
import type { Tx } from '../store/port';
import { shopMeta } from '../store/storeClock';
import { ControlArms } from './controlArm';
import { customerZone } from './customerZone';
import { EntryLimits } from './entryLimits';
import { countGoal, startOf } from './goals';
import { enrolmentName } from './place';
import type { LiveJourney, Reaction, Subject } from './react';
import { ReadinessFacts } from './readiness';
import type { JourneyEvent } from './rules';
import { JourneySlice, type Enrolment } from './slice';

/** What the reactions of one transaction share: loaded once, changed in memory by the rules, saved in one go. */
export class Scene {
	private constructor(
		private readonly tx: Tx,
		readonly slice: JourneySlice,
		readonly journeys: readonly LiveJourney[],
		readonly limits: EntryLimits,
		readonly controls: ControlArms,
		readonly readiness: ReadinessFacts,
		private readonly consents: ReadonlyMap<number, readonly ConsentDbRow[]>,
		private readonly storeZone: string,
		readonly nowMs: number,
	) {}

	/**
	 * @param customerIds locked by the caller
	 * @param wanted journeys that somebody may enter
	 */
	static async load(tx: Tx, customerIds: readonly number[], journeys: readonly LiveJourney[], wanted: readonly LiveJourney[], nowMs: number): Promise<Scene> {
		const ids = [...new Set(customerIds)];
		const slice = await JourneySlice.load(tx, ids);
		const needsConsent = wanted.some(({ settings }) => settings.audience.consentChannel);
		const consents = new Map<number, ConsentDbRow[]>();
		for (const row of needsConsent ? await tx.all(consentPlans.ofMany, { ids }) : []) consents.set(row.customer_id, [...(consents.get(row.customer_id) ?? []), row]);
		const limits = await EntryLimits.load(tx, journeys, wanted, nowMs);
		const controls = await ControlArms.load(tx, wanted, ids, nowMs);
		const readiness = await ReadinessFacts.load(tx, ids, wanted, nowMs);
		return new Scene(tx, slice, journeys, limits, controls, readiness, consents, (await shopMeta(tx, 'zone')) ?? 'UTC', nowMs);
	}

	subject(customer: CustomerRow): Subject {
		return { customer, consents: this.consents.get(customer.id) ?? [], zone: customerZone(customer, this.storeZone) };
	}

	/** @param reactions with the customers they are of */
	async save(reactions: readonly { customerId: number; reaction: Reaction }[]): Promise<void> {
		await this.countGoals();
		await this.controls.save();
		await this.slice.save(this.nowMs);
		await cancelEnrolmentMessages(this.tx, reactions.flatMap(({ reaction }) => reaction.ended.map(({ id }) => id)), this.nowMs);
		const refusals = reactions.flatMap(({ customerId, reaction }) => reaction.refused.map(({ journey, reason }) => ({ journey_key: journey, customer_id: customerId, at: this.nowMs, reason: reason.slice(0, 200) })));
		this.tx.send(refusalPlans.add, refusals);
	}

	/** Goals that an event may have changed are counted anew from what is stored (J22). */
	private async countGoals(): Promise<void> {
		const touched = this.slice.enrolments.filter((one) => one.goalTouched);
		if (touched.length === 0) return;
		const goals = new Map(this.journeys.map(({ settings }) => [settings.key, settings.goal]));
		const rows = await this.tx.all(eventPlans.since, { ids: [...new Set(touched.map((one) => one.customer_id))], since: Math.min(...touched.map(startOf)) });
		const events = new Map<number, JourneyEvent[]>();
		for (const row of rows) events.set(row.customer_id, [...(events.get(row.customer_id) ?? []), { type: row.type, at: row.occurred_at, properties: JSON.parse(row.properties) as Record<string, unknown>, eventId: row.event_id }]);
		const messages = await this.messagesOf(touched.filter((one) => goals.get(one.journey_key)?.from === 'lastMessage'));
		for (const one of touched) {
			const goal = goals.get(one.journey_key);
			if (goal) countGoal(goal, one, events.get(one.customer_id) ?? [], messages.get(enrolmentName(this.tx.storeId, one.id)) ?? []);
		}
	}

	private async messagesOf(enrolments: readonly Enrolment[]): Promise<Map<string, number[]>> {
		const messages = new Map<string, number[]>();
		if (enrolments.length === 0) return messages;
		for (const row of await this.tx.all(goalPlans.messagesOf, { enrolments: enrolments.map(({ id }) => enrolmentName(this.tx.storeId, id)) })) {
			messages.set(row.enrolment, [...(messages.get(row.enrolment) ?? []), row.ts]);
		}
		return messages;
	}
}
