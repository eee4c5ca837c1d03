import type { CustomerFacts } from './facts';

const BY_PHONE = new Set(['sms', 'call', 'whatsapp']);

/** Check 4 (section 11): the address a channel uses, or null when the customer has none. */
export function addressOf(customer: CustomerFacts, channel: string): string | null {
	const own = Object.hasOwn(customer.addresses, channel) ? customer.addresses[channel] : null;
	if (channel === 'email') return customer.email || own || null;
	if (BY_PHONE.has(channel)) return customer.phone || own || null;
	return own || null;
}
