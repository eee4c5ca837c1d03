import { modelPlans } from '../store/plans/featurePlans';
import { ZoneClock } from '../policy/zoneClock';
import { readMeta } from '../store/storeClock';
import { segmentPlans } from '../store/plans/segmentPlans';
import { read } from '../store/port';
import { settingsOfModel } from '../features/models';
import { readRefreshState } from '../features/refreshState';
import { rfm } from './rfm';
import type { RfmSettings } from './rfmSettings';
import type { RfmMap } from './rfmGroups';
import type { RfmCell } from './rfmMapSvg';

export interface RfmOverview {
	/** of the last refresh, UTC milliseconds; null before the first */
	asOf: number | null;
	/** The day of that in the shop's zone, such as 2026-11-21. */
	asOfDay: string | null;
	currency: string | null;
	map: RfmMap;
	/** by which the scores were computed */
	settings: RfmSettings;
	/** the fields that somebody is in */
	cells: (RfmCell & { group: string; revenueE4: number })[];
}

/** Who is where on the map of RFM, as the last refresh and the orders since left it. */
export const rfmOverview = read(async (tx): Promise<RfmOverview> => {
	const { asOf, currency } = await readRefreshState(tx);
	const zone = ZoneClock.of((await readMeta(tx, 'zone')) ?? 'UTC') as ZoneClock;
	const model = await tx.first(modelPlans.latest, { name: rfm.name });
	const settings: RfmSettings = { ...rfm.defaults, ...(model ? (settingsOfModel(model.settings) as Partial<RfmSettings>) : {}) };
	const rows = await tx.all(segmentPlans.rfmCells, {});
	return { asOf, asOfDay: asOf === null ? null : zone.dateOf(asOf), currency, map: settings.map, settings, cells: rows.map(({ r, f, m, rfm_group, customers, revenue_e4 }) => ({ r, f, m, group: rfm_group, customers, revenueE4: revenue_e4 ?? 0 })) };
});
