import type { WorthSettings } from './worthSettings';

export const WORTH_DEFAULTS: WorthSettings = { discountRate: 0.1, horizonDays: 3 * 365, marginShare: null };
