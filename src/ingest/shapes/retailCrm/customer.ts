import { objectAt, textAt, type Foreign } from '../foreign';
import { Translator, type Shape } from '../translation';
import { addPerson, LOCAL_TIME, personRef } from './people';

/** A customer as the API and the triggers of RetailCRM give it, alone or as `{ "customer": ... }`. */
export const retailCrmCustomer: Shape = {
	name: 'RetailCRM customer',

	detect: (json) => isCustomer(objectAt(json, 'customer') ?? json),

	translate(json, defaults) {
		const translator = new Translator(this.name, defaults);
		const person = objectAt(json, 'customer') ?? json;
		const ref = personRef(translator, person);
		if (ref) addPerson(translator, ref, person);
		return translator.translation;
	},
};

function isCustomer(person: Foreign): boolean {
	const isDated = LOCAL_TIME.test(textAt(person, 'createdAt') ?? '');
	return isDated && person.id !== undefined && Array.isArray(person.phones) && ('contragent' in person || 'ordersCount' in person || 'personalDiscount' in person);
}
