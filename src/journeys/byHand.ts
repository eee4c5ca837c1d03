import type { ItemAnswer } from '../customers/contract';
import type { CustomerRef } from '../customers/identity';
import { customerView } from '../customers/profile';
import { refusal } from '../customers/refusal';
import { lockResolved, resolveCustomers } from '../customers/resolve';
import { hashOf } from '../core/hash';
import { cancelEnrolmentMessages } from '../policy/withdraw';
import type { CustomerRow } from '../store/plans/customerPlans';
import { registryPlans } from '../store/plans/registryPlans';
import type { WaitRow } from '../store/plans/waitPlans';
import { write, type Tx } from '../store/port';
import { admit } from './admit';
import type { CustomerView } from './item';
import { liveJourneys } from './liveJourneys';
import { move } from './moveToStep';
import { noReaction } from './react';
import { Scene } from './scene';
import { JourneySlice, OPEN } from './slice';

/** What a person does to customers on journeys. `backfill`: a test run, which looks and changes nothing (journeys.md section 9). */
export interface ByHand<I> {
	items: (I & { ref: CustomerRef })[];
	backfill?: boolean;
}

export interface ByHandAnswer {
	/** How many ways through journeys were changed. */
	changed: number;
	/** Why nothing was: `already_active`, `not_in_audience`, `not_on_it`, `test_run` ... */
	reason: string | null;
	customer: CustomerView;
}

/** Event type that customers enter with when a person starts them. */
const STARTED_BY_HAND = 'started_by_hand';

type Answers = Promise<ItemAnswer<ByHandAnswer>[]>;

/**
 * Starts customers on a journey, by its own rules: re-entry, limits, control group, and the audience unless `anybody`.
 * `properties` stand for those of the event, such as the cart id that makes the entry's key.
 */
export const startByHand = write(async (tx, { items, backfill }: ByHand<{ journey: string; properties?: Record<string, unknown>; anybody?: boolean }>): Answers => {
	const { answer, customers, idOf } = await peopleOf(tx, items);
	const now = await tx.now();
	const journeys = await liveJourneys(tx, now);
	const wanted = journeys.filter(({ settings }) => items.some(({ journey }) => journey === settings.key));
	const scene = await Scene.load(tx, [...customers.keys()], journeys, wanted, now);
	const reactions: Parameters<Scene['save']>[0][number][] = [];
	const answers = items.map((item, index) =>
		answer(index, (customer) => {
			const journey = wanted.find(({ settings }) => settings.key === item.journey);
			if (!journey) return unknownJourney(item.journey);
			if (backfill) return said(customer, 0, 'test_run');
			const reaction = noReaction();
			const event = { type: STARTED_BY_HAND, at: now, properties: item.properties ?? {}, eventId: `hand:${hashOf(item.journey, customer.id, now, index)}` };
			admit(scene, journey, scene.subject(customer), event, reaction, { anybody: item.anybody });
			reactions.push({ customerId: idOf(index), reaction });
			return said(customer, reaction.entered.length, reaction.refused[0]?.reason ?? (reaction.entered.length === 0 ? 'already_active' : null));
		}),
	);
	await scene.save(reactions);
	return answers;
});

/** Takes customers out of one journey, or of all, with whatever waits or is held for them. */
export const stopByHand = write(async (tx, { items, backfill }: ByHand<{ journey?: string }>): Answers => {
	const { answer, customers } = await peopleOf(tx, items);
	const now = await tx.now();
	const slice = await JourneySlice.load(tx, [...customers.keys()]);
	const ended: number[] = [];
	const answers = items.map((item, index) =>
		answer(index, (customer) => {
			const theirs = slice.enrolments.filter((one) => one.customer_id === customer.id && (!item.journey || one.journey_key === item.journey) && (OPEN.has(one.status) || one.status === 'failed'));
			if (theirs.length === 0 || backfill) return said(customer, 0, theirs.length === 0 ? 'not_on_it' : 'test_run');
			for (const one of theirs) slice.end(one, 'exited', 'stopped', now);
			ended.push(...theirs.map(({ id }) => id));
			return said(customer, theirs.length, null);
		}),
	);
	await slice.save(now);
	await cancelEnrolmentMessages(tx, ended, now);
	return answers;
});

/** Lets customers go on at once from where they wait, by *Time's Up*. What Contact Policy holds stays held. */
export const skipWait = write(async (tx, { items, backfill }: ByHand<{ journey: string }>): Answers => {
	const { answer, customers } = await peopleOf(tx, items);
	const now = await tx.now();
	const slice = await JourneySlice.load(tx, [...customers.keys()]);
	const answers = items.map((item, index) =>
		answer(index, (customer) => {
			const waits = slice.of(customer.id, item.journey).filter((one) => OPEN.has(one.status)).flatMap((one) => slice.waitsOf(one)).filter(({ spec }) => spec.kind !== 'policy');
			if (waits.length === 0 || backfill) return said(customer, 0, waits.length === 0 ? 'does_not_wait' : 'test_run');
			for (const wait of waits) Object.assign(wait, { dueAt: Math.min(wait.dueAt, now), changed: true });
			return said(customer, waits.length, null);
		}),
	);
	await slice.save(now);
	return answers;
});

/**
 * Puts customers who wait on a journey to another wait of it: they wait there as long as they would have, and go on from
 * there. A message that was held is not sent then.
 */
export const moveByHand = write(async (tx, { items, backfill }: ByHand<{ journey: string; step: string }>): Answers => {
	const { answer, customers } = await peopleOf(tx, items);
	const slice = await JourneySlice.load(tx, [...customers.keys()]);
	const steps = await tx.all(registryPlans.steps, {});
	const moves = new Map<string, WaitRow[]>();
	const answers = items.map((item, index) =>
		answer(index, (customer) => {
			const target = steps.find((step) => step.journey_key === item.journey && step.step_key === item.step);
			if (target?.kind !== 'wait') return { ok: false, code: 'unknown_journey', message: `The journey "${item.journey.slice(0, 60)}" has no wait with the step key "${item.step.slice(0, 60)}" that anybody has come to yet. Look at the option Step Key of its Journey Wait, and at "waiting".` };
			const waits = slice.of(customer.id, item.journey).filter((one) => OPEN.has(one.status)).flatMap((one) => slice.waitsOf(one)).flatMap(({ stored, spec }) => (stored && stored.step_id !== target.id && spec.kind !== 'entry' ? [stored] : []));
			if (waits.length === 0 || backfill) return said(customer, 0, waits.length === 0 ? 'does_not_wait' : 'test_run');
			const name = JSON.stringify([item.journey, item.step]);
			moves.set(name, [...(moves.get(name) ?? []), ...waits.filter((wait) => !moves.get(name)?.includes(wait))]);
			return said(customer, waits.length, null);
		}),
	);
	for (const [name, waits] of moves) {
		const [key, stepKey] = JSON.parse(name) as [string, string];
		const journey = await tx.first(registryPlans.journey, { key });
		if (journey) await move(tx, waits, { journey, stepKey }, true);
		await cancelEnrolmentMessages(tx, waits.map((wait) => wait.enrolment_id), await tx.now());
	}
	return answers;
});

interface People {
	customers: ReadonlyMap<number, CustomerRow>;
	idOf(index: number): number;
	/** The answer to an item whose customer is there; who is not is refused. */
	answer(index: number, work: (customer: CustomerRow) => ItemAnswer<ByHandAnswer>): ItemAnswer<ByHandAnswer>;
}

async function peopleOf(tx: Tx, items: readonly { ref: CustomerRef }[]): Promise<People> {
	const { resolved, customers } = await lockResolved(tx, await resolveCustomers(tx, items.map(({ ref }) => ref), { create: false, keep: false }));
	const idOf = (index: number) => (resolved[index] as { id: number }).id;
	return {
		customers,
		idOf,
		answer: (index, work) => {
			const who = resolved[index];
			return who.found ? work(customers.get(who.id) as CustomerRow) : refusal(who.why);
		},
	};
}

const said = (customer: CustomerRow, changed: number, reason: string | null): ItemAnswer<ByHandAnswer> => ({ ok: true, changed, reason, customer: customerView(customer) });

const unknownJourney = (key: string): ItemAnswer<never> => ({ ok: false, code: 'unknown_journey', message: `No journey "${key.slice(0, 60)}" is in the store. Give the journey key of its Journey Trigger; its workflow must have been published once.` });
