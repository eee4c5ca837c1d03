import { JourneyError } from '../core/errors';
import { canonicalJson, hashOf } from '../core/hash';
import { FAMILIES } from '../features/families';
import { PREFERENCES } from '../preferences/preferenceModel';
import { savedSegmentPlans, type SegmentRow } from '../store/plans/savedSegmentPlans';
import type { Tx } from '../store/port';
import { leavesOf, problemOf, SEGMENT_NAME, segmentRules, segmentsNamed, type Leaf, type SegmentRules } from './rules';

/** A segment by its name, or rules that have none. */
export type SegmentRef = { name: string } | { rules: unknown };

/** Rules with everything that they lead to. */
export interface Definition {
	name: string | null;
	/** of the saved segment; null for rules without a name */
	version: number | null;
	rules: SegmentRules;
	/** every saved segment that the rules lead to, by name */
	saved: ReadonlyMap<string, SegmentRules>;
}

/**
 * Rules as somebody sends them.
 * @throws JourneyError bad_input saying what is wrong with them
 */
export function readRules(rules: unknown): SegmentRules {
	const read = segmentRules.safeParse(rules);
	if (read.success) return read.data;
	const problem = problemOf(rules) ?? { path: read.error.issues[0]?.path ?? [], message: read.error.issues[0]?.message ?? 'cannot be used' };
	const where = problem.path.map(String).join('.');
	throw new JourneyError('bad_input', `The conditions of the segment ${where === '' ? problem.message : `cannot be used at "${where}": ${problem.message}`}.`, { field: 'Conditions', path: where });
}

/** @throws JourneyError bad_input */
export function readName(name: unknown): string {
	const read = SEGMENT_NAME.safeParse(name);
	if (read.success) return read.data;
	throw new JourneyError('bad_input', 'Give the segment a name of 1 to 100 characters, such as Loyal customers.', { field: 'Segment' });
}

const parsed = new Map<string, SegmentRules>();
const PARSED_LIMIT = 500;

/** Rules of the store, read once per text. */
export function storedRules(text: string): SegmentRules {
	let rules = parsed.get(text);
	if (!rules) {
		if (parsed.size >= PARSED_LIMIT) parsed.clear();
		rules = segmentRules.parse(JSON.parse(text));
		parsed.set(text, rules);
	}
	return rules;
}

/**
 * Who is meant, with every segment that is referred to.
 * @throws JourneyError `unknown_segment`; `bad_input` for rules that cannot be used, and for a segment that leads back to itself
 */
export async function definitionOf(tx: Tx, ref: SegmentRef): Promise<Definition> {
	if ('rules' in ref) {
		const rules = readRules(ref.rules);
		return { name: null, version: null, rules, saved: await segmentsBelow(tx, rules, null) };
	}
	const row = await latestOf(tx, readName(ref.name));
	const rules = storedRules(row.rules);
	return { name: row.name, version: row.version, rules, saved: await segmentsBelow(tx, rules, row.name) };
}

/**
 * Two definitions with the same text have the same members at every instant. What figures and stages mean belongs to it where the
 * rules look at them: a first refresh, or other cut-offs, is another definition.
 */
export async function definitionText(tx: Tx, { rules, saved }: Pick<Definition, 'rules' | 'saved'>): Promise<string> {
	const text = canonicalJson([rules, Object.fromEntries(saved)]);
	if (!usesFigures({ rules, saved })) return text;
	const settings = (await tx.all(savedSegmentPlans.figureSettings, { names: figureModels() })).map((one) => `${one.name} ${one.settings}`);
	return hashOf(text, ...settings.sort());
}

/** Not those of offers, which no condition asks about. */
const figureModels = () => [...FAMILIES.map(({ name }) => name), PREFERENCES];
const FIGURES = new Set<Leaf['about']>(['label', 'number', 'vip']);

export function usesFigures({ rules, saved }: Pick<Definition, 'rules' | 'saved'>): boolean {
	return [rules, ...saved.values()].some((one) => leavesOf(one).some(isFigure));
}

/** Whether a refresh of figures can change what a condition says; stage and VIP stand in the profile too. */
export function isFigure(leaf: Leaf): boolean {
	return FIGURES.has(leaf.about) || (leaf.about === 'profile' && (leaf.field === 'stage' || leaf.field === 'vip'));
}

/** @param above name of the segment that the rules are of, which nothing below may lead back to */
export async function segmentsBelow(tx: Tx, rules: SegmentRules, above: string | null): Promise<Map<string, SegmentRules>> {
	const found = new Map<string, SegmentRules>();
	const follow = async (from: SegmentRules, path: readonly string[]): Promise<void> => {
		for (const name of segmentsNamed(from)) {
			if (path.includes(name)) throw roundInCircles([...path.slice(path.indexOf(name)), name]);
			const known = found.get(name) ?? storedRules((await latestOf(tx, name)).rules);
			found.set(name, known);
			await follow(known, [...path, name]);
		}
	};
	await follow(rules, above === null ? [] : [above]);
	return found;
}

function roundInCircles(path: readonly string[]): JourneyError {
	return new JourneyError('bad_input', `A segment cannot depend on itself: ${path.map((name) => `"${name}"`).join(' refers to ')}. Take one of these conditions out.`, { segments: path });
}

async function latestOf(tx: Tx, name: string): Promise<SegmentRow> {
	const row = await tx.first(savedSegmentPlans.latest, { name });
	if (row) return row;
	throw new JourneyError('unknown_segment', `This customer store has no segment "${name}": save it with Segment > Save a Segment, or choose one from the list.`, { segment: name });
}
