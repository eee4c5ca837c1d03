import { askLeaf } from './leaves';
import type { Question } from './question';
import { isGroup, type Group, type Leaf, type Rule } from './rules';

/** What is cheap to ask comes first: whoever is out by then is not asked about further. */
const COST: Record<Leaf['about'], number> = { vip: 0, label: 1, number: 1, profile: 1, date: 1, consent: 2, order: 3, bought: 3, did: 4, event: 4, segment: 5 };

/**
 * Which of these customers the rules hold for. Every condition is one statement for all of them, and of `all` and `any` only
 * those are asked about who are not decided yet.
 * @param ids of customers who are there
 */
export async function membersAmong(question: Question, rules: Group, ids: readonly number[]): Promise<Set<number>> {
	return await askGroup(question, rules, ids);
}

async function askGroup(question: Question, { match, rules }: Group, ids: readonly number[]): Promise<Set<number>> {
	const inOrder = [...rules].sort((a, b) => costOf(a) - costOf(b));
	if (match === 'all') {
		let left = ids;
		for (const rule of inOrder) {
			if (left.length === 0) break;
			const held = await ask(question, rule, left);
			left = left.filter((id) => held.has(id));
		}
		return new Set(left);
	}
	const held = new Set<number>();
	for (const rule of inOrder) {
		const open = ids.filter((id) => !held.has(id));
		if (open.length === 0) break;
		for (const id of await ask(question, rule, open)) held.add(id);
	}
	return match === 'any' ? held : new Set(ids.filter((id) => !held.has(id)));
}

async function ask(question: Question, rule: Rule, ids: readonly number[]): Promise<Set<number>> {
	if (isGroup(rule)) return await askGroup(question, rule, ids);
	if (rule.about !== 'segment') return await askLeaf(question, rule, ids);
	// Looked up beforehand (savedSegments.ts), with every segment that this one leads to.
	const inside = await askGroup(question, question.saved.get(rule.name) as Group, ids);
	return rule.inside ? inside : new Set(ids.filter((id) => !inside.has(id)));
}

function costOf(rule: Rule): number {
	return isGroup(rule) ? Math.max(0, ...rule.rules.map(costOf)) : COST[rule.about];
}
