import type { IDataObject, IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod/v4';
import { JourneyError } from '../core/errors';
import type { BatchRef, ReleasedItem } from '../journeys/contract';
import type { JourneyPlace } from '../journeys/item';

const place = z.object({
	key: z.string().min(1),
	enrolment: z.string().min(1),
	step: z.string(),
	visit: z.number().int().min(0),
	variant: z.string().nullable().default(null),
});

const release = z.object({ batch: z.number().int(), epoch: z.number().int(), step: z.string() });

/** Where in which journey an item's customer is; undefined for an item that came through no journey. */
export function placeOf(item: INodeExecutionData): JourneyPlace | undefined {
	const read = place.safeParse(item.json.journey);
	return read.success ? read.data : undefined;
}

/** @throws JourneyError `bad_input` saying what the node needs */
export function placeNeeded(item: INodeExecutionData): JourneyPlace {
	const found = placeOf(item);
	if (found) return found;
	throw new JourneyError(
		'bad_input',
		'This item comes from no journey: Journey Wait keeps only customers that a Journey Trigger started. Put a Journey Trigger at the start of this workflow, and leave the field "journey" in the items as it is.',
		{ field: 'journey' },
	);
}

/** What is kept while a customer waits: the item without what is read afresh afterwards (journeys.md section 8). */
export function ownFields(json: IDataObject): Record<string, unknown> {
	const { customer: _customer, journey: _journey, policy: _policy, ...own } = json;
	return own;
}

/** The item of a released customer: own fields as they were parked, everything else as it is now. */
export function itemOf({ customer, journey, event, own }: ReleasedItem): IDataObject {
	return { ...own, customer, journey, ...(event ? { event } : {}) } as unknown as IDataObject;
}

/** What a two-sided node's `trigger` emits: which batch its `execute` shall fetch from the store. */
export function releaseItem({ id, epoch }: BatchRef, stepKey: string): IDataObject {
	return { release: { batch: id, epoch, step: stepKey } };
}

/**
 * The batch to fetch, when this run was started by the node's own `trigger`. Anybody can write such an item; what counts is
 * that the store gives the batch out once (`journeys.claimBatch`).
 */
export function releaseOf(items: readonly INodeExecutionData[], stepKey: string): BatchRef | undefined {
	const [only] = items;
	if (items.length !== 1 || !only || Object.keys(only.json).length !== 1) return undefined;
	const read = release.safeParse(only.json.release);
	return read.success && read.data.step === stepKey ? { id: read.data.batch, epoch: read.data.epoch } : undefined;
}

/**
 * An option that holds for the whole step and so takes no expression (`noDataExpression`). The other options may have expressions
 * over items; `trigger` has no items, and evaluating them there would keep the workflow from being published.
 */
export function optionOfStep(node: INode, name: string): unknown {
	return (node.parameters.options as IDataObject | undefined)?.[name];
}

/** A step key survives renaming; it is the node's id unless the marketer gave one. */
export function stepKeyOf(node: INode): string {
	const given = optionOfStep(node, 'stepKey');
	return (typeof given === 'string' && given.trim()) || node.id;
}

/** Node names that park customers, by the end of their type: the prefix depends on how the package was installed. */
const PARKING = /\.(journeyWait|contactPolicy)$/;

/**
 * On a re-offer customers who are already parked further down are left out, when the store can tell by one glance: when
 * all ways from this node lead through one parking node first. Where a step feeds several, each branch may still be owed.
 */
export function skipMovedOn(context: Pick<IExecuteFunctions, 'getNode' | 'getChildNodes'>): boolean {
	const own = context.getNode().name;
	const parking = (name: string) => context.getChildNodes(name).filter((child) => PARKING.test(child.type) && child.name !== own);
	const below = parking(own);
	if (below.length <= 1) return true;
	return below.some((first) => {
		const reached = new Set(parking(first.name).map((child) => child.name));
		return below.every((child) => child === first || reached.has(child.name));
	});
}
