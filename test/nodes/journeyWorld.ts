import type { IDataObject, INodeExecutionData, INode } from 'n8n-workflow';
import { BundleRecommendation } from '../../nodes/BundleRecommendation/BundleRecommendation.node';
import { ContactPolicy } from '../../nodes/ContactPolicy/ContactPolicy.node';
import { ExperimentSplit } from '../../nodes/ExperimentSplit/ExperimentSplit.node';
import { JourneyTrigger } from '../../nodes/JourneyTrigger/JourneyTrigger.node';
import { JourneyWait } from '../../nodes/JourneyWait/JourneyWait.node';
import { LeadScore } from '../../nodes/LeadScore/LeadScore.node';
import { LifecycleStage } from '../../nodes/LifecycleStage/LifecycleStage.node';
import { Segment } from '../../nodes/Segment/Segment.node';
import { ManualClock } from '../../src/core/clock';
import { processRegistry, StoreRegistry, type StoreHandle } from '../../src/n8n/storeRegistry';
import { Activation } from '../../src/replay/activation';
import { ReplayDriver } from '../../src/replay/driver';
import { loadEngine } from '../../src/replay/engine';
import type { Execution } from '../../src/replay/execution';
import type { CapturedMessage } from '../../src/replay/standIns';
import { WorkflowRunner } from '../../src/replay/workflowRunner';
import { openStore, type StoreLocation } from '../../src/store/open';
import { freshPostgres, freshSqliteFile } from '../support/stores';

export const START = Date.parse('2026-11-21T10:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const TYPES = {
	'n8n-nodes-customer-journeys.journeyTrigger': JourneyTrigger,
	'n8n-nodes-customer-journeys.journeyWait': JourneyWait,
	'n8n-nodes-customer-journeys.contactPolicy': ContactPolicy,
	'n8n-nodes-customer-journeys.experimentSplit': ExperimentSplit,
	'n8n-nodes-customer-journeys.bundleRecommendation': BundleRecommendation,
	'n8n-nodes-customer-journeys.segment': Segment,
	'n8n-nodes-customer-journeys.leadScore': LeadScore,
	'n8n-nodes-customer-journeys.lifecycleStage': LifecycleStage,
};

type NodeSpec = Partial<INode> & { name: string; type: string };

/** A node of this package by its short name; its id is its name in one word. */
export function own(name: string, type: 'journeyTrigger' | 'journeyWait' | 'contactPolicy' | 'experimentSplit' | 'bundleRecommendation' | 'segment' | 'leadScore' | 'lifecycleStage', parameters: IDataObject = {}): NodeSpec {
	return { id: name.toLowerCase().replace(/\W+/g, '-'), name, type: `n8n-nodes-customer-journeys.${type}`, typeVersion: 1, position: [0, 0], parameters: parameters as INode['parameters'] };
}

export function email(name: string, more: Partial<INode> = {}): NodeSpec {
	const parameters = { fromEmail: 'shop@example.com', toEmail: '={{ $json.customer.email }}', subject: `=${name} for {{ $json.customer.firstName }}`, emailFormat: 'text', text: '={{ $json.policy?.unsubscribeUrl }}', options: {} };
	return { id: name, name, type: 'n8n-nodes-base.emailSend', typeVersion: 2.1, position: [0, 0], parameters, ...more };
}

/** `['A', 'B', 1]`: output 1 of A leads to B; without a number the first output. */
export type Wire = [from: string, to: string, output?: number];

export function workflowOf(nodes: NodeSpec[], wires: Wire[], id = 'w1', name = 'Test journey') {
	const connections: Record<string, { main: { node: string; type: 'main'; index: number }[][] }> = {};
	for (const [from, to, output = 0] of wires) {
		const main = (connections[from] ??= { main: [] }).main;
		while (main.length <= output) main.push([]);
		main[output]!.push({ node: to, type: 'main', index: 0 });
	}
	return { id, name, nodes, connections, settings: {} };
}

export interface World {
	store: StoreHandle;
	clock: ManualClock;
	driver: ReplayDriver;
	executions: Execution[];
	messages: CapturedMessage[];
	activation: Activation;
	runner: WorkflowRunner;
	/** Customers with a consent to e-mail marketing, by id; their address is `<id>@example.com`. */
	people(...ids: string[]): Promise<void>;
	track(customer: string, type: string, properties?: Record<string, unknown>, eventId?: string): Promise<{ entered: string[]; refused: { journey: string; reason: string }[] }>;
	/** Executions that failed, and triggers that gave up. */
	failures(): string[];
	/** who got which mail, and when, in minutes after the start */
	sent(): string[];
}

/** A store of its own at a standing clock, and a workflow that is switched on there, in n8n's own engine. */
export async function world(workflow: object, options: { failFor?: string[]; activate?: boolean; atMs?: number; database?: Database } = {}): Promise<World> {
	const clock = new ManualClock(options.atMs ?? START);
	const location = freshLocation(options.database ?? 'sqlite');
	(globalThis as Record<symbol, unknown>)[Symbol.for('n8n-nodes-customer-journeys.stores.1')] = new StoreRegistry({
		open: () => openStore(location, { thread: false, testClock: { mode: 'frozen', atMs: clock.now() } }),
	});
	const store = processRegistry().lease({ kind: 'embedded', name: 'default' });
	await store.store();
	const executions: Execution[] = [];
	const messages: CapturedMessage[] = [];
	const runner = new WorkflowRunner(await loadEngine(), {
		workflow,
		nodeTypes: TYPES,
		clock,
		timeZone: 'UTC',
		failFor: options.failFor,
		onExecution: (execution) => executions.push(execution),
		onMessage: (message) => messages.push(message),
	});
	const activation = new Activation(runner);
	if (options.activate !== false) await activation.activate();
	const driver = new ReplayDriver({
		clock: {
			now: () => clock.now(),
			moveTo: async (atMs) => {
				clock.set(atMs);
				await store.run('clock.set', { atMs });
			},
		},
		activations: [activation],
		loops: () => activation.loops,
		nextDueAt: async (afterMs) => (await store.run('journeys.nextDue', { after: afterMs })).at ?? undefined,
		nextRoundAt: async (afterMs) => (await store.run('journeys.nextDue', { after: afterMs })).roundAt ?? undefined,
	});
	return {
		store,
		clock,
		driver,
		executions,
		messages,
		activation,
		runner,
		people: async (...ids) => {
			await store.run('customers.upsert', { items: ids.map((id) => ({ ref: { customerId: id, email: `${id}@example.com` }, firstName: id, timeZone: 'UTC' })) });
			await store.run('consents.set', { items: ids.map((id) => ({ ref: { customerId: id }, channel: 'email', purpose: 'marketing', status: 'granted' as const, at: clock.now() - DAY })) });
		},
		track: async (customer, type, properties = {}, eventId) => {
			const item = { ref: { customerId: customer }, type, occurredAt: clock.now(), source: 'shop', properties: properties as never, eventId };
			const [answer] = await store.run('events.track', { items: [item] });
			if (!answer?.ok) throw new Error(answer?.message);
			await driver.settle();
			return answer;
		},
		failures: () => [...executions.filter(({ status }) => status !== 'success').map(({ error, startNode }) => `${startNode}: ${error?.message}`), ...activation.problems.map(({ message }) => message)],
		sent: () => messages.map(({ atMs, nodeName, to }) => `${(atMs - START) / MINUTE} ${nodeName} -> ${to}`),
	};
}

export type Database = 'sqlite' | 'postgres';

function freshLocation(database: Database): StoreLocation {
	if (database === 'sqlite') return { kind: 'file', file: freshSqliteFile() };
	const { connectionString, schema } = freshPostgres();
	return { kind: 'postgres', url: connectionString, schema };
}

let current: World | undefined;

/** {@link world}, closed after the test. */
export async function freshWorld(...parameters: Parameters<typeof world>): Promise<World> {
	current = await world(...parameters);
	return current;
}

afterEach(async () => {
	await current?.activation.deactivate();
	current?.store.release();
	current = undefined;
	await processRegistry().closeAll();
});

export function jsonOf(items: readonly INodeExecutionData[]): IDataObject[] {
	return items.map(({ json }) => json);
}
