import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { JourneyError } from '../core/errors';
import type { ItemAnswer } from '../customers/contract';
import type { OperationInput, OperationName, OperationOutput } from '../operations';
import { chunksOf } from './chunks';
import { errorItem, withRemark } from './errors';
import { CALL_LIMIT } from './ingest/takeIn';
import type { StoreHandle } from './storeRegistry';
import { wakeLoops } from './wake';

/** Operations that take a list of items and answer each of them. */
type ItemOf<K extends OperationName> = OperationInput<K> extends { items: readonly (infer I)[] } ? I : never;
type AcceptedOf<K extends OperationName> = OperationOutput<K> extends readonly (infer A)[] ? Extract<A, { ok: true }> : never;

export interface EachCall<K extends OperationName> {
	/** What one item of n8n asks for; may throw a JourneyError for this item alone. */
	input(index: number): ItemOf<K>;
	/** What the item carries on. */
	show(answer: AcceptedOf<K>, index: number): object;
	/** Journeys may start, resume or end by it. */
	movesJourneys?: boolean;
}

/**
 * Sends one input per item to the store, many to a call. With *On Error: continue* a bad item comes out as an error and
 * stops no other. Else nothing is sent when one cannot be read, and the error of one that the store refuses says how many went through.
 * @param call `backfill`: no journey shall hear of it
 * @throws NodeOperationError of the first bad item, unless *On Error* says to go on
 */
export async function sendEach<K extends OperationName>(context: IExecuteFunctions, store: StoreHandle, operation: K, call: EachCall<K> & { backfill: boolean }): Promise<INodeExecutionData[]> {
	const items = context.getInputData();
	const outcomes = items.map((_, index): Outcome<K> => {
		try {
			return { input: call.input(index) };
		} catch (error) {
			if (!context.continueOnFail()) throw withRemark(context, error, index, items.length === 1 ? '' : `None of the ${items.length} items was taken in. Correct this one, or set On Error to continue.`);
			return { error };
		}
	});
	for (const chunk of chunksOf(outcomes.filter((one) => one.error === undefined), CALL_LIMIT)) {
		const input = { items: chunk.map((one) => one.input), ...(call.movesJourneys ? { backfill: call.backfill } : {}) };
		const answers = (await store.run(operation, input as OperationInput<K>)) as ItemAnswer<object>[];
		chunk.forEach((one, place) => {
			const answer = answers[place];
			if (answer.ok) one.accepted = answer as AcceptedOf<K>;
			else one.error = new JourneyError(answer.code as JourneyError['code'], answer.message);
		});
		if (call.movesJourneys && !call.backfill) wakeLoops((await store.store()).storeId);
		const refused = outcomes.findIndex((one) => one.error !== undefined);
		if (refused >= 0 && !context.continueOnFail()) {
			const through = outcomes.filter((one) => one.accepted !== undefined).length;
			throw withRemark(context, outcomes[refused].error, refused, items.length === 1 ? '' : `${through} of the ${items.length} items went through before the run stopped.`);
		}
	}
	return items.map((item, index) => {
		const { accepted, error } = outcomes[index];
		return accepted === undefined ? errorItem(context, item, index, error) : { ...item, json: { ...item.json, ...call.show(accepted, index) }, pairedItem: { item: index } };
	});
}

interface Outcome<K extends OperationName> {
	input?: ItemOf<K>;
	accepted?: AcceptedOf<K>;
	error?: unknown;
}
