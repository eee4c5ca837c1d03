import type { IBinaryKeyData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { OperationName, OperationOutput } from '../../src/operations';
import { chunksOf } from '../../src/n8n/chunks';
import { errorItem, withRemark } from '../../src/n8n/errors';
import { JourneyError } from '../../src/core/errors';
import type { CustomerRef } from '../../src/customers/identity';
import { repeatKey } from '../../src/customers/repeatKey';
import { readInstant } from '../../src/ingest/instants';
import { readFields, readItem, readMailEvents, readShopData, type ReadingDefaults } from '../../src/n8n/ingest/readItem';
import { CALL_LIMIT, takeIn, type TakeInOptions } from '../../src/n8n/ingest/takeIn';
import type { SignatureKey } from '../../src/ingest/mailSignatures/checkCall';
import type { OutsideMail } from '../../src/ingest/shapes/mailReader';
import { reportsOf } from '../../src/n8n/ingest/reports';
import { signatureChecks } from '../../src/n8n/ingest/signatures';
import { JOURNEY_KINDS, movesJourneys, type Kind } from '../../src/n8n/ingest/taken';
import { itemField } from '../../src/n8n/itemField';
import { placeOf } from '../../src/n8n/journeyContext';
import { isTestRun } from '../../src/n8n/runMode';
import { sendEach, type EachCall } from '../../src/n8n/sendEach';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { refreshFiguresNow } from '../../src/n8n/figureKeeper';
import { locationFor } from '../../src/n8n/storeAccess';
import { storeSettings, type StoreSettings } from '../../src/n8n/storeSettings';
import { wakeLoops } from '../../src/n8n/wake';
import { ItemValues } from './itemValues';

const PAGE = 500;
const HOUR_MS = 3_600_000;

interface TextFile {
	name: string;
	mimeType: string;
	content: string;
}

/** One run of the node: its items, its fields and its store. */
export class CustomerDataRun {
	private readonly fields = new Map<string, (index: number) => unknown>();

	private constructor(
		private readonly context: IExecuteFunctions,
		readonly store: StoreHandle,
		private readonly settings: StoreSettings,
	) {}

	static async begin(context: IExecuteFunctions, store: StoreHandle): Promise<CustomerDataRun> {
		return new CustomerDataRun(context, store, await storeSettings(store));
	}

	/** Takes in one record of a kind per item. @param fromFields reads the fields of the node, when it is set to them */
	async takeIn(kind: Kind, fromFields: (index: number) => IDataObject): Promise<INodeExecutionData[]> {
		return await this.takeInEach([kind], (index) => {
			const defaults = this.defaults(index);
			return this.text('takeFrom', index) === 'item' ? readItem(kind, this.json(index), defaults) : readFields(kind, fromFields(index), defaults);
		});
	}

	/** Takes in everything that the items of known shops hold. */
	async takeInAll(): Promise<INodeExecutionData[]> {
		return await this.takeInEach(JOURNEY_KINDS, (index) => readShopData(this.json(index), this.text('otherItems', index) as Kind | 'none', this.defaults(index)));
	}

	/**
	 * Takes in everything that the items of mail senders report.
	 * @param outside as what mails sent without Contact Policy count; undefined: not at all
	 * @param signature how the sender signs its calls; undefined: that is not checked
	 */
	async takeInMail(outside: (index: number) => OutsideMail | undefined, signature: (index: number) => SignatureKey | undefined): Promise<INodeExecutionData[]> {
		const check = await signatureChecks(this.context, this.store, signature, this.settings.now);
		const read = (index: number) => {
			check(index);
			return readMailEvents(this.json(index), outside(index), this.defaults(index));
		};
		return await this.takeInEach(['messages'], read, (accepted) => ({ reports: reportsOf(accepted) }));
	}

	/** One answer of the store per customer that an item names. @param show what the item carries on; may throw for this item alone */
	async lookUp<K extends 'customers.get' | 'consents.get'>(operation: K, show: (answer: OperationOutput<K>[number], index: number) => object): Promise<INodeExecutionData[]> {
		const ask = async (refs: CustomerRef[]) => (await this.store.run(operation, { refs })) as unknown as OperationOutput<K>[number][];
		return await this.manyToACall((index) => this.values(index).customer(), ask, show);
	}

	/**
	 * One answer of the store per item, a thousand to a call.
	 * @param read what is asked for an item; may throw for this item alone, and then nothing is asked unless *On Error* says to go on
	 * @param ask answers in the order of what was asked
	 * @param show what the item carries on; may throw for this item alone
	 */
	async manyToACall<I, A>(read: (index: number) => I, ask: (inputs: I[]) => Promise<A[]>, show: (answer: A, index: number) => object): Promise<INodeExecutionData[]> {
		const items = this.context.getInputData();
		const inputs = items.map((_, index) => this.attempt(() => read(index)));
		const bad = inputs.findIndex((one) => 'error' in one);
		if (bad >= 0 && !this.context.continueOnFail()) return [errorItem(this.context, items[bad], bad, (inputs[bad] as { error: unknown }).error)];
		const answers: A[] = [];
		for (const piece of chunksOf(inputs.flatMap((one) => ('value' in one ? [one.value] : [])), CALL_LIMIT)) answers.push(...(await ask(piece)));
		let next = 0;
		return items.map((item, index) => {
			const one = inputs[index];
			const shown = 'value' in one ? this.attempt(() => show(answers[next++], index)) : one;
			return 'value' in shown ? { ...item, json: { ...item.json, ...shown.value }, pairedItem: { item: index } } : errorItem(this.context, item, index, shown.error);
		});
	}

	/** One input and one answer of the store per item, many to a call. Good items go through beside bad ones. */
	async sendEach<K extends OperationName>(operation: K, call: EachCall<K>): Promise<INodeExecutionData[]> {
		return await sendEach(this.context, this.store, operation, { ...call, backfill: this.testRun(call.movesJourneys === true, operation.startsWith('journeys.')) });
	}

	/** Results page by page, as many as *Return All* and *Limit* say. */
	async pages<T>(index: number, read: (limit: number, last: T | undefined) => Promise<T[]>): Promise<T[]> {
		const wanted = this.flag('returnAll', index) ? Number.POSITIVE_INFINITY : this.limit(index);
		const found: T[] = [];
		while (found.length < wanted) {
			const limit = Math.min(PAGE, wanted - found.length);
			const page = await read(limit, found.at(-1));
			found.push(...page);
			if (page.length < limit) break;
		}
		return found;
	}

	async refreshFigures(): Promise<INodeExecutionData[]> {
		return await this.once(async () => {
			const { result, asOf, currency, customers, written } = await refreshFiguresNow(this.store, async () => await locationFor(this.context));
			return { result: result === 'busy' ? 'under way' : result, asOf: new Date(asOf).toISOString(), customers, changed: written, currency };
		});
	}

	/** One answer a run, however many items there are. */
	async once(work: () => Promise<IDataObject>): Promise<INodeExecutionData[]> {
		return [{ json: await work(), pairedItem: this.context.getInputData().map((_, item) => ({ item })) }];
	}

	/** Any number of output items per item. */
	async eachItem(work: (index: number) => Promise<object[]>): Promise<INodeExecutionData[]> {
		return await this.collect(async (index) => (await work(index)).map((json) => ({ json: { ...json } as IDataObject })));
	}

	/** One output item per item, with files. */
	async eachItemWithFiles(work: (index: number) => Promise<{ json: object; files: readonly TextFile[] }>): Promise<INodeExecutionData[]> {
		return await this.collect(async (index) => {
			const { json, files } = await work(index);
			const binary: IBinaryKeyData = {};
			for (const { name, mimeType, content } of files) binary[name.replace(/\W+/g, '_')] = await this.context.helpers.prepareBinaryData(Buffer.from(content), name, mimeType);
			return [{ json: { ...json } as IDataObject, ...(files.length > 0 && { binary }) }];
		});
	}

	private async collect(work: (index: number) => Promise<INodeExecutionData[]>): Promise<INodeExecutionData[]> {
		const output: INodeExecutionData[] = [];
		const items = this.context.getInputData();
		for (const [index, item] of items.entries()) {
			try {
				output.push(...(await work(index)).map(({ json, binary }) => ({ json: { ...item.json, ...json }, ...(binary && { binary }), pairedItem: { item: index } })));
			} catch (error) {
				if (!this.context.continueOnFail()) throw withRemark(this.context, error, index, index === 0 ? '' : `${index} of the ${items.length} items were done before it.`);
				output.push(errorItem(this.context, item, index, error));
			}
		}
		return output;
	}

	/** Journeys and held messages may go on or end by what was done. */
	async wake(): Promise<void> {
		wakeLoops((await this.store.store()).storeId);
	}

	values(index: number): ItemValues {
		return new ItemValues(this.context, index, (name) => this.field(name)(index));
	}

	private field(name: string): (index: number) => unknown {
		const known = this.fields.get(name) ?? itemField(this.context, this.context.getInputData(), name, null);
		this.fields.set(name, known);
		return known;
	}

	text(name: string, index: number): string {
		return String(this.context.getNodeParameter(name, index, '') ?? '');
	}

	flag(name: string, index: number): boolean {
		return this.context.getNodeParameter(name, index, false) === true;
	}

	number(name: string, index: number): number {
		return Number(this.context.getNodeParameter(name, index));
	}

	/** How much or how long. @throws JourneyError `bad_input` naming the field: an expression that gives nothing is no zero */
	amount(name: string, index: number, label: string): number {
		const value = this.context.getNodeParameter(name, index, null) as unknown;
		const amount = text(value) === undefined ? Number.NaN : Number(value);
		if (Number.isFinite(amount) && amount >= 0) return amount;
		throw new JourneyError('bad_input', `"${label}" must be a number from 0 on.`, { field: label });
	}

	private limit(index: number): number {
		const limit = this.number('limit', index);
		if (Number.isSafeInteger(limit) && limit > 0) return limit;
		throw new JourneyError('bad_input', '"Limit" must be a whole number from 1 on; to get all, switch on Return All.', { field: 'Limit' });
	}

	/** An instant as a field holds it; an empty field has none. @throws JourneyError `bad_input` naming the field */
	instant(value: unknown, label: string): number | undefined {
		return value === undefined || value === null || value === '' ? undefined : readInstant(value, label, this.settings.timeZone);
	}

	/** @returns UTC milliseconds, so many days of 24 hours or hours from now by the store's clock */
	after(amount: number, unit: 'days' | 'hours'): number {
		return this.settings.now + Math.round(amount * (unit === 'days' ? 24 : 1) * HOUR_MS);
	}

	/** The key of what this node writes down once per visit of a journey; outside of one there is none. */
	repeatKey(what: string, index: number): string | undefined {
		const place = placeOf(this.context.getInputData()[index]);
		return place && repeatKey(what, place, this.context.getNode().id);
	}

	/** What Contact Policy said of the item. */
	policyOf(index: number): IDataObject {
		return { ...(this.json(index).policy as IDataObject | undefined) };
	}

	journeyOf(index: number): string | undefined {
		return placeOf(this.context.getInputData()[index])?.key;
	}

	/** Says in a test run that nobody is moved. @returns whether that is so */
	movesNobody(): boolean {
		return this.testRun(true, true);
	}

	/** Says in a test run what really happened. @returns whether journeys shall stay as they are */
	private testRun(movesJourneys: boolean, nothingElse = false): boolean {
		const test = isTestRun(this.context.getMode());
		const quiet = test && this.values(0).collection('options').actInTestRuns !== true;
		if (test && quiet && nothingElse) this.context.addExecutionHints({ message: 'A test run moves nobody on a journey; to change that turn on the option Act in Test Runs.', location: 'outputPane' });
		else if (test) this.hint(movesJourneys && quiet);
		return quiet;
	}

	private async takeInEach(kinds: readonly Kind[], read: TakeInOptions['read'], show?: TakeInOptions['show']): Promise<INodeExecutionData[]> {
		const quiet = this.testRun(kinds.some(movesJourneys));
		return await takeIn(this.context, this.store, { read, show, backfill: quiet || this.values(0).collection('options').historyOnly === true });
	}

	private hint(noJourneyMoved: boolean): void {
		const written = 'This test run really wrote to the customer store.';
		const journeys = ' No journey started, resumed or ended because of it; to change that turn on the option Act in Test Runs.';
		this.context.addExecutionHints({ message: noJourneyMoved ? written + journeys : written, location: 'outputPane' });
	}

	private defaults(index: number): ReadingDefaults {
		const values = this.values(index);
		const { source = values.value('source'), phoneCountry, currency, keepUnknown } = values.collection('options');
		return {
			nowMs: this.settings.now,
			timeZone: this.settings.timeZone,
			currency: text(currency) ?? this.settings.currency ?? '',
			source: text(source),
			defaultCountry: text(phoneCountry),
			keepUnknownAsAttributes: keepUnknown === true,
		};
	}

	private json(index: number): IDataObject {
		return this.context.getInputData()[index].json;
	}

	private attempt<T>(work: () => T): { value: T } | { error: unknown } {
		try {
			return { value: work() };
		} catch (error) {
			return { error };
		}
	}
}

function text(value: unknown): string | undefined {
	return value === undefined || value === null || value === '' ? undefined : String(value);
}
