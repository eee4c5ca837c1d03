import type { GroupedRows, ListType, Row } from '../port';

/** Of fewer, plain rows are read sooner. */
export const MANY = 20;

/** @param groups what each group shares, and its lists as texts @returns the rows, group by group */
export function rowsOf({ shared, own }: GroupedRows, groups: readonly (readonly unknown[])[]): Row[] {
	const rows: Row[] = [];
	for (const group of groups) {
		const common: Row = {};
		shared.forEach((name, place) => (common[name] = group[place]));
		for (const { name } of own) common[name] = null;
		const lists = own.flatMap(({ name, type }, place) => {
			const text = group[shared.length + place] as string | null;
			return text === null ? [] : [{ name, values: valuesOf(text, type) }];
		});
		const count = lists[0].values.length;
		for (let place = 0; place < count; place++) {
			const row = { ...common };
			for (const { name, values } of lists) row[name] = values[place];
			rows.push(row);
		}
	}
	return rows;
}

/** Numbers come as PostgreSQL writes an array, texts as JSON. */
const valuesOf = (text: string, type: ListType): unknown[] => JSON.parse(type === 'bigint' ? `[${text.slice(1, -1)}]` : text) as unknown[];
