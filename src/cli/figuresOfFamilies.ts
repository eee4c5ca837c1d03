import type { FeatureName } from '../features/contract';
import { FAMILIES } from '../features/families';
import { valueAt } from '../features/figureRows';
import type { Figures, Refreshed } from '../features/refresh';
import type { FittedFamily } from '../features/models';
import type { CommandContext } from './context';
import { writeCsv } from './csvFile';
import { customerKeys } from './customerKeys';
import { readInstantOption } from './options';
import { refreshWithProgress } from './refreshing';
import { iso } from './words';

export interface FigureOptions {
	at?: string;
	perCustomer?: string;
}

/** The figures of one customer, for a row of a file. */
export interface OneCustomer {
	text(name: FeatureName): string;
	/** An instant as it is written in files; nothing where there is none. */
	instant(name: FeatureName): string;
	/** Why, by the family's name. */
	reason(family: string): string;
}

/**
 * Computes families of figures as of an instant, keeping nothing, and writes a row a customer where a file is asked for.
 * @param add is given each part, to count
 */
export async function figuresOfFamilies(
	context: CommandContext,
	options: FigureOptions,
	{ names, head, row, add }: { names: readonly string[]; head: readonly string[]; row: (customer: OneCustomer) => string[] | undefined; add: (figures: Figures) => void },
	tell: (done: Refreshed, fittedOf: (name: string) => FittedFamily) => Promise<void>,
): Promise<void> {
	const at = options.at === undefined ? undefined : readInstantOption('--at', options.at);
	await context.withStore(
		async (store) => {
			const keys = options.perCustomer === undefined ? undefined : await customerKeys(store);
			const rows: string[][] = [];
			const onFigures = (figures: Figures) => {
				add(figures);
				if (!keys) return;
				figures.history.orders.numbers.forEach((number, place) => {
					const written = row(customerAt(figures, place));
					if (written) rows.push([keys.get(number) ?? '', ...written]);
				});
			};
			const families = FAMILIES.filter(({ name }) => names.includes(name));
			const done = await refreshWithProgress(context, store, { at: at ?? (await store.run('store.settings', {})).now, families, onFigures });
			if (options.perCustomer !== undefined) await writeCsv(context.path(options.perCustomer), [['id', ...head], ...rows]);
			await tell(done, (name) => done.families.find(({ family }) => family.name === name) as FittedFamily);
		},
		{ thread: true },
	);
}

function customerAt({ columns, families, history, asOf }: Figures, place: number): OneCustomer {
	const value = (name: FeatureName) => {
		const column = columns.get(name);
		return column ? valueAt(column, place, name.endsWith('_at') || name.endsWith('_since')) : null;
	};
	return {
		text: (name) => {
			const found = value(name);
			return typeof found === 'number' ? String(Math.round(found * 10_000) / 10_000) : (found ?? '');
		},
		instant: (name) => {
			const found = value(name);
			return typeof found === 'number' ? iso(found) : '';
		},
		reason: (wanted) => {
			const fitted = families.find(({ family }) => family.name === wanted);
			return fitted?.family.explain?.(fitted.model, history, place, asOf, fitted.settings) ?? '';
		},
	};
}

/** Adds up how often each label occurs. */
export function countLabels(counts: Map<string, number>, { columns }: Figures, name: FeatureName): void {
	const column = columns.get(name);
	if (!column || !('labels' in column)) return;
	for (const code of column.codes) {
		const label = column.labels[code];
		if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
	}
}
