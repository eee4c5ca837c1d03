/** What holds where a shop has chosen nothing else (settings.ts). */
export const LIFECYCLE_DEFAULTS = { by: 'gap' as 'gap' | 'days', due: 1, dormant: 1.5, churned: 3, dueDays: 30, dormantDays: 60, churnedDays: 180, holdDays: 3, vipShare: 0.1 };
