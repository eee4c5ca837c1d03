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

/** The waits of the journey that is chosen above. */
export async function getJourneyWaits(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const journey = text(this.getCurrentNodeParameter('journeyKey'));
	const waits = (await choices(this)).waits.filter((wait) => wait.journey === journey);
	return orWhyEmpty(
		waits.map(({ step, node }) => ({ name: node ?? step, value: step, description: node === null ? 'No longer in the workflow' : `Step key ${step}` })),
		journey === '' ? { name: 'Choose a Journey First', description: 'Its waits are listed then' } : { name: 'No Wait That Anybody Has Come To', description: 'A Journey Wait is listed once the first customer has come to it' },
	);
}

async function choices(context: ILoadOptionsFunctions): Promise<JourneyChoices> {
	return await withStore(context, async (store) => await store.run('journeys.choices', {}));
}

function shown({ journeys }: JourneyChoices): INodePropertyOptions[] {
	return journeys.map(({ key, name, workflow, state }) => ({ name, value: key, description: `Workflow ${workflow}${STATES[state]}` }));
}
