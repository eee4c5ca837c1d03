import fc from 'fast-check';
import { normaliseEmail } from '../../src/customers/email';
import { identitiesOf, normaliseId, normaliseIdentityType, parseCustomer } from '../../src/customers/identity';
import { normalisePhone, supportedCountry } from '../../src/customers/phone';

describe('e-mail addresses', () => {
	test.each([
		['  Anna@Example.COM ', 'anna@example.com'],
		['anna.b+shop@example.com', 'anna.b+shop@example.com'],
		['A.N.N.A@gmail.com', 'a.n.n.a@gmail.com'],
		["o'neil@example.co.uk", "o'neil@example.co.uk"],
		['info@Пример.рф', 'info@xn--e1afmkfd.xn--p1ai'],
		['info@xn--e1afmkfd.xn--p1ai', 'info@xn--e1afmkfd.xn--p1ai'],
		['mu\u0308ller@example.com', 'müller@example.com'],
		['МАША@example.com', 'маша@example.com'],
		['a@sub.example.museum', 'a@sub.example.museum'],
	])('%s is %s', (raw, value) => {
		expect(normaliseEmail(raw)).toEqual({ ok: true, value });
	});

	test.each([
		['', 'has no @'],
		['anna.example.com', 'has no @'],
		['@example.com', 'has nothing before the @'],
		['anna@', 'has nothing after the @'],
		['anna b@example.com', 'has a space before the @'],
		['anna@home@example.com', 'has a second @ before the @'],
		['.anna@example.com', 'has a dot in the wrong place before the @'],
		['an..na@example.com', 'has a dot in the wrong place before the @'],
		['anna<b>@example.com', 'has a character that is not allowed before the @'],
		[`${'a'.repeat(65)}@example.com`, 'is longer than 64 bytes before the @'],
		[`a@${'a.'.repeat(130)}com`, 'is longer than 254 bytes'],
		['anna@localhost', 'has a domain that cannot exist'],
		['anna@-example.com', 'has a domain that cannot exist'],
		['anna@exam ple.com', 'has a domain that cannot exist'],
		['anna@example..com', 'has a domain that cannot exist'],
		['anna@192.168.1.1', 'has a domain that cannot exist'],
		['anna@example.com/x', 'has a domain that cannot exist'],
		['anna@example.com:25', 'has a domain that cannot exist'],
		['anna@%65xample.com', 'has a domain that cannot exist'],
		['"anna" <anna@example.com>', 'has a space before the @'],
	])('%j %s', (raw, problem) => {
		expect(normaliseEmail(raw)).toEqual({ ok: false, problem });
	});

	test('normalising again changes nothing', () => {
		const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
		fc.assert(
			fc.property(fc.oneof(fc.emailAddress(), fc.tuple(part, part).map(([local, domain]) => `${local}@${domain}.com`)), (raw) => {
				const once = normaliseEmail(raw);
				if (once.ok) expect(normaliseEmail(once.value)).toEqual(once);
			}),
			{ seed: 1, numRuns: 2_000 },
		);
	});

	test('letter case and composition never make two people of one', () => {
		fc.assert(
			fc.property(fc.emailAddress(), (raw) => {
				expect(normaliseEmail(raw.toUpperCase())).toEqual(normaliseEmail(raw));
				expect(normaliseEmail(raw.normalize('NFD'))).toEqual(normaliseEmail(raw));
			}),
			{ seed: 2 },
		);
	});
});

describe('phones', () => {
	test.each([
		['+44 20 7183 8750', undefined, '+442071838750'],
		['020 7183 8750', 'GB', '+442071838750'],
		['0044 20 7183 8750', 'GB', '+442071838750'],
		['(020) 7183-8750', 'gb', '+442071838750'],
		['8 (912) 345-67-89', 'RU', '+79123456789'],
		['+7 912 345 67 89', 'DE', '+79123456789'],
		['0151/23456789', 'DE', '+4915123456789'],
	])('%s in %s is %s', (raw, country, value) => {
		expect(normalisePhone(raw, country)).toEqual({ ok: true, value });
	});

	test.each([
		['020 7183 8750', undefined, 'has no country code that exists: write it as +44..., or set a default country'],
		['+999123456789', undefined, 'has no country code that exists: write it as +44..., or set a default country'],
		['+1', undefined, 'has too few digits'],
		['+44 20', undefined, 'has the wrong number of digits for its country'],
		['+4420718387501234567890', undefined, 'has too many digits'],
		['call me', 'GB', 'has characters that no phone number has'],
		['020 7183 8750 ext. 5', 'GB', 'has characters that no phone number has'],
		['', 'GB', 'has characters that no phone number has'],
	])('%j in %s %s', (raw, country, problem) => {
		expect(normalisePhone(raw, country)).toEqual({ ok: false, problem });
	});

	test('normalising again changes nothing', () => {
		fc.assert(
			fc.property(fc.constantFrom('GB', 'DE', 'RU', 'US', 'AR', 'MX', 'IT', 'CI'), fc.stringMatching(/^\+?[0-9][0-9 ()-]{4,16}$/), (country, raw) => {
				const once = normalisePhone(raw, country);
				if (once.ok) expect(normalisePhone(once.value)).toEqual(once);
			}),
			{ seed: 3, numRuns: 2_000 },
		);
	});

	test('an unknown default country is no country', () => {
		expect([supportedCountry('gb'), supportedCountry('XX'), supportedCountry(undefined)]).toEqual(['GB', undefined, undefined]);
	});
});

describe('ids', () => {
	test('are trimmed and composed, and otherwise left alone', () => {
		expect(normaliseId(' C-0017 ')).toEqual({ ok: true, value: 'C-0017' });
		expect(normaliseId('Mu\u0308ller 7')).toEqual({ ok: true, value: 'Müller 7' });
	});

	test.each([
		['  ', 'is empty'],
		['x'.repeat(256), 'is longer than 255 characters'],
		['a\u0000b', 'holds control characters'],
		['a\nb', 'holds control characters'],
		['a\ud800', 'holds control characters'],
	])('%j %s', (raw, problem) => {
		expect(normaliseId(raw)).toEqual({ ok: false, problem });
	});

	test('identity types are short words, and the three fields are none', () => {
		expect(normaliseIdentityType(' Telegram ')).toEqual({ ok: true, value: 'telegram' });
		for (const raw of ['', '7up', 'a b', 'x'.repeat(41), 'email', 'phone', 'customer_id']) expect(normaliseIdentityType(raw).ok).toBe(false);
	});

	test('are looked up in a fixed order, whatever order they were written in', () => {
		expect(identitiesOf({ phone: '+442071838750', externalIds: { woocommerce: '2', shopify: '1' }, email: 'a@example.com', customerId: 'c1' })).toEqual([
			{ type: 'customer_id', value: 'c1' },
			{ type: 'shopify', value: '1' },
			{ type: 'woocommerce', value: '2' },
			{ type: 'email', value: 'a@example.com' },
			{ type: 'phone', value: '+442071838750' },
		]);
		expect(identitiesOf({})).toEqual([]);
	});
});

describe('the Customer field of a node', () => {
	test.each([
		[' Anna@Example.com ', { email: 'anna@example.com' }],
		['+44 20 7183 8750', { phone: '+442071838750' }],
		['+not-a-phone', { customerId: '+not-a-phone' }],
		['+12', { customerId: '+12' }],
		['17850', { customerId: '17850' }],
		[17850, { customerId: '17850' }],
		['02071838750', { customerId: '02071838750' }],
	])('%j is %j', (value, ref) => {
		expect(parseCustomer(value)).toEqual(ref);
	});

	test.each([
		[undefined, 'Customer is missing: give a customer id, an e-mail address or a phone such as +442071838750.'],
		[null, 'Customer is missing: give a customer id, an e-mail address or a phone such as +442071838750.'],
		[{}, 'Customer is missing: give a customer id, an e-mail address or a phone such as +442071838750.'],
		[Number.NaN, 'Customer is missing: give a customer id, an e-mail address or a phone such as +442071838750.'],
		['  ', 'Customer is empty: give a customer id, an e-mail address or a phone such as +442071838750.'],
		['anna@', 'Customer is an e-mail address that has nothing after the @: correct it.'],
	])('%j is refused', (value, message) => {
		expect(() => parseCustomer(value)).toThrow(expect.objectContaining({ code: 'bad_input', message }));
	});
});
