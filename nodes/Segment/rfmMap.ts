import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { formatAmountE4 } from '../../src/core/money';
import { JourneyError } from '../../src/core/errors';
import { toNodeError } from '../../src/n8n/errors';
import { withStore } from '../../src/n8n/storeAccess';
import { RFM_GROUP_NAMES, RFM_GROUPS } from '../../src/segments/rfmGroups';
import { rfmMapSvg } from '../../src/segments/rfmMapSvg';
import type { RfmOverview } from '../../src/segments/rfmMap';

/** The eleven RFM groups, best first, an item each, and the map of them as a picture with the first. */
export async function showRfmMap(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const pairedItem = context.getInputData().map((_, index) => ({ item: index }));
	try {
		const overview = await withStore(context, async (store) => await store.run('segments.rfmOverview', {}));
		if (overview.asOfDay === null) throw new JourneyError('bad_input', 'The figures of this store have not been computed yet: run Customer Data > Customer > Refresh Figures, or publish a journey and wait for the daily refresh.');
		const items = groupsOf(overview).map((json): INodeExecutionData => ({ json, pairedItem }));
		items[0].binary = { map: await mapPicture(context, { ...overview, asOfDay: overview.asOfDay }) };
		return [items];
	} catch (error) {
		throw toNodeError(context.getNode(), error, 0);
	}
}

/** The map as a picture that n8n shows and can send on. */
export async function mapPicture(context: IExecuteFunctions, { asOfDay: day, cells, map }: RfmOverview & { asOfDay: string }): Promise<IBinaryData> {
	return await context.helpers.prepareBinaryData(Buffer.from(rfmMapSvg(cells, map, `RFM groups on ${day}`)), `rfm-map-${day}.svg`, 'image/svg+xml');
}

function groupsOf({ cells, currency, asOf }: RfmOverview): IDataObject[] {
	const total = cells.reduce((sum, { customers }) => sum + customers, 0);
	return RFM_GROUPS.map((group) => {
		const own = cells.filter((cell) => cell.group === group);
		const customers = own.reduce((sum, cell) => sum + cell.customers, 0);
		const share = total === 0 ? 0 : Math.round((1_000 * customers) / total) / 10;
		return { group, name: RFM_GROUP_NAMES[group], customers, share, revenue: formatAmountE4(own.reduce((sum, cell) => sum + cell.revenueE4, 0)), currency, asOf: new Date(asOf as number).toISOString() };
	});
}
