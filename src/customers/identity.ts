import { JourneyError } from '../core/errors';
import { normaliseEmail, type Normalised } from './email';
import { normalisePhone } from './phone';

/**
 * The identity types with fields of their own. Others are external ids, named by the shop or the channel: shopify, woocommerce,
 * retailcrm, segment_user, segment_anonymous, push, telegram ...
 */
export const IDENTITY_TYPES = {
	customerId: 'customer_id',
	email: 'email',
	phone: 'phone',
} as const;

const IDENTITY_TYPE = /^[a-z][a-z0-9_-]{0,39}$/;
const IDENTITY_VALUE_LIMIT = 255;
/** Most ids: nothing to trim, nothing to compose. */
const PLAIN_ID = /^[!-~]{1,255}$/;

/** One way to find a customer: the pair is unique in a store. Values are normalised. */
export interface Identity {
	type: string;
	value: string;
}

/** Who a record is about. At least one part is set; the parts are normalised. */
export interface CustomerRef {
	/** the shop's own id of the customer, the store's text key */
	customerId?: string;
	email?: string;
	/** E.164 */
	phone?: string;
	/** identity type -> value */
	externalIds?: Record<string, string>;
}

/** Trims an id of the shop or of a provider and refuses what no id has. */
export function normaliseId(raw: string): Normalised {
	if (PLAIN_ID.test(raw)) return { ok: true, value: raw };
	const value = raw.trim().normalize('NFC');
	if (value === '') return { ok: false, problem: 'is empty' };
	if (value.length > IDENTITY_VALUE_LIMIT) return { ok: false, problem: `is longer than ${IDENTITY_VALUE_LIMIT} characters` };
	if (/[\p{Cc}\p{Cs}]/u.test(value)) return { ok: false, problem: 'holds control characters' };
	return { ok: true, value };
}

/** Lower case, trimmed; `email`, `phone` and `customer_id` are refused here: they have fields of their own. */
export function normaliseIdentityType(raw: string): Normalised {
	const value = raw.trim().toLowerCase();
	if (!IDENTITY_TYPE.test(value)) {
		return { ok: false, problem: 'is no identity type: use a short word in lower-case letters, digits, _ or -, such as telegram' };
	}
	if ((Object.values(IDENTITY_TYPES) as string[]).includes(value)) {
		return { ok: false, problem: 'is no external identity: use the field of that name' };
	}
	return { ok: true, value };
}

/**
 * The identities of a reference in the order in which they are looked up: what the shop itself keys by first, then
 * external ids by type, then e-mail, then phone.
 */
export function identitiesOf(ref: CustomerRef): Identity[] {
	const identities: Identity[] = [];
	if (ref.customerId !== undefined) identities.push({ type: IDENTITY_TYPES.customerId, value: ref.customerId });
	const { externalIds } = ref;
	if (externalIds !== undefined) for (const type of Object.keys(externalIds).sort()) identities.push({ type, value: externalIds[type] });
	if (ref.email !== undefined) identities.push({ type: IDENTITY_TYPES.email, value: ref.email });
	if (ref.phone !== undefined) identities.push({ type: IDENTITY_TYPES.phone, value: ref.phone });
	return identities;
}

/**
 * Reads what stands in the one *Customer* field of a node: an e-mail when it has an @, a phone when it starts with + and
 * parses as one, else the customer id.
 * @throws JourneyError bad_input naming the field, when it is empty or its e-mail cannot exist
 */
export function parseCustomer(value: unknown, field = 'Customer'): CustomerRef {
	if (typeof value !== 'string' && !(typeof value === 'number' && Number.isFinite(value))) {
		throw unreadable(field, 'is missing: give a customer id, an e-mail address or a phone such as +442071838750');
	}
	const text = String(value).trim();
	if (text.includes('@')) {
		const email = normaliseEmail(text);
		if (email.ok) return { email: email.value };
		throw unreadable(field, `is an e-mail address that ${email.problem}: correct it`);
	}
	if (text.startsWith('+')) {
		const phone = normalisePhone(text);
		if (phone.ok) return { phone: phone.value };
	}
	const id = normaliseId(text);
	if (id.ok) return { customerId: id.value };
	throw unreadable(field, `${id.problem}: give a customer id, an e-mail address or a phone such as +442071838750`);
}

function unreadable(field: string, problem: string): JourneyError {
	return new JourneyError('bad_input', `${field} ${problem}.`, { field });
}
