import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { ZoneClock } from '../policy/zoneClock';
import { orWhyEmpty } from './choices';
import { thousands } from './segmentSize';
import { withStore } from './storeAccess';

/** Saved segments to choose from, each with how many were in it when somebody counted last. */
export async function getSegments(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const { segments, zone } = await withStore(this, async (store) => ({ segments: await store.run('segments.list', {}), zone: ZoneClock.of((await store.run('store.settings', {})).zone) as ZoneClock }));
	const saved = segments.map(({ name, words, members, countedAt }) => ({
		name: members === null || countedAt === null ? name : `${name} (${thousands(members)} on ${zone.dateOf(countedAt)})`,
		value: name,
		description: words,
	}));
	return orWhyEmpty(saved, { name: 'No Segment Is Saved Yet', description: 'The node Segment saves one: Save a Segment' });
}
