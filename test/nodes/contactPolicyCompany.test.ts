import type { IDataObject } from 'n8n-workflow';
import { properties } from '../../nodes/ContactPolicy/companyProperties';
import { policyChanges, policyInWords } from '../../src/n8n/policyChanges';
import { policyOf, type PolicyForm } from '../../src/n8n/policyForm';
import { decide } from '../../src/policy/decide';
import { compilePolicy } from '../../src/policy/policy';
import { defaultPolicy } from '../../src/policy/defaultPolicy';
import { facts, request } from '../policy/support';
import { freshWorld, jsonOf, own, START, workflowOf } from './journeyWorld';

const FORM = Object.fromEntries(properties.map(({ name, default: value }) => [name, value])) as unknown as PolicyForm;

const editor = (parameters: object = {}) => workflowOf([own('Edit', 'contactPolicy', { operation: 'editPolicy', ...parameters })], []);

async function edit(parameters: object = {}, mode: 'manual' | 'trigger' = 'manual') {
	const world = await freshWorld(editor(parameters), { activate: false });
	const run = async (change: object = {}) => {
		Object.assign(world.runner.workflowData.nodes[0]!.parameters, change);
		const execution = await world.runner.execute('Edit', [[{ json: {} }, { json: {} }]], mode);
		return { execution, item: jsonOf(execution.nodes.get('Edit')?.[0]?.outputs[0] ?? [])[0] as IDataObject };
	};
	return { ...world, run };
}

describe('the company policy in the form of Contact Policy', () => {
	it('says a limit for some stages only, and a rule without one', () => {
		const rules = [{ id: 'vip', scope: { any: true }, limit: { byStage: { vip: 3, dormant: { add: -1 } } }, window: 'day' }, { id: 'blank', scope: { channel: 'sms' }, limit: '', window: 'P7D' }, { id: 'none', scope: { any: true } }];
		expect(policyInWords({ rules })).toEqual(expect.arrayContaining(['Any number of messages per calendar day, 3 for VIP customers (vip).', 'No limit (blank).', 'No limit (none).']));
	});

	it('starts as the policy that every store starts with', () => {
		expect(policyChanges(defaultPolicy, policyOf(FORM, 'UTC'))).toEqual([]);
	});

	it('reads every field into a policy that the core accepts', () => {
		const policy = policyOf(
			{
				hasLimits: true,
				limits: {
					limits: [
						{ scope: 'both', channel: 'sms', category: 'promo/sale', atMost: 2, period: 'P30D', extraForVip: 2, fewerForDormant: 1 },
						{ scope: 'channel', channel: 'email', atMost: 1, period: 'week' },
						{ scope: 'channel', channel: 'email', atMost: 1, period: 'week', name: '', activeFrom: '2026-12-01T00:00:00', activeTo: '2026-12-24T00:00:00', mode: 'batch', collectMinutes: 30 },
					],
				},
				minGapHours: 1.5,
				hasQuietHours: true,
				quietHours: { periods: [{ start: '22:00', end: '08:00', channels: [], days: ['sat', 'sun'] }] },
				blackoutDates: { days: [{ date: '2027-01-01T00:00:00' }, { date: '' }] },
				requireConsent: false,
				storeZone: 'Europe/Riga',
				unknownZone: 'strict',
				weekStart: 'sunday',
				jitterMinutes: 15,
				sendWindows: { periods: [{ start: '10:00', end: '19:00', channels: ['sms'], days: [] }] },
				channelCapacity: { channels: [{ channel: 'sms', atMost: 30, period: 'PT1M' }] },
				controlPercent: 5,
				ageing: true,
				off: false,
				clickHosts: 'shop.example, *.shop.example',
			},
			'UTC',
		);
		expect(policy).toEqual({
			storeZone: 'Europe/Riga',
			strict: true,
			weekStart: 'sunday',
			rules: [
				{ id: 'sms-promo/sale-30d', scope: { channel: 'sms', category: 'promo/sale' }, limit: { default: 2, byStage: { vip: { add: 2 }, dormant: { add: -1 } } }, window: 'P30D' },
				{ id: 'email-week', scope: { channel: 'email' }, limit: 1, window: 'week' },
				{ id: 'email-week-2', scope: { channel: 'email' }, limit: 1, window: 'week', activeFrom: '2026-12-01', activeTo: '2026-12-24', mode: 'batch', collectFor: 'PT30M' },
				{ id: 'gap', scope: { any: true }, minGap: 'PT90M' },
			],
			quietHours: [{ start: '22:00', end: '08:00', days: ['sat', 'sun'] }],
			blackoutDates: ['2027-01-01'],
			jitter: 'PT15M',
			requireConsent: false,
			sendWindows: [{ channels: ['sms'], start: '10:00', end: '19:00' }],
			channelCapacity: [{ channel: 'sms', limit: 30, window: 'PT1M' }],
			clickHosts: ['shop.example', '*.shop.example'],
			controlPercent: 5,
			ageing: true,
			off: false,
		});
		expect(() => compilePolicy(policy)).not.toThrow();
	});

	const ruleOf = (limit: object) => (policyOf({ ...FORM, limits: { limits: [{ atMost: 1, period: 'P7D', scope: 'any', ...limit }] }, minGapHours: 0 } as PolicyForm, 'UTC').rules as Record<string, unknown>[])[0];

	it('limits by tag, by journey and by several conditions together', () => {
		expect(ruleOf({ scope: 'tag', tag: ' black-friday ' })).toMatchObject({ id: 'tag-black-friday-7d', scope: { tag: 'black-friday' } });
		expect(ruleOf({ scope: 'journey', journey: 'cart', channel: 'sms', tag: 'left from before' })).toMatchObject({ id: 'journey-cart-7d', scope: { journey: 'cart' } });
		expect(ruleOf({ scope: 'several', channel: 'sms', category: '', tag: 'x', journey: 'cart' })).toMatchObject({ id: 'sms-tag-x-journey-cart-7d', scope: { channel: 'sms', tag: 'x', journey: 'cart' } });
		expect(ruleOf({ scope: 'several', channel: '', category: '', tag: '', journey: '' })).toMatchObject({ scope: { any: true } });
	});

	it('limits and counts the kinds of message that are chosen', () => {
		expect(ruleOf({ kinds: ['marketing', 'service'] })).not.toHaveProperty('appliesTo');
		expect(ruleOf({ kinds: [] })).not.toHaveProperty('appliesTo');
		expect(ruleOf({ kinds: ['marketing'] })).toMatchObject({ appliesTo: ['marketing'] });
		expect(ruleOf({ kinds: 'marketing, transactional' })).toMatchObject({ appliesTo: ['marketing', 'transactional'] });
	});

	it('has a limit of its own for any stage, calendar periods, any other length, and a distance', () => {
		const stages = { stages: [{ stage: 'new', how: 'atMost', count: 0 }, { stage: 'due', how: 'more', count: 2 }, { stage: 'other', stageName: 'at_risk', how: 'fewer', count: 1 }] };
		expect(ruleOf({ atMost: 3, stages, extraForVip: 1, fewerForDormant: 1 })).toMatchObject({ limit: { default: 3, byStage: { vip: { add: 1 }, dormant: { add: -1 }, new: 0, due: { add: 2 }, at_risk: { add: -1 } } } });
		for (const period of ['day', 'week', 'month']) expect(ruleOf({ period })).toMatchObject({ id: `any-${period}`, window: period });
		expect(['hours', 'days', 'weeks'].map((periodUnit) => ruleOf({ period: 'other', periodAmount: 10, periodUnit })!.window)).toEqual(['PT10H', 'P10D', 'P10W']);
		expect(ruleOf({ gapHours: 1.5, horizonHours: 48, releaseOnBounce: true })).toMatchObject({ minGap: 'PT90M', horizon: 'PT48H', releaseOnBounce: true });
		expect(ruleOf({ gapHours: 0, horizonHours: 24, mode: 'fcfs' })).toEqual({ id: 'any-7d', scope: { any: true }, limit: 1, window: 'P7D', mode: 'fcfs' });
	});

	it('says which limit and which field is empty or said twice', () => {
		expect(() => ruleOf({ scope: 'tag', tag: ' ' })).toThrow('Limit 1 has an empty "Tag": fill it in.');
		expect(() => ruleOf({ scope: 'both', channel: 'sms', category: '' })).toThrow('Limit 1 has an empty "Category"');
		expect(() => ruleOf({ stages: { stages: [{ stage: 'other', how: 'more', count: 1 }] } })).toThrow('Limit 1 has an empty "Name of the Stage"');
		const twice = { stage: 'new', how: 'more', count: 1 };
		expect(() => ruleOf({ stages: { stages: [twice, twice] } })).toThrow('Limit 1 says twice what holds for customers of the stage "new"');
	});

	it('takes expressions in every field of a limit, and says the rule in words', async () => {
		const limit = { scope: 'several', channel: '={{ $json.channel }}', category: '={{ $json.category }}', tag: '={{ $json.tag }}', journey: '={{ $json.journey }}', atMost: '={{ $json.most }}', period: 'other', periodAmount: '={{ $json.days }}', kinds: '={{ $json.kinds }}', stages: { stages: [{ stage: 'other', stageName: '={{ $json.stage }}', how: 'more', count: '={{ $json.most }}' }] }, gapHours: '={{ $json.gap }}', releaseOnBounce: '={{ $json.bounce }}', name: '={{ $json.name }}' };
		const world = await freshWorld(editor({ limits: { limits: [limit] }, minGapHours: '={{ $json.gap }}', jitterMinutes: '={{ $json.gap }}' }), { activate: false });
		const item = { channel: 'sms', category: 'promo', tag: 'sale', journey: 'cart', most: '2', days: 3, kinds: ['marketing'], stage: 'at_risk', gap: '6', bounce: true, name: 'mine' };
		const execution = await world.runner.execute('Edit', [[{ json: item }]], 'trigger');
		expect(execution.error?.message).toBeUndefined();
		const saved = (await world.store.run('policy.get', { name: 'default' }))!.body;
		expect(saved).toMatchObject({ jitter: 'PT6M', rules: [{ id: 'mine', scope: { channel: 'sms', category: 'promo', tag: 'sale', journey: 'cart' }, limit: { default: 2, byStage: { at_risk: { add: 2 } } }, window: 'P3D', minGap: 'PT6H', appliesTo: ['marketing'], releaseOnBounce: true }, { id: 'gap', minGap: 'PT6H' }] });
		const [{ policy }] = jsonOf(execution.nodes.get('Edit')?.[0]?.outputs[0] ?? []) as [IDataObject];
		expect(policy).toContain('At most 2 messages of category promo by sms with the tag sale of the journey cart in 3 days, 4 for at_risk customers, at least 6 hours apart, only marketing messages count, bounced messages do not count (mine).');
	});

	it('what the form makes decides: by tag, by journey, by stage, by kind', async () => {
		const limits = { limits: [{ scope: 'tag', tag: 'sale', atMost: 1, period: 'month', name: 'tagged' }, { scope: 'journey', journey: 'cart', atMost: 0, period: 'day', name: 'off' }, { scope: 'any', atMost: 9, period: 'P7D', name: 'stage', stages: { stages: [{ stage: 'new', how: 'atMost', count: 0 }] } }] };
		const { run, store } = await edit({ limits, minGapHours: 0, hasQuietHours: false, requireConsent: false });
		await run();
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'a', email: 'a@example.com' } }, { ref: { customerId: 'b', email: 'b@example.com' } }] });
		const ask = (key: string, customer: string, more: object = {}) => ({ key, customer, channel: 'email', category: 'x', class: 'marketing' as const, priority: 50, onBlock: 'drop' as const, ...more });
		const answers = await store.run('policy.decide', { dryRun: false, requests: [ask('1', 'a', { tags: ['sale'] }), ask('2', 'a', { tags: ['sale'] }), ask('3', 'a', { tags: ['other'] }), ask('4', 'a', { journey: 'cart' }), ask('5', 'b')] });
		const compiled = compilePolicy((await store.run('policy.get', { name: 'default' }))!.body);
		const forStage = (stage: string | null) => decide(request({ onBlock: 'drop' }), facts({ customer: { stage } }), compiled, START).decision;
		expect([null, 'active', 'new'].map(forStage)).toEqual(['send', 'send', 'drop']);
		expect(answers.map((answer) => ('decision' in answer ? [answer.decision, 'reason' in answer ? answer.reason : null] : answer))).toEqual([['send', null], ['drop', 'cap:tagged'], ['send', null], ['drop', 'cap:off'], ['send', null]]);
	});

	it('Show Company Policy gives the rules in force in words, once, and holds nobody', async () => {
		const world = await freshWorld(workflowOf([own('Show', 'contactPolicy', { operation: 'showPolicy' })], []));
		expect(world.activation.loops).toEqual([]);
		const show = async (policyName = '') => {
			Object.assign(world.runner.workflowData.nodes[0]!.parameters, { policyName });
			const execution = await world.runner.execute('Show', [[{ json: {} }, { json: {} }]], 'trigger');
			return { items: jsonOf(execution.nodes.get('Show')?.[0]?.outputs[0] ?? []) as IDataObject[], error: execution.error?.message };
		};
		const { items } = await show();
		expect(items).toHaveLength(1);
		expect(items[0]).toMatchObject({ name: 'default', version: null, savedAt: null });
		expect(items[0]!.policy).toContain('At most 1 message per calendar day, 2 for VIP customers (any-day).');
		expect(items[0]!.text).toContain('Marketing needs consent.');
		await world.store.run('policy.save', { name: 'second', body: { rules: [{ id: 'x', scope: { tag: 't' }, limit: 1, window: 'week' }] } });
		expect((await show('second')).items[0]).toMatchObject({ name: 'second', version: 1, savedAt: expect.stringMatching(/Z$/), policy: expect.arrayContaining(['At most 1 message with the tag t per calendar week (x).']) });
		expect((await show('third')).error).toContain('There is no policy "third" in this customer store');
	});

	it('has no limits and no quiet hours when they are switched off, as n8n saves such a form', async () => {
		const { run } = await edit({ hasLimits: false, hasQuietHours: false, minGapHours: 0 });
		const { item } = await run();
		expect(item.policy).toContain('Quiet hours: none.');
		expect(item.policy).not.toContainEqual(expect.stringContaining('At most'));
	});

	it('saves once per run, says what changed in words, and says nothing new the second time', async () => {
		const { run, store } = await edit({ storeZone: 'Europe/Riga' });
		const first = await run();
		expect(first.item).toMatchObject({ result: 'saved: holds for all journeys from now on', version: 1, changes: ['The time zone of the shop is Europe/Riga.'] });
		expect(first.item.policy).toContain('At most 3 messages in 7 days, 4 for VIP customers, 2 for dormant customers (any-7d).');
		expect((await run()).item).toMatchObject({ result: 'unchanged: this policy was in force already', version: 1, changes: [] });
		const third = await run({
			limits: { limits: [{ name: 'any-day', scope: 'any', atMost: 2, period: 'day' }, { name: 'promo-7d', scope: 'category', category: 'promo', atMost: 2, period: 'P7D', extraForVip: 1, fewerForDormant: 1 }, { scope: 'channel', channel: 'push', atMost: 1, period: 'PT1H' }] },
			minGapHours: 0,
			quietHours: {},
			requireConsent: false,
			jitterMinutes: 10,
		});
		expect(third.item).toMatchObject({ version: 2 });
		expect(third.item.changes).toEqual([
			'Changed: at most 2 messages per calendar day (any-day; it was: at most 1 message per calendar day, 2 for VIP customers).',
			'New: at most 1 message by push in 1 hour (push-1h).',
			'Removed: at most 3 messages in 7 days, 4 for VIP customers, 2 for dormant customers (any-7d).',
			'Removed: at most 2 messages by sms in 7 days, 3 for VIP customers, 1 for dormant customers (sms-7d).',
			'Removed: at least 4 hours between two messages (gap).',
			'Quiet hours: none.',
			'Marketing goes to everybody who did not object.',
			'Messages spread over 10 minutes after quiet hours.',
		]);
		expect((await store.run('policy.get', { name: 'default' }))!.body).toMatchObject({ storeZone: 'Europe/Riga', requireConsent: false, quietHours: [] });
	});

	it('is the whole policy: what it does not hold is gone, and it says so', async () => {
		const { run, store } = await edit();
		await store.run('policy.save', { name: 'default', body: { ...defaultPolicy, sendWindows: [{ start: '08:00', end: '20:00' }], channelCapacity: [{ channel: 'email', limit: 100, window: 'PT1M' }], controlPercent: 5 } });
		const { item } = await run({ channelCapacity: { channels: [{ channel: 'email', atMost: 200, period: 'PT1M' }] } });
		expect(item.changes).toEqual(['Messages go out only: at any hour.', 'What channels take: 200 by email in 1 minute.', 'There is no control group of all marketing.']);
		expect((await store.run('policy.get', { name: 'default' }))!.body).toMatchObject({ sendWindows: [], channelCapacity: [{ channel: 'email', limit: 200, window: 'PT1M' }], controlPercent: 0 });
	});

	it('saves a policy under another name, which leaves the company policy as it is', async () => {
		const { run, store } = await edit({ policyName: 'second-brand', hasLimits: false });
		const { item } = await run();
		expect(item).toMatchObject({ name: 'second-brand', result: 'saved: holds from now on where Contact Policy names "second-brand"' });
		expect(await store.run('policy.get', { name: 'default' })).toBeNull();
		expect((await store.run('policy.get', { name: 'second-brand' }))!.body).toMatchObject({ rules: [{ id: 'gap' }] });
	});

	it('takes a whole policy as JSON, and says what is wrong with it', async () => {
		const { run, store } = await edit({ editAs: 'json', policyJson: JSON.stringify({ storeZone: 'Europe/Berlin', rules: [{ id: 'sale', scope: { tag: 'sale' }, limit: 1, window: 'P7D', appliesTo: ['marketing'], releaseOnBounce: true }] }) });
		const { item, execution } = await run();
		expect(execution.error?.message).toBeUndefined();
		expect(item.policy).toContain('At most 1 message with the tag sale in 7 days, only marketing messages count, bounced messages do not count (sale).');
		expect((await store.run('policy.get', { name: 'default' }))!.body).toMatchObject({ rules: [{ appliesTo: ['marketing'], releaseOnBounce: true }] });
		expect((await run({ policyJson: '[]' })).execution.error?.message).toBe('"Policy as JSON" is no JSON object: paste a whole policy, from { to }.');
		expect((await run({ policyJson: '{"rules":[{"id":"x"}]}' })).execution.error?.message).toMatch(/rule "x": scope/);
	});

	it('takes the time zone of the workflow when none is given', async () => {
		const { run, store } = await edit({}, 'trigger');
		await run();
		expect((await store.run('policy.get', { name: 'default' }))!.body.storeZone).toBe('UTC');
	});

	it('saves nothing and names the rule when a field cannot be used', async () => {
		const { run, store } = await edit({ quietHours: { periods: [{ start: '9 pm', end: '09:00' }] } });
		const { execution } = await run();
		expect(execution.error?.message).toContain('quietHours entry 1: start must be a time of day such as 21:00');
		expect(await store.run('policy.get', { name: 'default' })).toBeNull();
	});

	it('registers no step: publishing a workflow that edits the policy parks nobody', async () => {
		const { activation, store } = await freshWorld(editor());
		expect(activation.loops).toEqual([]);
		expect(await store.run('journeys.waiting', {})).toEqual([]);
	});
});
