import { loadCustomers } from '../customers/locking';
import type { FeatureRow } from '../features/contract';
import type { FigureWatcher } from '../features/watchers';
import { tellEvents, type OwnEvent } from '../ingest/tellEvents';
import { liveJourneys } from '../journeys/liveJourneys';
import type { JourneySettings } from '../journeys/settings';

/** A figure of a customer went over a value that a journey listens to. Properties: `figure`, `value`, `direction`, `from`, `to`. */
export const FIGURE_CROSSED = 'figure_crossed';

/** What journeys may listen to, in the unit of the form. */
export const FIGURES = {
	lifetimeValue: { family: 'value', of: (row: FeatureRow) => inUnits(row.ltv_e4) },
	stillBuys: { family: 'value', of: (row: FeatureRow) => (row.p_alive === null ? null : row.p_alive * 100) },
	ordersInAYear: { family: 'value', of: (row: FeatureRow) => row.expected_orders },
} as const satisfies Record<string, { family: string; of(row: FeatureRow): number | null }>;
export type Figure = keyof typeof FIGURES;

interface Threshold {
	figure: Figure;
	value: number;
}

/**
 * Tells of figures that went over a value, once for every time they do, in the transaction that writes them. The first figure of
 * a customer, and everybody's after a definition changed, is where counting starts (journeys.md section 10).
 */
export const figuresCrossed: FigureWatcher = async (tx, changes, { cause, baseline, now }) => {
	if (cause === 'history') return;
	const thresholds = thresholdsOf((await liveJourneys(tx, now)).map(({ settings }) => settings));
	if (thresholds.length === 0) return;
	const events = changes.flatMap(({ before, after }): OwnEvent[] =>
		thresholds.flatMap(({ figure, value }): OwnEvent[] => {
			const { family, of } = FIGURES[figure];
			const [from, to] = [before ? of(before) : null, of(after)];
			if (from === null || to === null || baseline.has(family) || from >= value === to >= value) return [];
			const direction = to >= value ? 'up' : 'down';
			return [{ index: 0, order: 0, customerId: after.customer_id, source: 'customer-journeys', eventId: `figure/${figure}/${value}/${direction}/${now}`, type: FIGURE_CROSSED, at: now, properties: { figure, value, direction, from: rounded(from), to: rounded(to) } }];
		}),
	);
	if (events.length > 0) await tellEvents(tx, events, await loadCustomers(tx, events.map(({ customerId }) => customerId)), now, false);
};

/** What the journeys listen to, each once. */
function thresholdsOf(journeys: readonly JourneySettings[]): Threshold[] {
	const found = new Map<string, Threshold>();
	for (const { entry } of journeys) {
		if (entry.eventType !== FIGURE_CROSSED) continue;
		const asked = (field: string) => entry.filter.find((one) => one.field === field && one.operator === 'equals')?.value;
		const [figure, value] = [String(asked('figure')), Number(asked('value'))];
		if (Object.hasOwn(FIGURES, figure) && Number.isFinite(value)) found.set(`${figure}/${value}`, { figure: figure as Figure, value });
	}
	return [...found.values()];
}

const inUnits = (e4: number | null) => (e4 === null ? null : e4 / 10_000);
const rounded = (value: number) => Math.round(value * 100) / 100;
