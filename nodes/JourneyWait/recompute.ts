import type { INodeParameters, ITriggerFunctions } from 'n8n-workflow';
import { changedWait as changeOf, type ChangedWait } from '../../src/journeys/laneJobs';
import { toNodeError } from '../../src/n8n/errors';
import { optionOfStep } from '../../src/n8n/journeyContext';
import { waitOf } from './settings';

/** Any date will do: the date of each customer stays what it was when they came. */
const SOME_DATE = '2000-01-01';

/**
 * What the node asks of everybody, when the marketer wants changes to hold for those who wait already (J25). Undefined
 * without that option, and where a field is an expression: it has no value without an item.
 * @throws NodeOperationError naming the field that cannot be used
 */
export function changedWait(context: ITriggerFunctions): ChangedWait | undefined {
	const node = context.getNode();
	if (optionOfStep(node, 'recompute') !== true) return undefined;
	const { options: _options, date: _date, ...fields } = node.parameters;
	if (hasExpression(fields)) {
		context.logger.warn(`${node.name}: changes cannot hold for those who wait already, because a field is an expression.`);
		return undefined;
	}
	try {
		const { at: _at, ...wait } = { at: undefined, ...waitOf((name) => (name === 'date' ? SOME_DATE : context.getNodeParameter(name))) };
		return changeOf(wait as ChangedWait);
	} catch (error) {
		throw toNodeError(node, error);
	}
}

function hasExpression(value: INodeParameters[string] | INodeParameters): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	if (typeof value !== 'object' || value === null) return false;
	return Object.values(value as INodeParameters).some((inner) => hasExpression(inner));
}
