import { formatAmountE4 } from '../core/money';
import type { ZoneClock } from '../policy/zoneClock';
import { valueAt } from '../features/figureRows';
import type { Columns } from '../features/contract';
import { RFM_GROUP_NAMES, type RfmGroup } from './rfmGroups';

/** The reason of the first customer's group, for a person. @param zone the shop's */
export function rfmInWords(columns: Columns<'last_order_at' | 'window_orders' | 'revenue_e4' | 'r' | 'f' | 'm' | 'rfm_group'>, currency: string | null, { windowMonths }: { windowMonths: number }, zone: ZoneClock): string {
	const group = valueAt(columns.rfm_group, 0, false) as RfmGroup | null;
	if (group === null) return 'No RFM group: no order yet.';
	const [lastAt, orders, revenueE4, r, f, m] = ([columns.last_order_at, columns.window_orders, columns.revenue_e4, columns.r, columns.f, columns.m] as const).map((column) => valueAt(column, 0, true) as number);
	const last = zone.dateOf(lastAt);
	if (orders === 0) return `${RFM_GROUP_NAMES[group]}: the last order, on ${last}, was more than ${windowMonths} months ago.`;
	return `${RFM_GROUP_NAMES[group]}: last order on ${last} (R ${r} of 5), ${orders} ${orders === 1 ? 'order' : 'orders'} (F ${f}) and ${formatAmountE4(revenueE4)} ${currency ?? ''} (M ${m}) in ${windowMonths} months.`;
}
