import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { JourneyError, type JourneyErrorCode } from '../../src/core/errors';
import { errorItem } from '../../src/n8n/errors';
import { isMailing } from '../../src/n8n/mailingKey';
import { unsubscribeUrl } from '../../src/n8n/unsubscribeUrl';
import type { PassAnswer, PolicyView } from '../../src/policy/contract';
import { channelsOf, unsubscribePage } from './settings';

/** Empty lists, also where the form names no channel. */
export function emptyLists(context: IExecuteFunctions): INodeExecutionData[][] {
	const channels = context.getNodeParameter('channels', 0, []) as string[];
	return Array.from({ length: Math.max(1, channels.length) + 1 }, () => []);
}

/** One list per output: *Send*, or one for each of several channels, and *Blocked* at the end. */
export class Outputs {
	private readonly channels: string[];
	private readonly send: INodeExecutionData[][];
	private readonly blocked: INodeExecutionData[] = [];
	private readonly urlOf: (token: string) => string;

	constructor(private readonly context: IExecuteFunctions) {
		this.channels = channelsOf(context);
		this.send = this.channels.map(() => []);
		this.urlOf = unsubscribeUrl(context, unsubscribePage(context));
	}

	lists(): INodeExecutionData[][] {
		return [...this.send, this.blocked];
	}

	/** Held messages, and those that an earlier run let out, leave nowhere. @param pairedItem index of the item this message came with */
	put(answer: PassAnswer, json: IDataObject, pairedItem: number): void {
		if (answer.result === 'refused') return this.refuse(answer, json, pairedItem);
		if (answer.result !== 'send' && answer.result !== 'blocked') return;
		const { customer, journey, policy } = answer;
		const own = { ...json };
		delete own.journey;
		const item = {
			...own,
			...(customer ? { customer } : {}),
			...(journey && !isMailing(journey) ? { journey } : {}),
			policy: this.view(policy),
		} as IDataObject;
		this.listFor(answer.result, policy.channel).push({ json: item, pairedItem: { item: pairedItem } });
	}

	/**
	 * A message that could not be judged leaves by *Blocked* and does not fail the run: the others were handed off in the same
	 * transaction, and a failed run would lose them.
	 */
	private refuse({ code, message }: Extract<PassAnswer, { result: 'refused' }>, json: IDataObject, index: number): void {
		const item = { json: { ...json, policy: { decision: 'blocked', reason: code, reasonText: message } }, pairedItem: { item: index } };
		const error = new JourneyError(code as JourneyErrorCode, message);
		this.blocked.push(this.context.continueOnFail() ? errorItem(this.context, item, index, error) : item);
	}

	/** A channel that is no longer chosen (the node was edited while the message was held) leaves by the first output. */
	private listFor(result: 'send' | 'blocked', channel: string): INodeExecutionData[] {
		return result === 'blocked' ? this.blocked : (this.send[Math.max(0, this.channels.indexOf(channel))] as INodeExecutionData[]);
	}

	private view({ unsubscribeToken, ...policy }: PolicyView): IDataObject {
		return { ...policy, ...(unsubscribeToken ? { unsubscribeUrl: this.urlOf(unsubscribeToken) } : {}) };
	}
}
