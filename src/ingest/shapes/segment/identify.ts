import type { JsonObject } from '../../json';
import { instantAt, objectAt, textAt, type Foreign } from '../foreign';
import { Translator, type Shape } from '../translation';
import { isMessage, messageAt, messageRef, traitsOf } from './message';

/** Traits with fields of their own; every other trait becomes an attribute. */
const OWN_TRAITS = new Set(['email', 'phone', 'firstName', 'first_name', 'lastName', 'last_name', 'birthday', 'createdAt', 'created_at', 'id']);

/** An identify call of the Segment spec. It also joins what the visitor did before the sign-in to the customer. */
export const segmentIdentify: Shape = {
	name: 'Segment identify',

	detect: (json) => isMessage(json, 'identify'),

	translate(json, defaults) {
		const translator = new Translator(this.name, defaults);
		const traits = traitsOf(json);
		const context = objectAt(json, 'context');
		const country = textAt(objectAt(traits, 'address'), 'country');
		const attributes = Object.fromEntries(Object.entries(traits).filter(([key, value]) => !OWN_TRAITS.has(key) && value !== null && value !== undefined));
		translator.add('customers', {
			ref: messageRef(translator, json),
			firstName: textAt(traits, 'firstName') ?? textAt(traits, 'first_name'),
			lastName: textAt(traits, 'lastName') ?? textAt(traits, 'last_name'),
			timeZone: textAt(context, 'timezone'),
			locale: textAt(context, 'locale'),
			birthDate: birthDateOf(traits),
			// The spec leaves the spelling open; a country in words stays in the address attribute.
			country: country?.length === 2 ? country : undefined,
			createdAt: instantAt(traits, 'createdAt', 'UTC') ?? instantAt(traits, 'created_at', 'UTC'),
			attributes: Object.keys(attributes).length > 0 ? (attributes as JsonObject) : undefined,
			updatedAt: messageAt(json, defaults.nowMs),
		});
		return translator.translation;
	},
};

/** The spec calls it a date and libraries send an instant. */
function birthDateOf(traits: Foreign): string | undefined {
	return textAt(traits, 'birthday')?.slice(0, 10);
}
