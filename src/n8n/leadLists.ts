import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { DEFAULT_SCORE } from '../scoring/rules';
import { withStore } from './storeAccess';

/** The lead scores of a store to choose from. */
export async function getLeadScores(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const scores = await withStore(this, async (store) => await store.run('leads.list', {}));
	return scores.map(({ name, rules }) => ({ name: name === DEFAULT_SCORE ? 'Lead Score' : name, value: name, description: `Warm from ${rules.mql} points, hot from ${rules.sql}` }));
}
