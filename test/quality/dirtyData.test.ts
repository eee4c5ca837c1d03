import { unitHash } from '../../src/core/hash';
import { Duplicates, type Pair, type Person } from '../../src/quality/duplicates';

const FIRST = ['Anna', 'Marie', 'Jonas', 'Lukas', 'Sofia', 'Emilia', 'Katharina', 'Alexander', 'Sebastian', 'Johanna', 'Matthias', 'Stefanie', 'Gabriele', 'Wolfgang', 'Christoph', 'Elisabeth', 'Екатерина', 'Дмитрий', 'Thomas', 'Ursula', 'James', 'Charlotte', 'Oliver', 'Isabella', 'Piotr', 'Agnieszka', 'José', 'Lucía', 'François', 'Amélie'];
const LAST = ['Müller', 'Schmidt', 'Schneider', 'Fischer', 'Weber', 'Wagner', 'Becker', 'Hoffmann', 'Schäfer', 'Richter', 'Petrova', 'Kuznetsov', 'Smirnova', 'Nowak', 'Kowalska', 'García', 'Fernández', 'Dubois', 'Lefèvre', 'Johnson', 'Williams', 'Thompson', 'Robinson', 'Zimmermann', 'Hartmann', 'Krüger', 'Lehmann', 'Köhler', 'Herrmann', 'König'];
const STREETS = ['Hauptstraße', 'Lindenweg', 'Schillerstraße', 'Bahnhofstraße', 'Goethestraße', 'Market Street', 'Park Avenue', 'Church Road', 'улица Ленина', 'Calle Mayor'];
const one = <T>(list: readonly T[], ...seed: (string | number)[]): T => list[Math.floor(unitHash(...seed) * list.length)] as T;
const between = (low: number, high: number, ...seed: (string | number)[]) => low + Math.floor(unitHash(...seed) * (high - low + 1));

/** A person as the shop met them first. */
function person(id: number): Person {
	const [first, last] = [one(FIRST, 'first', id), one(LAST, 'last', id)];
	return {
		id, key: `c${id}`, name: `${first} ${last}`,
		email: unitHash('mailed', id) < 0.8 ? `${first}.${last}${id}@${one(['gmail.com', 'web.de', 'firm.com'], 'at', id)}`.normalize('NFKD').replace(/[^\x20-\x7e]/g, '').toLowerCase() : null,
		phone: unitHash('phoned', id) < 0.6 ? `+49171${String(between(1_000_000, 9_999_999, 'phone', id))}` : null,
		birthDate: unitHash('born', id) < 0.5 ? `19${between(40, 99, 'year', id)}-${String(between(1, 12, 'month', id)).padStart(2, '0')}-${String(between(1, 28, 'day', id)).padStart(2, '0')}` : null,
		street: unitHash('street', id) < 0.7 ? `${one(STREETS, 'which street', id)} ${between(1, 120, 'house', id)}` : '',
		place: String(between(10_000, 10_400, 'place', id)),
	};
}

/** Somebody who writes in haste: a letter left out or two that change places. */
function slip(word: string, seed: number): string {
	const at = between(1, Math.max(1, word.length - 3), 'slip', seed);
	return unitHash('kind of slip', seed) < 0.5 ? word.slice(0, at) + word.slice(at + 1) : word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
}

/** The same person a second time: at another till, on another device, with another address. */
function again(known: Person, id: number): Person {
	const [first, last] = known.name.split(' ') as [string, string];
	const name = one([known.name, `${last}, ${first}`, `${slip(first, id)} ${last}`, `${first} ${slip(last, id)}`, known.name.normalize('NFKD').replace(/\p{M}/gu, ''), `${first} Maria ${last}`], 'name again', id);
	const email = known.email === null ? null : one([known.email.replace('@', '+shop@'), null, known.email.endsWith('gmail.com') ? known.email.replace('.', '') : `other${id}@web.de`], 'mail again', id);
	const street = known.street && one([known.street, known.street.replace('straße', 'str.'), known.street.replace('straße', 'strasse').toUpperCase(), known.street.replace('Street', 'St').replace('Avenue', 'Ave.').replace('Road', 'Rd').replace('улица', 'ул.').replace('Calle', 'C/')], 'street again', id);
	return { ...known, id, key: `c${id}`, name, email, phone: unitHash('phone again', id) < 0.6 ? known.phone : null, birthDate: unitHash('born again', id) < 0.7 ? known.birthDate : null, street };
}

/** Others who share something: a household, a shared phone, somebody of the same name elsewhere. */
function other(known: Person, id: number): Person {
	const [first, last] = known.name.split(' ') as [string, string];
	const fresh = person(id);
	const kind = between(0, 3, 'other', id);
	const somebody = one(FIRST.filter((name) => name !== first && !name.startsWith(first.slice(0, 3))), 'relative', id);
	if (kind === 0) return { ...fresh, name: `${somebody} ${last}`, street: known.street, place: known.place };
	if (kind === 1) return { ...fresh, name: `${somebody} ${last}`, phone: known.phone };
	if (kind === 2) return { ...fresh, name: known.name };
	return { ...fresh, birthDate: known.birthDate, place: known.place };
}

const PEOPLE = 6_000;
const TWICE = 1_000;

test('in 6,000 customers of whom 1,000 are in the store twice, and 1,000 share something with another: nearly all that can be told, and few that are wrong', () => {
	const people = Array.from({ length: PEOPLE }, (_, id) => person(id));
	const twins = people.slice(0, TWICE).map((known, place) => again(known, PEOPLE + place));
	const others = people.slice(TWICE, 2 * TWICE).map((known, place) => other(known, PEOPLE + TWICE + place));
	const duplicates = new Duplicates();
	for (const somebody of [...people, ...twins, ...others]) duplicates.add(somebody);
	const pairs = duplicates.pairs();
	const isTrue = ({ one: first, other: second }: Pair) => second.id >= PEOPLE && second.id < PEOPLE + TWICE && first.id === second.id - PEOPLE;
	// Of whom nothing but the name is left, nobody can be told.
	const findable = twins.filter((twin, place) => { const known = people[place]!; return (twin.email !== null && !twin.email.startsWith('other')) || (twin.phone !== null && known.phone !== null) || (twin.birthDate !== null && known.birthDate !== null) || twin.street !== ''; });
	const found = new Set(pairs.filter(isTrue).map(({ other: { id } }) => id));
	const likely = pairs.filter(({ sure }) => sure === 'likely');
	const figures = { findable: findable.length, recall: findable.filter(({ id }) => found.has(id)).length / findable.length, precision: pairs.filter(isTrue).length / pairs.length, likely: likely.filter(isTrue).length / likely.length };
	process.stdout.write(`Duplicates: of ${figures.findable} that can be told ${(100 * figures.recall).toFixed(1)} % found; right are ${(100 * figures.precision).toFixed(1)} % of all ${pairs.length} pairs, ${(100 * figures.likely).toFixed(1)} % of the ${likely.length} likely ones\n`);
	expect(figures.findable).toBeGreaterThan(900);
	expect(figures.recall).toBeGreaterThan(0.95);
	expect(figures.precision).toBeGreaterThan(0.8);
	expect(figures.likely).toBeGreaterThan(0.97);
});
