import fc from 'fast-check';
import type { CustomerInput } from '../../src/ingest/records';
import type { Store } from '../../src/store/Store';
import { dumpStore } from '../support/dumpStore';
import { DAY, HOUR, onEachStore, START_MS } from '../support/eachStore';

async function upsert(store: Store, ...items: CustomerInput[]) {
	return store.run('customers.upsert', { items });
}

const idsOf = async (store: Store, query: Partial<{ text: string; after: string; limit: number; stage: string; vip: boolean }>) =>
	(await store.run('customers.find', { limit: 100, ...query })).map(({ id }) => id);

onEachStore('Customer: create or update', (open) => {
	test('every identity finds the one customer', async () => {
		const { store } = await open();
		const [made] = await upsert(store, { ref: { customerId: 'c1', email: 'ann@example.com', phone: '+442071838750', externalIds: { telegram: '77' } }, firstName: 'Ann' });
		expect(made).toMatchObject({ ok: true, result: 'created', warnings: [], customer: { id: 'c1', email: 'ann@example.com', phone: '+442071838750', firstName: 'Ann' } });
		const refs = [{ customerId: 'c1' }, { email: 'ann@example.com' }, { phone: '+442071838750' }, { externalIds: { telegram: '77' } }, { email: 'bob@example.com' }];
		expect((await store.run('customers.get', { refs })).map((one) => one?.id)).toEqual(['c1', 'c1', 'c1', 'c1', undefined]);
	});

	test('a newsletter reader who becomes a customer of the shop stays one person, and gets the address that events bring', async () => {
		const { store } = await open();
		const [reader] = await upsert(store, { ref: { email: 'ann@example.com' } });
		const [buyer] = await upsert(store, { ref: { customerId: 's1', email: 'ann@example.com' }, firstName: 'Ann' });
		expect(buyer).toMatchObject({ ok: true, result: 'updated', customer: { id: reader.ok && reader.customer.id, firstName: 'Ann' } });
		await upsert(store, { ref: { customerId: 's2' } });
		await store.run('events.track', { items: [{ ref: { customerId: 's2', email: 'eve@example.com' }, type: 'seen', occurredAt: START_MS, source: 't', properties: {} }] });
		expect(await store.run('customers.get', { refs: [{ customerId: 's2' }, { email: 'eve@example.com' }] })).toMatchObject([{ id: 's2', email: 'eve@example.com' }, { id: 's2' }]);
	});

	test('an address of somebody else stays there, is told, and is not shown as one\'s own', async () => {
		const { store } = await open();
		await upsert(store, { ref: { customerId: 'c1', email: 'ann@example.com' } }, { ref: { customerId: 'c2' } });
		const [answer] = await upsert(store, { ref: { customerId: 'c2', email: 'ann@example.com' }, firstName: 'Bea' });
		expect(answer).toMatchObject({ ok: true, customer: { id: 'c2', email: null, firstName: 'Bea' }, warnings: [expect.stringMatching(/e-mail address belongs to another customer and stays there/)] });
		expect(await store.run('customers.get', { refs: [{ email: 'ann@example.com' }] })).toMatchObject([{ id: 'c1' }]);
	});

	test('two ids of the shop never become one customer through a shared phone, in one batch or in two', async () => {
		const { store } = await open();
		const phone = '+442071838750';
		const together = await upsert(store, { ref: { customerId: 'mother', phone } }, { ref: { customerId: 'child', phone } });
		const later = await upsert(store, { ref: { customerId: 'father', phone }, firstName: 'Carl' });
		expect([...together, ...later]).toMatchObject([
			{ result: 'created', customer: { id: 'mother', phone }, warnings: [] },
			{ result: 'created', customer: { id: 'child', phone: null }, warnings: [expect.stringContaining('phone')] },
			{ result: 'created', customer: { id: 'father', phone: null }, warnings: [expect.stringContaining('phone')] },
		]);
		expect(await store.run('customers.get', { refs: [{ phone }] })).toMatchObject([{ id: 'mother' }]);
	});

	test('the same new person several times in one batch is one customer, created once', async () => {
		const { store } = await open();
		const answers = await upsert(store, { ref: { customerId: 'c1' }, firstName: 'Ann' }, { ref: { customerId: 'c1', email: 'ann@example.com' }, lastName: 'Lee' }, { ref: { email: 'ann@example.com' }, country: 'GB' });
		expect(answers.map((answer) => answer.ok && answer.result)).toEqual(['created', 'updated', 'updated']);
		expect((await store.run('store.info', {})).counts.customers).toBe(1);
		expect(await store.run('customers.get', { refs: [{ customerId: 'c1' }] })).toMatchObject([{ firstName: 'Ann', lastName: 'Lee', email: 'ann@example.com' }]);
	});

	test('two workers that meet the same new people make each once', async () => {
		const { store, again } = await open();
		const other = await again();
		const people = Array.from({ length: 200 }, (_, index): CustomerInput => ({ ref: { customerId: `c${index}`, email: `c${index}@example.com` } }));
		const answers = await Promise.all([upsert(store, ...people), upsert(other, ...people.toReversed())]);
		expect(answers.flat().filter((answer) => answer.ok && answer.result === 'created')).toHaveLength(200);
		expect((await store.run('store.info', {})).counts.customers).toBe(200);
	});

	test('saying the same again changes nothing and says so', async () => {
		const { store, advance } = await open();
		const ann: CustomerInput = { ref: { customerId: 'c1', email: 'a@example.com' }, firstName: 'Ann', attributes: { size: { eu: 40, uk: 7 }, gone: null } };
		await upsert(store, ann);
		await advance(DAY);
		expect(await upsert(store, { ...ann, attributes: { size: { uk: 7, eu: 40 }, gone: null } })).toMatchObject([{ result: 'unchanged' }]);
	});
});

onEachStore('Last write wins per field', (open) => {
	test('an older value never overwrites a newer one, and a value confirmed later is as new as its confirmation', async () => {
		const { store } = await open();
		await upsert(store, { ref: { customerId: 'c1' }, firstName: 'Ann', updatedAt: 10 });
		await upsert(store, { ref: { customerId: 'c1' }, firstName: 'Ann', lastName: 'Lee', updatedAt: 20 });
		const [late] = await upsert(store, { ref: { customerId: 'c1' }, firstName: 'Anna', country: 'GB', updatedAt: 15 });
		expect(late).toMatchObject({ result: 'updated', customer: { firstName: 'Ann', lastName: 'Lee' } });
	});

	test('an attribute taken away is not brought back by an older value', async () => {
		const { store } = await open();
		await upsert(store, { ref: { customerId: 'c1' }, attributes: { size: 40 }, updatedAt: 10 }, { ref: { customerId: 'c1' }, attributes: { size: null }, updatedAt: 20 });
		const [answer] = await upsert(store, { ref: { customerId: 'c1' }, attributes: { size: 41 }, updatedAt: 15 });
		expect(answer).toMatchObject({ result: 'unchanged', customer: { attributes: {} } });
	});

	test('the created instant is the earliest that anybody gave', async () => {
		const { store, location } = await open();
		await store.run('events.track', { items: [{ ref: { customerId: 'c1' }, type: 'x', occurredAt: START_MS - DAY, source: 't', properties: {} }] });
		await upsert(store, { ref: { customerId: 'c1' }, createdAt: START_MS - 300 * DAY });
		await upsert(store, { ref: { customerId: 'c1' }, createdAt: START_MS - HOUR });
		expect((await dumpStore(location)).customer.map((row) => Number(row.created_at))).toEqual([START_MS - 300 * DAY]);
	});

	test('any order of arrival, in any batches, gives the same profile', async () => {
		const { store } = await open();
		const field = fc.constantFrom('firstName', 'lastName', 'locale', 'attributes.a', 'attributes.b', 'attributes.__proto__');
		const write = fc.record({ field, value: fc.constantFrom('x', 'y', 'z', null) });
		const history = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 50 }), write), { selector: ([at]) => at, minLength: 2, maxLength: 8 });
		let person = 0;
		await fc.assert(
			fc.asyncProperty(history.chain((writes) => fc.tuple(fc.shuffledSubarray(writes, { minLength: writes.length }), fc.shuffledSubarray(writes, { minLength: writes.length }), fc.integer({ min: 1, max: 8 }))), async ([one, other, cut]) => {
				const profiles = [];
				for (const order of [one, other]) {
					const id = `p${(person += 1)}`;
					const items = order.map(([at, change]) => inputOf(id, at, change));
					await upsert(store, ...items.slice(0, cut));
					if (items.length > cut) await upsert(store, ...items.slice(cut));
					const [view] = await store.run('customers.get', { refs: [{ customerId: id }] });
					profiles.push({ ...view, id: '' });
				}
				expect(sorted(profiles[0])).toEqual(sorted(profiles[1]));
			}),
			{ numRuns: 60, seed: 20260302, endOnFailure: true },
		);
	});
});

/** An attribute's place among the others is nothing anybody asks for. */
const sorted = (profile: { attributes?: object }) => ({ ...profile, attributes: Object.entries(profile.attributes ?? {}).sort() });

function inputOf(customerId: string, updatedAt: number, { field, value }: { field: string; value: string | null }): CustomerInput {
	const name = field.replace('attributes.', '');
	if (name === field) return { ref: { customerId }, updatedAt, ...(value === null ? {} : { [field]: value }) };
	return { ref: { customerId }, updatedAt, attributes: JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`) as Record<string, string> };
}

onEachStore('Customer: find', (open) => {
	test('finds by part of an id, e-mail, phone or name, in any case and any script; % _ and ! are letters like any other', async () => {
		const { store } = await open();
		await upsert(
			store,
			{ ref: { customerId: 'A_1', email: 'ann.lee@example.com', phone: '+442071838750' }, firstName: 'Ann', lastName: 'Lee' },
			{ ref: { customerId: 'AX1' }, firstName: 'Élodie', lastName: 'Ångström' },
			{ ref: { customerId: '100%!' }, firstName: 'Иван', lastName: 'Петров' },
			{ ref: { email: 'late@example.com' } },
		);
		await upsert(store, { ref: { customerId: 'Shop-77', email: 'late@example.com' } });
		expect(await idsOf(store, { text: 'a_' })).toEqual(['A_1']);
		expect(await idsOf(store, { text: 'LEE@EX' })).toEqual(['A_1']);
		expect(await idsOf(store, { text: 'ann LEE' })).toEqual(['A_1']);
		expect(await idsOf(store, { text: '7183' })).toEqual(['A_1']);
		expect(await idsOf(store, { text: 'éLODIE å' })).toEqual(['AX1']);
		expect(await idsOf(store, { text: 'иван' })).toEqual(['100%!']);
		expect(await idsOf(store, { text: '0%' })).toEqual(['100%!']);
		expect(await idsOf(store, { text: '%!' })).toEqual(['100%!']);
		expect(await idsOf(store, { text: 'shop-77' })).toHaveLength(1);
		expect(await idsOf(store, { text: '__' })).toEqual([]);
		expect(await idsOf(store, { text: 'no\u0000body' })).toEqual([]);
		await expect(idsOf(store, { text: 'x' })).rejects.toThrow(/at least two characters/);
	});

	test('a changed name is found under the new one only', async () => {
		const { store } = await open();
		await upsert(store, { ref: { customerId: 'c1' }, firstName: 'Ann', lastName: 'Lee' });
		await upsert(store, { ref: { customerId: 'c1' }, lastName: 'Fox' });
		expect([await idsOf(store, { text: 'ann fox' }), await idsOf(store, { text: 'lee' })]).toEqual([['c1'], []]);
	});

	test('pages through everybody once, in the same order on both databases', async () => {
		const { store } = await open();
		const ids = ['a', 'B', 'b', 'Z', 'ä', 'é', '9', '10', '_', '-', 'я', '😀'];
		await upsert(store, ...ids.map((customerId) => ({ ref: { customerId } })));
		const seen: string[] = [];
		for (let page = await idsOf(store, { limit: 5 }); page.length > 0; page = await idsOf(store, { limit: 5, after: seen.at(-1) })) seen.push(...page);
		expect(seen).toEqual(['-', '10', '9', 'B', 'Z', '_', 'a', 'b', 'ä', 'é', 'я', '😀']);
	});
});

onEachStore('Ids and values are not trusted', (open) => {
	const track = (store: Store, items: { customerId: string; properties?: Record<string, unknown>; type?: string }[]) =>
		store.run('events.track', { items: items.map(({ customerId, properties = {}, type = 'x' }) => ({ ref: { customerId }, type, occurredAt: START_MS, source: 't', properties: properties as never })) });

	test('odd Unicode is kept as it is and finds its customer', async () => {
		const { store } = await open();
		const ids = ['__proto__', 'constructor', 'toString', 'ⅷ', 'a\u0301', '\u202etxt', '👩‍👩‍👧', "O'Neil", '"quoted"', '\\', ':id', '$1', '?', 'x\ny', '%s', 'NULL', '0', '-0', '1e3', '   x'];
		const answers = await upsert(store, ...ids.map((customerId) => ({ ref: { customerId }, firstName: customerId })));
		expect(answers.map((answer) => answer.ok && answer.customer.id)).toEqual(ids);
		expect((await store.run('customers.get', { refs: ids.map((customerId) => ({ customerId })) })).map((one) => one?.firstName)).toEqual(ids);
	});

	test('__proto__ is an attribute and a property like any other', async () => {
		const { store } = await open();
		const odd = JSON.parse('{"__proto__":{"admin":true},"constructor":1,"toString":"x"}') as Record<string, never>;
		await upsert(store, { ref: { customerId: 'c1' }, attributes: odd });
		await track(store, [{ customerId: 'c1', properties: odd }]);
		const { customer, events } = await store.run('customers.record', { ref: { customerId: 'c1' } });
		expect(JSON.stringify(customer.attributes)).toBe(JSON.stringify(odd));
		expect(JSON.stringify(events[0].properties)).toBe(JSON.stringify(odd));
		expect(({} as { admin?: boolean }).admin).toBeUndefined();
		expect(await upsert(store, { ref: { customerId: 'c1' }, attributes: odd })).toMatchObject([{ result: 'unchanged' }]);
		expect(await upsert(store, { ref: { customerId: 'c1' }, attributes: JSON.parse('{"__proto__":null}') as Record<string, never> })).toMatchObject([{ result: 'updated', customer: { attributes: { constructor: 1 } } }]);
	});

	test('10,000 attributes are kept; more than 256 KiB in all are refused on that item, and nothing of it is kept', async () => {
		const { store } = await open();
		const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`attribute_${index}`, index]));
		expect(await upsert(store, { ref: { customerId: 'c1' }, attributes: many })).toMatchObject([{ ok: true, result: 'created' }]);
		const more = await upsert(store, { ref: { customerId: 'c1' }, firstName: 'Ann', attributes: { essay: 'x'.repeat(100 * 1024) } }, { ref: { customerId: 'c2' }, firstName: 'Bob' });
		expect(more).toMatchObject([{ ok: false, code: 'bad_input', message: expect.stringMatching(/attributes would be \d+ KiB of JSON, the limit is 256 KiB/) }, { ok: true, result: 'created' }]);
		expect(await store.run('customers.get', { refs: [{ customerId: 'c1' }] })).toMatchObject([{ firstName: null, attributes: many }]);
	});

	test('NUL characters and halves of Unicode pairs are refused on the right item; the others go through', async () => {
		const { store } = await open();
		const broken = ['a\u0000b', 'a\ud800', '\udc00'];
		for (const text of broken) {
			const answers = await track(store, [{ customerId: 'c1' }, { customerId: 'c1', properties: { deep: [{ note: text }] } }, { customerId: 'c2', properties: { [text]: 1 } }, { customerId: text }, { customerId: 'c3', type: text }, { customerId: 'c4' }]);
			expect(answers.map((answer) => answer.ok)).toEqual([true, false, false, false, false, true]);
			expect(answers[1]).toMatchObject({ code: 'bad_input', message: '"properties.deep.0.note" holds a character that cannot be stored (NUL, or half of a Unicode pair). Take it out and send the item again.' });
			expect(answers[3]).toMatchObject({ message: expect.stringContaining('"ref.customerId" holds a character') });
			expect(await upsert(store, { ref: { customerId: 'c1' }, firstName: text }, { ref: { customerId: 'c1' }, lastName: 'ok' })).toMatchObject([{ ok: false }, { ok: true }]);
			const message = { ref: { customerId: 'c1' }, channel: 'email', result: 'sent' as const, at: START_MS };
			expect(await store.run('messages.record', { items: [{ ...message, providerId: text }, message] })).toMatchObject([{ ok: false, code: 'bad_input' }, { ok: true }]);
			expect(await store.run('products.upsert', { items: [{ source: 's', productId: 'p1', name: text }, { source: 's', productId: 'p2' }] })).toMatchObject([{ ok: false, code: 'bad_input' }, { ok: true }]);
			expect(await store.run('orders.cancel', { items: [{ source: 's', orderId: text, cancelledAt: START_MS }] })).toMatchObject([{ ok: false, code: 'bad_input' }]);
		}
		expect(await store.run('customers.get', { refs: [{ customerId: 'a\u0000b' }, { email: '\ud800@example.com' }, { customerId: 'c4' }, { customerId: 'c2' }] })).toMatchObject([null, null, { id: 'c4' }, null]);
		await expect(store.run('customers.erase', { ref: { customerId: 'a\u0000b' } })).rejects.toMatchObject({ code: 'unknown_customer' });
		await expect(store.run('customers.record', { ref: { customerId: 'a\ud800' } })).rejects.toMatchObject({ code: 'unknown_customer' });
	});

	test('numbers that are none, functions and endless objects are refused on the right item', async () => {
		const { store } = await open();
		const circle: Record<string, unknown> = {};
		circle.self = circle;
		const answers = await store.run('events.track', {
			items: [
				{ ref: { customerId: 'c1' }, type: 'x', occurredAt: 1.5, source: 't', properties: {} },
				{ ref: { customerId: 'c1' }, type: 'x', occurredAt: Number.NaN, source: 't', properties: {} },
				{ ref: { customerId: 'c1' }, type: 'x', occurredAt: START_MS, source: 't', properties: { price: Number.POSITIVE_INFINITY } },
				{ ref: { customerId: 'c1' }, type: 'x', occurredAt: START_MS, source: 't', properties: circle as never },
				{ ref: { customerId: 'c1' }, type: 'x', occurredAt: START_MS, source: 't', properties: { big: 1n } as never },
				{ ref: { customerId: 'c1' }, type: 'x', occurredAt: START_MS, source: 't', properties: { finishedAt: 1.5 } },
			],
		});
		expect(answers[3]).toMatchObject({ message: expect.stringMatching(/is nested deeper than 64 levels/) });
		expect(answers.map((answer) => (answer.ok ? answer.result : answer.message.split(' ').slice(0, 5).join(' ')))).toEqual([
			'"occurredAt" is not a number',
			'"occurredAt" is not a number',
			'"properties.price" is not a number',
			expect.stringMatching(/^"properties\.self/),
			'"properties.big" holds a bigint, which',
			'accepted',
		]);
	});

	test('a pseudonym of an erased customer given as an id is refused, as the erased customer is', async () => {
		const { store } = await open();
		await upsert(store, { ref: { customerId: 'c1' } });
		const { pseudonym } = await store.run('customers.erase', { ref: { customerId: 'c1' } });
		expect(await upsert(store, { ref: { customerId: pseudonym } }, { ref: { customerId: 'c1' } }, { ref: { customerId: 'c2' } })).toMatchObject([{ ok: false, code: 'customer_erased' }, { ok: false, code: 'customer_erased' }, { ok: true }]);
	});

	test('a shop id that looks like one of ours takes nobody\'s place', async () => {
		const { store } = await open();
		const [made] = await upsert(store, { ref: { email: 'ann@example.com' } });
		const ours = made.ok ? made.customer.id : '';
		const second = await open();
		await upsert(second.store, { ref: { customerId: ours }, firstName: 'Somebody' });
		const [ann] = await upsert(second.store, { ref: { email: 'ann@example.com' }, firstName: 'Ann' });
		expect(ann).toMatchObject({ ok: true, result: 'created', customer: { firstName: 'Ann' } });
		expect(ann.ok && ann.customer.id).not.toBe(ours);
	});
});
