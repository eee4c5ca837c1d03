import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { JourneyPlace } from '../journeys/item';
import { MAILING_PREFIX } from '../policy/holding';
import { defaultMailingKey } from '../policy/requestKey';
import { placeOf } from './journeyContext';
import type { StoreHandle } from './storeRegistry';

/**
 * The mailing key of items that come through no journey, when the marketer gives none: one mailing a day.
 * The store is asked for its day only when such an item is there.
 */
export async function mailingKeyOfToday(context: IExecuteFunctions, store: StoreHandle, items: readonly INodeExecutionData[], stepKey: string): Promise<() => string> {
	if (items.every((item) => placeOf(item))) return () => '';
	const { now, zone } = await store.run('store.settings', {});
	return () => defaultMailingKey(String(context.getWorkflow().id), stepKey, now, zone);
}

/** A held mailing waits in a place of its own making, which is no journey to anybody else. */
export function isMailing(place: JourneyPlace): boolean {
	return place.key.startsWith(MAILING_PREFIX);
}
