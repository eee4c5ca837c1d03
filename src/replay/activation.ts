import type { INode, IRun, ITriggerFunctions, IWorkflowExecuteAdditionalData, Workflow, WorkflowActivateMode } from 'n8n-workflow';
import { handDriven, withLoopScheduler } from '../n8n/loopScheduler';
import { runningLoops, type ReleaseLoop } from '../n8n/releaseLoop';
import { additionalData } from './additionalData';
import type { HandDrivenLoop } from './driver';
import type { Execution } from './execution';
import { VirtualSchedule } from './schedule';
import { inVirtualTime } from './virtualTime';
import type { WorkflowRunner } from './workflowRunner';

/** A trigger said that it cannot go on (`emitError`), or wanted a failed execution written down. */
export interface TriggerProblem {
	node: string;
	message: string;
	/** n8n would switch the workflow off and on again after it */
	fatal: boolean;
}

type Emit = ITriggerFunctions['emit'];

/** Tells activations apart in n8n's registry, which goes by workflow id. */
let activations = 0;

/** One activation at a time, so that it is plain whose loops are new. */
let turn: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
	const result = turn.then(work);
	turn = result.catch(() => undefined);
	return result;
}

/**
 * A published workflow: n8n's own registry of active triggers starts every `trigger()` and closes it again; what a
 * trigger emits runs at once, in this process, and settles `donePromise` as n8n does.
 */
export class Activation {
	readonly problems: TriggerProblem[] = [];
	readonly schedule: VirtualSchedule;
	/** Deduplication keys are unique in the whole instance and for ever, here as in n8n. */
	private readonly usedKeys: Set<string>;
	private readonly inFlight = new Set<Promise<unknown>>();
	private startedExecutions = 0;
	private ownLoops: ReleaseLoop[] = [];
	private readonly registration = `replay-${++activations}`;

	constructor(
		private readonly runner: WorkflowRunner,
		/** shared by the workflows of one instance */
		usedKeys: Set<string> = new Set(),
	) {
		this.usedKeys = usedKeys;
		this.schedule = new VirtualSchedule(runner.engine);
	}

	/** The release loops of this workflow's nodes, which stand still until they are ticked. */
	get loops(): HandDrivenLoop[] {
		return this.ownLoops.filter((loop) => runningLoops().has(loop)).map((loop) => ({ tick: () => loop.drain() }));
	}

	/** How many executions were started by triggers so far. */
	get started(): number {
		return this.startedExecutions;
	}

	/**
	 * @param mode why, as nodes see it in `getActivationMode()`
	 * @throws n8n's WorkflowActivationError when a `trigger()` throws; those started before it are closed again
	 */
	async activate(mode: WorkflowActivateMode = 'activate'): Promise<void> {
		const { engine, workflowData } = this.runner;
		const workflow = this.runner.newWorkflow();
		const additional = additionalData(engine, this.runner.clock, this.runner.options.credentials);
		const triggers = engine.service(engine.core.ActiveWorkflowTriggers);
		const nodeIds = workflow.getTriggerNodes().map((node) => node.id);
		const addTriggers = async () =>
			await triggers.addTriggers(
				this.registration,
				workflow,
				nodeIds,
				additional,
				'trigger',
				mode,
				(own, node) => this.triggerContext(own, node, additional, mode),
				() => {
					throw new Error(`${workflowData.name} has a polling node`);
				},
			);
		const { clock } = this.runner;
		this.ownLoops = await inTurn(async () => {
			const before = new Set(runningLoops());
			await inVirtualTime(clock, async () => await withLoopScheduler(handDriven(() => clock.now()), addTriggers));
			return [...runningLoops()].filter((loop) => !before.has(loop));
		});
	}

	/** Calls every close function, in the order of activation, and waits for what still runs. */
	async deactivate(): Promise<void> {
		const { engine } = this.runner;
		this.schedule.clear();
		await inVirtualTime(this.runner.clock, async () => await engine.service(engine.core.ActiveWorkflowTriggers).remove(this.registration));
		await this.idle();
	}

	/** Resolves when no execution that a trigger started is under way. */
	async idle(): Promise<void> {
		while (this.inFlight.size > 0) await Promise.allSettled([...this.inFlight]);
	}

	private triggerContext(workflow: Workflow, node: INode, additional: IWorkflowExecuteAdditionalData, mode: WorkflowActivateMode) {
		const { engine } = this.runner;
		const emit: Emit = (data, _response, done, key) => {
			this.keepStaticData(workflow);
			this.track(
				this.start(node, data, key).then((execution) => execution?.run),
				done,
			);
		};
		const problem = (fatal: boolean) => (error: Error) => {
			this.problems.push({ node: node.name, message: error.message, fatal });
		};
		return new engine.core.TriggerContext(workflow, node, additional, 'trigger', mode, emit, problem(true), problem(false), {
			registerCron: (cron, onTick) => this.schedule.add(cron.expression, workflow.timezone, onTick),
		});
	}

	private async start(node: INode, data: Parameters<Emit>[0], key: string | undefined): Promise<Execution | undefined> {
		// Like n8n, which reads the workflow from its database first: nothing runs before `emit` returned.
		await Promise.resolve();
		if (key !== undefined) {
			if (this.usedKeys.has(key)) return undefined;
			this.usedKeys.add(key);
		}
		this.startedExecutions++;
		return await this.runner.execute(node.name, data);
	}

	/** A repeated key resolves with undefined, against its type: nodes must not take that for success (n8n.md "Engine"). */
	private track(run: Promise<IRun | undefined>, done: Parameters<Emit>[2]): void {
		const settled = run.then(
			(result) => done?.resolve(result as IRun),
			(error: Error) => done?.reject(error),
		);
		this.inFlight.add(settled);
		void settled.finally(() => this.inFlight.delete(settled));
	}

	private keepStaticData(workflow: Workflow): void {
		const data = workflow.staticData as typeof workflow.staticData & { __dataChanged?: boolean };
		if (data.__dataChanged) this.runner.saveStaticData(data);
	}
}
