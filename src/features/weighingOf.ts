import { weighedOrders, type Weighing } from '../rhythm/weighing';
import type { Bucket } from './bucket';
import type { AsOf } from './contract';
import { LocalDays } from './localDays';
import type { OrderDays } from './orderDays';

/** How customers come to their orders, by when they looked at products (weighing.ts). @param views of the same customers, or more @returns undefined where nobody looked at anything */
export function weighingOf({ numbers, offsets, days }: OrderDays, views: Bucket, { at: until, zone }: AsOf): Weighing | undefined {
	const { offsets: rows, columns } = views.tables.events;
	if (columns.at.length === 0) return undefined;
	const localDays = LocalDays.in(zone);
	const found = { seen: new Uint32Array(numbers.length), weighed: new Uint32Array(numbers.length) };
	const viewDays: number[] = [];
	for (let [place, row] = [0, 0]; place < numbers.length; place++) {
		while (row < views.numbers.length && views.numbers[row] < numbers[place]) row++;
		if (views.numbers[row] !== numbers[place] || offsets[place + 1] - offsets[place] < 2) continue;
		viewDays.length = 0;
		for (let view = rows[row]; view < rows[row + 1] && columns.at[view] <= until; view++) {
			const day = localDays.of(columns.at[view]);
			if (viewDays.length === 0 || day > viewDays[viewDays.length - 1]) viewDays.push(day);
		}
		const { seen, weighed } = weighedOrders(days, offsets[place], offsets[place + 1], viewDays);
		found.seen[place] = seen;
		found.weighed[place] = weighed;
	}
	return found;
}
