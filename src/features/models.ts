import type { z } from 'zod/v4';
import { JourneyError } from '../core/errors';
import { canonicalJson } from '../core/hash';
import { modelPlans, type ModelRow } from '../store/plans/featurePlans';
import { read, write, type Tx } from '../store/port';
import { metaPlans, readMeta } from '../store/storeClock';
import { FAMILIES, type AnyFamily } from './families';
import { SETTINGS_OF } from './familySettings';
import { unsettle } from './refreshState';

/** A family as it is computed now: with the settings of this shop and what was learned of it. */
export interface FittedFamily {
	family: AnyFamily;
	model: object;
	settings: object;
	/** UTC milliseconds */
	learnedAt: number;
}

/** Models kept of each family. */
const KEPT = 5;
const settingsKey = (name: string) => `figures.${name}`;

/** Settings of all families: the defaults, and over them what was chosen for this shop. */
export const figureSettings = read(async (tx, _input: Record<string, never>): Promise<Record<string, object>> => {
	const settings: Record<string, object> = {};
	for (const family of FAMILIES) settings[family.name] = await familySettings(tx, family);
	return settings;
});

/** The defaults of a family, and over them what was chosen for this shop. */
export async function familySettings(tx: Tx, { name, defaults }: Pick<AnyFamily, 'name' | 'defaults'>): Promise<object> {
	const chosen = await readMeta(tx, settingsKey(name));
	return chosen === undefined ? defaults : { ...defaults, ...(JSON.parse(chosen) as object) };
}

/**
 * Chooses settings of a family for this shop, over its defaults; null chooses the defaults again. They hold from the next
 * refresh on, which sets a baseline: another definition starts nobody (journeys.md section 10).
 * @returns what holds then, and whether it is another definition than before
 * @throws JourneyError `bad_input` naming the family or the setting
 */
export const configureFigures = write(async (tx, { family: name, settings }: { family: string; settings: object | null }): Promise<{ settings: object; changed: boolean }> => {
	const family = FAMILIES.find((one) => one.name === name);
	if (!family) throw new JourneyError('bad_input', `There are no figures called "${name}": choose one of ${FAMILIES.map((one) => one.name).join(', ')}.`, { field: 'family' });
	const wanted = checked(family, settings ?? {});
	const before = await familySettings(tx, family);
	await tx.run(metaPlans.set, { key: settingsKey(name), value: JSON.stringify(settings ?? {}) });
	return { settings: wanted, changed: canonicalJson(before) !== canonicalJson(wanted) };
});

function checked({ name, defaults }: AnyFamily, settings: object): object {
	const result = (SETTINGS_OF.get(name) as z.ZodType<object>).safeParse({ ...defaults, ...settings });
	if (result.success) return result.data;
	const [first] = result.error.issues;
	throw new JourneyError('bad_input', `These settings of the figures "${name}" cannot be used: ${first ? `${first.path.length > 0 ? `${first.path.join('.')}: ` : ''}${first.message}` : 'they are wrong'}.`, { field: first?.path.join('.') });
}

/** Stands among the settings that a model was learned by: in which way its figures are computed, which nobody chose. */
const WAY = 'way';

/** The settings that a model was learned by. @param text as it is kept with the model */
export function settingsOfModel(text: string): object {
	const { [WAY]: _way, ...settings } = JSON.parse(text) as Record<string, unknown>;
	return settings;
}

/** Saves what was learned. @returns names of the families whose definition is another one than before, or that are new: their figures set a baseline, also when another refresh that began with them did not come to its end */
export const saveModels = write(async (tx, { asOf, models }: { asOf: number; models: { name: string; model: object; settings: object; way?: string }[] }): Promise<{ baseline: string[] }> => {
	const now = await tx.now();
	const baseline: string[] = [];
	for (const { name, model, settings, way = '' } of models) {
		const definition = canonicalJson({ ...settings, [WAY]: way });
		const before = await tx.first(modelPlans.latest, { name });
		// A model of an earlier version of this package says no way: then only settings tell.
		const same = before && (before.settings === definition || before.settings === canonicalJson(settings));
		if (!same) baseline.push(name);
		await tx.run(modelPlans.save, { name, body: JSON.stringify(model), settings: definition, as_of: asOf, fitted_at: now });
		await tx.run(modelPlans.prune, { name, kept: KEPT });
	}
	return { baseline: await unsettle(tx, baseline) };
});

/** @returns the families in use; undefined before the first refresh */
export async function fittedFamilies(tx: Tx): Promise<FittedFamily[] | undefined> {
	const rows = new Map((await tx.shopRows(modelPlans.latestOf, { names: FAMILIES.map(({ name }) => name) })).map((row) => [row.name, row]));
	const fitted = FAMILIES.flatMap((family): FittedFamily[] => {
		const row = rows.get(family.name);
		return row ? [{ family, learnedAt: row.as_of, ...parsed(row) }] : [];
	});
	return fitted.length === 0 ? undefined : fitted;
}

const lastParsed = new Map<string, { body: string; settings: string; read: { model: object; settings: object } }>();

/** Models change once a day and are asked for with every order. */
function parsed({ name, body, settings }: ModelRow): { model: object; settings: object } {
	const known = lastParsed.get(name);
	if (known && known.body === body && known.settings === settings) return known.read;
	const fresh = { model: JSON.parse(body) as object, settings: settingsOfModel(settings) };
	lastParsed.set(name, { body, settings, read: fresh });
	return fresh;
}
