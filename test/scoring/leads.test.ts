import { type JourneyError } from '../../src/core/errors';
import { refresh } from '../../src/features/refresh';
import { DAY, HOUR, MINUTE, onEachStore, START_MS, type TestStore } from '../support/eachStore';

const RULES = {
	actions: [
		{ label: 'Opened', eventType: 'message_opened', points: 10, halfLifeDays: 10, most: 30 },
		{ label: 'Asked for a demo', eventType: 'demo_requested', points: 45 },
		{ label: 'Complained', eventType: 'complained', points: -40 },
	],
	facts: [{ label: 'Boss', conditions: [{ field: 'attributes.job', operator: 'equals' as const, value: 'director' }], points: 12 }],
	mql: 20,
	sql: 50,
};

onEachStore('Lead scores', (open) => {
	const journey = (key: string, filter: { field: string; operator: 'equals'; value: string }[]) => ({
		settings: { key, name: key, entry: { eventType: 'lead_score_crossed', filter, entryKey: { kind: 'event' as const } }, reEntry: { mode: 'parallel' as const, max: 100 }, guardMs: 0 },
		workflowId: `w-${key}`,
		workflowName: key,
		nodeId: `n-${key}`,
		activation: 'activate' as const,
	});
	const is = (field: string, value: string) => ({ field, operator: 'equals' as const, value });
	let n = 0;
	const does = (id: string, type: string, at = START_MS, properties = {}) => ({ ref: { customerId: id }, type, occurredAt: at, source: 'shop', eventId: `e${++n}`, properties });

	async function listening(rules: object = RULES): Promise<TestStore & { crossings(id?: string): Promise<string[]>; tend(): Promise<number> }> {
		const made = await open();
		const { store } = made;
		await store.run('leads.save', { rules });
		await store.run('journeys.register', journey('mql', [is('score', 'default'), is('threshold', 'MQL'), is('direction', 'up')]));
		const tend = async () => {
			let crossed = 0;
			for (;;) {
				const done = await store.run('leads.tend', { limit: 3 });
				crossed += done.crossed;
				if (!done.more) return crossed;
			}
		};
		const crossings = async (id = 'anna') => {
			const { document } = { document: (await store.run('customers.export', { ref: { customerId: id } })) as unknown as { events?: { type: string; properties: string | Record<string, unknown> }[] } };
			return (document.events ?? []).filter(({ type }) => type === 'lead_score_crossed').map(({ properties }) => { const p = typeof properties === 'string' ? (JSON.parse(properties) as Record<string, unknown>) : properties; return `${String(p.threshold)} ${String(p.direction)} at ${String(p.points)}`; });
		};
		return { ...made, crossings, tend };
	}

	test('a customer who comes over MQL by an event starts the journey at once, once; from cold to hot crosses both', async () => {
		const { store, crossings } = await listening();
		const first = await store.run('events.track', { items: [does('anna', 'message_opened')] });
		expect(first[0]).toMatchObject({ ok: true, entered: [] });
		const second = await store.run('events.track', { items: [does('anna', 'message_opened')] });
		expect(second[0]).toMatchObject({ ok: true, entered: ['mql'] });
		expect(await crossings()).toEqual(['MQL up at 20']);
		expect((await store.run('events.track', { items: [does('anna', 'message_opened')] }))[0]).toMatchObject({ entered: [] });
		await store.run('events.track', { items: [does('bob', 'demo_requested'), does('bob', 'message_opened')] });
		expect(await crossings('bob')).toEqual(['MQL up at 45', 'SQL up at 55']);
		await store.run('events.track', { items: [does('carl', 'demo_requested', START_MS, {}), does('carl', 'demo_requested')] });
		// 45 is warm, 90 is hot: one threshold each.
		expect(await crossings('carl')).toEqual(['MQL up at 45', 'SQL up at 90']);
	});

	test('the same event twice counts once; a late one counts what is left of it', async () => {
		const { store, crossings, advance } = await listening();
		await advance(10 * DAY);
		const late = does('anna', 'message_opened', START_MS);
		await store.run('events.track', { items: [late] });
		await store.run('events.track', { items: [late] });
		const [lead] = await store.run('leads.route', { customers: [{ index: 0, ref: { customerId: 'anna' } }] });
		expect(lead).toMatchObject({ ok: true, points: 5, level: 'cold', reasons: ['Opened: once, on 2026-03-02 (+5)'] });
		expect(await crossings()).toEqual([]);
	});

	test('points that fade take a lead down again when it is so, once, whoever looks', async () => {
		const { store, crossings, advance, again, tend } = await listening();
		await store.run('events.track', { items: [1, 2, 3].map(() => does('anna', 'message_opened')) });
		expect(await crossings()).toEqual(['MQL up at 20']);
		const { nextDueAt } = await store.run('leads.tend', {});
		// 30 points fall below 20 after ten days times log2(30 / 20).
		expect(Math.abs((nextDueAt as number) - (START_MS + 10 * Math.log2(1.5) * DAY))).toBeLessThan(2_000);
		await advance((nextDueAt as number) - START_MS - MINUTE);
		expect(await tend()).toBe(0);
		await advance(2 * MINUTE);
		const other = await again();
		const both = await Promise.all([store.run('leads.tend', {}), other.run('leads.tend', {})]);
		expect(both.reduce((sum, { crossed }) => sum + crossed, 0)).toBe(1);
		expect(await tend()).toBe(0);
		expect(await crossings()).toEqual(['MQL up at 20', 'MQL down at 20']);
	});

	test('a bad sign takes a lead down at once; one that fades brings it back', async () => {
		const { store, crossings, advance, tend } = await listening({ ...RULES, actions: [RULES.actions[1], { eventType: 'complained', points: -40, halfLifeDays: 5 }] });
		await store.run('events.track', { items: [does('anna', 'demo_requested'), does('anna', 'complained')] });
		expect(await crossings()).toEqual(['MQL up at 45', 'MQL down at 5']);
		await advance(30 * DAY);
		expect(await tend()).toBe(1);
		expect((await crossings()).at(-1)).toMatch(/^MQL up/);
	});

	test('a changed profile counts at once, also of somebody who is new', async () => {
		const { store, crossings } = await listening();
		await store.run('events.track', { items: [does('anna', 'message_opened')] });
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'anna' }, attributes: { job: 'director' } }] });
		expect(await crossings()).toEqual(['MQL up at 22']);
		await store.run('leads.save', { rules: { ...RULES, mql: 10 } });
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'zoe' }, attributes: { job: 'director' } }] });
		expect(await crossings('zoe')).toEqual(['MQL up at 12']);
	});

	test('first computation and changed rules are a baseline and start nobody; what comes after does', async () => {
		const { store, crossings, tend } = await listening();
		await store.run('events.track', { items: ['anna', 'bob', 'carl', 'dora', 'eve'].map((id) => does(id, 'message_opened')) });
		await store.run('leads.save', { rules: { ...RULES, mql: 5 } });
		expect(await tend()).toBe(0);
		expect(await crossings()).toEqual([]);
		await store.run('events.track', { items: [does('anna', 'complained')] });
		expect(await crossings()).toEqual(['MQL down at -30']);
		// Changed again, and an event before anybody looked: only what the event itself did is told.
		await store.run('leads.save', { rules: { ...RULES, mql: 9 } });
		await store.run('events.track', { items: [does('bob', 'demo_requested')] });
		expect(await crossings('bob')).toEqual(['SQL up at 55']);
	});

	test('history that is filled in tells nobody, and counts', async () => {
		const { store, crossings, tend } = await listening();
		await store.run('import.events', { items: [does('anna', 'demo_requested', START_MS - DAY), does('anna', 'message_opened', START_MS - HOUR)] });
		expect(await tend()).toBe(0);
		expect(await crossings()).toEqual([]);
		expect(await store.run('leads.route', { customers: [{ index: 0, ref: { customerId: 'anna' } }] })).toMatchObject([{ level: 'hot' }]);
		// Known before, then more history.
		await store.run('events.track', { items: [does('bob', 'message_opened')] });
		await store.run('import.events', { items: [does('bob', 'demo_requested', START_MS - DAY)] });
		expect(await tend()).toBe(0);
		await store.run('events.track', { items: [does('bob', 'complained')] });
		expect(await crossings('bob')).toEqual(['SQL down at 15', 'MQL down at 15']);
	});

	test('a merge tells nobody, and the survivor has both histories', async () => {
		const { store, crossings, tend } = await listening();
		await store.run('events.track', { items: [does('anna', 'message_opened'), does('bob', 'message_opened')] });
		await store.run('customers.merge', { survivor: { customerId: 'anna' }, other: { customerId: 'bob' } });
		expect(await tend()).toBe(0);
		expect(await crossings()).toEqual([]);
		expect(await store.run('leads.route', { customers: [{ index: 0, ref: { customerId: 'bob' } }] })).toMatchObject([{ points: 20, level: 'warm', customer: { id: 'anna' } }]);
		// Apart again, each has what is theirs, as a baseline: the next event is told.
		await store.run('customers.unmerge', { other: { customerId: 'bob' } });
		expect(await tend()).toBe(0);
		await store.run('events.track', { items: [does('bob', 'demo_requested')] });
		expect(await crossings('bob')).toEqual(['MQL up at 55', 'SQL up at 55']);
		expect(await crossings()).toEqual([]);
		await store.run('customers.erase', { ref: { customerId: 'anna' } });
		expect(await tend()).toBe(0);
		expect(await store.run('leads.route', { customers: [{ index: 0, ref: { customerId: 'anna' } }] })).toMatchObject([{ ok: false }]);
	});

	test('a journey that was off for a while is not told what time did meanwhile', async () => {
		const { store, crossings, advance, tend } = await listening();
		await store.run('events.track', { items: [1, 2, 3].map(() => does('anna', 'message_opened')) });
		await store.run('journeys.close', { workflowId: 'w-mql', nodeId: 'n-mql', stepKey: 'entry', journeyKey: 'mql' });
		await advance(20 * DAY);
		await store.run('journeys.register', journey('mql', [is('score', 'default')]));
		expect(await tend()).toBe(0);
		expect(await crossings()).toEqual(['MQL up at 20']);
	});

	test('a journey that begins to listen is not told what time did while nobody did; one that listened is, whoever else begins', async () => {
		const { store, advance } = await open();
		await store.run('leads.save', { rules: RULES });
		const cooled = async () => (await store.run('customers.record', { ref: { customerId: 'anna' } })).events.filter(({ type }) => type === 'lead_score_crossed').length;
		const down = [is('score', 'default'), is('threshold', 'MQL'), is('direction', 'down')];
		await store.run('events.track', { items: [1, 2, 3].map(() => does('anna', 'message_opened')) });
		const before = await cooled();
		await advance(20 * DAY);
		await store.run('journeys.register', { ...journey('down', []), settings: { ...journey('down', []).settings, entry: { eventType: 'visit', filter: [], entryKey: { kind: 'event' as const } } } });
		await store.run('journeys.register', journey('down', down));
		await store.run('leads.tend', {});
		expect(await cooled()).toBe(before);
		await store.run('events.track', { items: [1, 2, 3].map(() => does('anna', 'message_opened', START_MS + 20 * DAY)) });
		expect(await cooled()).toBe(before + 1);
		await advance(20 * DAY);
		await store.run('journeys.register', journey('again', down));
		await store.run('leads.tend', {});
		expect(await cooled()).toBe(before + 2);
	});

	test('points for a stage come with it: at once by an order, and the first computation of stages is no news', async () => {
		const { store, crossings, tend } = await listening({ ...RULES, facts: [{ label: 'New', conditions: [{ field: 'stage', operator: 'equals' as const, value: 'new' }], points: 30 }] });
		const order = (customerId: string) => store.run('orders.record', { items: [{ ref: { customerId }, source: 's', orderId: `of ${customerId}`, orderedAt: START_MS, currency: 'EUR', status: 'paid', totalE4: 100_000, lines: [] }] });
		await store.run('customers.upsert', { items: [{ ref: { customerId: 'anna' } }] });
		await order('bob');
		await refresh(store, { owner: 'test' });
		await tend();
		expect(await crossings('bob')).toEqual([]);
		await order('anna');
		expect(await crossings('anna')).toEqual(['MQL up at 30']);
	});

	test('two workers with events of one customer at the same time: every threshold once', async () => {
		const { store, crossings, again } = await listening();
		const other = await again();
		const answers = await Promise.all([...Array(6).keys()].map((place) => (place % 2 === 0 ? store : other).run('events.track', { items: [does('anna', 'message_opened')] })));
		expect(answers.flat().filter((answer) => answer.ok && answer.entered.length > 0)).toHaveLength(1);
		expect(await crossings()).toEqual(['MQL up at 20']);
	});

	test('a journey that listens to what every store starts with keeps it; a name nobody saved is refused with the names there are', async () => {
		const { store } = await open();
		await store.run('journeys.register', journey('mql', [is('score', 'default')]));
		expect(await store.run('leads.list', {})).toMatchObject([{ name: 'default', version: 1 }]);
		const problem = await store.run('journeys.register', journey('other', [is('score', 'Partners')])).catch((error: JourneyError) => error.message);
		expect(problem).toBe('There is no lead score "Partners" in this customer store: save it with Lead Score > Edit Scoring Rules, or choose "default".');
	});

	test('the same rules again save nothing; wrong ones are refused by name of the field', async () => {
		const { store } = await open();
		expect(await store.run('leads.save', { rules: RULES })).toMatchObject({ result: 'saved', version: 1 });
		expect(await store.run('leads.save', { rules: { ...RULES } })).toMatchObject({ result: 'unchanged', version: 1 });
		await expect(store.run('leads.save', { rules: { ...RULES, sql: 3 } })).rejects.toThrow('sql: it must be above where warm begins');
	});
});
