import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { thousands } from './segmentSize';
import { withStore } from './storeAccess';

/** Saved segments to choose from, each with how many were in it when somebody counted last. */
export async function getSegments(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const segments = await withStore(this, async (store) => await store.run('segments.list', {}));
	return segments.map(({ name, words, members, countedAt }) => ({
		name: members === null || countedAt === null ? name : `${name} (${thousands(members)} on ${new Date(countedAt).toISOString().slice(0, 10)})`,
		value: name,
		description: words,
	}));
}
