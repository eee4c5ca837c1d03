/**
 * The policy of a store whose owner has not written one (section 4): a file as section 10 describes it, so that the node's
 * form opens on it and `compilePolicy` reads it like any other.
 *
 * VIP customers may get one message more and dormant ones one less over seven days. The limit of one a day is raised for
 * VIP but not lowered for dormant customers: one less than one would shut them out of every win-back journey.
 */
export const defaultPolicy = {
	version: 'default',
	storeZone: 'UTC',
	weekStart: 'monday',
	rules: [
		{ id: 'any-day', scope: { any: true }, limit: { default: 1, byStage: { vip: { add: 1 } } }, window: 'day' },
		{ id: 'any-7d', scope: { any: true }, limit: { default: 3, byStage: { vip: { add: 1 }, dormant: { add: -1 } } }, window: 'P7D' },
		{ id: 'sms-7d', scope: { channel: 'sms' }, limit: { default: 2, byStage: { vip: { add: 1 }, dormant: { add: -1 } } }, window: 'P7D' },
		{ id: 'promo-7d', scope: { category: 'promo' }, limit: { default: 2, byStage: { vip: { add: 1 }, dormant: { add: -1 } } }, window: 'P7D' },
		{ id: 'gap', scope: { any: true }, minGap: 'PT4H' },
	],
	quietHours: [{ channels: ['sms', 'push', 'email'], start: '21:00', end: '09:00' }],
	blackoutDates: [],
	jitter: 'PT0S',
	requireConsent: true,
};
