import { formatAmountE4 } from '../core/money';
import { DEFAULT_RFM_MAP, RFM_GROUP_NAMES } from './rfmGroups';
import type { RfmSettings } from './rfmSettings';

const METHODS: Readonly<Record<RfmSettings['method'], string>> = {
	quintiles: 'Scores are given by fifths of the shop\'s own customers; with fewer than 100 buyers by fixed values.',
	equalWidth: 'Scores are given by five equal parts of the range; with fewer than 100 buyers by fixed values.',
	thresholds: 'Scores are given by fixed values.',
};

/** What RFM goes by, a sentence each; of the map only what is not as every store has it at first. */
export function rfmSettingsInWords({ windowMonths, method, thresholds: { recencyDays, orders, revenueE4 }, map }: RfmSettings): string[] {
	const revenue = revenueE4 === null ? 'revenue above 1, 2, 4 and 10 times the mean worth of an order' : `revenue above ${list(revenueE4.map(formatAmountE4))}`;
	return [
		`Orders of ${windowMonths === 1 ? 'the last month' : `the last ${windowMonths} months`} count.`,
		METHODS[method],
		`Fixed values: last order within ${list(recencyDays.map(String))} days; more than ${list(orders.map(String))} orders; ${revenue}.`,
		...map.flatMap((row, r) => row.flatMap((group, value) => {
			const usual = DEFAULT_RFM_MAP[r][value];
			return group === usual ? [] : [`Recency ${r + 1}, frequency and revenue ${value + 1}: ${RFM_GROUP_NAMES[group]} instead of ${RFM_GROUP_NAMES[usual]}.`];
		})),
	];
}

const list = (values: readonly string[]) => `${values.slice(0, -1).join(', ')} and ${values.at(-1)}`;
