/** What is compared of a customer. */
export interface Person {
	/** The number in the store: the older customer has the lower one. */
	id: number;
	key: string;
	email: string | null;
	/** E.164 */
	phone: string | null;
	name: string;
	birthDate: string | null;
	/** Street and house number; empty: not known. */
	street: string;
	/** Postal code, else the city. */
	place: string;
}

/** Two customers who look like one person. */
export interface Pair {
	one: Person;
	other: Person;
	/** In words: "the same phone". */
	why: string[];
	/** `likely`: merge them after a look; `possible`: a family or namesakes share so much too. */
	sure: 'likely' | 'possible';
}

/** A phone of a switchboard, or a date that a form fills in, is shared by so many that it tells nothing. */
const TELLS_NOTHING_FROM = 60;

type Sign = 'email' | 'phone' | 'birthDate' | 'address';

const WORDS: Readonly<Record<Sign, string>> = { email: 'the same e-mail but for dots, tags or case', phone: 'the same phone', birthDate: 'the same birth date', address: 'the same address' };

/** Collects customers one by one, and finds who shares a sign of identity with whom. */
export class Duplicates {
	private readonly groups: Readonly<Record<Sign, Map<string, Person[]>>> = { email: new Map(), phone: new Map(), birthDate: new Map(), address: new Map() };

	add(person: Person): void {
		const signs: Record<Sign, string> = {
			email: person.email === null ? '' : emailSign(person.email),
			phone: person.phone === null ? '' : phoneSign(person.phone),
			birthDate: person.birthDate !== null && person.name !== '' ? person.birthDate : '',
			address: person.street !== '' && person.place !== '' && person.name !== '' ? `${plain(person.place)} ${plain(person.street).split(' ').map(shortWord).join(' ')}` : '',
		};
		for (const sign of Object.keys(signs) as Sign[]) {
			if (signs[sign] === '') continue;
			const group = this.groups[sign].get(signs[sign]);
			if (!group) this.groups[sign].set(signs[sign], [person]);
			else if (group.length < TELLS_NOTHING_FROM) group.push(person);
		}
	}

	/** Likely ones first, then in the order of their numbers. A birth date or an address alone is no sign: the names must be alike too. */
	pairs(): Pair[] {
		const shared = new Map<string, { one: Person; other: Person; signs: Set<Sign> }>();
		for (const sign of Object.keys(this.groups) as Sign[]) {
			for (const group of this.groups[sign].values()) {
				if (group.length < 2 || group.length >= TELLS_NOTHING_FROM) continue;
				group.forEach((other, place) => {
					for (const one of group.slice(0, place)) {
						const [first, second] = one.id < other.id ? [one, other] : [other, one];
						const name = `${first.id}/${second.id}`;
						const known = shared.get(name);
						if (known) known.signs.add(sign);
						else shared.set(name, { one: first, other: second, signs: new Set([sign]) });
					}
				});
			}
		}
		return [...shared.values()].flatMap(judge).sort((a, b) => Number(a.sure === 'possible') - Number(b.sure === 'possible') || a.one.id - b.one.id || a.other.id - b.other.id);
	}
}

function judge({ one, other, signs }: { one: Person; other: Person; signs: ReadonlySet<Sign> }): Pair[] {
	const likeness = nameLikeness(one.name, other.name);
	const contact = signs.has('email') || signs.has('phone');
	if (!contact && (likeness === 'none' || likeness === 'unknown')) return [];
	const why = [...signs].map((sign) => WORDS[sign]);
	if (likeness === 'same') why.push('the same name');
	if (likeness === 'alike') why.push('a name that differs by a slip of the pen');
	const likely = signs.has('email') ? likeness !== 'none' : signs.has('phone') ? likeness === 'same' || likeness === 'alike' : likeness === 'same' || signs.size > 1;
	return [{ one, other, why, sure: likely ? 'likely' : 'possible' }];
}

/** What remains of an address where providers see no difference: tags everywhere, dots at Gmail. */
function emailSign(email: string): string {
	const at = email.lastIndexOf('@');
	const domain = email.slice(at + 1).toLowerCase().replace(/^googlemail\.com$/, 'gmail.com');
	const local = email.slice(0, at).toLowerCase().replace(/\+.*$/, '');
	return `${domain === 'gmail.com' ? local.replaceAll('.', '') : local}@${domain}`;
}

/** Nine digits: what is the same with the country's code and without. */
function phoneSign(phone: string): string {
	return phone.replace(/\D/g, '').slice(-9);
}

/** Words in small letters without accents, in one order: "Müller, Anna" is "Anna Muller". */
function wordsOf(name: string): string[] {
	return plain(name).split(' ').filter(Boolean).sort();
}

function plain(text: string): string {
	return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss').replaceAll('ё', 'е').replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/** How words of addresses are shortened, in letters without accents. */
const SHORT_WORDS: Readonly<Record<string, string>> = { street: 'st', avenue: 'ave', av: 'ave', road: 'rd', lane: 'ln', drive: 'dr', square: 'sq', boulevard: 'blvd', bd: 'blvd', calle: 'c', ulica: 'ul', ulitsa: 'ul', улица: 'ул', проспект: 'пр', просп: 'пр', переулок: 'пер', platz: 'pl', place: 'pl', plaza: 'pl' };

/** "Hauptstraße" is "Hauptstr.", "Market Street" is "Market St". */
function shortWord(word: string): string {
	return Object.hasOwn(SHORT_WORDS, word) ? SHORT_WORDS[word] : word.replace(/strasse$/, 'str').replace(/(?<=.{3})platz$/, 'pl');
}

/** @returns `unknown` where one has no name */
export function nameLikeness(one: string, other: string): 'same' | 'alike' | 'none' | 'unknown' {
	const [a, b] = [wordsOf(one), wordsOf(other)];
	if (a.length === 0 || b.length === 0) return 'unknown';
	if (a.join(' ') === b.join(' ')) return 'same';
	const [short, long] = a.length <= b.length ? [a, b] : [b, a];
	// A first name alone says too little; a second first name may be missing.
	const isAlike = (word: string) => long.some((candidate) => candidate === word || slips(word, candidate) <= (Math.min(word.length, candidate.length) >= 8 ? 2 : Math.min(word.length, candidate.length) >= 4 ? 1 : 0));
	return short.length >= 2 && short.every(isAlike) ? 'alike' : 'none';
}

/** Letters that were left out, put in, changed, or changed places (optimal string alignment). */
function slips(one: string, other: string): number {
	if (Math.abs(one.length - other.length) > 2) return 3;
	const table = Array.from({ length: one.length + 1 }, (_, row) => Array.from({ length: other.length + 1 }, (_unused, column) => (row === 0 ? column : column === 0 ? row : 0)));
	for (let row = 1; row <= one.length; row++) {
		for (let column = 1; column <= other.length; column++) {
			const same = one[row - 1] === other[column - 1];
			table[row][column] = Math.min(table[row - 1][column] + 1, table[row][column - 1] + 1, table[row - 1][column - 1] + (same ? 0 : 1));
			if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) table[row][column] = Math.min(table[row][column], table[row - 2][column - 2] + 1);
		}
	}
	return table[one.length][other.length];
}
