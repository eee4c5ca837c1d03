import type { IDataObject } from 'n8n-workflow';
import { withStoreInstead } from '../n8n/storeInstead';
import type { CustomerRecord } from '../customers/contract';
import type { CustomerRef } from '../customers/identity';
import type { OperationInput, OperationName, OperationOutput } from '../operations';
import type { Store } from '../store/Store';
import { ManualClock } from '../core/clock';
import { JourneyError } from '../core/errors';
import { Activation } from './activation';
import { blockedIn } from './blocked';
import type { BlockedOutcome, MessageOutcome, Outcome } from './compareOutcome';
import { ReplayDriver } from './driver';
import { loadEngine } from './engine';
import type { Execution } from './execution';
import { queryOfLink } from './letterLinks';
import { ownNodes } from './ownNodes';
import type { SavedTestWorld } from './runSavedTest';
import type { SavedStep } from './savedTest';
import type { SavedWebhook } from './savedTestRecords';
import { recordOf } from './recordOf';
import type { CapturedMessage, StandInOptions } from './standIns';
import { tellStore } from './tellStore';
import { unsubscribeTokenOf } from './unsubscribeToken';
import { WorkflowRunner } from './workflowRunner';

export interface WorldOptions {
	/** the parsed workflow file */
	workflow: object;
	/** with a frozen test clock that stands at `atMs`; stays open when the world ends */
	store: Store;
	/** where the replay begins, UTC milliseconds */
	atMs: number;
	failFor?: StandInOptions['failFor'];
	answers?: StandInOptions['answers'];
	/** what a sender was given, refused ones too */
	onMessage?(message: CapturedMessage): void;
	onBlocked?(blocked: BlockedOutcome): void;
	/** what the nodes asked the store, and its answer */
	onStore?: StoreListener;
}

export type StoreListener = <K extends OperationName>(name: K, input: OperationInput<K>, output: OperationOutput<K>) => void;

/** A workflow that is switched on, on a store of its own, in n8n's own engine, at a clock that only the driver moves. */
export class ReplayWorld implements SavedTestWorld {
	readonly driver: Pick<ReplayDriver, 'now' | 'advanceTo' | 'runOut' | 'settle'>;
	private readonly happened: Outcome[] = [];
	private readonly troubles: string[] = [];
	/** HTML of the last letter that reached each customer */
	private readonly lastLetters = new Map<string, string>();

	private constructor(
		private readonly store: Store,
		private readonly runner: WorkflowRunner,
		private readonly activation: Activation,
		driver: ReplayDriver,
	) {
		this.driver = {
			now: () => driver.now(),
			advanceTo: (instantMs) => this.inside(() => driver.advanceTo(instantMs)),
			runOut: (untilMs) => this.inside(() => driver.runOut(untilMs)),
			settle: () => this.inside(() => driver.settle()),
		};
	}

	/**
	 * Switches the workflow on.
	 * @throws JourneyError `missing_engine`, and `bad_file` when the workflow is none or a trigger of it cannot start
	 */
	static async open({ workflow, store, atMs, failFor, answers, onMessage, onBlocked, onStore }: WorldOptions): Promise<ReplayWorld> {
		const clock = new ManualClock(atMs);
		const watched = onStore ? listeningStore(store, onStore) : store;
		const runner = new WorkflowRunner(await loadEngine(), {
			workflow,
			nodeTypes: ownNodes(),
			clock,
			failFor,
			answers,
			onMessage: (message) => {
				onMessage?.(message);
				if (message.outcome === 'sent') world.keep(message);
			},
			onExecution: (execution) => {
				world.note(execution);
				for (const blocked of blockedIn(execution, runner.workflowData.nodes)) {
					world.happened.push(blocked);
					onBlocked?.(blocked);
				}
			},
		});
		const activation = new Activation(runner);
		const driver = new ReplayDriver({
			clock: {
				now: () => clock.now(),
				moveTo: async (instantMs) => {
					clock.set(instantMs);
					await store.run('clock.set', { atMs: instantMs });
				},
			},
			activations: [activation],
			loops: () => activation.loops,
			nextDueAt: async (after) => (await store.run('journeys.nextDue', { after })).at ?? undefined,
			nextRoundAt: async (after) => (await store.run('journeys.nextDue', { after })).roundAt ?? undefined,
		});
		const world = new ReplayWorld(watched, runner, activation, driver);
		await world.switchOn();
		return world;
	}

	async apply(step: SavedStep): Promise<void> {
		await this.inside(async () => await this.tell(step));
	}

	/** What a webhook of the workflow is sent, or what a trigger of another kind would emit: one execution from that node. */
	async receive(node: string, json: IDataObject): Promise<Execution> {
		return await this.inside(async () => {
			const execution = await this.runner.execute(node, [[{ json }]], 'webhook');
			await this.driver.settle();
			return execution;
		});
	}

	async record(ref: CustomerRef): Promise<CustomerRecord | null> {
		return await recordOf(this.store, ref);
	}

	outcome(): readonly Outcome[] {
		return this.happened;
	}

	failures(): readonly string[] {
		return [...this.activation.problems.map(({ node, message }) => `The trigger of "${node}" gave up: ${message}`), ...this.troubles];
	}

	/** Switches the workflow off. */
	async close(): Promise<void> {
		await this.inside(() => this.activation.deactivate());
	}

	private async switchOn(): Promise<void> {
		try {
			await this.inside(() => this.activation.activate());
		} catch (error) {
			const { message, node } = error as Error & { node?: { name: string } };
			const said = /^There was a problem activating the workflow: "(.*)"$/s.exec(message)?.[1] ?? message;
			throw new JourneyError('bad_file', `The workflow cannot be switched on: ${node ? `"${node.name}": ` : ''}${said}`);
		}
	}

	private inside<T>(work: () => Promise<T>): Promise<T> {
		return withStoreInstead(this.store, work);
	}

	private async tell(step: SavedStep): Promise<void> {
		if (step.kind === 'webhook') await this.receive(step.webhook.node, await this.arriving(step.webhook));
		else await tellStore(this.store, step);
	}

	/** As n8n's Webhook node gives what it was sent; a form gives its fields. */
	private async arriving({ node, body, query, unsubscribeLinkOf, link }: SavedWebhook): Promise<IDataObject> {
		if (this.runner.node(node).type !== 'n8n-nodes-base.webhook') return body as IDataObject;
		const token = unsubscribeLinkOf === undefined ? {} : { t: await unsubscribeTokenOf(this.store, unsubscribeLinkOf) };
		const followed = link === undefined ? {} : queryOfLink(this.lastLetters.get(link.customer), link);
		return { headers: {}, params: {}, query: { ...query, ...token, ...followed }, body: (body ?? {}) as IDataObject };
	}

	private keep(message: CapturedMessage): void {
		this.happened.push(...messageOutcomes(message));
		if (message.customer !== undefined && message.html !== '') this.lastLetters.set(message.customer, message.html);
	}

	private note({ atMs, startNode, error }: Execution): void {
		if (!error) return;
		const where = error.node && error.node !== startNode ? `"${error.node}" (started by "${startNode}")` : `"${startNode}"`;
		this.troubles.push(`An execution failed at ${new Date(atMs).toISOString()} in ${where}: ${error.message}`);
	}
}

/** A letter to the shop's own people that is about a customer does not reach the customer; a call to another system is no message. */
function messageOutcomes({ atMs, channel, customer, nodeName, to, item }: CapturedMessage): MessageOutcome[] {
	if (channel === undefined || customer === undefined) return [];
	const own = (item.customer as { email?: unknown } | undefined)?.email;
	if (channel === 'email' && typeof own === 'string' && !to.toLowerCase().includes(own.toLowerCase())) return [];
	return [{ atMs, customer, channel, template: nodeName }];
}

function listeningStore(store: Store, listen: StoreListener): Store {
	return {
		kind: store.kind,
		storeId: store.storeId,
		label: store.label,
		run: async <K extends OperationName>(name: K, input: OperationInput<K>): Promise<OperationOutput<K>> => {
			const output: OperationOutput<K> = await store.run(name, input);
			listen(name, input, output);
			return output;
		},
		close: () => store.close(),
	};
}
