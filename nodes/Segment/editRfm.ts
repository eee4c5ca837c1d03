import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { canonicalJson } from '../../src/core/hash';
import { toNodeError } from '../../src/n8n/errors';
import { readForm, type FormLabels } from '../../src/n8n/formProblems';
import { withStore } from '../../src/n8n/storeAccess';
import { DEFAULT_RFM_MAP, groupOf, RFM_GROUP_NAMES, RFM_GROUPS, type RfmMap } from '../../src/segments/rfmGroups';
import type { RfmOverview } from '../../src/segments/rfmMap';
import { RFM_DEFAULTS } from '../../src/segments/rfmDefaults';
import { rfmSettings, type RfmSettings } from '../../src/segments/rfmSettings';
import { rfmSettingsInWords } from '../../src/segments/rfmSettingsInWords';
import { mapPicture } from './rfmMap';
import { SCORES } from './rfmProperties';

const LABELS: FormLabels = {
	windowMonths: 'Count Orders of the Last (Months)',
	method: 'Scores',
	'thresholds.recencyDays': 'Fixed Values: How Lately',
	'thresholds.orders': 'Fixed Values: How Often',
	'thresholds.revenueE4': 'Fixed Values: For How Much',
	map: 'Map',
};

type Fixed = Record<string, Record<string, unknown> | undefined>;

/** Saves the form for the whole shop, once per run however many items came in, and shows what the map makes of today's scores. */
export async function editRfm(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	try {
		const wanted = settingsWanted(context);
		const { changed, overview } = await withStore(context, async (store) => {
			const { changed } = await store.run('figures.configure', { family: 'rfm', settings: wanted });
			return { changed, overview: await store.run('segments.rfmOverview', {}) };
		});
		const json = {
			result: changed ? 'Saved. It holds from the next computation of the figures on, which starts nobody on a journey.' : 'Unchanged: this held already.',
			settings: rfmSettingsInWords(wanted),
			groups: groupsBy(wanted.map, overview),
			asOf: overview.asOf === null ? null : new Date(overview.asOf).toISOString(),
		};
		if (overview.asOf !== null && otherScores(wanted, overview)) context.addExecutionHints({ message: 'The map shows the scores of the last computation; other months, scores or fixed values change them with the next one. Customer Data > Customer > Refresh Figures computes them now.', location: 'outputPane' });
		const binary = overview.asOfDay === null ? {} : { binary: { map: await mapPicture(context, { ...overview, asOfDay: overview.asOfDay, map: wanted.map }) } };
		return [[{ json, ...binary, pairedItem: context.getInputData().map((_, item) => ({ item })) }]];
	} catch (error) {
		throw toNodeError(context.getNode(), error, 0);
	}
}

function settingsWanted(context: IExecuteFunctions): RfmSettings {
	const [fixed, rows] = [context.getNodeParameter('rfmFixed', 0, {}) as Fixed, context.getNodeParameter('rfmMap', 0, {}) as Fixed];
	const cuts = (name: string) => fixed[name] && [0, 1, 2, 3].map((place) => Number(fixed[name]?.[`cut${place}`]));
	const { recencyDays, orders } = RFM_DEFAULTS.thresholds;
	const thresholds = { recencyDays: cuts('recencyDays') ?? recencyDays, orders: cuts('orders') ?? orders, revenueE4: cuts('revenue')?.map((amount) => Math.round(amount * 10_000)) ?? null };
	const map = SCORES.map((r) => SCORES.map((value) => rows[`r${r}`]?.[`fm${value}`] ?? DEFAULT_RFM_MAP[r - 1][value - 1]));
	return readForm(rfmSettings, { windowMonths: Number(context.getNodeParameter('rfmMonths', 0)), method: context.getNodeParameter('rfmMethod', 0), thresholds, map }, LABELS);
}

/** How many customers each group has now, and with this map. */
function groupsBy(map: RfmMap, { cells }: RfmOverview): IDataObject[] {
	const count = (fits: (cell: RfmOverview['cells'][number]) => boolean) => cells.filter(fits).reduce((sum, { customers }) => sum + customers, 0);
	return RFM_GROUPS.map((group) => ({ group, name: RFM_GROUP_NAMES[group], now: count((cell) => cell.group === group), withThisMap: count(({ r, f, m }) => groupOf(map, r, f, m) === group) }));
}

const otherScores = ({ map: _map, ...wanted }: RfmSettings, { settings: { map: _shown, ...computed } }: RfmOverview) => canonicalJson(wanted) !== canonicalJson(computed);
