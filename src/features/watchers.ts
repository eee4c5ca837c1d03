import { tellStages } from '../lifecycle/tellStages';
import type { CustomerRow } from '../store/plans/customerPlans';
import type { Tx } from '../store/port';
import { figuresCrossed } from '../value/figureCrossed';
import type { FeatureRow } from './contract';

/** What became of a customer's figures. `after` is about to be written and may still be changed. */
export interface FigureChange {
	/** undefined: the customer had none */
	readonly before: FeatureRow | undefined;
	readonly after: FeatureRow;
}

export interface SavedFigures {
	/** What made them change: data of the customer; a bulk refresh, by time and by what the shop taught; time alone; what journeys that start by stages are not to hear of; or history that was filled in, which is no news to anybody. */
	readonly cause: 'data' | 'refresh' | 'time' | 'silent' | 'history';
	/** Names of families whose definition is another one now, or that are computed for the first time: no news (journeys.md section 10). */
	readonly baseline: ReadonlySet<string>;
	/** UTC milliseconds */
	readonly now: number;
	/** The customers, where the transaction has read them; nobody else is meant by it. */
	readonly customers?: ReadonlyMap<number, CustomerRow>;
}

/** Hears of rows in the transaction that writes them, with their customers locked. */
export type FigureWatcher = (tx: Tx, changes: readonly FigureChange[], saved: SavedFigures) => Promise<void>;

/** Who makes events of changed figures (a stage, a threshold crossed) joins this list. */
export const WATCHERS: readonly FigureWatcher[] = [tellStages, figuresCrossed];
