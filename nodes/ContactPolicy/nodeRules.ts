import type { IDataObject, IExecuteFunctions, INode } from 'n8n-workflow';
import { JourneyError } from '../../src/core/errors';
import { text } from '../../src/n8n/eventFields';
import { isMailing } from '../../src/n8n/mailingKey';
import type { PassItem } from '../../src/policy/contract';

interface NodeRule {
	id: string;
	scope: IDataObject;
	limit: number;
	window: string;
}

const LABELS = { atMost: 'At Most', scope: 'Messages', tag: 'Tag', period: 'Per' };
type Limit = Record<keyof typeof LABELS, unknown>;

/**
 * Limits of the node as rules of a policy. Their ids name the place in the form, so that a reason can be found there. They are
 * the node's and not the item's: a held message is judged again by what the node says then.
 * @param channels that the node sends by
 * @throws JourneyError `bad_input` naming the field
 */
export function nodeRules(context: IExecuteFunctions, channels: readonly string[], requests: readonly PassItem[]): NodeRule[] {
	mustHoldForAll(context.getNode());
	const limits = context.getNodeParameter('nodeLimits.limits', 0, []) as { atMost: number; scope: string; period: string; tag?: string }[];
	return limits.flatMap(({ atMost, scope, period, tag }, place) => {
		const scopes = scope === 'tag' ? [{ tag: tagOf(tag, place) }] : nodeScopes(scope, channels, requests);
		return scopes.map((one, index) => ({ id: `node-limit-${place + 1}${scopes.length > 1 ? `-${index + 1}` : ''}`, scope: one, limit: Number(atMost), window: period }));
	});
}

/** A variable of n8n is fine; fields of the item are not. */
const OF_ITEM = /\$(json|binary|input|item|items|itemIndex|node)\b|\$\(/;

function mustHoldForAll({ parameters }: INode): void {
	const limits = (parameters.nodeLimits as { limits?: Limit[] } | undefined)?.limits ?? [];
	for (const [place, limit] of limits.entries()) {
		for (const [field, label] of Object.entries(LABELS) as [keyof Limit, string][]) {
			const value = limit[field];
			if (typeof value !== 'string' || !value.startsWith('=') || !OF_ITEM.test(value)) continue;
			throw new JourneyError('bad_input', `Limit ${place + 1} of this node: "${label}" depends on the item, but a limit holds for all messages of the node, also when those that were held are judged again. Write down the value itself; for other limits for some customers choose Edit Company Policy, where a limit can differ by stage.`, { field: label });
		}
	}
}

function tagOf(tag: unknown, place: number): string {
	if (text(tag)) return text(tag);
	throw new JourneyError('bad_input', `Limit ${place + 1} of this node has an empty "Tag": fill it in.`, { field: 'Tag' });
}

function nodeScopes(scope: string, channels: readonly string[], requests: readonly PassItem[]): IDataObject[] {
	if (scope === 'channel') return channels.map((channel) => ({ channel }));
	// Categories as the items have them: an expression finds no fields where held messages are judged again.
	const categories = new Set(requests.flatMap(({ category }) => (category ? [category] : [])));
	if (scope === 'category' && categories.size > 0) return [...categories].map((category) => ({ category }));
	if (scope === 'journey') {
		const journeys = new Set(requests.flatMap(({ journey }) => (journey && !isMailing(journey) ? [journey.key] : [])));
		if (journeys.size > 0) return [...journeys].map((journey) => ({ journey }));
	}
	return [{ any: true }];
}
