import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription, ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import type { Clock } from '../../src/core/clock';
import type { HandDrivenLoop } from '../../src/replay/driver';

interface Parked {
	id: number;
	dueAt: number;
	item: INodeExecutionData;
}

/** The smallest thing that is shaped like Journey Wait: parks items in a list and releases them through its own trigger. */
export class ToyStore {
	readonly loops = new Set<HandDrivenLoop>();
	readonly released = new Map<number, INodeExecutionData>();
	readonly modes: string[] = [];
	readonly doneStatuses: Array<string | undefined> = [];
	parked: Parked[] = [];
	closed = 0;
	/** makes the next emit repeat the key of the one before */
	repeatKey = false;
	private lastId = 0;

	constructor(readonly clock: Clock) {}

	park(dueAt: number, item: INodeExecutionData): void {
		this.parked.push({ id: ++this.lastId, dueAt, item });
	}

	nextDueAt(afterMs: number): number | undefined {
		const later = this.parked.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt > afterMs);
		return later.length === 0 ? undefined : Math.min(...later);
	}
}

/** @returns a node class that works on the given store */
export function toyWait(store: ToyStore) {
	return class ToyWait implements INodeType {
		description: INodeTypeDescription = {
			displayName: 'Toy Wait',
			name: 'toyWait',
			group: ['transform'],
			version: 1,
			description: 'Parks items',
			defaults: { name: 'Toy Wait' },
			inputs: ['main'],
			outputs: ['main'],
			properties: [{ displayName: 'Minutes', name: 'minutes', type: 'number', default: 60 }],
		};

		async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
			const items = this.getInputData();
			const releasedIds = items.map((item) => item.json.released as number | undefined);
			if (releasedIds.every((id) => id !== undefined && store.released.has(id))) {
				return [releasedIds.map((id, index) => ({ ...store.released.get(id!)!, pairedItem: { item: index } }))];
			}
			items.forEach((item, index) => {
				const minutes = this.getNodeParameter('minutes', index) as number;
				store.park(store.clock.now() + minutes * 60_000, { json: item.json });
			});
			return [[]];
		}

		async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
			store.modes.push(`${this.getActivationMode()}/${this.getMode()}/${this.getWorkflow().id}/${this.getNode().name}/${String(this.getNodeParameter('minutes', 0))}`);
			const loop: HandDrivenLoop = {
				tick: async () => {
					const due = store.parked.filter(({ dueAt }) => dueAt <= store.clock.now());
					if (due.length === 0) return 0;
					store.parked = store.parked.filter((parked) => !due.includes(parked));
					for (const { id, item } of due) store.released.set(id, item);
					const done = this.helpers.createDeferredPromise<Awaited<Parameters<NonNullable<Parameters<ITriggerFunctions['emit']>[2]>['resolve']>[0]>>();
					this.emit([due.map(({ id }) => ({ json: { released: id } }))], undefined, done, store.repeatKey ? 'toy:1' : `toy:${due[0]!.id}`);
					const run = (await done.promise) as { status: string } | undefined;
					store.doneStatuses.push(run?.status);
					return due.length;
				},
			};
			store.loops.add(loop);
			return {
				closeFunction: async () => {
					store.loops.delete(loop);
					store.closed++;
				},
			};
		}
	};
}
