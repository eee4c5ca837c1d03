import { lifecycle } from '../lifecycle/lifecycle';
import { nextPurchase } from '../rhythm/nextPurchase';
import { rhythm } from '../rhythm/rhythm';
import { rfm } from '../segments/rfm';
import { valueFamily } from '../value/valueFamily';
import type { AsOf, Columns, FeatureFamily, FeatureName, Round, ShopHistory } from './contract';

/** A family whose model and settings only it understands. Threads that compute load all of them, and nothing that takes long to load. */
export interface AnyFamily {
	readonly name: string;
	readonly defaults: object;
	readonly columns: readonly FeatureName[];
	fit(history: ShopHistory, asOf: AsOf, settings: object): object;
	readonly rounds: readonly Round<object, object>[];
	way?(model: object): string;
	readonly learnsLong?: boolean;
	prepare?(history: ShopHistory, asOf: AsOf, settings: object): void;
	apply(model: object, history: ShopHistory, asOf: AsOf, settings: object): Partial<Columns>;
	explain?(model: object, history: ShopHistory, place: number, asOf: AsOf, settings: object): string;
}

/**
 * All families of figures, in the order in which they are computed: bulk refresh, the update of a single customer, `--at` and
 * the table `feature` know them from here and from nowhere else.
 */
export const FAMILIES: readonly AnyFamily[] = [anyFamily(rfm), anyFamily(rhythm), anyFamily(nextPurchase), anyFamily(lifecycle), anyFamily(valueFamily)];

function anyFamily<Model extends object, Settings extends object, Name extends FeatureName>(family: FeatureFamily<Model, Settings, Name>): AnyFamily {
	return family as unknown as AnyFamily;
}
