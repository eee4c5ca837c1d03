import { familySettings, fittedFamilies } from '../features/models';
import { readRefreshState } from '../features/refreshState';
import { stagePlans } from '../store/plans/stagePlans';
import { read } from '../store/port';
import { lifecycle } from './lifecycle';
import type { LifecycleModel } from './model';
import type { Proposal } from './proposal';
import { lifecycleSettings, type LifecycleSettings } from './settings';

export interface StageSummary {
	/** Chosen for this shop; they hold from the next computation on. */
	settings: LifecycleSettings;
	/** What the shop's own customers suggest; null: too few came back, or nothing was computed yet. */
	proposal: Proposal | null;
	/** Customers by stage. */
	stages: Record<string, number>;
	vip: number;
	/** UTC milliseconds of the figures; null: never computed */
	asOf: number | null;
}

/** Where stages begin in this shop, and how many customers each has. */
export const stageSummary = read(async (tx, _input: Record<string, never>): Promise<StageSummary> => {
	const fitted = (await fittedFamilies(tx))?.find(({ family }) => family.name === lifecycle.name);
	const counts = await tx.all(stagePlans.counts, {});
	return {
		settings: lifecycleSettings.parse(await familySettings(tx, lifecycle)),
		proposal: (fitted?.model as LifecycleModel | undefined)?.proposal ?? null,
		stages: Object.fromEntries(counts.map(({ stage, customers }) => [stage, Number(customers)])),
		vip: counts.reduce((sum, { vips }) => sum + Number(vips), 0),
		asOf: (await readRefreshState(tx)).asOf,
	};
});
