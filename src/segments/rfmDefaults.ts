import { DEFAULT_RFM_MAP } from './rfmGroups';
import type { RfmSettings } from './rfmSettings';

export const RFM_DEFAULTS: RfmSettings = {
	windowMonths: 24,
	method: 'quintiles',
	thresholds: { recencyDays: [30, 90, 180, 365], orders: [1, 2, 4, 9], revenueE4: null },
	map: DEFAULT_RFM_MAP,
};
