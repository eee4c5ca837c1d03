import { loadCustomers } from '../customers/locking';
import { MONEY_SCALE } from '../core/money';
import type { FeatureName } from '../features/contract';
import type { FigureWatcher } from '../features/watchers';
import { tellEvents, type OwnEvent } from '../ingest/tellEvents';
import { liveJourneys } from '../journeys/liveJourneys';
import type { JourneySettings } from '../journeys/settings';

/** A figure of a customer went over a value that a journey listens to. Properties: `figure`, `value`, `direction`, `from`, `to`. */
export const FIGURE_CROSSED = 'figure_crossed';

/** What journeys may listen to; `unit` is the form's, in that of the table. */
export const FIGURES = {
	lifetimeValue: { family: 'value', column: 'ltv_e4', unit: MONEY_SCALE },
	stillBuys: { family: 'value', column: 'p_alive', unit: 0.01 },
	ordersInAYear: { family: 'value', column: 'expected_orders', unit: 1 },
} as const satisfies Record<string, { family: string; column: FeatureName; unit: number }>;
export type Figure = keyof typeof FIGURES;

export interface Threshold {
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
			const { family, column, unit } = FIGURES[figure];
			const [from, to] = [before ? before[column] : null, after[column]];
			if (from === null || to === null || baseline.has(family) || from >= value * unit === to >= value * unit) return [];
			const direction = to >= value * unit ? 'up' : 'down';
			return [{ index: 0, order: 0, customerId: after.customer_id, source: 'customer-journeys', eventId: `figure/${figure}/${value}/${direction}/${after.customer_id}/${now}`, type: FIGURE_CROSSED, at: now, properties: { figure, value, direction, from: rounded(from / unit), to: rounded(to / unit) } }];
		}),
	);
	if (events.length > 0) await tellEvents(tx, events, await loadCustomers(tx, events.map(({ customerId }) => customerId)), now, false);
};

/** What the journeys listen to, each once. */
export function thresholdsOf(journeys: readonly JourneySettings[]): Threshold[] {
	const found = new Map<string, Threshold>();
	for (const { entry } of journeys) {
		if (entry.eventType !== FIGURE_CROSSED) continue;
		const asked = (field: string) => entry.filter.find((one) => one.field === field && one.operator === 'equals')?.value;
		const [figure, value] = [String(asked('figure')), Number(asked('value'))];
		if (Object.hasOwn(FIGURES, figure) && Number.isFinite(value)) found.set(`${figure}/${value}`, { figure: figure as Figure, value });
	}
	return [...found.values()];
}

const rounded = (value: number) => Math.round(value * 100) / 100;
