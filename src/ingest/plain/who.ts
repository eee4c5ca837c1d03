import { normaliseId, normaliseIdentityType, parseCustomer, type CustomerRef } from '../../customers/identity';
import { normaliseEmail, type Normalised } from '../../customers/email';
import { normalisePhone } from '../../customers/phone';
import { JourneyError } from '../../core/errors';
import type { FieldProblem } from '../problems';
import { isObject } from '../shapes/foreign';
import { asIs, type FieldTable, type FoundFields } from './fieldTable';

/** The fields that may say who an item is about. `customer` is the one text of a node's *Customer* field. */
export const WHO: FieldTable = {
	customerId: asIs('customerid', 'userid', 'clientid', 'contactid'),
	customer: asIs('customer'),
	email: asIs('email', 'emailaddress', 'customeremail', 'contactemail', 'useremail', 'mail'),
	phone: asIs('phone', 'phonenumber', 'mobile', 'mobilephone', 'mobilenumber', 'customerphone', 'telephone', 'tel', 'cellphone'),
	externalIds: asIs('externalids'),
};

/** Takes the fields of {@link WHO} out of `found`. What is wrong with them is added to its problems. */
export function takeRef(found: FoundFields, defaultCountry: string | undefined): CustomerRef | undefined {
	const { values, keyOf, problems } = found;
	const ref = whole(values.customer, problems);
	const read = (field: 'customerId' | 'email' | 'phone', normalise: (raw: string) => Normalised) => {
		const value = values[field];
		if (value === undefined) return;
		const result: Normalised = typeof value === 'string' || typeof value === 'number' ? normalise(String(value)) : { ok: false, problem: 'must be text' };
		if (result.ok) ref[field] = result.value;
		else problems.push({ field: keyOf.get(field) ?? field, problem: result.problem });
	};
	read('customerId', normaliseId);
	read('email', normaliseEmail);
	read('phone', (raw) => normalisePhone(raw, defaultCountry));
	const external = externalIds(values.externalIds, problems);
	if (external) ref.externalIds = external;
	for (const field of Object.keys(WHO)) delete values[field];
	return Object.keys(ref).length > 0 ? ref : undefined;
}

function whole(value: unknown, problems: FieldProblem[]): CustomerRef {
	if (value === undefined || isObject(value)) return {};
	try {
		return parseCustomer(value, 'customer');
	} catch (error) {
		if (!(error instanceof JourneyError)) throw error;
		problems.push({ field: 'customer', problem: error.message.replace(/^customer /, '').replace(/\.$/, '') });
		return {};
	}
}

function externalIds(value: unknown, problems: FieldProblem[]): Record<string, string> | undefined {
	if (value === undefined) return undefined;
	if (!isObject(value)) {
		problems.push({ field: 'external_ids', problem: 'must be an object such as { "telegram": "12345" }' });
		return undefined;
	}
	const ids: Record<string, string> = {};
	for (const [rawType, rawId] of Object.entries(value)) {
		if (rawId === null || rawId === undefined || rawId === '') continue;
		const type = normaliseIdentityType(rawType);
		const id: Normalised = typeof rawId === 'string' || typeof rawId === 'number' ? normaliseId(String(rawId)) : { ok: false, problem: 'must be text' };
		if (!type.ok) problems.push({ field: `external_ids.${rawType}`, problem: type.problem });
		else if (!id.ok) problems.push({ field: `external_ids.${rawType}`, problem: id.problem });
		else ids[type.value] = id.value;
	}
	return Object.keys(ids).length > 0 ? ids : undefined;
}
