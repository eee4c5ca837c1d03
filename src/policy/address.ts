import { IDENTITY_TYPES } from '../customers/identity';
import { addressTypeOf } from './addressHash';
import type { CustomerFacts } from './facts';

/** Check 4 (section 11): the address a channel uses, or null when the customer has none. */
export function addressOf(customer: CustomerFacts, channel: string): string | null {
	const own = Object.hasOwn(customer.addresses, channel) ? customer.addresses[channel] : null;
	const type = addressTypeOf(channel);
	const usual = type === IDENTITY_TYPES.email ? customer.email : type === IDENTITY_TYPES.phone ? customer.phone : null;
	return usual || own || null;
}
