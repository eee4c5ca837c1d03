import { canonicalJson } from '../core/hash';
import { JourneyError } from '../core/errors';
import { keepableText } from '../ingest/text';
import { leadPlans, type LeadScoreRow } from '../store/plans/leadPlans';
import { read, write, type Tx } from '../store/port';
import { DEFAULT_RULES, DEFAULT_SCORE, leadRules, type LeadRules } from './rules';

/** A score in force. */
export interface SavedScore {
	name: string;
	/** 0: what every store starts with, not saved yet. */
	version: number;
	rules: LeadRules;
	/** UTC milliseconds */
	savedAt: number | null;
	savedBy: string | null;
}

export interface SaveScore {
	/** Default: `default`. */
	name?: string;
	rules: unknown;
	savedBy?: string;
	/** The version that the rules were made from; another one in force by now is not overwritten. */
	basedOn?: number;
}

/**
 * Saves a score under its name; the same rules again save nothing. Changed rules make everybody's level a new baseline, which
 * starts no journey (journeys.md section 10).
 * @throws JourneyError `bad_input` naming the field
 */
export const saveScore = write(async (tx, { name = DEFAULT_SCORE, rules, savedBy, basedOn }: SaveScore): Promise<SavedScore & { result: 'saved' | 'unchanged'; before: LeadRules }> => {
	const wanted = readRules(rules);
	const called = keepableText(name.trim()).slice(0, 200) || DEFAULT_SCORE;
	await tx.all(leadPlans.lock, {});
	const now = await tx.now();
	const before = await tx.first(leadPlans.score, { name: called });
	const known = before ? savedScore(before) : shippedScore(called);
	if (basedOn !== undefined && basedOn !== known.version) throw new JourneyError('bad_input', `The rules of the lead score "${called}" were changed while these were made from version ${basedOn}: look at the suggestion again.`, { score: called });
	if (before && canonicalJson(known.rules) === canonicalJson(wanted)) return { ...known, result: 'unchanged', before: known.rules };
	const row: LeadScoreRow = { name: called, version: (before?.version ?? 0) + 1, body: JSON.stringify(wanted), saved_at: now, saved_by: savedBy === undefined ? null : keepableText(savedBy).slice(0, 200), filled_to: 0 };
	await tx.run(leadPlans.saveScore, row);
	return { ...savedScore(row), result: 'saved', before: known.rules };
});

/** All scores of a store; where none was saved, the one that every store starts with. */
export const listScores = read(async (tx, _input: Record<string, never>): Promise<SavedScore[]> => {
	const saved = (await tx.all(leadPlans.scores, {})).map(savedScore);
	return saved.some(({ name }) => name === DEFAULT_SCORE) ? saved : [shippedScore(DEFAULT_SCORE), ...saved];
});

/**
 * The score of a name.
 * @throws JourneyError `bad_input` when nobody saved one of that name; the default is always there
 */
export async function scoreInForce(tx: Tx, name: string): Promise<SavedScore> {
	const row = await tx.first(leadPlans.score, { name });
	if (row) return savedScore(row);
	if (name === DEFAULT_SCORE) return shippedScore(name);
	const names = (await tx.all(leadPlans.scores, {})).map((one) => `"${one.name}"`);
	throw new JourneyError('bad_input', `There is no lead score "${name}" in this customer store: save it with Lead Score > Edit Scoring Rules, or choose ${names.length > 0 ? names.join(', ') : `"${DEFAULT_SCORE}"`}.`, { score: name });
}

/** A journey listens to the score: it is kept from now on, also if nobody changed what every store starts with. */
export async function keepScore(tx: Tx, name: string, now: number): Promise<void> {
	const { version, rules } = await scoreInForce(tx, name);
	if (version > 0) return;
	await tx.all(leadPlans.lock, {});
	if (await tx.first(leadPlans.score, { name })) return;
	await tx.run(leadPlans.saveScore, { name, version: 1, body: JSON.stringify(rules), saved_at: now, saved_by: null, filled_to: 0 });
}

/** The saved scores; read in every transaction that takes events in, and so parsed once per version. */
export async function savedScores(tx: Tx): Promise<SavedScore[]> {
	return (await tx.shopRows(leadPlans.scores, {})).map(savedScore);
}

const parsed = new Map<string, LeadRules>();
const KEPT = 200;

function savedScore({ name, version, body, saved_at, saved_by }: LeadScoreRow): SavedScore {
	let rules = parsed.get(body);
	if (!rules) {
		rules = leadRules.parse(JSON.parse(body));
		if (parsed.size >= KEPT) parsed.clear();
		parsed.set(body, rules);
	}
	return { name, version, rules, savedAt: saved_at, savedBy: saved_by };
}

function shippedScore(name: string): SavedScore {
	return { name, version: 0, rules: DEFAULT_RULES, savedAt: null, savedBy: null };
}

function readRules(value: unknown): LeadRules {
	const result = leadRules.safeParse(value);
	if (result.success) return result.data;
	const [first] = result.error.issues;
	throw new JourneyError('bad_input', `The lead score cannot be used: ${first ? `${first.path.join('.') || 'rules'}: ${first.message}` : 'its rules are wrong'}.`, { field: first?.path.join('.') });
}
