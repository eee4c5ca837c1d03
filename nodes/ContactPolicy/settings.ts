import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { parseCustomer } from '../../src/customers/identity';
import { JourneyError } from '../../src/core/errors';
import { readInstant } from '../../src/ingest/instants';
import type { PassItem, PassRequest } from '../../src/policy/contract';
import { text } from '../../src/n8n/eventFields';
import { optionOfStep, ownFields, placeOf, stepKeyOf } from '../../src/n8n/journeyContext';
import { isTestPlace } from '../../src/n8n/testCustomer';
import { nodeRules } from './nodeRules';
import { pageOfItem } from './unsubscribePages';

const HOUR_MS = 3_600_000;

interface Options {
	onSecondHandOff?: PassRequest['onSecondHandOff'];
	itemChannel?: unknown;
	mailingKey?: unknown;
	messagesPerRun?: number;
	notBefore?: unknown;
	deadline?: unknown;
	deadlineHours?: unknown;
	stepKey?: unknown;
	tags?: unknown;
	unsubscribePage?: unknown;
	confirm?: boolean;
	counts?: string;
	exempt?: unknown;
	urgent?: boolean;
	value?: unknown;
}

function optionsOf(context: IExecuteFunctions, index = 0): Options {
	return context.getNodeParameter('options', index, {}) as Options;
}

export function messagesPerRun(node: INode): number {
	const wanted = optionOfStep(node, 'messagesPerRun') ?? 100;
	return Math.min(1000, Math.max(1, Math.trunc(Number(wanted)) || 100));
}

/** Whether held customers leave by *Later*. */
export function goesOn(node: INode): boolean {
	return optionOfStep(node, 'goesOn') === true;
}

/** @throws JourneyError bad_input when none is chosen */
export function channelsOf(context: IExecuteFunctions): string[] {
	const channels = context.getNodeParameter('channels', 0) as string[];
	if (Array.isArray(channels) && channels.length > 0) return channels;
	throw new JourneyError('bad_input', '"Channels" is empty: choose how the message is sent.', { field: 'Channels' });
}

/** What one call to the store says about all items of a run. */
export function runOf(context: IExecuteFunctions, requests: readonly PassItem[]): Omit<PassRequest, 'items' | 'dryRun' | 'batch'> {
	return {
		workflowId: String(context.getWorkflow().id),
		stepKey: stepKeyOf(context.getNode()),
		nodeName: context.getNode().name,
		nodeId: context.getNode().id,
		nodeRules: nodeRules(context, channelsOf(context), requests),
		messagesPerRun: messagesPerRun(context.getNode()),
		onSecondHandOff: optionsOf(context).onSecondHandOff ?? 'block',
		policyName: text(optionOfStep(context.getNode(), 'policyName')) || undefined,
		confirm: optionsOf(context).confirm === true,
		goesOn: goesOn(context.getNode()),
	};
}

/**
 * What is asked for one item.
 * @param customer what the field *Customer* holds for it
 * @param defaultMailingKey for items that come through no journey
 * @throws JourneyError bad_input naming the field
 */
export function requestOf(context: IExecuteFunctions, item: INodeExecutionData, index: number, customer: unknown, defaultMailingKey: (item: INodeExecutionData) => string): PassItem {
	const parameter = (name: string) => context.getNodeParameter(name, index) as unknown;
	const options = optionsOf(context, index);
	const place = placeOf(item);
	const journey = isTestPlace(place) ? undefined : place;
	const [channel, ...others] = channelOrder(channelsOf(context), text(options.itemChannel));
	const event = item.json.event as PassItem['event'];
	return {
		index,
		customer: parseCustomer(customer),
		journey,
		mailingKey: journey ? undefined : text(options.mailingKey) || defaultMailingKey(item),
		released: false,
		channel: channel as string,
		category: text(parameter('category')),
		class: parameter('messageClass') as PassItem['class'],
		priority: priority(parameter('priority')),
		tags: names(options.tags),
		notBefore: instant(context, options.notBefore, 'Not Before'),
		deadline: earliest(instant(context, options.deadline, 'Send at the Latest'), hoursAfter(event, options.deadlineHours)),
		onBlock: parameter('onBlock') as PassItem['onBlock'],
		fallbackChannels: parameter('onBlock') === 'fallback' ? others : [],
		urgent: options.urgent === true,
		exempt: names(options.exempt),
		counts: options.counts === 'yes' ? true : options.counts === 'no' ? false : undefined,
		value: valueOf(options.value),
		unsubscribePage: pageOfItem(context, options.unsubscribePage),
		own: ownFields(item.json),
		event,
	};
}

function channelOrder(channels: string[], first: string): string[] {
	return channels.includes(first) ? [first, ...channels.filter((channel) => channel !== first)] : channels;
}

const names = (list: unknown): string[] => text(list).split(',').map((name) => name.trim()).filter(Boolean);

function valueOf(value: unknown): number | undefined {
	if (isEmpty(value) || value === 0) return undefined;
	const number = Number(value);
	if (Number.isFinite(number)) return number;
	throw new JourneyError('bad_input', '"Value" must be a number.', { field: 'Value' });
}

const USUAL_PRIORITY = 50;

function priority(value: unknown): number {
	const number = isEmpty(value) ? USUAL_PRIORITY : Number(value);
	if (Number.isInteger(number) && number >= 0 && number <= 100) return number;
	throw new JourneyError('bad_input', '"Priority" must be a whole number from 0 to 100.', { field: 'Priority' });
}

function instant(context: IExecuteFunctions, value: unknown, label: string): number | undefined {
	return isEmpty(value) ? undefined : readInstant(value, `"${label}"`, context.getTimezone());
}

/** From the event, not from now: a run that is repeated must ask for the same message (contact-policy.md section 8). */
function hoursAfter(event: PassItem['event'], given: unknown): number | undefined {
	const at = event ? Date.parse(event.at) : Number.NaN;
	const hours = Number(given);
	if (!isEmpty(given) && !(Number.isFinite(hours) && hours >= 0)) throw new JourneyError('bad_input', '"Expires After (Hours)" must be a number from 0 on.', { field: 'Expires After (Hours)' });
	return isEmpty(given) || Number.isNaN(at) ? undefined : at + Math.round(hours * HOUR_MS);
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

function earliest(...instants: (number | undefined)[]): number | undefined {
	const given = instants.filter((one) => one !== undefined);
	return given.length > 0 ? Math.min(...given) : undefined;
}
