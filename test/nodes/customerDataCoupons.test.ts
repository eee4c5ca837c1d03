import type { IDataObject } from 'n8n-workflow';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { DAY, START_MS } from '../support/eachStore';
import { closeStores, customerData, freshStore } from './nodeRuns';

let store: StoreHandle;
beforeEach(async () => {
	store = freshStore(START_MS);
	await store.run('customers.upsert', { items: [{ ref: { customerId: 'anna', email: 'anna@example.com' } }] });
});
afterEach(async () => {
	store.release();
	await closeStores();
});

const coupon = async (operation: string, parameters: IDataObject, json: IDataObject[]) => await customerData({ resource: 'coupon', operation, ...parameters }, json);
const ISSUE = { pool: 'winback', pattern: 'BACK-####-####', benefit: '10 % off', validDays: 7 };

test('a coupon is issued, stands in the item for the letter, and is redeemed once with the order', async () => {
	const { items: [issued] } = await coupon('issue', ISSUE, [{ email: 'anna@example.com' }]);
	const made = issued.json.coupon as IDataObject;
	expect(issued.json).toMatchObject({ customer: { id: 'anna' }, changed: true, result: 'Coupon issued', coupon: { pool: 'winback', benefit: '10 % off', expiresAt: new Date(START_MS + 7 * DAY).toISOString(), redeemedAt: null } });
	expect(made.code).toMatch(/^BACK-/);
	expect((await coupon('issue', ISSUE, [{ customer_id: 'anna' }])).items[0].json).toMatchObject({ changed: false, coupon: { code: made.code } });
	const order = { order_id: '1001', coupon_code: String(made.code).toLowerCase(), email: 'anna@example.com' };
	expect((await coupon('redeem', {}, [order])).items[0].json).toMatchObject({ changed: true, result: 'Coupon redeemed' });
	expect((await coupon('redeem', {}, [order])).items[0].json).toMatchObject({ changed: false });
	expect((await coupon('redeem', {}, [{ ...order, order_id: '1002' }])).error?.message).toMatch(/was used on 2026-03-02: it works once/);
});

test('codes of a spreadsheet, a date to expire on, and what is wrong by the name of its field', async () => {
	await coupon('addCodes', { pool: 'list' }, [{ code: 'ONE' }, { code: 'TWO' }]);
	const { items: [issued] } = await coupon('issue', { pool: 'list', codes: 'list', validDays: 0, options: { expiresAt: '2026-12-31 23:59' } }, [{ customer_id: 'anna' }]);
	expect(issued.json.coupon).toMatchObject({ code: 'ONE', expiresAt: '2026-12-31T23:59:00.000Z' });
	expect((await coupon('issue', { ...ISSUE, pool: '  ' }, [{ customer_id: 'anna' }])).error?.message).toMatch(/"Pool" is wrong: is empty/);
	for (const validDays of ['={{ $json.days }}', 'a week', -1]) expect((await coupon('issue', { ...ISSUE, validDays }, [{ customer_id: 'anna' }])).error?.message).toMatch(/"Valid For \(Days\)" must be a number from 0 on/);
	expect((await coupon('issue', { ...ISSUE, pattern: 'SAVE-#' }, [{ customer_id: 'anna' }])).error?.message).toMatch(/1 place marked #/);
});
