/** Forms of the nodes as a marketer fills them in, with labels that must be seen. */
export interface Form {
	/** node on the canvas, and the picture's name */
	name: string;
	type: 'journeyTrigger' | 'journeyWait' | 'contactPolicy' | 'customerData' | 'segment' | 'lifecycleStage' | 'leadScore' | 'bundleRecommendation' | 'experimentSplit';
	parameters: Record<string, unknown>;
	labels: string[];
	/** under the node on the canvas */
	subtitle: string;
	outputs: string[];
}

const cart = { eventType: 'order_placed', sameField: 'cart_id', entryField: '', filter: {} };

export const forms: Form[] = [
	{
		name: 'form-journey-trigger-new',
		type: 'journeyTrigger',
		parameters: {},
		labels: ['Start When This Happens', 'Only When', 'One Entry Per', 'Consent Needed to Enter', 'Entering Again', 'Leave the Journey When', 'Goal'],
		subtitle: '',
		outputs: ['Customers'],
	},
	{
		name: 'form-journey-trigger-filled-in',
		type: 'journeyTrigger',
		parameters: {
			eventType: 'cart_updated',
			filter: { conditions: [{ field: 'total', operator: 'greaterThan', value: '20' }] },
			entryPer: 'property',
			entryProperty: 'cart_id',
			quietFor: 10,
			consentChannel: 'email',
			audience: { conditions: [{ field: 'stage', operator: 'equals', value: 'new' }] },
			reEntry: 'cooldown',
			whileActive: 'refresh',
			exits: { events: [cart] },
			goal: { goal: { ...cart, withinDays: 7, valueField: 'total' } },
			options: { guardMinutes: 5, journeyKey: '', journeyName: '', maxAgeHours: 72, testAddress: '', testCustomer: '' },
		},
		labels: ['Hold Until Quiet For (Minutes)', 'Not Again For', 'Counted From', 'If It Happens Again Meanwhile', 'Only With the Same', 'Within Days', 'Oldest Event (Hours)', 'Test Address'],
		subtitle: 'on cart_updated',
		outputs: ['Customers'],
	},
	{ name: 'form-journey-wait-for-a-while', type: 'journeyWait', parameters: { amount: 3, unit: 'calendarDays' }, labels: ['Wait', 'How Long', 'Unit'], subtitle: '3 days', outputs: ["Time's Up"] },
	{ name: 'form-journey-wait-until-date', type: 'journeyWait', parameters: { waitFor: 'date', date: '={{ $json.event.properties.expires_at }}', shift: 'before' }, labels: ['Date', 'When', 'By', 'At What Time'], subtitle: 'until a date', outputs: ["Time's Up"] },
	{ name: 'form-journey-wait-until-time', type: 'journeyWait', parameters: { waitFor: 'localTime', time: '18:30', days: ['mon', 'tue'] }, labels: ['Time', 'Only On'], subtitle: 'until 18:30 for the customer', outputs: ["Time's Up"] },
	{
		name: 'form-journey-wait-until-event',
		type: 'journeyWait',
		parameters: { waitFor: 'event', events: { events: [cart, { ...cart, eventType: 'email_clicked' }] }, timeoutAmount: 2, timeoutUnit: 'days', options: { testOutput: 'event', restartsOnEntry: 'auto', stepKey: '' } },
		labels: ['Events', 'Event Type', 'Only With the Same', 'Wait at Most', 'Which Events Count', 'In a Test Run Leave By', 'Restart if Entry Repeats', 'Step Key'],
		subtitle: '2 events or 2 days',
		outputs: ["Time's Up", 'order_placed', 'email_clicked'],
	},
	{
		name: 'form-contact-policy-check-messages',
		type: 'contactPolicy',
		parameters: {
			channels: ['email', 'sms'],
			category: 'promo/sale',
			nodeLimits: { limits: [{ atMost: 1, scope: 'category', period: 'P7D' }] },
			options: { onSecondHandOff: 'block', itemChannel: '', deadlineHours: 48, mailingKey: '', messagesPerRun: 100, notBefore: '', deadline: '', stepKey: '', tags: '', unsubscribePage: '' },
		},
		labels: ['Channels', 'Kind of Message', 'Category', 'Priority', 'When It May Not Go Now', 'Stricter Limits for This Node', 'Messages per Run', 'Already Handed Off'],
		subtitle: 'email, sms · promo/sale',
		outputs: ['Send: email', 'Send: sms', 'Blocked'],
	},
	{
		name: 'form-contact-policy-edit-company-policy',
		type: 'contactPolicy',
		parameters: { operation: 'editPolicy', blackoutDates: { days: [{ date: '2027-01-01' }] } },
		labels: ['Limit the Number of Messages', 'Limits', 'At Most', 'Hours Between Two Messages', 'Keep Quiet Hours', 'Quiet Hours', 'Days Without Messages', 'Marketing Needs Consent', 'Time Zone of the Shop'],
		subtitle: 'edit company policy',
		outputs: ['Policy'],
	},
	{
		name: 'form-contact-policy-limit-by-tag',
		type: 'contactPolicy',
		parameters: { operation: 'editPolicy', limits: { limits: [{ atMost: 1, scope: 'tag', tag: 'sale', kinds: ['marketing'], period: 'other', periodAmount: 10, periodUnit: 'days', stages: { stages: [{ stage: 'new', how: 'atMost', count: 0 }] } }] } },
		labels: ['Tag', 'Kinds of Message', 'Length', 'Hours Between Two of Them', 'Customers of Other Stages', 'Bounces Do Not Count'],
		subtitle: 'edit company policy',
		outputs: ['Policy'],
	},
	{ name: 'form-contact-policy-show-company-policy', type: 'contactPolicy', parameters: { operation: 'showPolicy' }, labels: ['Name of the Policy'], subtitle: 'show company policy', outputs: ['Policy'] },
	{ name: 'form-customer-data-create-or-update', type: 'customerData', parameters: { takeFrom: 'fields' }, labels: ['Resource', 'Operation', 'Take Data From', 'Customer ID', 'Email', 'Phone', 'More Fields', 'Attributes', 'External IDs'], subtitle: 'Create or update a customer', outputs: ['Result'] },
	{ name: 'form-customer-data-track-event', type: 'customerData', parameters: { resource: 'event', operation: 'track' }, labels: ['Customer', 'Event Type', 'Occurred At', 'Properties'], subtitle: 'Track an event', outputs: ['Result'] },
	{ name: 'form-customer-data-record-order', type: 'customerData', parameters: { resource: 'order', operation: 'record', takeFrom: 'fields' }, labels: ['Order ID', 'Ordered At', 'Status', 'Total', 'Currency', 'Order Lines'], subtitle: 'Record an order', outputs: ['Result'] },
	{ name: 'form-customer-data-refund-order', type: 'customerData', parameters: { resource: 'order', operation: 'refund' }, labels: ['Order ID', 'Amount', 'Refunded At', 'Refund ID', 'Reason'], subtitle: 'Refund an order', outputs: ['Result'] },
	{ name: 'form-customer-data-set-consent', type: 'customerData', parameters: { resource: 'consent', operation: 'set', takeFrom: 'fields' }, labels: ['Channel', 'Purpose', 'Consent'], subtitle: 'Set a consent', outputs: ['Result'] },
	{ name: 'form-customer-data-message-result', type: 'customerData', parameters: { resource: 'message', operation: 'recordResult' }, labels: ['Message Key', 'Result'], subtitle: 'Record a message result', outputs: ['Result'] },
	{ name: 'form-customer-data-find-customers', type: 'customerData', parameters: { resource: 'customer', operation: 'find' }, labels: ['Search For', 'Return All', 'Limit', 'Filters'], subtitle: 'Find customers', outputs: ['Result'] },
	{ name: 'form-customer-data-erase-customer', type: 'customerData', parameters: { resource: 'customer', operation: 'erase' }, labels: ['Customer', 'Requested By'], subtitle: 'Erase a customer', outputs: ['Result'] },
	{ name: 'form-customer-data-export', type: 'customerData', parameters: { resource: 'customer', operation: 'exportAll' }, labels: ['Customer', 'Give It As'], subtitle: 'Export everything about a customer', outputs: ['Result'] },
	{ name: 'form-customer-data-edit-value', type: 'customerData', parameters: { resource: 'customer', operation: 'editValue', marginKnown: true }, labels: ['Margin Is Known', 'Margin (% of Revenue)', 'Look Ahead (Days)', 'Discount Rate (% a Year)'], subtitle: 'Edit the value settings of the shop', outputs: ['Result'] },
	{ name: 'form-customer-data-prove', type: 'customerData', parameters: { resource: 'consent', operation: 'prove' }, labels: ['Customer'], subtitle: 'Get the proof of consents', outputs: ['Result'] },
	{ name: 'form-customer-data-merge', type: 'customerData', parameters: { resource: 'customer', operation: 'merge' }, labels: ['Customer Who Stays', 'Is the Same Person As', 'Merged By'], subtitle: 'Merge two customers', outputs: ['Result'] },
	{ name: 'form-customer-data-unmerge', type: 'customerData', parameters: { resource: 'customer', operation: 'unmerge' }, labels: ['Split Off'], subtitle: 'Unmerge a customer', outputs: ['Result'] },
	{ name: 'form-customer-data-add-note', type: 'customerData', parameters: { resource: 'note', operation: 'add' }, labels: ['Customer', 'Note', 'Options'], subtitle: 'Add a note', outputs: ['Result'] },
	{ name: 'form-customer-data-create-task', type: 'customerData', parameters: { resource: 'task', operation: 'create' }, labels: ['Customer', 'Title', 'Details', 'Assigned To', 'Due', 'How Long', 'Unit'], subtitle: 'Create a task', outputs: ['Result'] },
	{ name: 'form-customer-data-task-done', type: 'customerData', parameters: { resource: 'task', operation: 'done' }, labels: ['Task Key', 'Outcome', 'Done By'], subtitle: 'Record a task as done', outputs: ['Result'] },
	{ name: 'form-customer-data-list-tasks', type: 'customerData', parameters: { resource: 'task', operation: 'list' }, labels: ['Tasks', 'Return All', 'Limit', 'Filters'], subtitle: 'List tasks', outputs: ['Result'] },
	{ name: 'form-customer-data-take-in-shop-data', type: 'customerData', parameters: { resource: 'shopData', operation: 'takeIn' }, labels: ['Other Items Are'], subtitle: 'Take in shop data', outputs: ['Result'] },
	{
		name: 'form-segment-check-customers',
		type: 'segment',
		parameters: {
			conditions: {
				bought: [{ whether: 'bought', what: 'category', category: ['Coffee'], measure: 'orders', compare: 'atLeast', value: 2, when: 'inTheLast', days: 90 }],
				did: [{ whether: 'didNot', eventType: 'message_opened', when: 'inTheLast', days: 30 }],
			},
			groups: { groups: [{ match: 'any', conditions: { label: [{ label: 'rfmGroup', rfmGroups: ['champions'] }], consent: [{ channel: 'email', given: true }] } }] },
		},
		labels: ['Customers Must Fulfil', 'Bought or Did Not Buy', 'Category Names or IDs', 'Measured In', 'Did or Did Not Do', 'Event Name or ID', 'Groups of Conditions', 'Of This Group Must Hold', 'Group or Stage', 'RFM Groups', 'Consent', 'Size', 'Customer'],
		subtitle: 'bought Coffee × 2 in 90 d, not message_opened in 30 d, (champions or consent email)',
		outputs: ['In', 'Out'],
	},
	{
		name: 'form-segment-all-members',
		type: 'segment',
		parameters: { operation: 'source', conditions: { profile: [{ field: 'country', operator: 'equals', value: 'DE' }] }, options: { ifUnderWay: 'queue', pageSize: 200, stepKey: 'monthly-offer' } },
		labels: ['Profile', 'Operator', 'Value', 'If a Run Is Still Under Way', 'Members per Page', 'Step Key'],
		subtitle: 'all: country DE',
		outputs: ['Members'],
	},
	{ name: 'form-segment-save', type: 'segment', parameters: { operation: 'save', segmentName: 'Coffee lovers' }, labels: ['Name of the Segment', 'Conditions', 'Groups of Conditions', 'Size'], subtitle: 'save Coffee lovers', outputs: ['Result'] },
	{
		name: 'form-segment-edit-rfm',
		type: 'segment',
		parameters: { operation: 'editRfm', rfmFixed: { recencyDays: { cut0: 14, cut1: 30, cut2: 90, cut3: 180 } }, rfmMap: { r5: { fm1: 'new', fm2: 'promising', fm3: 'loyal', fm4: 'champions', fm5: 'champions' } } },
		labels: ['Count Orders of the Last (Months)', 'Scores', 'Fixed Values', 'How Lately (Days Since the Last Order)', 'Score 5: At Most (Days)', 'Map', 'Bought Most Lately (Recency 5)', 'Buys Least (1)', 'Buys Most (5)'],
		subtitle: 'edit RFM groups',
		outputs: ['Result'],
	},
	{ name: 'form-segment-control-runs', type: 'segment', parameters: { operation: 'runs', runAction: 'pause' }, labels: ['Action', 'Run Name or ID'], subtitle: 'control runs', outputs: ['Result'] },
	{ name: 'form-journey-trigger-stage', type: 'journeyTrigger', parameters: { startOn: 'stageChanged', toStage: 'dormant' }, labels: ['From Stage', 'To Stage'], subtitle: 'any stage to dormant', outputs: ['Customers'] },
	{ name: 'form-journey-trigger-vip', type: 'journeyTrigger', parameters: { startOn: 'becameVip' }, labels: ['Start On'], subtitle: 'becomes a VIP', outputs: ['Customers'] },
	{ name: 'form-journey-trigger-date', type: 'journeyTrigger', parameters: { startOn: 'date', dateOf: 'subscription' }, labels: ['Whose Date', 'Date', 'When', 'At What Time', 'Those Already Inside'], subtitle: 'a date of the subscription comes near', outputs: ['Customers'] },
	{ name: 'form-journey-trigger-ready', type: 'journeyTrigger', parameters: { startOn: 'ready' }, labels: ['Ready When'], subtitle: 'ready: a gap opens', outputs: ['Customers'] },
	{ name: 'form-journey-trigger-lead', type: 'journeyTrigger', parameters: { startOn: 'leadScore' }, labels: ['When the Lead'], subtitle: 'a lead becomes warm', outputs: ['Customers'] },
	{ name: 'form-lifecycle-stage-route', type: 'lifecycleStage', parameters: { vipFirst: true }, labels: ['Operation', 'Customer', 'Stages', 'VIPs Go Their Own Way'], subtitle: 'VIP · new · active · due · dormant · churned', outputs: ['VIP', 'New', 'Active', 'Due', 'Dormant', 'Churned', 'Other'] },
	{ name: 'form-lifecycle-stage-edit', type: 'lifecycleStage', parameters: { operation: 'edit' }, labels: ['Measured By', 'Due After (Times the Usual Gap)', 'Dormant After (Times the Usual Gap)', 'Churned After (Times the Usual Gap)', 'Told After (Days)', 'VIPs (% of Buyers)'], subtitle: 'edit stages', outputs: ['Stages'] },
	{ name: 'form-lead-score-route', type: 'leadScore', parameters: {}, labels: ['Operation', 'Customer'], subtitle: 'by the lead score', outputs: ['Hot', 'Warm', 'Cold'] },
	{ name: 'form-lead-score-edit-rules', type: 'leadScore', parameters: { operation: 'editRules' }, labels: ['Operation'], subtitle: 'edit the rules: warm from 25, hot from 50', outputs: ['Rules'] },
	{ name: 'form-bundle-recommendation', type: 'bundleRecommendation', parameters: {}, labels: ['Offer For', 'Customer', 'Kinds of Offers', 'Offers at Most'], subtitle: 'for a customer: cross-sell, upsell, upgrade', outputs: ['Offer Now', 'Not Yet', 'Nothing Fits'] },
	{ name: 'form-bundle-recommendation-cart', type: 'bundleRecommendation', parameters: { offerFor: 'cart', options: { link: '', explorationPercent: 5, priceReach: 1.4, marginPercent: 0, notAgainDays: 60, respondDays: 14, horizonDays: 120, repeat: 'learned', language: 'customer', categories: '' } }, labels: ['Products in the Cart', 'Price Reach (Times)', 'Try Something Else (%)', 'Product Link'], subtitle: 'for a cart: cross-sell, upsell, upgrade', outputs: ['Offer Now', 'Not Yet', 'Nothing Fits'] },
	{ name: 'form-experiment-split', type: 'experimentSplit', parameters: { options: { experimentKey: '', salt: '', testVariant: '' } }, labels: ['Variants', 'Control Group (%)', 'Experiment Key', 'Shuffle Word', 'Test Run Takes'], subtitle: 'A 45 % · B 45 % · control 10 %', outputs: ['A', 'B', 'Control'] },
	{ name: 'form-customer-data-issue-coupon', type: 'customerData', parameters: { resource: 'coupon', operation: 'issue' }, labels: ['Resource', 'Operation', 'Customer'], subtitle: 'Issue a coupon', outputs: ['Result'] },
];
