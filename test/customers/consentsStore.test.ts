import type { ConsentInput } from '../../src/ingest/records';
import type { Store } from '../../src/store/Store';
import { item, pass, people, releaseHeld, said, savePolicy } from '../policy/ledgerWorld';
import { DAY, HOUR, MINUTE, onEachStore, START_MS } from '../support/eachStore';

const consent = (status: ConsentInput['status'], at: number, more: Partial<ConsentInput> = {}): ConsentInput => ({ ref: { customerId: 'c1' }, channel: 'email', purpose: 'marketing', status, at, ...more });

async function set(store: Store, ...items: ConsentInput[]) {
	return (await store.run('consents.set', { items })).map((answer) => (answer.ok ? answer.result : answer.code));
}

/** What the policy makes of the history: the reason a marketing e-mail is refused now, or `send`. */
async function verdict(store: Store): Promise<string> {
	const lines = await store.run('policy.decide', { policy: { version: '1', storeZone: 'UTC', rules: [], requireConsent: true }, requests: [{ key: 'k', customer: 'c1', channel: 'email', category: 'news', class: 'marketing', priority: 50 }], dryRun: true });
	const [line] = lines as { decision?: string; reason?: string }[];
	return line.reason ?? line.decision ?? '?';
}

onEachStore('Consents', (open) => {
	const start = async () => {
		const opened = await open();
		await opened.store.run('customers.upsert', { items: [{ ref: { customerId: 'c1', email: 'ann@example.com' } }] });
		return opened;
	};

	test('the latest row as of now holds, in whatever order the rows came', async () => {
		const { store, advance } = await start();
		expect(await verdict(store)).toBe('no_consent:email/marketing');
		expect(await set(store, consent('granted', START_MS - DAY))).toEqual(['recorded']);
		expect(await verdict(store)).toBe('send');
		expect(await set(store, consent('denied', START_MS + HOUR))).toEqual(['recorded']);
		expect(await verdict(store)).toBe('send');
		await advance(HOUR);
		expect(await verdict(store)).toBe('no_consent:email/marketing');
	});

	test('the same row twice is one row, in one batch and in two', async () => {
		const { store } = await start();
		expect(await set(store, consent('granted', 5), consent('granted', 5))).toEqual(['recorded', 'unchanged']);
		expect(await set(store, consent('granted', 5, { source: 'form' }))).toEqual(['unchanged']);
		expect(await store.run('consents.get', { refs: [{ customerId: 'c1' }, { customerId: 'nobody' }] })).toMatchObject([[{ status: 'granted', at: 5 }], null]);
	});

	test.each([
		['granted', 'denied'],
		['denied', 'granted'],
	] as const)('of two rows of one instant the stricter holds: %s, then %s', async (first, second) => {
		const { store } = await start();
		expect(await set(store, consent(first, START_MS))).toEqual(['recorded']);
		expect(await set(store, consent(second, START_MS))).toEqual([second === 'denied' ? 'recorded' : 'older']);
		expect(await verdict(store)).toBe('no_consent:email/marketing');
	});

	test('P47 a withdrawal acts at once and stays, though a grant from before it is dated ahead', async () => {
		const { store, advance } = await start();
		await set(store, consent('granted', START_MS - DAY), consent('granted', START_MS + MINUTE), consent('granted', START_MS + HOUR));
		await advance(1_000);
		expect(await set(store, consent('denied', START_MS + 1_000))).toEqual(['recorded']);
		expect(await verdict(store)).toBe('no_consent:email/marketing');
		await advance(2 * MINUTE);
		expect(await verdict(store)).toBe('no_consent:email/marketing');
		await advance(2 * HOUR);
		expect(await verdict(store)).toBe('no_consent:email/marketing');
		expect(await set(store, consent('granted', START_MS + 3 * HOUR))).toEqual(['recorded']);
		await advance(HOUR);
		expect(await verdict(store)).toBe('send');
	});

	test('P47 a withdrawal by a clock that is a little ahead holds at once; told again it changes nothing', async () => {
		const { store } = await start();
		await set(store, consent('granted', START_MS - DAY));
		expect(await set(store, consent('denied', START_MS + 2 * MINUTE))).toEqual(['recorded']);
		expect(await verdict(store)).toBe('no_consent:email/marketing');
		expect(await set(store, consent('denied', START_MS + 2 * MINUTE))).toEqual(['unchanged']);
		expect((await store.run('consents.get', { refs: [{ customerId: 'c1' }] }))[0]?.map(({ status, at }) => [status, at])).toEqual([['granted', START_MS - DAY], ['denied', START_MS], ['denied', START_MS + 2 * MINUTE]]);
	});

	test('a planned answer holds from its date, and answers given before that hold until then', async () => {
		const { store, advance } = await start();
		expect(await set(store, consent('denied', START_MS + 2 * DAY))).toEqual(['recorded']);
		expect(await set(store, consent('granted', START_MS))).toEqual(['recorded']);
		expect(await verdict(store)).toBe('send');
		await advance(2 * DAY - 1);
		expect(await verdict(store)).toBe('send');
		await advance(1);
		expect(await verdict(store)).toBe('no_consent:email/marketing');
		expect(await set(store, consent('granted', START_MS + 3 * DAY))).toEqual(['recorded']);
		expect(await verdict(store)).toBe('no_consent:email/marketing');
		await advance(DAY);
		expect(await verdict(store)).toBe('send');
	});

	test('P47 a planned withdrawal takes back only what would go out after it; one of today, beside it, acts today', async () => {
		const { store, advance } = await start();
		await savePolicy(store);
		await people(store, 'tom', 'eve');
		const at = (hours: number) => ({ notBefore: START_MS + hours * HOUR });
		await pass(store, [item('tom', { ...at(2), mailingKey: 'early' }), item('tom', { ...at(4), mailingKey: 'late' }), item('eve', at(4))]);
		const no = (customerId: string, when: number) => consent('denied', when, { ref: { customerId } });
		await set(store, no('tom', START_MS + 3 * HOUR), no('eve', START_MS + 3 * HOUR));
		expect(await releaseHeld(store)).toEqual([]);
		expect(await set(store, no('eve', START_MS))).toEqual(['recorded']);
		expect((await releaseHeld(store)).map(said)).toEqual(['blocked no_consent:email/marketing']);
		await advance(2 * HOUR);
		expect((await releaseHeld(store)).map(said)).toEqual(['send']);
		await advance(2 * HOUR);
		expect((await releaseHeld(store)).map(said)).toEqual(['blocked no_consent:email/marketing']);
	});

	test('a withdrawal of long ago that is told again takes nothing from a later grant', async () => {
		const { store, advance } = await start();
		await set(store, consent('granted', START_MS + MINUTE));
		expect(await set(store, consent('denied', START_MS - DAY))).toEqual(['older']);
		await advance(HOUR);
		expect(await verdict(store)).toBe('send');
	});

	test('P55 an imported older grant does not overwrite a withdrawal, and is history all the same', async () => {
		const { store } = await start();
		await set(store, consent('denied', START_MS - HOUR));
		expect(await store.run('import.consents', { items: [consent('granted', START_MS - DAY), consent('granted', START_MS - DAY)] })).toEqual({ accepted: 1, duplicates: 1, rejected: [] });
		expect(await set(store, consent('granted', START_MS - 2 * DAY))).toEqual(['older']);
		expect(await verdict(store)).toBe('no_consent:email/marketing');
		expect((await store.run('consents.get', { refs: [{ customerId: 'c1' }] }))[0]?.map(({ status, at }) => [status, at])).toEqual([['granted', START_MS - 2 * DAY], ['granted', START_MS - DAY], ['denied', START_MS - HOUR]]);
	});

	test('P49 a grant ends at the instant of its expiry', async () => {
		const { store, advance } = await start();
		await set(store, consent('granted', START_MS - DAY, { expiresAt: START_MS + MINUTE }));
		await advance(MINUTE - 1);
		expect(await verdict(store)).toBe('send');
		await advance(1);
		expect(await verdict(store)).toBe('no_consent:email/marketing');
	});

	test('P48 a double opt-in that is pending is no grant, and ends none', async () => {
		const { store } = await start();
		await set(store, consent('pending', 1));
		expect(await verdict(store)).toBe('no_consent:email/marketing');
		await set(store, consent('granted', 2), consent('pending', 3));
		expect(await verdict(store)).toBe('send');
	});

	test('a consent of somebody new makes the customer; broken items are answered one by one', async () => {
		const { store } = await start();
		const answers = await store.run('consents.set', { items: [consent('granted', 1, { ref: { email: 'new@example.com' } }), consent('granted', 1.5), consent('granted', 1, { proof: 'a\u0000b' }), consent('denied', 2)] });
		expect(answers).toMatchObject([{ ok: true, customer: { email: 'new@example.com' } }, { ok: false, message: expect.stringMatching(/^"at" is not a number/) }, { ok: false, message: expect.stringMatching(/^"proof" holds a character/) }, { ok: true, result: 'recorded' }]);
	});

	test('two workers that record the same consents at once leave one row of each', async () => {
		const { store, again } = await start();
		const other = await again();
		const rows = Array.from({ length: 300 }, (_, index) => consent('granted', index + 1));
		const answers = (await Promise.all([set(store, ...rows), set(other, ...rows.toReversed())])).flat();
		expect(answers.filter((result) => result === 'unchanged')).toHaveLength(300);
		expect((await store.run('consents.get', { refs: [{ customerId: 'c1' }] }))[0]).toHaveLength(300);
	});
});
