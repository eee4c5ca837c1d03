import { Duplicates, nameLikeness, type Person } from '../../src/quality/duplicates';

let next = 0;
const person = (values: Partial<Person>): Person => ({ id: ++next, key: `c${next}`, email: null, phone: null, name: '', birthDate: null, street: '', place: '', ...values });
function pairs(...people: Partial<Person>[]): { who: string; sure: string; why: string[] }[] {
	next = 0;
	const found = new Duplicates();
	for (const one of people) found.add(person(one));
	return found.pairs().map(({ one, other, sure, why }) => ({ who: `${one.key} ${other.key}`, sure, why }));
}

test('the same e-mail but for tags, dots at Gmail and case is likely one person, unless the names are quite other ones', () => {
	expect(pairs({ email: 'Anna.Smith+news@gmail.com' }, { email: 'annasmith@googlemail.com' })).toEqual([{ who: 'c1 c2', sure: 'likely', why: ['the same e-mail but for dots, tags or case'] }]);
	expect(pairs({ email: 'anna.smith@firm.com' }, { email: 'annasmith@firm.com' })).toEqual([]);
	expect(pairs({ email: 'x+a@firm.com', name: 'Anna Smith' }, { email: 'x+b@firm.com', name: 'Boris Ivanov' })[0]?.sure).toBe('possible');
});

test('the same phone, with its country code or without, is likely one person only if the names are alike: families share phones', () => {
	expect(pairs({ phone: '+491711234567', name: 'Anna Müller' }, { phone: '+41711234567', name: 'Muller, Anna' })).toEqual([{ who: 'c1 c2', sure: 'likely', why: ['the same phone', 'the same name'] }]);
	expect(pairs({ phone: '+491711234567', name: 'Anna Müller' }, { phone: '+491711234567', name: 'Bernd Müller' })[0]?.sure).toBe('possible');
});

test('a birth date or an address needs a name that is alike', () => {
	expect(pairs({ birthDate: '1990-05-17', name: 'Ekaterina Petrova' }, { birthDate: '1990-05-17', name: 'Petrova Ekatirina' }, { birthDate: '1990-05-17', name: 'Max Mayer' })).toEqual([{ who: 'c1 c2', sure: 'possible', why: ['the same birth date', 'a name that differs by a slip of the pen'] }]);
	const home = { street: 'Hauptstraße 5', place: '10115' };
	expect(pairs({ ...home, name: 'Anna Schmidt' }, { street: 'hauptstrasse 5', place: '10115', name: 'Anna Schmitd' }, { ...home, name: 'Otto Schmidt' })).toEqual([{ who: 'c1 c2', sure: 'possible', why: ['the same address', 'a name that differs by a slip of the pen'] }]);
	expect(pairs({ ...home, birthDate: '1990-05-17', name: 'Anna Schmidt' }, { ...home, birthDate: '1990-05-17', name: 'Anna Schmit' })[0]).toMatchObject({ sure: 'likely', why: ['the same birth date', 'the same address', 'a name that differs by a slip of the pen'] });
	expect(pairs(home, home)).toEqual([]);
	for (const [street, short] of [['Hauptstraße 5', 'HAUPTSTR. 5'], ['12 Market Street', '12 Market St.'], ['улица Ленина 7', 'ул. Ленина, 7'], ['Calle Mayor 3', 'C/ Mayor 3']]) expect(pairs({ street, place: '10115', name: 'Anna Schmidt' }, { street: short, place: '10115', name: 'Anna Schmidt' })).toHaveLength(1);
	expect(pairs({ street: 'Hauptstraße 5', place: '10115', name: 'Anna Schmidt' }, { street: 'Hauptstraße 6', place: '10115', name: 'Anna Schmidt' })).toEqual([]);
});

test('what very many share tells nothing: a switchboard, 1 January 1900', () => {
	expect(pairs(...Array.from({ length: 200 }, (_, place) => ({ phone: '+74951234567', name: `Client ${place}` })))).toEqual([]);
});

test.each([
	['Anna Maria Smith', 'Smith Anna', 'alike'],
	['Anna', 'Anne', 'none'],
	['Jon Li', 'Jan Li', 'none'],
	['Alexander Kuznetsov', 'Aleksander Kuznecov', 'alike'],
	['José García', 'Garcia Jose', 'same'],
	['', 'Anna Smith', 'unknown'],
])('%s and %s: %s', (one, other, likeness) => expect(nameLikeness(one, other)).toBe(likeness));

test('a hundred thousand customers in a moment', () => {
	const found = new Duplicates();
	for (let place = 0; place < 100_000; place++) found.add(person({ email: `u${place}@example.org`, phone: `+49171${String(place).padStart(7, '0')}`, name: `First${place % 500} Last${place % 700}`, birthDate: `19${50 + (place % 50)}-0${1 + (place % 9)}-1${place % 10}` }));
	const began = process.cpuUsage();
	found.pairs();
	expect(process.cpuUsage(began).user / 1e6).toBeLessThan(10);
});
