import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import type { JourneyChoices } from '../journeys/choices';
import { orWhyEmpty } from './choices';
import { text } from './eventFields';
import { withStore } from './storeAccess';

const STATES = { on: '', off: ', switched off', silent: ', not heard of for a day' };

/** The journeys of the store, to act on by hand. */
export async function getJourneys(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return orWhyEmpty(shown(await choices(this)), { name: 'No Journey Was Published Yet', description: 'A journey is a workflow that begins with Journey Trigger' });
}

/** The same, where a limit need not name one. */
export async function getJourneysOrAny(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return [{ name: 'Any Journey', value: '' }, ...shown(await choices(this))];
}

/** The same, and all of them together. */
export async function getJourneysOrAll(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return [{ name: 'Every Journey the Customer Is On', value: '' }, ...shown(await choices(this))];
}

/**
 * The waits of the journey that is chosen above, or of all journeys: n8n asks when the form opens, and not again after a choice
 * as long as an expression in the form has no item to be worked out with.
 */
export async function getJourneyWaits(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const chosen = text(this.getCurrentNodeParameter('journeyKey'));
	const { journeys, waits } = await choices(this);
	const names = new Map(journeys.map(({ key, name }) => [key, name]));
	const listed = waits
		.filter(({ journey }) => chosen === '' || journey === chosen)
		.map(({ journey, step, node }) => ({ name: node ?? step, value: step, description: `${names.get(journey) ?? journey}, ${node === null ? 'no longer in the workflow' : `step key ${step}`}` }));
	return orWhyEmpty(listed, { name: 'No Wait That Anybody Has Come To', description: 'A Journey Wait is listed once the first customer has come to it' });
}

async function choices(context: ILoadOptionsFunctions): Promise<JourneyChoices> {
	return await withStore(context, async (store) => await store.run('journeys.choices', {}));
}

function shown({ journeys }: JourneyChoices): INodePropertyOptions[] {
	return journeys.map(({ key, name, workflow, state }) => ({ name, value: key, description: `Workflow ${workflow}${STATES[state]}` }));
}
