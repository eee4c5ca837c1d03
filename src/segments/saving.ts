import { JourneyError } from '../core/errors';
import { canonicalJson } from '../core/hash';
import { liveJourneys } from '../journeys/liveJourneys';
import { savedSegmentPlans } from '../store/plans/savedSegmentPlans';
import { segmentPlans } from '../store/plans/segmentPlans';
import { segmentRunPlans } from '../store/plans/segmentRunPlans';
import { read, write, type Tx } from '../store/port';
import type { ListedSegment, SavedSegment, SaveSegment } from './contract';
import { segmentOfEntry } from './entrySegment';
import { leavesOf, segmentsNamed, type SegmentRules } from './rules';
import { readName, readRules, segmentsBelow, storedRules } from './savedSegments';
import { rulesInWords } from './words';

/**
 * Saves a new version of a segment; the same rules again save nothing. Journeys that listen to it take the members it has now
 * as their baseline: a changed definition starts nobody (journeys.md section 10).
 * @throws JourneyError `bad_input` for rules that cannot be used or lead back to the segment itself, `unknown_segment` for one that they refer to
 */
export const saveSegment = write(async (tx, input: SaveSegment): Promise<SavedSegment> => {
	const name = readName(input.name);
	const rules = readRules(input.rules);
	await tx.all(savedSegmentPlans.lock, {});
	await segmentsBelow(tx, rules, name);
	const before = await tx.first(savedSegmentPlans.latest, { name });
	const warnings = await slips(tx, rules);
	if (before && canonicalJson(storedRules(before.rules)) === canonicalJson(rules)) {
		return { name, version: before.version, rules, words: rulesInWords(rules), savedAt: before.saved_at, result: 'unchanged', warnings };
	}
	const now = await tx.now();
	const version = (before?.version ?? 0) + 1;
	await tx.run(savedSegmentPlans.save, { name, version, rules: JSON.stringify(rules), saved_at: now, saved_by: input.savedBy ?? null });
	return { name, version, rules, words: rulesInWords(rules), savedAt: now, result: 'saved', warnings };
});

/** @returns null when the store has none of that name */
export const getSegment = read(async (tx, { name }: { name: string }): Promise<SavedSegment | null> => {
	const row = await tx.first(savedSegmentPlans.latest, { name: readName(name) });
	if (!row) return null;
	const rules = storedRules(row.rules);
	return { name: row.name, version: row.version, rules, words: rulesInWords(rules), savedAt: row.saved_at, result: 'unchanged', warnings: await slips(tx, rules) };
});

export const listSegments = read(async (tx): Promise<ListedSegment[]> => {
	const rows = await tx.all(savedSegmentPlans.all, {});
	return rows.map((row) => ({ name: row.name, version: row.version, words: rulesInWords(storedRules(row.rules)), savedAt: row.saved_at, members: row.members, customers: row.customers, countedAt: row.counted_at }));
});

/**
 * Takes a segment out of the list.
 * @throws JourneyError `unknown_segment`; `bad_input` while another segment, a journey or a run under way uses it
 */
export const removeSegment = write(async (tx, input: { name: string }): Promise<{ name: string }> => {
	const name = readName(input.name);
	await tx.all(savedSegmentPlans.lock, {});
	const rows = await tx.all(savedSegmentPlans.all, {});
	if (!rows.some((row) => row.name === name)) throw new JourneyError('unknown_segment', `This customer store has no segment "${name}".`, { segment: name });
	const users = rows.filter((row) => row.name !== name && segmentsNamed(storedRules(row.rules)).includes(name)).map((row) => `the segment "${row.name}"`);
	for (const { settings } of await liveJourneys(tx, await tx.now())) if (segmentOfEntry(settings.entry) === name) users.push(`the journey "${settings.name}"`);
	for (const run of await tx.all(segmentRunPlans.underWay, {})) if (segmentsNamed(storedRules(run.rules)).includes(name)) users.push(`run ${run.id}, which is under way`);
	if (users.length > 0) throw new JourneyError('bad_input', `The segment "${name}" is used by ${users.join(', ')}: change that first.`, { segment: name });
	await tx.run(savedSegmentPlans.remove, { name });
	await tx.run(savedSegmentPlans.removeSize, { name });
	return { name };
});

/** Keeps how many were counted, for lists. */
export const keepSize = write(async (tx, { name, version, members, customers, at }: { name: string; version: number; members: number; customers: number; at: number }): Promise<Record<string, never>> => {
	await tx.run(savedSegmentPlans.saveSize, { name, version, members, customers, counted_at: at });
	return {};
});

/** What nobody can fulfil because nothing of that name is in the store: most likely a slip of the pen. */
async function slips(tx: Tx, rules: SegmentRules): Promise<string[]> {
	const leaves = leavesOf(rules);
	const products = [...new Set(leaves.flatMap((one) => ('products' in one ? one.products : [])))];
	const categories = [...new Set(leaves.flatMap((one) => ('categories' in one ? one.categories : [])))];
	const events = [...new Set(leaves.flatMap((one) => ('eventType' in one ? [one.eventType] : [])))];
	const known = products.length + categories.length === 0 ? [] : (await tx.all(segmentPlans.knownGoods, { products, categories })).map(({ name }) => name);
	const happened = events.length === 0 ? [] : (await tx.each(segmentPlans.knownEvent, events.map((type) => ({ type })))).map(({ type }) => type);
	return [
		...products.filter((name) => !known.includes(name)).map((name) => `No product of this store has the ID or name "${name}".`),
		...categories.filter((name) => !known.includes(name)).map((name) => `No product of this store is in the category "${name}".`),
		...events.filter((type) => !happened.includes(type)).map((type) => `No event of the type "${type}" has come in lately.`),
	];
}
