import { createHash } from 'node:crypto';

/** Invented names: the data set has none. Any likeness is chance. */
const firstNames = 'Ada Alice Amir Anna Arthur Beatrix Ben Clara Daisy Daniel Edith Elena Emil Esme Felix Flora Freya George Grace Hana Harry Hugo Ida Iris Isaac Ivy Jack Jonas Julia Kai Lara Leo Lena Louis Lucy Mabel Maria Max Maya Mila Mina Nina Noah Nora Olga Oscar Otto Pia Ralph Rosa Ruby Sami Sofia Tara Theo Tilda Tom Vera Viola Yara Zoe'.split(' ');
const lastNames = 'Abbot Archer Barlow Becker Bell Bishop Brook Carter Cole Dale Dixon Ellis Fairway Fenn Fischer Ford Garnier Glover Grove Hale Harper Hill Holm Hunter Lake Lambert Lane Marsh Mason Meyer Mills Moreau North Novak Olsen Page Park Potter Price Reed Rivers Rossi Sandberg Shaw Silva Stone Summers Thorne Vale Walker Ward Weaver Wells West Winter Wood Wright York'.split(' ');

const places = {
	'United Kingdom': ['GB', 'Europe/London', 'en-GB'],
	Germany: ['DE', 'Europe/Berlin', 'de-DE'],
	France: ['FR', 'Europe/Paris', 'fr-FR'],
	EIRE: ['IE', 'Europe/Dublin', 'en-IE'],
	Spain: ['ES', 'Europe/Madrid', 'es-ES'],
	Belgium: ['BE', 'Europe/Brussels', 'fr-BE'],
	Switzerland: ['CH', 'Europe/Zurich', 'de-CH'],
	Portugal: ['PT', 'Europe/Lisbon', 'pt-PT'],
	Finland: ['FI', 'Europe/Helsinki', 'fi-FI'],
	Italy: ['IT', 'Europe/Rome', 'it-IT'],
	Norway: ['NO', 'Europe/Oslo', 'nb-NO'],
	Australia: ['AU', 'Australia/Sydney', 'en-AU'],
	Japan: ['JP', 'Asia/Tokyo', 'ja-JP'],
	USA: ['US', 'America/New_York', 'en-US'],
};

/** A number in [0, 1) that depends on the parts alone, so that every cut of the sample is the same. */
export function chance(...parts) {
	return Number.parseInt(createHash('sha256').update(parts.join('|')).digest('hex').slice(0, 13), 16) / 2 ** 52;
}

export const isKnownPlace = (country) => country in places;

/**
 * Everything about a person that the data set does not tell.
 * @param {string} customerId
 * @param {string} country as the data set spells it
 * @param {number} serial below 1000 and different for every customer, so that no two share a phone
 */
export function inventPerson(customerId, country, serial) {
	const [code, timeZone, locale] = places[country];
	const firstName = firstNames[Math.floor(chance('first name', customerId) * firstNames.length)];
	const lastName = lastNames[Math.floor(chance('last name', customerId) * lastNames.length)];
	return {
		customer_id: customerId,
		email: `${firstName}.${lastName}.${customerId}@example.com`.toLowerCase(),
		// Ofcom keeps 07700 900000 to 900999 free for invented people.
		phone: code === 'GB' && chance('has phone', customerId) < 0.6 ? `+447700900${String(serial).padStart(3, '0')}` : '',
		first_name: firstName,
		last_name: lastName,
		country: code,
		time_zone: timeZone,
		locale,
		birth_date: chance('has birthday', customerId) < 0.7 ? inventBirthday(customerId) : '',
	};
}

function inventBirthday(customerId) {
	const days = Math.floor(chance('birthday', customerId) * 365 * 50);
	return new Date(Date.UTC(1950, 0, 1) + days * 86_400_000).toISOString().slice(0, 10);
}
