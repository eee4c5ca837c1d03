import type { CustomerRef } from '../../../customers/identity';
import { readConsentStatus } from '../../words';
import { firstOf, instantAt, objectAt, textAt, type Foreign } from '../foreign';
import type { Translator } from '../translation';

export const SHOPIFY = 'shopify';

/** True when Shopify itself says what the payload is: `gid://shopify/Order/450789469`. */
export function isGid(json: Foreign, kind: string): boolean {
	return textAt(json, 'admin_graphql_api_id')?.startsWith(`gid://shopify/${kind}/`) === true;
}

/** `holder` is an order or a checkout, whose own contact completes the customer's; or the customer. */
export function customerRef(translator: Translator, customer: Foreign | undefined, holder: Foreign): CustomerRef | undefined {
	const address = firstOf(objectAt(customer, 'default_address'), objectAt(holder, 'billing_address'), objectAt(holder, 'shipping_address'));
	return translator.ref({
		email: firstOf(textAt(customer, 'email'), textAt(holder, 'email'), textAt(holder, 'contact_email')),
		phone: firstOf(textAt(customer, 'phone'), textAt(holder, 'phone')),
		country: textAt(address, 'country_code'),
		externalIds: { shopify: textAt(customer, 'id') },
	});
}

/** The person of a payload, with the consents that Shopify dates. */
export function addCustomer(translator: Translator, ref: CustomerRef, customer: Foreign | undefined, holder: Foreign): void {
	const address = firstOf(objectAt(customer, 'default_address'), objectAt(holder, 'billing_address'), objectAt(holder, 'shipping_address'));
	const tags = typeof customer?.tags === 'string' ? customer.tags.split(',').map((tag) => tag.trim()).filter(Boolean) : undefined;
	translator.add('customers', {
		ref,
		firstName: firstOf(textAt(customer, 'first_name'), textAt(address, 'first_name')),
		lastName: firstOf(textAt(customer, 'last_name'), textAt(address, 'last_name')),
		locale: firstOf(textAt(customer, 'locale'), textAt(holder, 'customer_locale')),
		country: textAt(address, 'country_code'),
		createdAt: instantAt(customer, 'created_at', 'UTC'),
		updatedAt: firstOf(instantAt(customer, 'updated_at', 'UTC'), instantAt(holder, 'updated_at', 'UTC')),
		attributes: tags && { tags },
	});
	if (customer) addConsents(translator, ref, customer);
}

/**
 * `email_marketing_consent` and `sms_marketing_consent`. A box that was never touched (`not_subscribed` without an
 * instant) is no decision, and states without a meaning here (`redacted`, `invalid`) are none either.
 */
function addConsents(translator: Translator, ref: CustomerRef, customer: Foreign): void {
	for (const channel of ['email', 'sms'] as const) {
		const consent = objectAt(customer, `${channel}_marketing_consent`);
		const status = readConsentStatus(textAt(consent, 'state') ?? '');
		if (consent === undefined || status === undefined) continue;
		const dated = instantAt(consent, 'consent_updated_at', 'UTC');
		const at = dated ?? (status === 'granted' ? instantAt(customer, 'updated_at', 'UTC') : undefined);
		if (at === undefined) continue;
		const optIn = textAt(consent, 'opt_in_level');
		translator.add('consents', { ref, channel, purpose: 'marketing', status, at, source: SHOPIFY, proof: optIn && `opt_in_level: ${optIn}` });
	}
}
