import { registryPlans } from '../store/plans/registryPlans';
import { read } from '../store/port';
import { ownerOf, type Owner } from './owners';

export interface JourneyChoices {
	/** in the order of their names */
	journeys: { key: string; name: string; workflow: string; state: Owner['state'] }[];
	/** The waits that somebody has come to, by journey; `node` is null where none of that step key is on a canvas any more. */
	waits: { journey: string; step: string; node: string | null }[];
}

/** What a person can choose from who acts on journeys by hand. It counts nobody, so it costs the same at any size. */
export const journeyChoices = read(async (tx, _input: Record<string, never>): Promise<JourneyChoices> => {
	const now = await tx.now();
	const journeys = await tx.shopRows(registryPlans.journeys, {});
	const nodes = new Map((await tx.all(registryPlans.stepNodes, {})).map((row) => [`${row.workflow_id} ${row.step_key}`, row.node_name]));
	const waits = (await tx.all(registryPlans.steps, {})).filter(({ kind }) => kind === 'wait');
	return {
		journeys: journeys
			.map((row) => ({ key: row.key, name: row.name, workflow: row.workflow_name, state: ownerOf([row], now).state }))
			.sort((a, b) => a.name.localeCompare(b.name) || (a.key < b.key ? -1 : 1)),
		waits: waits.map((step) => ({ journey: step.journey_key, step: step.step_key, node: nodes.get(`${step.workflow_id} ${step.step_key}`) ?? null })),
	};
});
