import { onEachStore, START_MS, DAY } from '../support/eachStore';
import { dumpStore } from '../support/dumpStore';

const ANN = { customerId: 'ann', email: 'ann@example.com' };

onEachStore('Export', (open) => {
	test('is one document of everything that is kept, readable without the store', async () => {
		const { store } = await open();
		await store.run('customers.upsert', { items: [{ ref: ANN, firstName: 'Ann', attributes: { city: 'Bonn' }, updatedAt: START_MS - DAY }, { ref: { customerId: 'anna', email: 'anna@example.org' }, lastName: 'Doe' }, { ref: { customerId: 'other' } }] });
		await store.run('consents.set', { items: [{ ref: ANN, channel: 'email', purpose: 'marketing', status: 'granted', at: START_MS - DAY, source: 'checkout', wording: 'v3', wordingText: 'Yes, write to me.', proof: 'form 17' }] });
		await store.run('events.track', { items: Array.from({ length: 300 }, (_, index) => ({ ref: ANN, type: 'viewed', occurredAt: START_MS - index, source: 'shop', eventId: `e${index}`, properties: { index } })) });
		await store.run('events.track', { items: [{ ref: { customerId: 'other' }, type: 'secret-of-other', occurredAt: START_MS, source: 'shop', properties: {} }] });
		await store.run('orders.record', { items: [{ ref: ANN, source: 'shop', orderId: 'o-1', orderedAt: START_MS, currency: 'EUR', status: 'placed', totalE4: 125_000, lines: [{ productId: 'mug', quantity: 2, priceE4: 62_500, amountE4: 125_000 }] }] });
		await store.run('messages.record', { items: [{ ref: ANN, channel: 'email', result: 'sent', at: START_MS, providerId: 'p-1' }] });
		await store.run('messages.record', { items: [{ ref: ANN, channel: 'email', result: 'complained', at: START_MS + 1, reason: 'spam' }] });
		await store.run('notes.add', { items: [{ ref: ANN, text: 'Called' }] });
		await store.run('customers.merge', { survivor: ANN, other: { customerId: 'anna' }, by: 'Maria' });
		const document = (await store.run('customers.export', { ref: { email: 'anna@example.org' } })) as Record<string, never[]>;
		expect(document).toMatchObject({
			exportedAt: '2026-03-02T12:00:00.000Z',
			customer: { key: 'ann', firstName: 'Ann', lastName: 'Doe', attributes: { city: 'Bonn' }, fieldTimes: { first_name: '2026-03-01T12:00:00.000Z' } },
			mergedFrom: [{ key: 'anna', lastName: 'Doe' }],
			identities: expect.arrayContaining([{ type: 'email', value: 'anna@example.org' }]),
			consents: [{ channel: 'email', purpose: 'marketing', status: 'granted', at: '2026-03-01T12:00:00.000Z', source: 'checkout', wording: 'v3', proof: 'form 17', wordingHash: expect.any(String) }, { status: 'denied', source: 'message_complained' }],
			orders: [{ orderId: 'o-1', total: '12.50', currency: 'EUR', orderedAt: '2026-03-02T12:00:00.000Z', lines: [{ productId: 'mug', quantity: 2, price: '6.25', amount: '12.50' }] }],
			messages: [{ channel: 'email', state: 'committed', providerId: 'p-1', results: [{ result: 'sent', at: '2026-03-02T12:00:00.000Z' }, { result: 'complained', note: 'spam' }] }],
			notes: [{ text: 'Called' }],
			suppressions: [{ address: 'ann@example.com', channel: 'email', reason: 'complained' }],
		});
		// The complaint about the message is one too.
		expect(document.events).toHaveLength(302);
		expect(Object.values(document.wordings)).toEqual(['Yes, write to me.']);
		expect(JSON.stringify(document.events)).not.toContain('secret-of-other');
	});

	test('nobody and the erased have none', async () => {
		const { store } = await open();
		await store.run('customers.upsert', { items: [{ ref: ANN }] });
		await expect(store.run('customers.export', { ref: { customerId: 'nobody' } })).rejects.toMatchObject({ code: 'unknown_customer' });
		await store.run('customers.erase', { ref: ANN });
		await expect(store.run('customers.export', { ref: ANN })).rejects.toMatchObject({ code: 'customer_erased' });
	});
});

onEachStore('The proof folder', (open) => {
	const fileOf = (folder: { files: { name: string; content: string }[] }, name: string) => folder.files.find((file) => file.name === name)?.content ?? '';

	test('shows every answer with its words, and every message with the answer that held', async () => {
		const { store, advance } = await open();
		await store.run('customers.upsert', { items: [{ ref: ANN }] });
		const consent = (status: 'granted' | 'denied' | 'pending', at: number, more: object = {}) => ({ ref: ANN, channel: 'email', purpose: 'marketing', status, at, ...more });
		await store.run('consents.set', { items: [consent('pending', START_MS - 2 * DAY, { source: 'form' }), consent('granted', START_MS - DAY, { source: 'confirm_link', wording: 'v3', wordingText: 'Yes,\n| write to me <b>daily</b>.', proof: 'token 5 | x' })] });
		await store.run('policy.decide', { policy: { version: '7', storeZone: 'UTC', rules: [] }, dryRun: false, requests: [{ key: 'k1', customer: 'ann', channel: 'email', category: 'news', class: 'marketing', priority: 50 }] });
		await advance(DAY);
		await store.run('consents.set', { items: [consent('denied', START_MS + DAY)] });
		await store.run('messages.record', { items: [{ ref: ANN, channel: 'email', result: 'sent', at: START_MS + DAY }] });
		const folder = await store.run('customers.proof', { ref: ANN });
		expect(folder).toMatchObject({ about: 'ann', erased: false, madeAt: '2026-03-03T12:00:00.000Z' });
		expect(folder.files.map(({ name }) => name)).toEqual(['consents.md', 'messages.md', 'consents-and-messages.json']);
		const consents = fileOf(folder, 'consents.md');
		expect(consents).toContain('| email | marketing | refused or withdrawn |');
		expect(consents).toContain('### Receipt 2: email / marketing: granted');
		expect(consents).toContain('> Yes,\n> \\| write to me \\<b\\>daily\\</b\\>.');
		expect(consents).toContain('| Proof | token 5 \\| x |');
		const json = JSON.parse(fileOf(folder, 'consents-and-messages.json')) as { consents: object[]; messages: object[] };
		expect(json.consents).toMatchObject([{ receipt: 1, status: 'pending' }, { receipt: 2, wordingId: 'v3', wordingText: 'Yes,\n| write to me <b>daily</b>.', at: '2026-03-01T12:00:00.000Z' }, { receipt: 3, status: 'denied' }]);
		expect(json.messages).toMatchObject([{ key: 'k1', policyVersion: '7', receipt: 2, state: 'committed' }, { receipt: 3 }]);
		expect(fileOf(folder, 'messages.md')).toMatch(/2026-03-02 12:00:00 UTC \| email \| marketing \| news \| committed \| receipt 2 \| 7 \| k1/);
	});

	test('a text is kept once, and goes with the last who agreed to it', async () => {
		const { store, location } = await open();
		await store.run('consents.set', { items: ['ann', 'bo'].map((customerId) => ({ ref: { customerId }, channel: 'email', purpose: 'marketing', status: 'granted' as const, at: START_MS, wordingText: 'The same words.' })) });
		expect((await dumpStore(location)).wording).toHaveLength(1);
		await store.run('customers.erase', { ref: { customerId: 'ann' } });
		expect((await dumpStore(location)).wording).toHaveLength(1);
		await store.run('customers.erase', { ref: { customerId: 'bo' } });
		expect((await dumpStore(location)).wording).toEqual([]);
	});

	test('of an erased customer gives the act and the journal, and nothing personal', async () => {
		const { store } = await open();
		await store.run('customers.upsert', { items: [{ ref: ANN, firstName: 'Ann' }] });
		await store.run('notes.add', { items: [{ ref: ANN, text: 'Called' }] });
		await store.run('customers.erase', { ref: ANN, requestedBy: '=letter of 21 November, "signed"' });
		const folder = await store.run('customers.proof', { ref: { email: 'ann@example.com' } });
		expect(folder).toMatchObject({ erased: true, about: expect.stringMatching(/^erased-[0-9a-f]{16}$/) });
		expect(folder.files.map(({ name }) => name)).toEqual(['erasure-act.md', 'erasure-journal.csv', 'erasure.json']);
		expect(fileOf(folder, 'erasure-act.md')).toMatch(/Акт об уничтожении персональных данных № 1/);
		expect(fileOf(folder, 'erasure-act.md')).toMatch(/\| notes \/ заметки \| 1 \|/);
		expect(fileOf(folder, 'erasure-journal.csv')).toMatch(/^number,subject,category,rows,information_system,reason,destroyed_at\n1,erased-[0-9a-f]{16},"identifiers and addresses/);
		expect(fileOf(folder, 'erasure-journal.csv')).toContain('"asked by =letter of 21 November, ""signed"""');
		for (const { content } of folder.files) expect(content).not.toMatch(/ann@|"ann"|Ann\b|Called/);
		await expect(store.run('customers.proof', { ref: { customerId: 'nobody' } })).rejects.toMatchObject({ code: 'unknown_customer' });
	});
});
