import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';
import { parseCustomer } from '../../src/customers/identity';
import { JourneyError } from '../../src/core/errors';
import { ENTRY_STEP, type CustomerView } from '../../src/journeys/item';
import type { JourneySettings } from '../../src/journeys/settings';
import { toNodeError } from '../../src/n8n/errors';
import { text } from '../../src/n8n/eventFields';
import { waitingInWords } from '../../src/n8n/passengerList';
import { sampleEvent } from '../../src/n8n/sampleEvent';
import { insideInWords } from '../../src/n8n/dateSize';
import { countMembers, sizeInWords } from '../../src/n8n/segmentSize';
import { segmentOfEntry } from '../../src/segments/entrySegment';
import { withStore } from '../../src/n8n/storeAccess';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { TEST_ADDRESS, TEST_ENROLMENT } from '../../src/n8n/testCustomer';
import { readSettings } from './settings';

/** A test run: one test customer with a sample event, and who waits where (journeys.md section 9). Writes nothing. */
export async function emitTestCustomer(context: ITriggerFunctions): Promise<void> {
	const settings = readSettings(context);
	const options = context.getNodeParameter('options') as IDataObject;
	try {
		const item = await withStore(context, async (store) => await testItem(store, settings, text(options.testCustomer), text(options.testAddress) || TEST_ADDRESS));
		context.emit([[{ json: item }]]);
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}

async function testItem(store: StoreHandle, settings: JourneySettings, chosen: string, address: string): Promise<IDataObject> {
	const { now } = await store.run('store.settings', {});
	const customer = chosen ? await existing(store, chosen, address) : invented(address);
	const segment = segmentOfEntry(settings.entry);
	const { date } = settings.entry;
	const waiting = await store.run('journeys.waiting', { journey: settings.key });
	return {
		customer,
		journey: { key: settings.key, enrolment: TEST_ENROLMENT, step: ENTRY_STEP, visit: 0, variant: null },
		event: sampleEvent(settings, now),
		testRun: {
			note: 'This is a test customer. Nothing is written to the store, waits pass at once.',
			waitingNow: waitingInWords(waiting),
			...(segment === undefined ? {} : { segmentNow: `${segment}: ${sizeInWords(await countMembers(store, { name: segment }))}${settings.entry.alreadyInside ? '; they start too, little by little, when you publish' : ''}` }),
			...(date === undefined || date.of === 'moment' || date.of === 'owned' ? {} : { insideNow: `${await insideInWords(store, date)}: the moment has passed and the date is ahead${date.alreadyInside ? '; they start too, little by little, when you publish' : ''}` }),
		},
	} as unknown as IDataObject;
}

/** Everything but the address: a test must not reach a customer. */
async function existing(store: StoreHandle, chosen: string, address: string): Promise<CustomerView> {
	const [found] = await store.run('customers.get', { refs: [parseCustomer(chosen, '"Test With Customer"')] });
	if (found) return { ...found, email: address, phone: null };
	throw new JourneyError('unknown_customer', `"Test With Customer" names nobody in this store: ${chosen}. Give the id, e-mail or phone of a customer, or leave it empty.`, { field: 'Test With Customer' });
}

function invented(email: string): CustomerView {
	return { id: 'test-customer', email, phone: null, firstName: 'Test', lastName: 'Customer', timeZone: null, locale: null, stage: null, vip: false, attributes: {} };
}
