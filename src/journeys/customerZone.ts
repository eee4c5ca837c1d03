import { IANAZone } from 'luxon';

/** The zone a customer's local times are read in: the own one where it is usable, else the store's (J46). */
export function customerZone(customer: { time_zone: string | null }, storeZone: string): string {
	if (customer.time_zone && IANAZone.isValidZone(customer.time_zone)) return customer.time_zone;
	return storeZone;
}
