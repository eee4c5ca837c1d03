import type { Finding } from '../store/doctor';
import type { Store } from '../store/Store';
import { Duplicates, type Pair } from '../quality/duplicates';
import { counted, count } from './words';

/** Pairs that `doctor` lists, at most. */
const LISTED = 200;

/** Two customers to merge: `other` would come to `customer`, who has more orders or was there first. */
export interface SuggestedMerge {
	customer: string;
	other: string;
	why: string[];
	sure: Pair['sure'];
}

/** Looks at everybody's card, page by page, so that no other work on the store waits. */
export async function dataQuality(store: Store): Promise<{ findings: Finding[]; duplicates: SuggestedMerge[] }> {
	const found = { customers: 0, incomplete: 0, badEmails: 0, badPhones: 0, badDates: 0 };
	const duplicates = new Duplicates();
	for (let after: number | null = 0; after !== null; ) {
		const page: Awaited<ReturnType<typeof store.run<'doctor.people'>>> = await store.run('doctor.people', { after });
		for (const person of page.people) duplicates.add(person);
		found.customers += page.people.length;
		for (const name of ['incomplete', 'badEmails', 'badPhones', 'badDates'] as const) found[name] += page[name];
		after = page.next;
	}
	const pairs = duplicates.pairs();
	const likely = pairs.filter(({ sure }) => sure === 'likely').length;
	const share = found.customers === 0 ? 0 : Math.round((100 * found.incomplete) / found.customers);
	return {
		findings: [
			finding('duplicate-customers', pairs.length, `${counted(pairs.length, 'pair')} of customers who may be one person, ${count(likely)} of them likely: look at each, and merge with Customer Data > Customer > Merge.`),
			finding('incomplete-cards', found.incomplete, `${counted(found.incomplete, 'card')} (${share} %) without a name, a way to reach the customer, or a country or time zone.`),
			finding('malformed-emails', found.badEmails, `${counted(found.badEmails, 'e-mail address', 'e-mail addresses')} that can receive nothing: a stand-in such as none@, or no address at all.`),
			finding('malformed-phones', found.badPhones, `${counted(found.badPhones, 'phone')} with too few or too many digits for ${found.badPhones === 1 ? 'its' : 'their'} country.`),
			finding('impossible-dates', found.badDates, `${counted(found.badDates, 'customer')} with a birth date in the future or more than 120 years ago, or customer since a day to come.`),
		],
		duplicates: await suggestions(store, pairs.slice(0, LISTED)),
	};
}

async function suggestions(store: Store, pairs: readonly Pair[]): Promise<SuggestedMerge[]> {
	if (pairs.length === 0) return [];
	const orders = await store.run('doctor.orderCounts', { ids: [...new Set(pairs.flatMap(({ one, other }) => [one.id, other.id]))] });
	return pairs.map(({ one, other, why, sure }) => {
		const [stays, comes] = (orders.get(other.id) ?? 0) > (orders.get(one.id) ?? 0) ? [other, one] : [one, other];
		return { customer: stays.key, other: comes.key, why, sure };
	});
}

function finding(check: string, found: number, text: string): Finding {
	return { level: found === 0 ? 'ok' : 'warning', check, text: found === 0 ? 'None.' : text, count: found };
}
