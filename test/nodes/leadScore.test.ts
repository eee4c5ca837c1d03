import type { IDataObject } from 'n8n-workflow';
import { DEFAULT_FORM, formOf, rulesOf } from '../../src/n8n/leadForm';
import { DEFAULT_RULES, leadRules } from '../../src/scoring/rules';
import { DAY, jsonOf, own, START, world as freshWorldOf, workflowOf, type World } from './journeyWorld';

const noOp = (name: string) => ({ id: name, name, type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [0, 0] as [number, number], parameters: {} });
const scoring = (parameters: IDataObject = {}) => workflowOf([noOp('Items'), own('Score', 'leadScore', parameters), noOp('Hot'), noOp('Warm'), noOp('Cold')], [['Items', 'Score'], ['Score', 'Hot'], ['Score', 'Warm', 1], ['Score', 'Cold', 2]]);
const journeyOn = (leadCrossing: string) => workflowOf([own('Start', 'journeyTrigger', { startOn: 'leadScore', leadCrossing, reEntry: 'parallel', options: { guardMinutes: 0 } }), noOp('Sales')], [['Start', 'Sales']]);

const RULES: IDataObject = {
	operation: 'editRules',
	actions: { actions: [{ label: 'Asked for a demo', eventType: 'demo_requested', points: 40, halfLifeDays: 10, most: 0, filter: { conditions: [{ field: 'seats', operator: 'greaterThan', value: '5' }] } }, { label: '', eventType: 'page_viewed', points: 4, halfLifeDays: 0, most: 20 }] },
	facts: { facts: [{ label: '', field: 'attribute', attribute: 'job_title', operator: 'contains', value: 'director', points: 15 }] },
	mql: 20,
	sql: 50,
};

async function open(parameters: IDataObject = {}) {
	const world = await freshWorldOf(scoring(parameters), { activate: false });
	const ask = async (items: IDataObject[], mode: 'trigger' | 'manual' = 'trigger') => {
		const { nodes, run } = await world.runner.execute('Items', [items.map((json) => ({ json }))], mode);
		return { outputs: (nodes.get('Score')?.[0]?.outputs ?? []).map((list) => list ?? []), error: run.data.resultData.error };
	};
	return { ...world, ask };
}

const does = async ({ store }: Pick<World, 'store'>, customerId: string, type: string, properties: Record<string, number> = {}) => await store.run('events.track', { items: [{ ref: { customerId }, type, occurredAt: START, source: 'site', properties }] });

describe('Lead Score, scoring customers', () => {
	it('sends each on by Hot, Warm or Cold by the rules that every store starts with, with points and reasons, and pairs items', async () => {
		const world = await open();
		await world.store.run('customers.upsert', { items: [{ ref: { customerId: 'anna', phone: '+442071838750' }, lastName: 'Smith' }] });
		for (const type of ['demo_requested', 'message_clicked', 'message_opened']) await does(world, 'anna', type);
		await does(world, 'boris', 'demo_requested');
		await does(world, 'clara', 'message_opened');
		const { outputs } = await world.ask(['clara', 'anna', 'boris'].map((id) => ({ customer_id: id, own: id })));
		expect(outputs.map((list) => jsonOf(list).map(({ customer_id }) => customer_id))).toEqual([['anna'], ['boris'], ['clara']]);
		expect(outputs[0]?.[0]).toEqual({
			json: { customer_id: 'anna', own: 'anna', lead: { score: 'default', points: 58, level: 'hot', reasons: ['Asked for an offer or a demo: once, on 2026-11-21 (+40)', 'Clicked in a message: once, on 2026-11-21 (+8)', 'Phone is known (+5)', 'Name is known (+3)', 'Opened a message: once, on 2026-11-21 (+2)'], asOf: '2026-11-21T10:00:00.000Z' } },
			pairedItem: { item: 1 },
		});
	});

	it('answers the same in a test run; whoever nobody knows is cold and says why; an item without a customer is a problem of its own', async () => {
		const world = await open();
		await does(world, 'boris', 'demo_requested');
		const { outputs } = await world.ask([{ customer_id: 'boris' }, { customer_id: 'nobody' }], 'manual');
		expect(outputs.map((list) => list.length)).toEqual([0, 1, 1]);
		expect(jsonOf(outputs[2] ?? [])[0]).toMatchObject({ lead: { points: 0, level: 'cold', why: expect.stringContaining('No customer') as string } });
		expect((await world.ask([{ other: 1 }])).error?.message).toContain('Customer');
	});

	it('by a score that nobody saved: says which there are', async () => {
		const { ask } = await open({ score: 'Partners' });
		expect((await ask([{ customer_id: 'anna' }])).error?.message).toContain('There is no lead score "Partners"');
	});
});

describe('Lead Score, editing the rules', () => {
	it('saves the form as rules, says in words what changed, and others score by them', async () => {
		const world = await open(RULES);
		const { outputs } = await world.ask([{}, {}]);
		expect(outputs[0]).toHaveLength(1);
		expect(outputs[0]?.[0]?.json).toMatchObject({
			score: 'default',
			version: 1,
			result: 'saved: holds wherever this score is used',
			rules: ['Asked for a demo (demo_requested when Seats is above 5): +40, half after 10 days', 'Page viewed (page_viewed): +4, never fades, at most 20', 'Job title contains director: +15', 'Warm (MQL) from 20 points, hot (SQL) from 50'],
		});
		expect((outputs[0]?.[0]?.json as { changes: string[] }).changes).toContain('now: Page viewed (page_viewed): +4, never fades, at most 20');
		expect(jsonOf((await world.ask([{}])).outputs[0] ?? [])[0]).toMatchObject({ result: 'unchanged: these rules were in force already', changes: [] });
		await does(world, 'anna', 'demo_requested', { seats: 4 });
		await does(world, 'boris', 'demo_requested', { seats: 8 });
		expect(await world.store.run('leads.route', { customers: [{ index: 0, ref: { customerId: 'anna' } }, { index: 1, ref: { customerId: 'boris' } }] })).toMatchObject([{ points: 0 }, { points: 40, level: 'warm' }]);
	});

	it.each([
		[{ sql: 20 }, '"Hot From (Points)" is wrong: it must be above where warm begins (MQL).'],
		[{ actions: { actions: [{ eventType: '', points: 5 }] } }, '"What a Lead Does: Event Type" is empty: fill it in.'],
		[{ facts: { facts: [{ field: 'attribute', attribute: '', operator: 'equals', value: 'x', points: 5 }] } }, '"Who a Lead Is: Field" must be 1 or more.'],
		[{ actions: {}, facts: {} }, '"What a Lead Does" is wrong: add an action or a fact that gives points.'],
	])('names the field of %j', async (form, message) => {
		const { ask } = await open({ ...RULES, ...form } as IDataObject);
		expect((await ask([{}])).error?.message).toBe(message);
	});

	it('shows what every store starts with, and reads it back as it is', () => {
		expect(leadRules.parse(rulesOf({ actions: { actions: DEFAULT_FORM.actions }, facts: { facts: DEFAULT_FORM.facts }, mql: DEFAULT_FORM.mql, sql: DEFAULT_FORM.sql }))).toEqual(DEFAULT_RULES);
		expect(formOf(DEFAULT_RULES).actions[0]).toEqual({ label: 'Opened a message', eventType: 'message_opened', points: 2, halfLifeDays: 30, most: 10 });
	});
});

describe('Journey Trigger on a lead score', () => {
	it('starts the lead who becomes hot, at once, with the crossing on the item', async () => {
		const world = await freshWorldOf(journeyOn('SQL/up'));
		const { entered } = await world.track('anna', 'demo_requested');
		expect(entered).toEqual([]);
		await world.track('anna', 'signed_up');
		await world.driver.advanceTo(START + 60_000);
		expect(world.executions).toHaveLength(1);
		expect(jsonOf(world.executions[0]?.nodes.get('Start')?.[0]?.outputs[0] ?? [])[0]).toMatchObject({ customer: { id: 'anna' }, event: { type: 'lead_score_crossed', properties: { score: 'default', threshold: 'SQL', direction: 'up', from: 'warm', to: 'hot', points: 55 } } });
		await world.track('anna', 'message_clicked');
		await world.driver.advanceTo(START + DAY);
		expect(world.executions).toHaveLength(1);
	});

	it('starts the lead who cools down, when time has brought it', async () => {
		const world = await freshWorldOf(journeyOn('MQL/down'));
		await world.track('anna', 'demo_requested');
		await world.driver.advanceTo(START + 30 * DAY);
		expect(world.executions).toHaveLength(0);
		// 40 points with a half-life of 60 days are 25 after 40.7 days.
		await world.driver.advanceTo(START + 45 * DAY);
		expect(world.failures()).toEqual([]);
		expect(world.executions).toHaveLength(1);
		expect(jsonOf(world.executions[0]?.nodes.get('Start')?.[0]?.outputs[0] ?? [])[0]).toMatchObject({ event: { at: expect.stringMatching(/^2026-12-3[01]T|^2027-01-0/) as string, properties: { threshold: 'MQL', direction: 'down' } } });
	});
});

describe('Lead Score, checking what it tells', () => {
	const FORM = { ...RULES, actions: { actions: [{ label: 'Viewed prices', eventType: 'page_viewed', points: 1, halfLifeDays: 0, most: 0 }, { label: 'Opened', eventType: 'message_opened', points: 10, halfLifeDays: 0, most: 0 }] }, facts: {}, mql: 5, sql: 12 };
	/** Who views prices buys; who opens messages does not. */
	const leads = async ({ store }: Pick<World, 'store'>) => {
		const people = Array.from({ length: 120 }, (_, place) => ({ customerId: `l${place}`, buys: place % 4 === 0 }));
		await store.run('customers.upsert', { backfill: true, items: people.map(({ customerId }) => ({ ref: { customerId } })) });
		const event = (customerId: string, type: string) => ({ ref: { customerId }, type, occurredAt: START - 50 * DAY, source: 'site', eventId: `${customerId}-${type}`, properties: {} });
		await store.run('events.track', { backfill: true, items: people.map(({ customerId, buys }) => event(customerId, buys ? 'page_viewed' : 'message_opened')) });
		await store.run('orders.record', { backfill: true, items: people.filter(({ buys }) => buys).map(({ customerId }) => ({ ref: { customerId }, source: 's', orderId: customerId, orderedAt: START - 20 * DAY, currency: 'EUR', status: 'paid' as const, totalE4: 10_000, lines: [] })) });
	};
	const prepared = async (parameters: IDataObject) => {
		const world = await open(parameters);
		await world.store.run('leads.save', { rules: rulesOf(FORM as unknown as Parameters<typeof rulesOf>[0]) });
		await leads(world);
		return world;
	};

	it('shows who became a customer by points, and points that would tell better, without changing anything', async () => {
		const world = await prepared({ operation: 'check' });
		const { outputs, error } = await world.ask([{}, {}]);
		expect(error).toBeUndefined();
		expect(outputs).toHaveLength(1);
		const [report, ...others] = jsonOf(outputs[0] ?? []);
		expect(others).toEqual([]);
		expect(report).toMatchObject({ score: 'default', version: 1, horizonDays: 30, becameCustomers: 30, result: expect.stringContaining('looked only') as string });
		const bands = report.byPoints as { points: string; leads: number; becameCustomers: number; percent: number | null }[];
		expect(bands.map(({ points }) => points)).toEqual(['below 0', '0 to 2.5', '2.5 to 5', '5 to 12', '12 and more']);
		// All buyers had one point, none of those with ten bought.
		expect(bands.find(({ points }) => points === '0 to 2.5')).toMatchObject({ leads: 30, becameCustomers: 30, percent: 100 });
		expect(bands.find(({ points }) => points === '5 to 12')).toMatchObject({ becameCustomers: 0, percent: 0 });
		const suggestion = report.suggestion as { points: { sign: string; points: number; suggested: number }[] };
		const [views, opens] = ['Viewed prices', 'Opened'].map((sign) => suggestion.points.find((one) => one.sign === sign)!);
		expect(views.suggested).toBeGreaterThan(views.points);
		expect(opens.suggested).toBeLessThan(0);
		expect((await world.store.run('leads.list', {}))[0]).toMatchObject({ version: 1 });
	});

	it('takes the suggestion where the marketer says so; the same again changes nothing', async () => {
		const world = await prepared({ operation: 'check', takeSuggestion: true });
		const [report] = jsonOf((await world.ask([{}])).outputs[0] ?? []);
		expect(report).toMatchObject({ version: 2, result: expect.stringMatching(/^taken/) as string });
		const [{ version, rules, savedBy }] = await world.store.run('leads.list', {});
		expect({ version, savedBy }).toEqual({ version: 2, savedBy: expect.stringMatching(/^workflow/) as string });
		const suggested = (report.suggestion as { points: { suggested: number }[] }).points.map((one) => one.suggested);
		expect(rules.actions.map(({ points }) => points)).toEqual(suggested);
		await expect(world.store.run('leads.save', { rules, basedOn: 1 })).rejects.toMatchObject({ code: 'bad_input', message: expect.stringContaining('changed while these were made from version 1') as string });
	});

	it('too few leads: says so, and refuses to take what is not there', async () => {
		const world = await open({ operation: 'check' });
		expect(jsonOf((await world.ask([{}])).outputs[0] ?? [])[0]).toMatchObject({ leads: 0, suggestion: null, result: expect.stringContaining('too few leads') as string });
		expect((await (await open({ operation: 'check', takeSuggestion: true })).ask([{}])).error?.message).toContain('There is nothing to take');
		expect((await (await open({ operation: 'check', score: 'Partners' })).ask([{}])).error?.message).toContain('There is no lead score "Partners"');
		expect((await (await open({ operation: 'check', horizonDays: 0 })).ask([{}])).error?.message).toContain('"Becomes a Customer Within (Days)"');
	});
});
