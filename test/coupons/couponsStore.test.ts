import type { IssueInput } from '../../src/coupons/records';
import { codeKey, codeOf } from '../../src/coupons/codes';
import type { Store } from '../../src/store/Store';
import { dumpStore } from '../support/dumpStore';
import { DAY, onEachStore, START_MS } from '../support/eachStore';

const people = async (store: Store, ...ids: string[]) => void (await store.run('customers.upsert', { items: ids.map((customerId) => ({ ref: { customerId, email: `${customerId}@example.com` } })) }));
const asked = (customerId: string, more: Partial<IssueInput> = {}): IssueInput => ({ ref: { customerId }, pool: 'ten', pattern: 'SAVE-####-####', perCustomer: 1, total: 0, ...more });
const issue = async (store: Store, ...items: IssueInput[]) => await store.run('coupons.issue', { items });
const codeIn = (answer: Awaited<ReturnType<typeof issue>>[number]) => (answer.ok ? answer.coupon.code : answer.code);

onEachStore('Coupons', (open) => {
	test('each customer gets a code of their own; asked again, the same one', async () => {
		const { store } = await open();
		await people(store, 'a', 'b');
		const [a, b] = await issue(store, asked('a', { benefit: '10 % off', expiresAt: START_MS + DAY }), asked('b'));
		expect(a).toMatchObject({ ok: true, result: 'issued', coupon: { pool: 'ten', benefit: '10 % off', issuedAt: START_MS, expiresAt: START_MS + DAY, redeemedAt: null }, customer: { id: 'a' } });
		expect(codeIn(a)).toMatch(/^SAVE-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
		expect(codeIn(a)).not.toBe(codeIn(b));
		expect(await issue(store, asked('a'), asked('a', { key: 'k' }))).toMatchObject([{ result: 'unchanged', coupon: { code: codeIn(a) } }, { result: 'unchanged', coupon: { code: codeIn(a) } }]);
	});

	test('a key makes one coupon, also where several are allowed; limits hold per customer and in all', async () => {
		const { store, advance } = await open();
		await people(store, 'a', 'b', 'c');
		const twice = { perCustomer: 2, total: 3 };
		const [one, same, two, three] = await issue(store, asked('a', { ...twice, key: 'k1' }), asked('a', { ...twice, key: 'k1' }), asked('a', { ...twice, key: 'k2', expiresAt: START_MS + DAY }), asked('a', { ...twice, key: 'k3' }));
		expect([codeIn(same), codeIn(three)]).toEqual([codeIn(one), codeIn(one)]);
		expect(codeIn(two)).not.toBe(codeIn(one));
		expect((await issue(store, asked('b', twice), asked('c', twice))).map((answer) => (answer.ok ? answer.result : answer.code))).toEqual(['issued', 'coupon_limit']);
		expect(await issue(store, asked('b', { pattern: 'X########', pool: 'other', expiresAt: START_MS }))).toMatchObject([{ ok: false, code: 'bad_input' }]);
		await advance(DAY);
		await store.run('coupons.redeem', { items: [{ code: codeIn(one) }] });
		expect(await issue(store, asked('a', { ...twice, key: 'k4' }))).toMatchObject([{ ok: false, code: 'coupon_limit', message: expect.stringMatching(/had 2 of 2 coupons/) }]);
	});

	test('a coupon works once, in time, and for its customer; the same order again changes nothing', async () => {
		const { store, location, advance } = await open();
		await people(store, 'a', 'b');
		const code = codeIn((await issue(store, asked('a', { expiresAt: START_MS + DAY })))[0]);
		const redeem = async (more: object = {}) => (await store.run('coupons.redeem', { items: [{ code, ...more }] }))[0];
		expect(await redeem({ ref: { customerId: 'b' } })).toMatchObject({ ok: false, code: 'coupon_of_another' });
		expect(await redeem({ code: 'nonsense' })).toMatchObject({ ok: false, code: 'unknown_coupon' });
		expect(await redeem({ code: '---' })).toMatchObject({ ok: false, code: 'unknown_coupon' });
		expect(await redeem({ code: ` ${code.toLowerCase().replaceAll('-', ' ')}`, ref: { email: 'a@example.com' }, orderId: 'o1' })).toMatchObject({ ok: true, result: 'redeemed', coupon: { redeemedAt: START_MS } });
		expect(await redeem({ orderId: 'o1' })).toMatchObject({ ok: true, result: 'unchanged' });
		expect(await redeem({ orderId: 'o2' })).toMatchObject({ ok: false, code: 'coupon_used' });
		expect(await redeem()).toMatchObject({ ok: false, code: 'coupon_used' });
		expect((await dumpStore(location)).event.map(({ type, properties }) => [type, JSON.parse(String(properties))])).toEqual([['coupon_redeemed', { pool: 'ten', benefit: null, order_id: 'o1' }]]);
		const late = codeIn((await issue(store, asked('b', { expiresAt: START_MS + DAY })))[0]);
		await advance(DAY);
		expect(await redeem({ code: late })).toMatchObject({ ok: false, code: 'coupon_expired' });
	});

	test('a refusal says the day by the clock of the shop', async () => {
		const { store, advance } = await open();
		await store.run('store.configure', { zone: 'America/New_York' });
		await people(store, 'a', 'b');
		// An hour before midnight in New York.
		const night = Date.parse('2026-03-03T04:00:00Z');
		const [first, second] = (await issue(store, asked('a', { expiresAt: night }), asked('b'))).map(codeIn);
		await advance(night - START_MS);
		const redeem = async (code: string) => (await store.run('coupons.redeem', { items: [{ code }] }))[0];
		expect(await redeem(first)).toMatchObject({ message: 'This coupon expired on 2026-03-02.' });
		await redeem(second);
		expect(await redeem(second)).toMatchObject({ message: 'This coupon was used on 2026-03-02: it works once.' });
	});

	test('codes of the shop are issued in their order, one pool each, until there are none', async () => {
		const { store } = await open();
		await people(store, 'a', 'b', 'c');
		const add = async (pool: string, ...codes: string[]) => await store.run('coupons.addCodes', { items: codes.map((code) => ({ pool, code })) });
		expect((await add('list', 'ONE', 'one', 'TWO', '!!')).map((answer) => (answer.ok ? answer.result : answer.code))).toEqual(['added', 'unchanged', 'added', 'bad_input']);
		expect((await add('another', 'Two'))[0]).toMatchObject({ ok: false, message: expect.stringMatching(/pool "list" already/) });
		expect((await store.run('coupons.redeem', { items: [{ code: 'ONE' }] }))[0]).toMatchObject({ ok: false, code: 'unknown_coupon' });
		const list = { pool: 'list', pattern: undefined };
		expect((await issue(store, asked('b', list), asked('a', list), asked('c', list))).map(codeIn)).toEqual(['ONE', 'TWO', 'coupon_pool_empty']);
	});

	test('many at the same time: no limit is exceeded, no code is given twice', async () => {
		const { store, again } = await open();
		const ids = Array.from({ length: 40 }, (_, index) => `c${index}`);
		await people(store, ...ids);
		await store.run('coupons.addCodes', { items: Array.from({ length: 15 }, (_, index) => ({ pool: 'list', code: `L${index}` })) });
		const others = store.kind === 'postgres' ? await Promise.all([again(), again()]) : [];
		const stores = [store, ...others];
		const answers = (await Promise.all(ids.flatMap((id, index) => [0, 1].map((round) => issue(stores[(index + round) % stores.length], asked(id, { total: 25 }), asked(id, { pool: 'list', pattern: undefined })))))).flat();
		const codes = (pool: string) => new Set(answers.flatMap((answer) => (answer.ok && answer.coupon.pool === pool ? [`${answer.coupon.code} ${answer.customer?.id}`] : [])));
		expect(codes('ten').size).toBe(25);
		expect(codes('list').size).toBe(15);
		expect(new Set([...codes('list')].map((one) => one.split(' ')[0])).size).toBe(15);
		const one = [...codes('ten')][0].split(' ')[0];
		const redeemed = await Promise.all(Array.from({ length: 8 }, (_, index) => stores[index % stores.length].run('coupons.redeem', { items: [{ code: one, orderId: `o${index}` }] })));
		expect(redeemed.flat().filter((answer) => answer.ok)).toHaveLength(1);
	});

	test('comes along in a merge, is exported, and is no coupon after an erasure', async () => {
		const { store } = await open();
		await people(store, 'a', 'b');
		const code = codeIn((await issue(store, asked('a')))[0]);
		await store.run('customers.merge', { survivor: { customerId: 'b' }, other: { customerId: 'a' } });
		expect(await issue(store, asked('b'))).toMatchObject([{ result: 'unchanged', coupon: { code } }]);
		expect(await store.run('customers.export', { ref: { customerId: 'b' } })).toMatchObject({ coupons: [{ code, pool: 'ten' }] });
		await store.run('customers.erase', { ref: { customerId: 'b' } });
		expect((await store.run('coupons.redeem', { items: [{ code }] }))[0]).toMatchObject({ ok: false, code: 'unknown_coupon' });
	});
});

test('codes depend on the secret, spread over all letters, and are the same however they are typed', () => {
	expect(codeOf('A-########', 's1', 1)).not.toBe(codeOf('A-########', 's2', 1));
	expect(codeOf('A-########', 's1', 1)).toBe(codeOf('A-########', 's1', 1));
	const codes = Array.from({ length: 4_000 }, (_, index) => codeOf('########', 'secret', index));
	expect(new Set(codes).size).toBe(4_000);
	const counts = new Map<string, number>();
	for (const letter of codes.join('')) counts.set(letter, (counts.get(letter) ?? 0) + 1);
	expect(counts.size).toBe(32);
	expect(Math.min(...counts.values())).toBeGreaterThan(800);
	expect(codeKey(' sáve-10 ')).toBe('SÁVE10');
	expect(() => codeOf('SAVE-####', 's')).toThrow(/4 places marked #: give it 8 to 40/);
});
