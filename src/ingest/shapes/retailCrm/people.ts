import type { CustomerRef } from '../../../customers/identity';
import { firstOf, instantAt, listAt, objectAt, textAt, type Foreign } from '../foreign';
import type { Translator } from '../translation';

export const RETAILCRM = 'retailcrm';

/** RetailCRM writes '2026-11-21 18:00:00' in the time zone of the account. */
export const LOCAL_TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

/**
 * `externalId` is the shop's own id of the customer, so it is ours; `id` is RetailCRM's.
 * @param order whose e-mail and phone complete the customer's
 */
export function personRef(translator: Translator, person: Foreign | undefined, order?: Foreign): CustomerRef | undefined {
	return translator.ref({
		customerId: textAt(person, 'externalId'),
		email: firstOf(textAt(person, 'email'), textAt(order, 'email')),
		phone: firstOf(textAt(listAt(person, 'phones')[0], 'number'), textAt(order, 'phone')),
		country: countryOf(person, order),
		externalIds: { retailcrm: textAt(person, 'id') },
	});
}

export function addPerson(translator: Translator, ref: CustomerRef, person: Foreign | undefined, order?: Foreign): void {
	const { timeZone } = translator.defaults;
	const tags = person && 'tags' in person ? listAt(person, 'tags').flatMap((tag) => textAt(tag, 'name') ?? []) : undefined;
	translator.add('customers', {
		ref,
		firstName: firstOf(textAt(person, 'firstName'), textAt(order, 'firstName')),
		lastName: firstOf(textAt(person, 'lastName'), textAt(order, 'lastName')),
		birthDate: textAt(person, 'birthday'),
		country: countryOf(person, order),
		createdAt: instantAt(person, 'createdAt', timeZone),
		attributes: tags && { tags },
	});
	const unsubscribedAt = instantAt(person, 'emailMarketingUnsubscribedAt', timeZone);
	if (unsubscribedAt !== undefined) {
		translator.add('consents', { ref, channel: 'email', purpose: 'marketing', status: 'denied', at: unsubscribedAt, source: RETAILCRM });
	}
}

function countryOf(person: Foreign | undefined, order: Foreign | undefined): string | undefined {
	return firstOf(textAt(objectAt(person, 'address'), 'countryIso'), textAt(order, 'countryIso'));
}
