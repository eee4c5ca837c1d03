import { writeFile } from 'node:fs/promises';
import { formatAmountE4 } from '../../core/money';
import { valueAt } from '../../features/figureRows';
import type { FeatureName } from '../../features/contract';
import { FAMILIES } from '../../features/families';
import type { Figures } from '../../features/refresh';
import { ZoneClock } from '../../policy/zoneClock';
import { rfm, type RfmModel } from '../../segments/rfm';
import type { RfmSettings } from '../../segments/rfmSettings';
import { rfmMapSvg } from '../../segments/rfmMapSvg';
import { RfmSummary } from '../../segments/rfmSummary';
import { RFM_GROUP_NAMES } from '../../segments/rfmGroups';
import type { CommandContext } from '../context';
import { writeCsv } from '../csvFile';
import { customerKeys } from '../customerKeys';
import { readInstantOption } from '../options';
import type { Register } from '../program';
import { refreshWithProgress } from '../refreshing';
import { counted, instantText, iso, table } from '../words';
import { members } from './segment';

/** `segments`: RFM groups of the shop (intelligence.md, "RFM"). */
export const registerSegments: Register = (program, run) => {
	program
		.command('segments')
		.description('RFM groups: how recently, how often and for how much customers buy')
		.option('--name <segment>', 'not the RFM groups, but who is in this saved segment')
		.option('--at <instant>', 'as of this instant (default: now)')
		.option('--map <file>', 'draw the map of the groups into an SVG file')
		.option('--per-customer <file>', 'write a CSV file with one row a customer')
		.action(run(async (context, options: SegmentsOptions) => await (options.name === undefined ? segments(context, options) : members(context, options.name, options))));
};

interface SegmentsOptions {
	name?: string;
	at?: string;
	map?: string;
	perCustomer?: string;
}

async function segments(context: CommandContext, options: SegmentsOptions): Promise<void> {
	const at = options.at === undefined ? undefined : readInstantOption('--at', options.at);
	await context.withStore(
		async (store) => {
			const { now } = await store.run('store.settings', {});
			const summary = new RfmSummary();
			const rows: string[][] = [];
			const keys = options.perCustomer === undefined ? undefined : await customerKeys(store);
			const onFigures = (figures: Figures) => {
				summary.add(figures.columns);
				if (keys) rows.push(...rowsOf(figures, keys));
			};
			const done = await refreshWithProgress(context, store, { at: at ?? now, families: FAMILIES.filter(({ name }) => name === rfm.name), onFigures });
			if (options.perCustomer !== undefined) await writeCsv(context.path(options.perCustomer), [['id', 'r', 'f', 'm', 'group', 'orders', 'windowOrders', 'revenue', 'lastOrderAt', 'reason'], ...rows]);
			const { model, settings } = done.families[0] as unknown as { model: RfmModel; settings: RfmSettings };
			const { customers, groups, cells } = summary;
			if (options.map !== undefined) await writeFile(context.path(options.map), rfmMapSvg(cells, settings.map, `RFM groups on ${(ZoneClock.of(done.zone) as ZoneClock).dateOf(done.asOf)}`));
			const document = {
				asOf: iso(done.asOf), currency: done.currency, windowMonths: settings.windowMonths, method: model.method, hint: model.hint, customers,
				cuts: { recencyDays: [...model.recency].reverse().map((cut) => -cut - 1), orders: [...model.orders], revenue: model.revenueE4.map((cut) => formatAmountE4(Math.round(cut))) },
				groups: groups.map(({ group, customers: inGroup, revenueE4 }) => ({ group, customers: inGroup, revenue: formatAmountE4(revenueE4) })),
				cells,
			};
			await context.answer(document, () => {
				const lines = groups.map(({ group, customers: inGroup, revenueE4 }) => [RFM_GROUP_NAMES[group], inGroup, `${customers === 0 ? 0 : ((100 * inGroup) / customers).toFixed(1)} %`, `${formatAmountE4(revenueE4)} ${done.currency ?? ''}`.trim()]);
				const hint = model.hint === null ? '' : `${model.hint}\n`;
				return `As of ${instantText(done.asOf)}: ${counted(customers, 'customer')} with orders; orders and revenue of ${settings.windowMonths} months.\n${hint}\n${table(['Group', 'Customers', 'Share', 'Revenue'], lines)}`;
			});
		},
		{ thread: true },
	);
}

/** Customers with an order, a row each. */
function rowsOf({ history, asOf, columns, families }: Figures, keys: ReadonlyMap<number, string>): string[][] {
	const of = (name: FeatureName, place: number) => {
		const column = columns.get(name);
		return column ? valueAt(column, place, false) : null;
	};
	const [{ model, settings }] = families as unknown as [{ model: RfmModel; settings: RfmSettings }];
	return Array.from(history.orders.numbers.keys()).flatMap((place) => {
		if (of('r', place) === null) return [];
		const text = (name: FeatureName) => String(of(name, place) ?? '');
		const reason = rfm.explain?.(model, history, place, asOf, settings) ?? '';
		return [[keys.get(history.orders.numbers[place]) ?? '', text('r'), text('f'), text('m'), text('rfm_group'), text('orders'), text('window_orders'), formatAmountE4(of('revenue_e4', place) as number), iso(of('last_order_at', place) as number), reason]];
	});
}
