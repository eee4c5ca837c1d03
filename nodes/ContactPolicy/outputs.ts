import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { JourneyError, type JourneyErrorCode } from '../../src/core/errors';
import { errorItem } from '../../src/n8n/errors';
import { isMailing } from '../../src/n8n/mailingKey';
import { clickBase } from '../../src/n8n/clickBase';
import { confirmUrl } from '../../src/n8n/unsubscribeUrl';
import type { PassAnswer, PassItem, PolicyView } from '../../src/policy/contract';
import { channelsOf, goesOn } from './settings';
import { UnsubscribePages } from './unsubscribePages';

type Leaving = Extract<PassAnswer, { result: 'send' | 'blocked' }>;

/** Empty lists, also where the form names no channel. */
export function emptyLists(context: IExecuteFunctions): INodeExecutionData[][] {
	const channels = context.getNodeParameter('channels', 0, []) as string[];
	return Array.from({ length: Math.max(1, channels.length) + (goesOn(context.getNode()) ? 2 : 1) }, () => []);
}

/** Place of *Blocked* among the outputs. */
export function blockedOutput(context: IExecuteFunctions): number {
	return Math.max(1, (context.getNodeParameter('channels', 0, []) as string[]).length);
}

/** One list per output: *Send*, or one for each of several channels, then *Blocked*, then *Later* where there is one. */
export class Outputs {
	private readonly channels: string[];
	private readonly send: INodeExecutionData[][];
	readonly blocked: INodeExecutionData[] = [];
	private readonly later: INodeExecutionData[] = [];
	private readonly pages: UnsubscribePages;

	constructor(private readonly context: IExecuteFunctions) {
		this.channels = channelsOf(context);
		this.send = this.channels.map(() => []);
		this.pages = new UnsubscribePages(context);
	}

	lists(): INodeExecutionData[][] {
		return [...this.send, this.blocked, ...(goesOn(this.context.getNode()) ? [this.later] : [])];
	}

	/** Held messages, and those that an earlier run let out, leave nowhere. @param pairedItem index of the item this message came with @param asked what was asked for it */
	put(answer: PassAnswer, json: IDataObject, pairedItem: number, asked: Pick<PassItem, 'unsubscribePage'> | undefined): void {
		if (answer.result === 'refused') return this.refuse(answer, json, pairedItem);
		if (answer.result === 'held' && answer.goesOn) this.later.push({ json: this.itemOf(answer.goesOn, json, asked), pairedItem: { item: pairedItem } });
		if (answer.result !== 'send' && answer.result !== 'blocked') return;
		const item = this.itemOf(answer, json, asked);
		if (answer.digest) item.digest = answer.digest.map(({ own, event }) => ({ ...own, ...(event ? { event } : {}) })) as unknown as IDataObject[];
		this.listFor(answer.result, answer.policy.channel).push({ json: item, pairedItem: { item: pairedItem } });
	}

	private itemOf({ customer, journey, policy }: Pick<Leaving, 'customer' | 'journey' | 'policy'>, json: IDataObject, asked: Pick<PassItem, 'unsubscribePage'> | undefined): IDataObject {
		const own = { ...json };
		delete own.journey;
		return {
			...own,
			...(customer ? { customer } : {}),
			...(journey && !isMailing(journey) ? { journey } : {}),
			policy: this.view(policy, asked?.unsubscribePage),
		} as IDataObject;
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

	private view({ unsubscribeToken, clickToken, confirmToken, ...policy }: PolicyView, page: string | undefined): IDataObject {
		const unsubscribe = unsubscribeToken ? { unsubscribeUrl: this.pages.link(unsubscribeToken, page) } : {};
		const confirm = confirmToken ? { confirmUrl: confirmUrl(this.context)(confirmToken) } : {};
		return { ...policy, ...unsubscribe, ...confirm, ...(clickToken ? { clickBase: clickBase(this.context, clickToken) } : {}) };
	}
}
