import { JourneyError } from '../core/errors';
import { customerView } from '../customers/profile';
import { idsOf, loadCustomers, resolveCustomers } from '../customers/resolve';
import type { CustomerView } from '../journeys/item';
import { segmentPlans } from '../store/plans/segmentPlans';
import { read, type Tx } from '../store/port';
import type { CheckSegment, SegmentAnswer, SegmentMembers, SegmentPage } from './contract';
import { membersAmong } from './evaluate';
import { Question } from './question';
import { leavesOf, type Leaf } from './rules';
import { definitionOf, type Definition } from './savedSegments';
import { rulesInWords } from './words';

/** Customers looked at in one transaction. */
const LOOK_AT = 2_000;
const MOST_LOOKED_AT = 10_000;

/** What is kept as it is now only. */
const NOW_ONLY: Partial<Record<Leaf['about'], string>> = { profile: 'the profile', date: 'dates of the profile', label: 'stages and groups', number: 'figures', vip: 'VIP' };

/**
 * Whether customers are in a segment, now or as of an instant.
 * @throws JourneyError `unknown_segment`, `bad_input`
 */
export const checkSegment = read(async (tx, { segment, items, at }: CheckSegment): Promise<SegmentAnswer[]> => {
	const definition = await definitionOf(tx, segment);
	const [resolved, question] = await Promise.all([resolveCustomers(tx, items.map(({ customer }) => customer), { create: false, keep: false }), questionOf(tx, definition, at)]);
	// Whoever is found is there: erasure and merge take the identities along.
	const known = await question.known([...new Set(idsOf(resolved))]);
	const there = new Set(known);
	const inside = await membersAmong(question, definition.rules, known);
	return items.map(({ index }, place): SegmentAnswer => {
		const who = resolved[place];
		if (who.found && !there.has(who.id)) return { index, inside: false, why: 'unknown_customer' };
		return who.found ? { index, inside: inside.has(who.id) } : { index, inside: false, why: who.why };
	});
});

/**
 * The members among the next customers, in the order of their numbers: page after page goes through everybody, and no page is
 * a long transaction.
 * @throws JourneyError `unknown_segment`, `bad_input`
 */
export const segmentMembers = read(async (tx, { segment, after, lookAt = LOOK_AT, limit = 0, at }: SegmentPage): Promise<SegmentMembers> => {
	const definition = await definitionOf(tx, segment);
	const question = await questionOf(tx, definition, at);
	const most = Math.max(1, Math.min(lookAt, MOST_LOOKED_AT));
	const ids = await nextIds(tx, after, most);
	const known = await question.known(ids);
	const inside = await membersAmong(question, definition.rules, known);
	const given = ids.filter((id) => inside.has(id)).slice(0, limit);
	// Where the limit is reached, the rest is for the next page.
	const cut = limit > 0 && given.length === limit && inside.size > limit;
	const last = cut ? (given[given.length - 1] as number) : (ids[ids.length - 1] ?? after);
	return {
		members: await viewsOf(tx, given),
		count: cut ? given.length : inside.size,
		lookedAt: cut ? known.indexOf(last) + 1 : known.length,
		after: last,
		done: !cut && ids.length < most,
		at: question.at,
		name: definition.name,
		version: definition.version,
		words: rulesInWords(definition.rules),
	};
});

/** Numbers of the next customers who are there. */
export async function nextIds(tx: Tx, after: number, limit: number): Promise<number[]> {
	return (await tx.all(segmentPlans.idsAfter, { after, limit })).map(({ id }) => id);
}

/** @throws JourneyError bad_input for a past instant where the rules look at what is known as of now only */
async function questionOf(tx: Tx, definition: Definition, at?: number): Promise<Question> {
	if (at !== undefined) {
		const now = new Set([definition.rules, ...definition.saved.values()].flatMap((rules) => leavesOf(rules).flatMap(({ about }) => NOW_ONLY[about] ?? [])));
		if (now.size > 0) {
			throw new JourneyError('bad_input', `This segment cannot be asked as of a past instant: ${[...now].join(', ')} are kept as they are now. Use conditions on orders, events and consents, or leave the instant out.`);
		}
	}
	const question = await Question.of(tx, at ?? tx.now(), definition, undefined, at !== undefined);
	question.lookAhead();
	return question;
}

async function viewsOf(tx: Tx, ids: readonly number[]): Promise<CustomerView[]> {
	const rows = await loadCustomers(tx, ids);
	return ids.flatMap((id) => { const row = rows.get(id); return row && row.erased_at === null ? [customerView(row)] : []; });
}

export const countCustomers = read(async (tx): Promise<{ customers: number }> => ({ customers: (await tx.first(segmentPlans.countCustomers, {}))?.customers ?? 0 }));

/** What forms offer to choose from: categories of products, and kinds of events that came in lately. */
export const segmentChoices = read(async (tx) => ({ categories: await tx.all(segmentPlans.categories, {}), eventTypes: await tx.all(segmentPlans.eventTypes, {}) }));
