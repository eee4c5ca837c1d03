import { ZoneClock } from '../policy/zoneClock';
import { preferencesAt } from '../preferences/preferencesOfCustomer';
import { PREFERENCES } from '../preferences/preferenceModel';
import { rhythm, type RhythmModel } from '../rhythm/rhythm';
import { read, type Tx } from '../store/port';
import { shopMeta } from '../store/storeClock';
import { expectations, type Expectation } from '../value/expectations';
import { valueFamily } from '../value/valueFamily';
import type { ValueModel } from '../value/valueModel';
import type { CustomerRef } from '../customers/identity';
import { resolveCustomers } from '../customers/resolve';
import { COLUMN_KINDS } from './columnKinds';
import { asOf as instantOf, type AsOf, type FeatureRow, type ShopHistory } from './contract';
import { computeColumns, rowAt } from './figureRows';
import { HistoryBuilder } from './history';
import { familiesOf, type LearnedOfShop } from './learnedOfShop';
import { fittedFamilies, type FittedFamily } from './models';
import { MarginBuilder } from './productMargins';
import { refreshStateOfShop } from './refreshState';
import { weighingOf } from './weighingOf';
import { salesOfSome } from './shopMargins';

export interface FiguresOfCustomer {
	asOf: number;
	/** When what they are measured against was last learned of the shop. */
	learnedAt: number;
	currency: string | null;
	figures: FeatureRow;
	/** Orders and revenue that are expected in 30, 90 and 365 days; none of who has not ordered. */
	expected: Expectation[];
	/** A sentence of each family that has something to say, by its name. */
	reasons: Record<string, string>;
}

/**
 * What is computed of one customer as of an instant, with the reasons.
 * @param input.learned what is known of the shop (learnedOfShop.ts); default: what the last refresh learned
 * @returns null before the first refresh, for nobody, and for who was not there yet at that instant
 */
export const figuresOfCustomer = read(async (tx, { ref, at, learned }: { ref: CustomerRef; at?: number; learned?: LearnedOfShop }): Promise<FiguresOfCustomer | null> => {
	const families = learned ? familiesOf(learned) : await fittedFamilies(tx);
	const [who] = await resolveCustomers(tx, [ref], { create: false, keep: false });
	if (!families || !who.found) return null;
	const { history, asOf } = await historyOfSome(tx, [who.id], at ?? (await tx.now()), families, learned);
	const [number] = history.orders.numbers;
	if (number === undefined) return null;
	const preferences = await preferencesAt(tx, number, { at: asOf.at, currency: history.currency, learned: learned?.preferences });
	const reasons = families.flatMap(({ family, model, settings }): [string, string][] => (family.explain ? [[family.name, family.explain(model, history, 0, asOf, settings)]] : []));
	if (preferences) reasons.push([PREFERENCES, preferences.reason]);
	const figures = { ...figureRows(families, history, asOf)[0], ...preferences?.preferences };
	const value = families.find(({ family }) => family.name === valueFamily.name);
	const expected = value ? expectations(value.model as ValueModel, history, 0, asOf) : [];
	return { asOf: asOf.at, learnedAt: Math.min(...families.map(({ learnedAt }) => learnedAt)), currency: history.currency, figures, expected, reasons: Object.fromEntries(reasons) };
});

/**
 * Some customers' history as of an instant, read from their rows.
 * @param families that are to be applied: margins and views are read where these have learned by them @param shop default: as the last refresh found it
 */
export async function historyOfSome(tx: Tx, ids: number[], at: number, families: readonly FittedFamily[], shop?: Pick<LearnedOfShop, 'currency'>): Promise<{ history: ShopHistory; asOf: AsOf }> {
	const { currency } = shop ?? (await refreshStateOfShop(tx));
	const asOf = instantOf(at, ZoneClock.of((await shopMeta(tx, 'zone')) ?? 'UTC') as ZoneClock);
	const elsewhere = elsewhereLearned(families);
	const [bucket, sold, views] = await Promise.all([
		COLUMN_KINDS.orders.read(tx, { ids }),
		elsewhere === null ? undefined : salesOfSome(tx, ids, currency),
		learnedByViews(families) ? COLUMN_KINDS.events.read(tx, { ids }) : undefined,
	]);
	const builder = new HistoryBuilder(asOf, currency, bucket.tables.orders.columns.at.length, bucket.numbers.length, sold && new MarginBuilder(sold.margins, asOf.day, bucket.numbers.length));
	builder.add(bucket, sold?.sales);
	const { history } = builder.done();
	const margins = history.margins && elsewhere !== null ? { ...history.margins, elsewhere } : undefined;
	const weighing = views && weighingOf(history.orders, views, asOf);
	return { history: { ...history, margins, weighing }, asOf };
}

/** @returns null: nothing was known of margins then */
function elsewhereLearned(families: readonly FittedFamily[]): number | null {
	const value = families.find(({ family }) => family.name === valueFamily.name);
	return (value?.model as ValueModel | undefined)?.marginElsewhere ?? null;
}

function learnedByViews(families: readonly FittedFamily[]): boolean {
	const one = families.find(({ family }) => family.name === rhythm.name);
	return (one?.model as RhythmModel | undefined)?.byViews === true;
}

export function figureRows(families: readonly FittedFamily[], history: ShopHistory, asOf: AsOf): FeatureRow[] {
	const columns = computeColumns(families, history, asOf);
	return Array.from(history.orders.numbers, (number, place) => rowAt(columns, place, number, asOf.at));
}
