import type { IBinaryData, IDataObject } from 'n8n-workflow';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { closeStores, customerData, freshStore } from './nodeRuns';

let store: StoreHandle;
beforeEach(async () => {
	store = freshStore(Date.parse('2026-11-20T12:00:00Z'));
	await store.run('customers.upsert', { items: [{ ref: { customerId: 'ann', email: 'ann@example.com' }, firstName: 'Ann' }] });
});
afterEach(closeStores);

const text = (file: IBinaryData | undefined) => Buffer.from(file?.data ?? '', 'base64').toString();
const ANN: IDataObject = { email: 'ann@example.com', kept: 1 };

test('export: a JSON file, or fields of the item', async () => {
	const asFile = await customerData({ resource: 'customer', operation: 'exportAll' }, [ANN]);
	expect(asFile.items[0]).toMatchObject({ json: { kept: 1, result: 'Everything that is kept about this customer' }, binary: { customer_data_json: { fileName: 'customer-data.json', mimeType: 'application/json' } } });
	expect(JSON.parse(text(asFile.items[0].binary?.customer_data_json))).toMatchObject({ customer: { key: 'ann', firstName: 'Ann' } });
	const asItem = await customerData({ resource: 'customer', operation: 'exportAll', giveAs: 'item' }, [ANN]);
	expect(asItem.items[0].json).toMatchObject({ export: { customer: { key: 'ann' } } });
	expect(asItem.items[0].binary).toBeUndefined();
	expect((await customerData({ resource: 'customer', operation: 'exportAll' }, [{ email: 'nobody@example.com' }])).error?.message).toMatch(/^No customer with this id/);
});

test('consent: set with the whole wording, and proved with it', async () => {
	await customerData({ resource: 'consent', operation: 'set', options: { wording: 'v3', wordingText: 'Yes, write to me.', source: 'checkout' } }, [ANN]);
	const { items } = await customerData({ resource: 'consent', operation: 'prove' }, [ANN]);
	expect(items[0].json).toMatchObject({ kept: 1, about: 'ann', erased: false, files: ['consents.md', 'messages.md', 'consents-and-messages.json'], result: 'Proof of consents and messages' });
	expect(text(items[0].binary?.consents_md)).toContain('> Yes, write to me.');
	await customerData({ resource: 'customer', operation: 'erase' }, [ANN]);
	const erased = await customerData({ resource: 'consent', operation: 'prove' }, [ANN]);
	expect(erased.items[0].json).toMatchObject({ erased: true, files: ['erasure-act.md', 'erasure-journal.csv', 'erasure.json'] });
	expect(erased.items[0].binary?.erasure_journal_csv).toMatchObject({ mimeType: 'text/csv', fileName: 'erasure-journal.csv' });
});
