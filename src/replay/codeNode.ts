import { createContext, Script } from 'node:vm';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Clock } from '../core/clock';

/** What the Code node asks n8n's task runner to do. */
interface CodeTask {
	code: string;
	nodeMode: 'runOnceForAllItems' | 'runOnceForEachItem' | 'runCode';
	continueOnFail: boolean;
	chunk?: { startIndex: number; count: number };
	additionalProperties?: Record<string, unknown>;
}

type Answer = { ok: true; result: unknown } | { ok: false; error: Error };

/** Code is trusted as far as the workflow is: it has no `require` here, but this is no wall against malice. */
const LONGEST_RUN_MS = 10_000;

/**
 * Runs a Code node's JavaScript in this process, as n8n's task runner does in its own (which is not part of the
 * engine), with one difference: `new Date()` and `Date.now()` give the virtual time.
 * @param jobType only `javascript`; Python needs n8n
 */
export async function runCode(clock: Clock, jobType: string, settings: unknown, node: IExecuteFunctions, items: INodeExecutionData[]): Promise<Answer> {
	if (jobType !== 'javascript') return { ok: false, error: new Error(`A replay runs JavaScript in Code nodes, not ${jobType}.`) };
	const task = settings as CodeTask;
	try {
		const result = task.nodeMode === 'runOnceForEachItem' ? await forEachItem(clock, task, node, items) : await once(clock, task, node, { items });
		// The runner's answer crosses a process as JSON: nothing else may come out of here either.
		return { ok: true, result: result === undefined ? undefined : (JSON.parse(JSON.stringify(result)) as unknown) };
	} catch (error) {
		const message = messageOf(error);
		return task.continueOnFail ? { ok: true, result: [{ json: { error: message } }] } : { ok: false, error: new Error(message) };
	}
}

async function forEachItem(clock: Clock, task: CodeTask, node: IExecuteFunctions, items: INodeExecutionData[]): Promise<INodeExecutionData[]> {
	const { startIndex, count } = task.chunk ?? { startIndex: 0, count: items.length };
	const results: INodeExecutionData[] = [];
	for (let index = startIndex; index < startIndex + count; index++) {
		try {
			const result = (await once(clock, task, node, { item: items[index] }, index)) as INodeExecutionData | null | undefined;
			if (result) results.push({ json: 'json' in result ? result.json : result, binary: result.binary, pairedItem: { item: index } } as INodeExecutionData);
		} catch (error) {
			if (!task.continueOnFail) throw error;
			results.push({ json: { error: messageOf(error) }, pairedItem: { item: index } });
		}
	}
	return results;
}

async function once(clock: Clock, task: CodeTask, node: IExecuteFunctions, given: Record<string, unknown>, index = 0): Promise<unknown> {
	const names = {
		...node.getWorkflowDataProxy(index),
		...given,
		...task.additionalProperties,
		$getWorkflowStaticData: (type: string) => node.getWorkflowStaticData(type),
		console: { log: silent, info: silent, warn: silent, error: silent, debug: silent },
		setTimeout,
		clearTimeout,
		Buffer,
		URL,
		URLSearchParams,
		Date: virtualDate(clock),
	};
	const script = new Script(`(async () => {\n${task.code}\n})()`, { filename: node.getNode().name, lineOffset: -1 });
	const result = (await script.runInContext(createContext(names), { timeout: LONGEST_RUN_MS })) as unknown;
	return result === null && task.nodeMode === 'runOnceForAllItems' ? [] : result;
}

function virtualDate(clock: Clock): typeof Date {
	return new Proxy(Date, {
		construct: (target, given: unknown[], newTarget) => Reflect.construct(target, given.length === 0 ? [clock.now()] : given, newTarget) as Date,
		apply: () => new Date(clock.now()).toString(),
		get: (target, name, receiver) => (name === 'now' ? () => clock.now() : (Reflect.get(target, name, receiver) as unknown)),
	});
}

/** Errors thrown inside belong to another realm, where `instanceof` does not reach. */
function messageOf(error: unknown): string {
	return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}

function silent(): void {}
