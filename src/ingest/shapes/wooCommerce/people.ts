import type { CustomerRef } from '../../../customers/identity';
import { firstOf, instantAt, textAt, type Foreign } from '../foreign';
import type { Translator } from '../translation';

export const WOOCOMMERCE = 'woocommerce';

/** `date_created_gmt` is UTC without saying so; `date_created` is in the shop's zone. */
export function gmtAt(json: Foreign, key: string, timeZone: string): number | undefined {
	return firstOf(instantAt(json, `${key}_gmt`, 'UTC'), instantAt(json, key, timeZone));
}

interface Person {
	/** '0' for a guest */
	id: string | undefined;
	email: string | undefined;
	billing: Foreign | undefined;
}

export function personRef(translator: Translator, { id, email, billing }: Person): CustomerRef | undefined {
	return translator.ref({
		email: firstOf(email, textAt(billing, 'email')),
		phone: textAt(billing, 'phone'),
		country: textAt(billing, 'country'),
		externalIds: { woocommerce: id === '0' ? undefined : id },
	});
}

/** @param profile the customer itself, where the payload is about one */
export function addPerson(translator: Translator, ref: CustomerRef, person: { billing: Foreign | undefined; profile?: Foreign; createdAt?: number; updatedAt?: number }): void {
	translator.add('customers', {
		ref,
		firstName: firstOf(textAt(person.profile, 'first_name'), textAt(person.billing, 'first_name')),
		lastName: firstOf(textAt(person.profile, 'last_name'), textAt(person.billing, 'last_name')),
		country: textAt(person.billing, 'country'),
		createdAt: person.createdAt,
		updatedAt: person.updatedAt,
	});
}
