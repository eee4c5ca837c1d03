import { Translator, type Shape } from '../translation';
import { addCustomer, customerRef, isGid } from './people';

/** Topics customers/create and customers/update. */
export const shopifyCustomer: Shape = {
	name: 'Shopify customer',

	detect: (json) => json.id !== undefined && (isGid(json, 'Customer') || ('email_marketing_consent' in json && 'verified_email' in json)),

	translate(json, defaults) {
		const translator = new Translator(this.name, defaults);
		const ref = customerRef(translator, json, json);
		if (ref) addCustomer(translator, ref, json, json);
		return translator.translation;
	},
};
