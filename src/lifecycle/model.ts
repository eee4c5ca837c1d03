import type { Proposal } from './proposal';
import type { StageModel } from './stages';

/** What the lifecycle family learned of a shop. */
export interface LifecycleModel extends StageModel {
	/** Gaps that `gap` and `p99` were learned from. */
	gaps: number;
	/** Least margin of twelve months that makes a VIP, in ten-thousandths; revenue, unless `byMargin`. null: nobody left anything. */
	vipFromE4: number | null;
	/** Of it. */
	currency: string | null;
	/** The catalogue says what is left of some products. */
	byMargin?: boolean;
	/** Cut-offs that the shop's own customers suggest; null: too few of them came back. */
	proposal: Proposal | null;
}
