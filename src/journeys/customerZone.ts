import { zoneOf } from '../policy/zone';

/** What says where a customer lives; a row of the store has it. */
export interface Whereabouts {
	time_zone: string | null;
	country: string | null;
	phone: string | null;
}

/** The zone a customer's local times are read in: waits and quiet hours go by the same chain (contact-policy.md section 5, J46). */
export function customerZone(customer: Whereabouts, storeZone: string): string {
	const { time_zone: timeZone, country, phone } = customer;
	return zoneOf({ stage: null, vip: false, timeZone, country, phone, email: null, addresses: {} }, { storeZone, strict: false }).clock.name;
}
