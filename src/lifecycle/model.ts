import type { Proposal } from './proposal';
import type { StageModel } from './stages';

/** What the lifecycle family learned of a shop. */
export interface LifecycleModel extends StageModel {
	/** Gaps that `gap` and `p99` were learned from. */
	gaps: number;
	/** Least revenue of twelve months that makes a VIP, in ten-thousandths; null: nobody paid anything. */
	vipFromE4: number | null;
	/** Cut-offs that the shop's own customers suggest; null: too few of them came back. */
	proposal: Proposal | null;
}
