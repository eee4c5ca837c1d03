import type { IDataObject, INodeExecutionData, WorkflowExecuteMode } from 'n8n-workflow';
import { CustomerData } from '../../nodes/CustomerData/CustomerData.node';
import { systemClock } from '../../src/core/clock';
import { STORE_CREDENTIAL, type StoreCredential } from '../../src/n8n/storeCredential';
import { processRegistry, StoreRegistry, type StoreHandle } from '../../src/n8n/storeRegistry';
import { loadEngine, type Engine } from '../../src/replay/engine';
import { WorkflowRunner } from '../../src/replay/workflowRunner';
import { openStore, type StoreLocation } from '../../src/store/open';
import type { Store } from '../../src/store/Store';
import { freshSqliteFile } from '../support/stores';

const TYPE = 'n8n-nodes-customer-journeys.customerData';
const REGISTRY = Symbol.for('n8n-nodes-customer-journeys.stores.1');
let engine: Engine | undefined;

/**
 * Gives the nodes of this test a store of their own, a real SQLite file. Call it in `beforeEach`.
 * @param atMs its clock stands at this instant; otherwise it is the machine's
 */
export function freshStore(atMs?: number): StoreHandle {
	const file = freshSqliteFile();
	const testClock = atMs === undefined ? undefined : { mode: 'frozen' as const, atMs };
	openBy(() => openStore({ kind: 'file', file }, { thread: false, testClock }));
	return processRegistry().lease({ kind: 'embedded', name: 'default' });
}

/** Nodes open their stores where their credential says, SQLite in this thread. */
export function storesOfCredentials(): void {
	openBy((location) => openStore(location, { thread: false }));
}

function openBy(open: (location: StoreLocation) => Promise<Store>): void {
	(globalThis as Record<symbol, unknown>)[REGISTRY] = new StoreRegistry({ open });
}

/** Call it in `afterEach`. */
export async function closeStores(): Promise<void> {
	await processRegistry().closeAll();
}

export interface NodeResult {
	/** of the Result output */
	items: INodeExecutionData[];
	/** of the error output */
	errors: INodeExecutionData[];
	/** the error that stopped the run */
	error?: { message: string; description?: string | null; itemIndex?: number };
	hints: string[];
}

/** Runs Customer Data in n8n's own engine, behind a node that gives it the items. */
export async function customerData(
	parameters: IDataObject,
	given: (IDataObject | INodeExecutionData)[],
	{ mode = 'trigger', onError, credential }: { mode?: WorkflowExecuteMode; onError?: 'continueErrorOutput' | 'continueRegularOutput'; credential?: StoreCredential } = {},
): Promise<NodeResult> {
	engine ??= await loadEngine();
	const workflow = {
		id: 'w1',
		name: 'Test',
		nodes: [
			{ id: '1', name: 'Items', type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [0, 0], parameters: {} },
			{ id: '2', name: 'Customer Data', type: TYPE, typeVersion: 1, position: [200, 0], parameters, onError },
		],
		connections: { Items: { main: [[{ node: 'Customer Data', type: 'main', index: 0 }]] } },
		settings: {},
	};
	const runner = new WorkflowRunner(engine, { workflow, nodeTypes: { [TYPE]: CustomerData }, clock: systemClock, credentials: credential && { [STORE_CREDENTIAL]: { ...credential } } });
	const { nodes, run } = await runner.execute('Items', [given.map((one) => (isItem(one) ? one : { json: one }))], mode);
	const ran = nodes.get('Customer Data')?.[0];
	const failure = run.data.resultData.error as (Error & { description?: string | null; context?: { itemIndex?: number } }) | undefined;
	return {
		items: ran?.outputs[0] ?? [],
		errors: ran?.outputs[1] ?? [],
		error: failure && { message: failure.message, description: failure.description, itemIndex: failure.context?.itemIndex },
		hints: ran?.hints ?? [],
	};
}

/** An item with files, as it is; anything else is the fields of one. */
function isItem(one: IDataObject | INodeExecutionData): one is INodeExecutionData {
	return 'json' in one && 'binary' in one;
}
