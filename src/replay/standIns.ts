import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import type { Clock } from '../core/clock';
import type { Engine } from './engine';
import { versionOf, type AnyNodeType } from './nodeVersions';
import { senderOf, type Sender } from './senders';

/** One item that reached a stand-in: what the real node would have sent, and to whom. */
export interface CapturedMessage {
	/** virtual instant, ms */
	atMs: number;
	nodeName: string;
	nodeType: string;
	/** the sender's own channel, else the one that Contact Policy allowed; undefined for calls that are no message */
	channel: string | undefined;
	to: string;
	subject: string;
	text: string;
	html: string;
	/** the customer's id, as every node of this package finds it in an item (journeys.md section 8) */
	customer: string | undefined;
	outcome: 'sent' | 'failed';
	executionId: string;
	item: IDataObject;
}

export interface StandInOptions {
	clock: Clock;
	/** addresses that the stand-in refuses, as a mail server would; compared without case */
	failFor?: Iterable<string>;
	/** what a node answers, by node name: the JSON of its output item. Default: what the real Send Email gives, else `{}` */
	answers?: Readonly<Record<string, IDataObject>>;
	onMessage(message: CapturedMessage): void;
}

/**
 * Makes the nodes that take the place of senders and callers: they resolve the real node's own parameters with their
 * expressions, record what would have gone out, and give what the real node gives, so that the canvas behaves alike.
 */
export class StandIns {
	private readonly refused: ReadonlySet<string>;

	constructor(
		private readonly engine: Engine,
		private readonly options: StandInOptions,
	) {
		this.refused = new Set([...(options.failFor ?? [])].map((address) => address.toLowerCase()));
	}

	/**
	 * @param original the real node, for its parameters' defaults and its outputs; unknown for other packages
	 * @param parameterNames those that the workflow sets: n8n drops what a description does not name
	 */
	insteadOf(type: string, original: AnyNodeType | undefined, parameterNames: readonly string[]): AnyNodeType {
		if (!original) return this.standIn(type, anyDescription(type, parameterNames));
		if (!('nodeVersions' in original)) return this.standIn(type, original.description, original);
		const versions = Object.fromEntries(
			Object.keys(original.nodeVersions).map((version) => {
				const real = versionOf(original, Number(version));
				return [version, this.standIn(type, real.description, real)];
			}),
		);
		return new this.engine.workflow.VersionedNodeType(versions, original.description);
	}

	private standIn(type: string, description: INodeTypeDescription, original?: INodeType): INodeType {
		const sender = senderOf(type);
		const send = (node: IExecuteFunctions) => this.send(node, type, sender);
		const isTrigger = description.group.includes('trigger');
		return {
			// Without credentials, webhooks and polling: nothing outside is asked for, started or listened to.
			description: { ...description, credentials: undefined, webhooks: undefined, polling: undefined },
			methods: original?.methods && { loadOptions: original.methods.loadOptions },
			async execute(this: IExecuteFunctions) {
				return isTrigger ? [this.getInputData()] : [send(this)];
			},
		};
	}

	private send(node: IExecuteFunctions, type: string, sender: Sender): INodeExecutionData[] {
		return node.getInputData().map((item, index): INodeExecutionData => {
			const message = this.read(node, type, sender, item, index);
			const failed = message.to !== '' && addressesOf(message.to).some((address) => this.refused.has(address.toLowerCase()));
			this.options.onMessage({ ...message, outcome: failed ? 'failed' : 'sent' });
			if (!failed) return { json: this.answer(node, type, message, index), pairedItem: { item: index } };
			const problem = `Can't send mail - all recipients were rejected: 550 5.1.1 <${message.to}> refused by the replay`;
			if (node.continueOnFail()) return { json: { error: problem }, pairedItem: { item: index } };
			throw new this.engine.workflow.NodeApiError(node.getNode(), { message: problem }, { itemIndex: index });
		});
	}

	private read(node: IExecuteFunctions, nodeType: string, sender: Sender, item: INodeExecutionData, index: number): CapturedMessage {
		const first = (names: readonly string[]): string => {
			for (const name of names) {
				const value = text(node.getNodeParameter(name, index, ''));
				if (value !== '') return value;
			}
			return '';
		};
		const policy = item.json.policy as IDataObject | undefined;
		return {
			atMs: this.options.clock.now(),
			nodeName: node.getNode().name,
			nodeType,
			channel: sender.channel ?? (typeof policy?.channel === 'string' ? policy.channel : undefined),
			to: first(sender.to),
			subject: first(sender.subject),
			text: first(sender.text),
			html: first(sender.html),
			customer: customerOf(item.json),
			outcome: 'sent',
			executionId: node.getExecutionId(),
			item: item.json,
		};
	}

	private answer(node: IExecuteFunctions, type: string, message: CapturedMessage, index: number): IDataObject {
		const given = this.options.answers?.[message.nodeName];
		if (given) return structuredClone(given);
		if (type !== 'n8n-nodes-base.emailSend') return {};
		const to = addressesOf(message.to);
		const from = text(node.getNodeParameter('fromEmail', 0, ''));
		return { accepted: to, rejected: [], response: '250 OK', envelope: { from, to }, messageId: `<${message.executionId}.${index}@replay.example>` };
	}
}

/** The default of every node's *Customer* field: `{{ $json.customer?.id ?? $json.customer_id ?? $json.email }}`. */
export function customerOf(json: IDataObject): string | undefined {
	const id = (json.customer as IDataObject | undefined)?.id ?? json.customer_id ?? json.email;
	return id === undefined || id === null ? undefined : String(id);
}

/** `Ann <ann@example.com>, bob@example.com` -> the bare addresses */
function addressesOf(list: string): string[] {
	return list.split(',').map((entry) => (/<([^>]+)>/.exec(entry)?.[1] ?? entry).trim());
}

function text(value: unknown): string {
	if (value === null || value === undefined) return '';
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A node of a package that is not here. */
function anyDescription(type: string, parameterNames: readonly string[]): INodeTypeDescription {
	return {
		displayName: type,
		name: type,
		group: ['output'],
		version: 1,
		description: '',
		defaults: { name: type },
		inputs: ['main'],
		outputs: ['main'],
		properties: parameterNames.map((name) => ({ displayName: name, name, type: 'string', default: '' })),
	};
}
