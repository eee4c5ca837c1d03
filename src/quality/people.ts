import { isPossiblePhoneNumber } from 'libphonenumber-js';
import { normaliseEmail } from '../customers/email';
import { qualityPlans, type PersonRow } from '../store/plans/qualityPlans';
import { read } from '../store/port';
import type { Person } from './duplicates';

/** A page of customers, and what is wrong with their cards. */
export interface PeoplePage {
	people: Person[];
	/** Number of the last one looked at; null: there is nobody after. */
	next: number | null;
	/** Cards without what a letter needs: a name, a way to reach, and where the customer lives. */
	incomplete: number;
	/** E-mail addresses that no mail server takes, or that stand for "none". */
	badEmails: number;
	/** Phones with too few or too many digits for their country. Which ranges a country has given out changes too often to judge by. */
	badPhones: number;
	/** Born after today or more than 120 years ago, or customer since a day to come. */
	badDates: number;
}

const PAGE = 2_000;
const DAY_MS = 86_400_000;
const OLDEST_YEARS = 120;
/** Names under which shops and forms keep an address. */
const STREETS = ['street', 'address', 'address1', 'address_1', 'address_line1', 'line1', 'street_address'];
const PLACES = ['postal_code', 'postcode', 'zip', 'zip_code', 'plz', 'index', 'city', 'town'];
/** What people and cash desks type who have none. */
const NO_ADDRESS = /^(no|none|nomail|noemail|no-?email|test|asdf|qwerty|xxx+|aaa+|example|unknown|na)@|@(test|none|no|nomail|noemail)\.(com|org|net|ru|de)$|\.(invalid|localhost)$/;

/** The next customers in the order of their numbers, with what is wrong with their cards. */
export const peoplePage = read(async (tx, { after }: { after: number }): Promise<PeoplePage> => {
	const rows = await tx.all(qualityPlans.people, { after, limit: PAGE });
	const now = await tx.now();
	const count = (wrong: (row: PersonRow) => boolean) => rows.filter(wrong).length;
	return {
		people: rows.map(personOf),
		next: rows.length < PAGE ? null : (rows.at(-1) as PersonRow).id,
		incomplete: count((row) => (row.first_name ?? row.last_name) === null || (row.email ?? row.phone) === null || (row.country ?? row.time_zone) === null),
		badEmails: count(({ email }) => email !== null && (!normaliseEmail(email).ok || NO_ADDRESS.test(email))),
		badPhones: count(({ phone }) => phone !== null && !isPossiblePhoneNumber(phone)),
		badDates: count(({ birth_date: born, created_at: since }) => since > now + DAY_MS || (born !== null && (born > dayOf(now) || Number(born.slice(0, 4)) < Number(dayOf(now).slice(0, 4)) - OLDEST_YEARS))),
	};
});

/** How many orders customers have, by their numbers. */
export const orderCounts = read(async (tx, { ids }: { ids: number[] }): Promise<Map<number, number>> => new Map((await tx.all(qualityPlans.orderCounts, { ids })).map(({ customer_id, orders }) => [customer_id, orders])));

function personOf(row: PersonRow): Person {
	const attributes = row.attributes === '{}' ? {} : lowered(JSON.parse(row.attributes) as Record<string, unknown>);
	const inner = lowered(typeof attributes.address === 'object' && attributes.address !== null ? (attributes.address as Record<string, unknown>) : {});
	const first = (names: readonly string[]) => names.map((name) => inner[name] ?? attributes[name]).find((value) => typeof value === 'string' || typeof value === 'number') as string | number | undefined;
	return { id: row.id, key: row.key, email: row.email, phone: row.phone, name: [row.first_name, row.last_name].filter(Boolean).join(' '), birthDate: row.birth_date, street: String(first(STREETS) ?? ''), place: String(first(PLACES) ?? '') };
}

function lowered(object: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]));
}

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
