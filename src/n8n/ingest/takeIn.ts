import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { JourneyError } from '../../core/errors';
import type { ItemAnswer } from '../../customers/contract';
import type { CustomerView } from '../../journeys/item';
import { errorItem, withRemark } from '../errors';
import type { StoreHandle } from '../storeRegistry';
import { wakeLoops } from '../wake';
import type { Reading } from './readItem';
import { JOURNEY_KINDS, movesJourneys, send, STATE_KINDS, type Accepted, type Kind } from './taken';
import { effectsOf, tell } from './words';

export const CALL_LIMIT = 1000;
/** Of JSON: a call is one transaction, and nothing else gets in while it runs. */
const CALL_LIMIT_BYTES = 8 * 1024 * 1024;

export interface TakeInOptions {
	/** What the item at this index holds. @throws JourneyError, which fails this item only */
	read(itemIndex: number): Reading;
	/** Starts, resumes and ends no journey. */
	backfill: boolean;
	/** More for the item to carry on. */
	show?(accepted: readonly Accepted[]): IDataObject;
}

interface Progress {
	accepted: Accepted[];
	notes: string[];
	error?: unknown;
}

interface Piece {
	index: number;
	kind: Kind;
	record: unknown;
}

/**
 * Takes the items of a run into the store, many to a call, and tells each item what happened to it. Order is kept.
 * With *On Error: continue* a bad item comes out as an error and stops no other. Else nothing is taken in when an item
 * cannot be read; and when the store refuses one, the error says how many were taken in before.
 * @returns one item per input item, paired with it
 * @throws NodeOperationError on the first bad item, unless *On Error* says to go on
 */
export async function takeIn(context: IExecuteFunctions, store: StoreHandle, options: TakeInOptions): Promise<INodeExecutionData[]> {
	const items = context.getInputData();
	const { pieces, progress } = readAll(context, items.length, options);
	const call = new StoreCalls(context, store, progress, options.backfill);
	for (const kind of STATE_KINDS) await call.send(pieces.filter((piece) => piece.kind === kind));
	await call.send(pieces.filter((piece) => (JOURNEY_KINDS as readonly Kind[]).includes(piece.kind)));
	return items.map((item, index) => {
		const { error } = progress[index];
		return error === undefined ? resultItem(item, index, progress[index], options.show) : errorItem(context, item, index, error);
	});
}

function readAll(context: IExecuteFunctions, count: number, { read }: TakeInOptions): { pieces: Piece[]; progress: Progress[] } {
	const pieces: Piece[] = [];
	const progress: Progress[] = [];
	for (let index = 0; index < count; index++) {
		const mine: Progress = { accepted: [], notes: [] };
		progress.push(mine);
		try {
			const { taken, notes } = read(index);
			mine.notes = notes;
			for (const kind of [...STATE_KINDS, ...JOURNEY_KINDS]) {
				for (const record of taken[kind] ?? []) pieces.push({ index, kind, record });
			}
		} catch (error) {
			mine.error = error;
			if (!context.continueOnFail()) throw withRemark(context, error, index, count === 1 ? '' : `None of the ${count} items was taken in. Correct this one, or set On Error to continue.`);
		}
	}
	return { pieces, progress };
}

/** Sends pieces in their order, as many of one kind to a call as follow each other. */
class StoreCalls {
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly store: StoreHandle,
		private readonly progress: Progress[],
		private readonly backfill: boolean,
	) {}

	async send(pieces: Piece[]): Promise<void> {
		let from = 0;
		while (from < pieces.length) {
			const to = endOfCall(pieces, from);
			await this.call(pieces.slice(from, to).filter(({ index }) => this.progress[index].error === undefined));
			from = to;
		}
	}

	private async call(pieces: Piece[]): Promise<void> {
		if (pieces.length === 0) return;
		const answers = await this.answers(pieces);
		let firstError: number | undefined;
		pieces.forEach(({ index, kind, record }, position) => {
			const answer = answers[position];
			if (answer.ok) this.progress[index].accepted.push({ kind, record, answer } as unknown as Accepted);
			else {
				this.progress[index].error ??= new JourneyError(answer.code as JourneyError['code'], answer.message);
				firstError ??= index;
			}
		});
		if (!this.backfill && movesJourneys(pieces[0].kind)) wakeLoops((await this.store.store()).storeId);
		if (firstError !== undefined && !this.context.continueOnFail()) throw this.stopped(firstError);
	}

	/** An error of the whole call, such as a database that went away, is the error of each of its records. */
	private async answers(pieces: Piece[]): Promise<ItemAnswer<object>[]> {
		try {
			return await send(this.store, pieces[0].kind, pieces.map(({ record }) => record) as never, this.backfill);
		} catch (error) {
			for (const { index } of pieces) this.progress[index].error ??= error;
			if (!this.context.continueOnFail()) throw this.stopped(pieces[0].index);
			const { code = 'store_unavailable', message } = error as JourneyError;
			return pieces.map(() => ({ ok: false, code, message }));
		}
	}

	private stopped(index: number): Error {
		const { error } = this.progress[index];
		const through = this.progress.filter((one) => one.error === undefined && one.accepted.length > 0).length;
		const total = this.progress.length;
		const remark = total === 1 ? '' : `${through} of the ${total} items were taken in before the run stopped. Run it again after the correction: what is already in changes nothing.`;
		return withRemark(this.context, error, index, remark);
	}
}

function resultItem(item: INodeExecutionData, index: number, { accepted, notes }: Progress, show?: TakeInOptions['show']): INodeExecutionData {
	const told = accepted.map(tell);
	const customer = customerOf(accepted);
	const effects = effectsOf(accepted);
	const json: IDataObject = { ...item.json, ...show?.(accepted) };
	if (customer) json.customer = customer as unknown as IDataObject;
	if (effects) json.effects = effects as unknown as IDataObject;
	json.changed = told.some(({ changed }) => changed);
	json.result = [...counted(told.map(({ words }) => words)), ...effectWords(effects)].join('; ') || 'Nothing to record';
	if (notes.length > 0) json.notes = notes;
	return { ...item, json, pairedItem: { item: index } };
}

/** A call of a mail sender holds hundreds of reports, most of them alike. */
function counted(all: string[]): string[] {
	const times = new Map<string, number>();
	for (const words of all) times.set(words, (times.get(words) ?? 0) + 1);
	return [...times].map(([words, count]) => (count === 1 ? words : `${words} (${count} times)`));
}

function effectWords(effects: ReturnType<typeof effectsOf>): string[] {
	if (!effects) return [];
	return [
		...effects.started.map((journey) => `started journey ${journey}`),
		...effects.left.map((journey) => `left journey ${journey}`),
		...effects.notStarted.map(({ journey, reason }) => `journey ${journey} not started: ${reason}`),
	];
}

/** @returns the index after the last piece that goes into one call with the first */
function endOfCall(pieces: Piece[], from: number): number {
	let bytes = 0;
	let to = from;
	while (to < pieces.length && pieces[to].kind === pieces[from].kind && to - from < CALL_LIMIT) {
		bytes += JSON.stringify(pieces[to].record).length;
		if (bytes > CALL_LIMIT_BYTES && to > from) break;
		to++;
	}
	return to;
}

/** The latest view: later records of an item build on earlier ones. */
function customerOf(accepted: Accepted[]): CustomerView | undefined {
	for (let i = accepted.length - 1; i >= 0; i--) {
		const { answer } = accepted[i];
		if ('customer' in answer && answer.customer) return answer.customer;
	}
	return undefined;
}
