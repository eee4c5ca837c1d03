import type { INodeExecutionData, IRun, WorkflowExecuteMode } from 'n8n-workflow';

/** What one node did in one run of it. */
export interface NodeRun {
	/** items by output */
	outputs: INodeExecutionData[][];
	/** the node's own error, also when the workflow went on after it */
	error?: string;
	hints: string[];
	/** order in which the nodes ran, from 0 */
	order: number;
}

/** One execution of the workflow, as n8n would list it. */
export interface Execution {
	id: string;
	mode: WorkflowExecuteMode;
	startNode: string;
	/** virtual instant, ms */
	atMs: number;
	status: IRun['status'];
	/** the error that ended it */
	error?: { message: string; node?: string };
	nodes: ReadonlyMap<string, readonly NodeRun[]>;
	/** n8n's own record of it */
	run: IRun;
}

/** @param started what the run does not say: its id, its first node and the virtual instant */
export function summarise(run: IRun, started: Pick<Execution, 'id' | 'startNode' | 'atMs'>): Execution {
	const { runData, error, lastNodeExecuted } = run.data.resultData;
	const nodes = new Map<string, NodeRun[]>();
	for (const [name, tasks] of Object.entries(runData)) {
		nodes.set(
			name,
			tasks.map((task) => ({
				outputs: (task.data?.main ?? []).map((items) => items ?? []),
				error: task.error?.message,
				hints: (task.hints ?? []).map((hint) => hint.message),
				order: task.executionIndex,
			})),
		);
	}
	return {
		...started,
		mode: run.mode,
		status: run.status,
		error: error && { message: error.message, node: ('node' in error ? error.node?.name : undefined) ?? lastNodeExecuted },
		nodes,
		run,
	};
}
