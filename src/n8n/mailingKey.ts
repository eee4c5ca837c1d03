import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { JourneyPlace } from '../journeys/item';
import { MAILING_PREFIX } from '../policy/mailingPrefix';
import { defaultMailingKey } from '../policy/requestKey';
import { placeOf } from './journeyContext';
import type { StoreHandle } from './storeRegistry';

/**
 * The mailing key of items that come through no journey, when the marketer gives none: one mailing a day. A run through a segment
 * is of the day on which it began, so that a page that comes again after midnight is no new mailing.
 * The store is asked for its day only when such an item is there.
 */
export async function mailingKeyOfToday(context: Pick<IExecuteFunctions, 'getWorkflow'>, store: Pick<StoreHandle, 'run'>, items: readonly INodeExecutionData[], stepKey: string): Promise<(item: INodeExecutionData) => string> {
	if (items.every((item) => placeOf(item))) return () => '';
	const { now, zone } = await store.run('store.settings', {});
	return (item) => defaultMailingKey(String(context.getWorkflow().id), stepKey, beganAt(item) ?? now, zone);
}

function beganAt({ json: { segment } }: INodeExecutionData): number | undefined {
	const { startedAt } = (segment ?? {}) as { startedAt?: unknown };
	const at = typeof startedAt === 'string' ? Date.parse(startedAt) : Number.NaN;
	return Number.isNaN(at) ? undefined : at;
}

/** A held mailing waits in a place of its own making, which is no journey to anybody else. */
export function isMailing(place: JourneyPlace): boolean {
	return place.key.startsWith(MAILING_PREFIX);
}
