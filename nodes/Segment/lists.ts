import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { attempt } from '../../src/core/attempt';
import { orWhyEmpty } from '../../src/n8n/choices';
import { text } from '../../src/n8n/eventFields';
import { hasConditions, OTHER_EVENT, rulesOfForm } from '../../src/n8n/segmentForm';
import { countMembers, sizeInWords, thousands } from '../../src/n8n/segmentSize';
import { withStore } from '../../src/n8n/storeAccess';
import { newestRuns } from '../../src/segments/runs';
import type { SegmentRef } from '../../src/segments/savedSegments';

/** Events that every store with messages has, by the names that a marketer gives them. */
const MESSAGE_EVENTS: INodePropertyOptions[] = [
	{ name: 'Message Clicked', value: 'message_clicked' },
	{ name: 'Message Opened', value: 'message_opened' },
	{ name: 'Message Bounced', value: 'message_bounced' },
	{ name: 'Unsubscribed', value: 'message_unsubscribed' },
	{ name: 'Complained About a Message', value: 'message_complained' },
];

export async function getCategories(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const { categories } = await withStore(this, async (store) => await store.run('segments.choices', {}));
	return categories.map(({ category, products }) => ({ name: category, value: category, description: `${thousands(products)} ${products === 1 ? 'product' : 'products'}` }));
}

/** What messages lead to, what has come in lately, and anything else by its name. */
export async function getEventTypes(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const { eventTypes } = await withStore(this, async (store) => await store.run('segments.choices', {}));
	const known = new Set(MESSAGE_EVENTS.map(({ value }) => value));
	return [...MESSAGE_EVENTS, ...eventTypes.filter(({ type }) => !known.has(type)).map(({ type }) => ({ name: type, value: type })), { name: 'Another Event …', value: OTHER_EVENT }];
}

/** Runs that are not over, with how far they are. */
export async function getRuns(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const runs = await withStore(this, async (store) => await newestRuns(async (page) => await store.run('segments.runs', page), Number.POSITIVE_INFINITY, { underWay: true }));
	const underWay = runs.map(({ id, segment, words, state, lookedAt, customers, released }) => ({ name: `${id}: ${segment ?? words} (${state})`, value: id, description: `${thousands(lookedAt)} of ${thousands(customers)} customers looked at, ${thousands(released)} members gone on` }));
	return orWhyEmpty(underWay, { name: 'No Run Is Under Way', description: 'Go Through All Members begins one' });
}

/** The size of what the form holds right now, as the one entry of the list. */
export async function getSize(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const form = this.getCurrentNodeParameters() ?? {};
	const asked = attempt((): SegmentRef | undefined => {
		if (form.operation !== 'save' && form.segmentFrom === 'saved') return text(form.segment) === '' ? undefined : { name: text(form.segment) };
		return hasConditions(form.conditions, form.groups) ? { rules: rulesOfForm(form.match ?? 'all', form.conditions, form.groups) } : undefined;
	});
	if (!asked.ok) return [{ name: messageOf(asked.error), value: '' }];
	const segment = asked.value;
	if (!segment) return [{ name: 'Add a Condition First', value: '' }];
	try {
		const size = await withStore(this, async (store) => await countMembers(store, segment));
		return [{ name: `Right now ${sizeInWords(size)}`, value: '' }];
	} catch (error) {
		return [{ name: messageOf(error), value: '' }];
	}
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
