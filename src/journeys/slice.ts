import { enrolmentPlans, type EnrolmentRow } from '../store/plans/enrolmentPlans';
import { registryPlans } from '../store/plans/registryPlans';
import { waitPlans, type WaitRow } from '../store/plans/waitPlans';
import { deadLetterPlans } from '../store/plans/failurePlans';
import type { Tx } from '../store/port';
import type { JsonObject } from './conditions';
import { ENTRY_STEP } from './item';
import { moveWaits } from './moveWaits';
import type { WaitOutcome } from './waitRequest';
import type { Listened, WaitSpec } from './waitSpec';

export interface Enrolment extends EnrolmentRow {
	entryEvent: { type: string; at: string; properties: JsonObject } | null;
	fresh: boolean;
	dirty: boolean;
	ending: string | null;
	/** What its goal is has to be counted anew. */
	goalTouched: boolean;
}

/** A wait for events that no event has ended; `late`: the event that came when its time was up. */
export interface PastWait extends Listened {
	enrolmentId: number;
	visit: number;
	late?: WaitOutcome;
}

export interface Wait {
	/** As stored; undefined for one that is new. */
	stored: WaitRow | undefined;
	stepId: number | undefined;
	enrolment: Enrolment;
	visit: number;
	dueAt: number;
	parkedAt: number;
	spec: WaitSpec;
	item: string;
	removed: boolean;
	changed: boolean;
}

export const OPEN: ReadonlySet<string> = new Set(['entering', 'active', 'waiting']);

/**
 * The journeys of some customers, loaded once, changed in memory by pure rules and saved in one go: entry, exit and
 * resume are decided on the same picture.
 */
export class JourneySlice {
	private readonly byJourney = new Map<string, Enrolment[]>();
	private readonly byEnrolment = new Map<Enrolment, Wait[]>();

	private constructor(
		private readonly tx: Tx,
		readonly enrolments: Enrolment[],
		readonly waits: Wait[],
		private readonly past: ReadonlyMap<number, PastWait[]>,
	) {
		for (const enrolment of enrolments) this.add(enrolment);
		for (const wait of waits) this.addWait(wait);
	}

	static async load(tx: Tx, customerIds: readonly number[]): Promise<JourneySlice> {
		const ids = [...new Set(customerIds)];
		if (ids.length === 0) return new JourneySlice(tx, [], [], new Map());
		const [entered, waiting] = await Promise.all([tx.all(enrolmentPlans.ofCustomers, { ids }), tx.all(waitPlans.ofCustomers, { ids })]);
		const enrolments = entered.map(loaded);
		const byId = new Map(enrolments.map((enrolment) => [enrolment.id, enrolment]));
		const waits = waiting.flatMap((row) => {
			const enrolment = byId.get(row.enrolment_id);
			return enrolment ? [wait(row, enrolment)] : [];
		});
		return new JourneySlice(tx, enrolments, waits, await pastWaits(tx, enrolments));
	}

	of(customerId: number, journeyKey: string): readonly Enrolment[] {
		return this.byJourney.get(`${customerId}/${journeyKey}`) ?? [];
	}

	waitsOf(enrolment: Enrolment): Wait[] {
		return (this.byEnrolment.get(enrolment) ?? []).filter((one) => !one.removed);
	}

	listenedOf(enrolment: Enrolment): readonly PastWait[] {
		const waiting = new Set(this.waitsOf(enrolment).map(({ visit }) => visit));
		return (this.past.get(enrolment.id) ?? []).filter(({ visit }) => !waiting.has(visit));
	}

	private add(enrolment: Enrolment): void {
		const name = `${enrolment.customer_id}/${enrolment.journey_key}`;
		const same = this.byJourney.get(name);
		if (same) same.push(enrolment);
		else this.byJourney.set(name, [enrolment]);
	}

	private addWait(wait: Wait): void {
		const same = this.byEnrolment.get(wait.enrolment);
		if (same) same.push(wait);
		else this.byEnrolment.set(wait.enrolment, [wait]);
	}

	/** @param how `dueAt`: when the entry is emitted; `ghost`: the customer passes through nothing on the canvas */
	enter(row: Pick<EnrolmentRow, 'journey_key' | 'journey_version' | 'customer_id' | 'entry_key' | 'generation' | 'variant'>, event: Enrolment['entryEvent'], how: { now: number; dueAt: number; ghost: boolean }): Enrolment {
		const enrolment: Enrolment = {
			...row,
			id: 0,
			entered_at: how.now,
			status: 'entering',
			step_key: ENTRY_STEP,
			visit: 0,
			event: null,
			ended_at: null,
			end_reason: null,
			goal_at: null,
			goal_value_e4: null,
			goal_currency: null,
			goal_event_id: null,
			goal_ref: null,
			goal_refunded_e4: null,
			goal_reversed_at: null,
			row_version: 1,
			entryEvent: event,
			fresh: true,
			dirty: false,
			ending: null,
			goalTouched: false,
		};
		this.enrolments.push(enrolment);
		this.add(enrolment);
		const entry: Wait = { stored: undefined, stepId: undefined, enrolment, visit: 0, dueAt: how.dueAt, parkedAt: how.now, spec: { kind: 'entry', outcome: { by: 'time' }, ...(how.ghost && { ghost: true as const }) }, item: '{}', removed: false, changed: false };
		this.waits.push(entry);
		this.addWait(entry);
		return enrolment;
	}

	/** Ends an enrolment and every wait of it. */
	end(enrolment: Enrolment, status: 'completed' | 'exited' | 'failed', reason: string, now: number): void {
		enrolment.status = status;
		enrolment.ended_at = now;
		enrolment.end_reason = reason;
		enrolment.ending = reason;
		enrolment.dirty = true;
		for (const one of this.waitsOf(enrolment)) one.removed = true;
	}

	/** Writes everything that changed. @throws when a row was changed by somebody else meanwhile (cannot happen under the customers' locks) */
	async save(now: number): Promise<void> {
		await this.saveFresh();
		await this.saveChanged(now);
		await this.saveWaits();
		this.saveLate();
	}

	private async saveFresh(): Promise<void> {
		const fresh = this.enrolments.filter((enrolment) => enrolment.fresh);
		if (fresh.length === 0) return;
		const nameOf = (row: { journey_key: string; customer_id: number; entry_key: string; generation: number }) =>
			`${row.journey_key}\u0000${row.customer_id}\u0000${row.entry_key}\u0000${row.generation}`;
		const rows = await this.tx.each(enrolmentPlans.insert, fresh.map((enrolment) => ({ ...enrolment, event: eventText(enrolment) })));
		const ids = new Map(rows.map((row) => [nameOf(row), row.id]));
		for (const enrolment of fresh) {
			enrolment.id = ids.get(nameOf(enrolment)) as number;
			enrolment.fresh = false;
		}
		const steps = new Map((await this.tx.all(registryPlans.steps, {})).map((step) => [`${step.journey_key}\u0000${step.step_key}`, step.id]));
		for (const one of this.waits) {
			if (one.stepId === undefined) one.stepId = steps.get(`${one.enrolment.journey_key}\u0000${ENTRY_STEP}`);
		}
		this.tx.send(
			enrolmentPlans.addHistory,
			fresh.map((enrolment) => ({ enrolment_id: enrolment.id, from_visit: -1, step_key: ENTRY_STEP, visit: 0, arrived_at: enrolment.entered_at, left_at: null, outcome: null })),
		);
	}

	private async saveChanged(now: number): Promise<void> {
		const dirty = this.enrolments.filter((enrolment) => enrolment.dirty);
		if (dirty.length === 0) return;
		const ended = dirty.filter((enrolment) => enrolment.ending);
		const saved = await this.tx.change(enrolmentPlans.update, dirty.map((enrolment) => ({ ...enrolment, event: eventText(enrolment) })));
		if (saved !== dirty.length) throw new Error('An enrolment changed while its customer was locked');
		this.tx.send(
			enrolmentPlans.leave,
			ended.map((enrolment) => ({ enrolment_id: enrolment.id, visit: enrolment.visit, left_at: now, outcome: enrolment.ending })),
		);
		if (ended.length > 0) await this.tx.run(deadLetterPlans.removeOfEnrolments, { ids: ended.map(({ id }) => id) });
	}

	private async saveWaits(): Promise<void> {
		const moves = this.waits.filter((one) => !one.stored || one.removed || one.changed).map((one) => ({ from: one.stored, to: one.removed ? undefined : rowOf(one) }));
		const lost = await moveWaits(this.tx, moves.filter(({ from, to }) => from || to));
		this.tx.send(enrolmentPlans.noteLate, lost.flatMap(lateOf));
		const isLost = new Set(lost.map((row) => `${row.enrolment_id}/${row.visit}`));
		const listening = moves.flatMap(({ from, to }) => (from && to && !isLost.has(`${to.enrolment_id}/${to.visit}`) ? [to] : []));
		this.tx.send(enrolmentPlans.noteListened, listening.flatMap(listenedOf));
	}

	private saveLate(): void {
		const late = [...this.past.values()].flat().filter((one) => one.late);
		this.tx.send(enrolmentPlans.noteLate, late.map((one) => ({ enrolment_id: one.enrolmentId, visit: one.visit, late_match: JSON.stringify(one.late) })));
	}
}

function loaded(row: EnrolmentRow): Enrolment {
	return { ...row, entryEvent: row.event ? (JSON.parse(row.event) as Enrolment['entryEvent']) : null, fresh: false, dirty: false, ending: null, goalTouched: false };
}

/** Only of customers who are still on their journey: of the others nobody asks. */
async function pastWaits(tx: Tx, enrolments: readonly Enrolment[]): Promise<Map<number, PastWait[]>> {
	const ids = enrolments.filter((one) => OPEN.has(one.status) && one.visit > 0).map(({ id }) => id);
	const past = new Map<number, PastWait[]>();
	if (ids.length === 0) return past;
	for (const row of await tx.all(enrolmentPlans.listened, { ids })) {
		past.set(row.enrolment_id, [...(past.get(row.enrolment_id) ?? []), { ...(JSON.parse(row.listened) as Listened), enrolmentId: row.enrolment_id, visit: row.visit }]);
	}
	return past;
}

function wait(row: WaitRow, enrolment: Enrolment): Wait {
	return { stored: row, stepId: row.step_id, enrolment, visit: row.visit, dueAt: row.due_at, parkedAt: row.parked_at, spec: JSON.parse(row.spec) as WaitSpec, item: row.item, removed: false, changed: false };
}

function rowOf(one: Wait): WaitRow {
	return { step_id: one.stepId as number, due_at: one.dueAt, enrolment_id: one.enrolment.id, visit: one.visit, customer_id: one.enrolment.customer_id, parked_at: one.parkedAt, spec: JSON.stringify(one.spec), item: one.item };
}

/** A wait that an event would have ended, had its time not ended it in the same moment (J09). */
function lateOf(row: WaitRow): { enrolment_id: number; visit: number; late_match: string }[] {
	const { kind, outcome } = JSON.parse(row.spec) as WaitSpec;
	return kind === 'event' && outcome.by === 'event' ? [{ enrolment_id: row.enrolment_id, visit: row.visit, late_match: JSON.stringify(outcome) }] : [];
}

/** What a wait listens for as it stands now; nothing once an event has ended it. */
export function listenedOf({ enrolment_id, visit, spec }: Pick<WaitRow, 'enrolment_id' | 'visit' | 'spec'>): { enrolment_id: number; visit: number; listened: string | null }[] {
	const read = JSON.parse(spec) as WaitSpec;
	if (read.kind !== 'event') return [];
	const { events, since, deadline, outcome } = read;
	return [{ enrolment_id, visit, listened: outcome.by === 'event' ? null : JSON.stringify({ events, since, deadline } satisfies Listened) }];
}

const eventText = (enrolment: Enrolment) => (enrolment.entryEvent ? JSON.stringify(enrolment.entryEvent) : null);
