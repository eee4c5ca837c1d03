import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { countryOfZone, zonesOfCountry } from './countryZones';
import type { CustomerFacts } from './facts';
import { zoneClock, type Policy } from './policy';
import { ZoneClock } from './zoneClock';

const PHONES_KEPT = 20_000;
const ZONES_KEPT = 2_000;

/** Which clock a customer lives by, and how it is known. */
export interface CustomerZone {
	/** Calendar windows are read in this zone. */
	clock: ZoneClock;
	/** Quiet hours, send windows and blackout dates must be open in all of these: one, or several when `strict`. */
	candidates: ZoneClock[];
	source: 'customer' | 'country' | 'store';
	/** It follows from the customer's country. */
	inferred: boolean;
}

/**
 * The zone chain (sections 5 and 11): the customer's own; else by the country of the phone or profile when that country
 * has one zone; else the store's, or, when strict, every zone the customer may live in. No zone never means no quiet hours.
 */
export function zoneOf(customer: CustomerFacts, policy: Pick<Policy, 'storeZone' | 'strict'>): CustomerZone {
	const own = customer.timeZone ? ZoneClock.of(customer.timeZone) : null;
	if (own !== null) return zoneBy('customer', own);
	const countries = [customer.phone ? countryOfPhone(customer.phone) : null, customer.country || null].filter((country) => country !== null);
	for (const country of countries) {
		const zones = clocksOf(zonesOfCountry(country));
		if (zones.length === 1) return zoneBy('country', zones[0]);
	}
	const store = zoneClock(policy.storeZone);
	return policy.strict ? strictZone(countries, store) : zoneBy('store', store);
}

const zonesKept = new Map<string, CustomerZone>();

/** Each made once: millions of customers live in some dozens of zones. */
function keptZone(name: string, make: () => CustomerZone): CustomerZone {
	let zone = zonesKept.get(name);
	if (zone) return zone;
	if (zonesKept.size >= ZONES_KEPT) zonesKept.clear();
	zonesKept.set(name, (zone = make()));
	return zone;
}

function zoneBy(source: CustomerZone['source'], clock: ZoneClock): CustomerZone {
	return keptZone(`${source} ${clock.name}`, () => ({ clock, candidates: [clock], source, inferred: source === 'country' }));
}

function strictZone(countries: readonly string[], store: ZoneClock): CustomerZone {
	return keptZone(`strict ${store.name} ${countries.join(' ')}`, () => ({ clock: store, candidates: candidateZones(countries, store), source: 'store', inferred: false }));
}

/** All zones of the customer's countries; with no country known, those of the store's country. */
function candidateZones(countries: readonly string[], store: ZoneClock): ZoneClock[] {
	const storeCountry = countryOfZone(store.name);
	const known = countries.flatMap((country) => zonesOfCountry(country));
	const names = known.length > 0 || storeCountry === null ? known : zonesOfCountry(storeCountry);
	const clocks = clocksOf([...new Set(names)]);
	return clocks.length > 0 ? clocks : [store];
}

/** Leaves out what this machine's time zone data does not know yet. */
const clocksOf = (names: readonly string[]): ZoneClock[] => names.map((name) => ZoneClock.of(name)).filter((clock) => clock !== null);

const phoneCountries = new Map<string, string | null>();

function countryOfPhone(phone: string): string | null {
	const known = phoneCountries.get(phone);
	if (known !== undefined) return known;
	const country = parsePhoneNumberFromString(phone)?.country ?? null;
	if (phoneCountries.size >= PHONES_KEPT) phoneCountries.clear();
	phoneCountries.set(phone, country);
	return country;
}
