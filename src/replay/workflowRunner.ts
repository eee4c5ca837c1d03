import type { ExecutionError, IDataObject, INode, INodeExecutionData, IRun, IWorkflowBase, Workflow, WorkflowExecuteMode } from 'n8n-workflow';
import type { Clock } from '../core/clock';
import { JourneyError } from '../core/errors';
import { additionalData, type CredentialData } from './additionalData';
import type { Engine } from './engine';
import { summarise, type Execution } from './execution';
import { ReplayNodeTypes, type OwnNodeTypes } from './nodeTypes';
import { StandIns, type CapturedMessage, type StandInOptions } from './standIns';
import { inVirtualTime } from './virtualTime';
import { readWorkflow } from './workflowJson';

export interface RunnerOptions {
	/** the parsed workflow file */
	workflow: object;
	nodeTypes: OwnNodeTypes;
	clock: Clock;
	/** data by credential type: every node that knows the type gets it, whatever it had chosen */
	credentials?: Readonly<Record<string, CredentialData>>;
	/** for workflows whose settings name no zone; n8n's own default otherwise */
	timeZone?: string;
	failFor?: StandInOptions['failFor'];
	answers?: StandInOptions['answers'];
	onMessage?(message: CapturedMessage): void;
	onExecution?(execution: Execution): void;
}

/** Runs executions of one workflow through n8n-core, at the virtual instant of its clock. Nothing leaves the machine. */
export class WorkflowRunner {
	readonly workflowData: IWorkflowBase;
	readonly nodeTypes: ReplayNodeTypes;
	private staticData: IDataObject = {};
	private executions = 0;

	/**
	 * @throws JourneyError `bad_file` or `bad_input` when the workflow cannot be replayed, naming the node
	 */
	constructor(
		readonly engine: Engine,
		readonly options: RunnerOptions,
	) {
		const { clock, failFor, answers, onMessage } = options;
		const standIns = new StandIns(engine, { clock, failFor, answers, onMessage: (message) => onMessage?.(message) });
		this.workflowData = readWorkflow(options.workflow, { timeZone: options.timeZone });
		this.nodeTypes = new ReplayNodeTypes(engine, options.nodeTypes, standIns, this.workflowData.nodes);
		this.nodeTypes.check();
		for (const node of this.workflowData.nodes) this.giveCredentials(node);
	}

	get clock(): Clock {
		return this.options.clock;
	}

	/** n8n makes a new workflow object for every execution: what one changes, no other sees, static data apart. */
	newWorkflow(): Workflow {
		const { id, name, nodes, connections, settings } = this.workflowData;
		return new this.engine.workflow.Workflow({
			id,
			name,
			nodes: structuredClone(nodes),
			connections,
			active: true,
			nodeTypes: this.nodeTypes,
			staticData: structuredClone(this.staticData),
			settings,
		});
	}

	/** @throws JourneyError `bad_input` naming the nodes there are */
	node(name: string): INode {
		const node = this.workflowData.nodes.find((candidate) => candidate.name === name);
		if (node) return node;
		const names = this.workflowData.nodes.map((candidate) => `"${candidate.name}"`).join(', ');
		throw new JourneyError('bad_input', `The workflow has no node called "${name}". Its nodes are ${names}.`, { node: name });
	}

	/**
	 * One execution from a node, as n8n starts one when the node's trigger emits: a node with `execute` receives the
	 * items there, for a trigger proper they are its output.
	 */
	async execute(startNode: string, data: INodeExecutionData[][], mode: WorkflowExecuteMode = 'trigger'): Promise<Execution> {
		this.node(startNode);
		const started = { id: String(++this.executions), startNode, atMs: this.clock.now() };
		const run = await inVirtualTime(this.clock, async () => await this.runThroughEngine(started.id, mode, startNode, data));
		const execution = summarise(run, started);
		this.options.onExecution?.(execution);
		return execution;
	}

	/** A test run: what "Execute workflow" does in the editor, from the trigger named. */
	async test(startNode: string): Promise<Execution> {
		return await this.execute(startNode, [[{ json: {} }]], 'manual');
	}

	/** n8n stores static data as JSON; the object itself is a proxy that no structured clone takes. */
	saveStaticData(changed: IDataObject | undefined): void {
		if (changed) this.staticData = JSON.parse(JSON.stringify(changed)) as IDataObject;
	}

	private async runThroughEngine(id: string, mode: WorkflowExecuteMode, startNode: string, data: INodeExecutionData[][]): Promise<IRun> {
		const { core, workflow: n8n } = this.engine;
		const workflow = this.newWorkflow();
		// The workflow's own node object: only there are the parameters' defaults filled in.
		const nodeExecutionStack = [{ node: workflow.getNode(startNode)!, data: { main: data }, source: null }];
		const runData = n8n.createRunExecutionData({ executionData: { nodeExecutionStack } });
		const hooks = new core.ExecutionLifecycleHooks(mode, id, this.workflowData);
		hooks.addHandler('workflowExecuteAfter', (_run, changed) => {
			if (mode !== 'manual') this.saveStaticData(changed);
		});
		const additional = { ...additionalData(this.engine, this.clock, this.options.credentials), executionId: id, hooks };
		const startedAt = new Date(this.clock.now());
		try {
			return await new core.WorkflowExecute(additional, mode, runData).processRunExecutionData(workflow);
		} catch (error) {
			return this.failedBeforeItRan(error as Error, mode, startedAt);
		}
	}

	/** n8n records an execution that could not begin (a required parameter is empty) as a failed one, not as an exception. */
	private failedBeforeItRan(error: Error, mode: WorkflowExecuteMode, startedAt: Date): IRun {
		// As n8n does it: the fields of the error, and message and stack, which live on the prototype.
		const record = { ...error, name: error.name, message: error.message, stack: error.stack } as ExecutionError;
		const data = this.engine.workflow.createRunExecutionData({ resultData: { error: record, runData: {} } });
		return { data, finished: false, mode, startedAt, stoppedAt: startedAt, status: 'error', storedAt: 'db' };
	}

	private giveCredentials(node: INode): void {
		if (node.disabled) return;
		for (const { name } of this.nodeTypes.getByNameAndVersion(node.type, node.typeVersion).description.credentials ?? []) {
			if (this.options.credentials?.[name]) node.credentials = { ...node.credentials, [name]: { id: name, name } };
		}
	}
}
