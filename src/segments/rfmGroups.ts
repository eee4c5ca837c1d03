/** The eleven groups of RFM (intelligence.md, "RFM"), best first. */
export const RFM_GROUPS = ['champions', 'loyal', 'potential_loyalist', 'new', 'promising', 'need_attention', 'about_to_sleep', 'at_risk', 'cannot_lose', 'hibernating', 'lost'] as const;
export type RfmGroup = (typeof RFM_GROUPS)[number];

export const RFM_GROUP_NAMES: Readonly<Record<RfmGroup, string>> = {
	champions: 'Champions', loyal: 'Loyal', potential_loyalist: 'Potential loyalist', new: 'New', promising: 'Promising', need_attention: 'Need attention', about_to_sleep: 'About to sleep', at_risk: 'At risk', cannot_lose: 'Cannot lose', hibernating: 'Hibernating', lost: 'Lost',
};

/** The group for R (first index, R - 1) and for (F + M) / 2 rounded (second index, minus 1). */
export type RfmMap = readonly (readonly RfmGroup[])[];

export const DEFAULT_RFM_MAP: RfmMap = [
	['lost', 'hibernating', 'at_risk', 'cannot_lose', 'cannot_lose'],
	['about_to_sleep', 'hibernating', 'at_risk', 'at_risk', 'at_risk'],
	['about_to_sleep', 'need_attention', 'need_attention', 'loyal', 'loyal'],
	['promising', 'potential_loyalist', 'loyal', 'champions', 'champions'],
	['new', 'potential_loyalist', 'loyal', 'champions', 'champions'],
];

/** A half is rounded up: of two customers in between, the better group. */
export function groupOf(map: RfmMap, r: number, f: number, m: number): RfmGroup {
	return map[r - 1][Math.floor((f + m + 1) / 2) - 1];
}
