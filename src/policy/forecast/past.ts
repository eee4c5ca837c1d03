import { enrolmentName } from '../../journeys/place';
import { OPEN } from '../../journeys/slice';
import { enrolmentPlans, type EnrolmentRow, type HistoryRow } from '../../store/plans/enrolmentPlans';
import type { DecisionRow } from '../../store/plans/policyPlans';
import { forecastPlans } from '../../store/plans/forecastPlans';
import { read } from '../../store/port';
import { ENTRY, type Departure, type MessageKind, type Next, type PastPage } from './contract';
import { kindOfDecision } from './messageKind';
import { MAILING_PREFIX } from '../mailingPrefix';
import { requestOf } from '../storedRequest';

interface PastRequest {
	/** Enrolments of these numbers: from `first` on, before `before`. */
	first: number;
	before: number;
	/** those that entered before are not looked at, UTC milliseconds */
	since: number;
	limit: number;
}

/**
 * What became of people who entered journeys and left steps: for each departure the next message that was asked for, and
 * how long after. One page of enrolments, the newest first.
 */
export const forecastPast = read(async (tx, { first, before, since, limit }: PastRequest): Promise<PastPage> => {
	const enrolments = await tx.all(forecastPlans.enrolmentsBetween, { first, before, limit });
	const recent = enrolments.filter((enrolment) => enrolment.entered_at >= since && !enrolment.journey_key.startsWith(MAILING_PREFIX));
	const history = grouped(recent.length === 0 ? [] : await tx.all(enrolmentPlans.historyOf, { ids: recent.map(({ id }) => id) }), (row) => row.enrolment_id);
	const customers = [...new Set(recent.map((enrolment) => enrolment.customer_id))];
	const decisions = grouped(customers.length === 0 ? [] : await tx.all(forecastPlans.decisionsSince, { ids: customers, since }), (row) => row.enrolment ?? '');
	const page: PastPage = { departures: [], open: [] };
	for (const enrolment of recent) {
		const own = (decisions.get(enrolmentName(tx.storeId, enrolment.id)) ?? []).sort((a, b) => a.asked_at - b.asked_at);
		const departures = departuresOf(enrolment, history.get(enrolment.id) ?? [], own);
		if (OPEN.has(enrolment.status)) page.open.push(...departures.filter(({ next }) => next !== null));
		else page.departures.push(...departures);
	}
	return page;
});

function departuresOf(enrolment: EnrolmentRow, history: readonly HistoryRow[], decisions: readonly DecisionRow[]): Departure[] {
	const seed = String(enrolment.id);
	const entry = { journey: enrolment.journey_key, from: ENTRY, seed, next: nextOf(decisions, enrolment.entered_at, null) };
	// Who ended at a step never left it, and nothing came next.
	const steps = history.map((visit) => ({
		journey: enrolment.journey_key,
		from: visit.step_key,
		seed: `${seed}/${visit.visit}`,
		next: visit.left_at === null ? null : nextOf(decisions, visit.left_at, visit),
	}));
	return [entry, ...steps];
}

function nextOf(decisions: readonly DecisionRow[], leftAt: number, visit: HistoryRow | null): Next | null {
	for (const row of decisions) {
		const request = requestOf(row);
		const isOwn = visit !== null && request.step === visit.step_key && request.visit === visit.visit;
		const kind: MessageKind | null = row.asked_at < leftAt || isOwn ? null : kindOfDecision(row);
		if (kind !== null) return { afterMs: row.asked_at - leftAt, step: request.step ?? '', kind };
	}
	return null;
}

function grouped<T, K>(rows: readonly T[], keyOf: (row: T) => K): Map<K, T[]> {
	const groups = new Map<K, T[]>();
	for (const row of rows) {
		const group = groups.get(keyOf(row));
		if (group) group.push(row);
		else groups.set(keyOf(row), [row]);
	}
	return groups;
}
