import { objectAt, textAt } from '../foreign';
import { Translator, type Shape } from '../translation';
import { addPerson, gmtAt, personRef } from './people';

/** Topics customer.created and customer.updated. */
export const wooCommerceCustomer: Shape = {
	name: 'WooCommerce customer',

	detect: (json) => json.id !== undefined && 'is_paying_customer' in json && typeof json.username === 'string' && 'billing' in json,

	translate(json, defaults) {
		const translator = new Translator(this.name, defaults);
		const billing = objectAt(json, 'billing');
		const ref = personRef(translator, { id: textAt(json, 'id'), email: textAt(json, 'email'), billing });
		if (!ref) return translator.translation;
		addPerson(translator, ref, {
			billing,
			profile: json,
			createdAt: gmtAt(json, 'date_created', defaults.timeZone),
			updatedAt: gmtAt(json, 'date_modified', defaults.timeZone),
		});
		return translator.translation;
	},
};
