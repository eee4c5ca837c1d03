import { isSupportedCountry, parsePhoneNumberWithError, ParseError, type CountryCode } from 'libphonenumber-js';
import type { Normalised } from './email';

/** The characters people and exports write a phone with; everything else is not a phone. */
const PHONE_SHAPE = /^[+\d\s().\-/\u00a0\u2009\u2010-\u2015]+$/;

/**
 * The one spelling under which a phone finds its customer: E.164 ('+442071838750').
 * @param raw international ('+44 20 7183 8750', '0044...' with a default country), or national with a default country
 * @param defaultCountry ISO 3166-1 alpha-2, for numbers without a country code
 */
export function normalisePhone(raw: string, defaultCountry?: string): Normalised {
	const text = raw.trim();
	if (!PHONE_SHAPE.test(text)) return refused('has characters that no phone number has');
	const country = supportedCountry(defaultCountry);
	try {
		const phone = parsePhoneNumberWithError(text, country === undefined ? { extract: false } : { defaultCountry: country, extract: false });
		if (!phone.isPossible()) return refused('has the wrong number of digits for its country');
		return { ok: true, value: phone.number };
	} catch (error) {
		if (error instanceof ParseError) return refused(WORDS[error.message] ?? 'is not a phone number');
		throw error;
	}
}

/** @returns the country when libphonenumber knows its numbers */
export function supportedCountry(country: string | undefined): CountryCode | undefined {
	const code = country?.trim().toUpperCase();
	return code !== undefined && isSupportedCountry(code) ? code : undefined;
}

const WORDS: Record<string, string> = {
	INVALID_COUNTRY: 'has no country code that exists: write it as +44..., or set a default country',
	NOT_A_NUMBER: 'is not a phone number',
	TOO_SHORT: 'has too few digits',
	TOO_LONG: 'has too many digits',
	INVALID_LENGTH: 'has the wrong number of digits',
};

function refused(problem: string): Normalised {
	return { ok: false, problem };
}
