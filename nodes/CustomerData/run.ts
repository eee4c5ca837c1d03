import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { OperationOutput } from '../../src/operations';
import { chunksOf } from '../../src/n8n/chunks';
import { errorItem, withRemark } from '../../src/n8n/errors';
import { readFields, readItem, readShopData, type ReadingDefaults } from '../../src/n8n/ingest/readItem';
import { CALL_LIMIT, takeIn } from '../../src/n8n/ingest/takeIn';
import { JOURNEY_KINDS, type Kind } from '../../src/n8n/ingest/taken';
import { isTestRun } from '../../src/n8n/runMode';
import type { StoreHandle } from '../../src/n8n/storeRegistry';
import { storeSettings, type StoreSettings } from '../../src/n8n/storeSettings';
import { ItemValues } from './itemValues';

/** One run of the node: its items, its fields and its store. */
export class CustomerDataRun {
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

	/** One answer of the store per item. @param show what the item carries on; may throw for this item alone */
	async lookUp<K extends 'customers.get' | 'consents.get'>(operation: K, show: (answer: OperationOutput<K>[number], index: number) => object): Promise<INodeExecutionData[]> {
		const items = this.context.getInputData();
		const refs = items.map((_, index) => this.attempt(() => this.values(index).customer()));
		const asked = refs.flatMap((ref) => ('value' in ref ? [ref.value] : []));
		const answers: unknown[] = [];
		for (const refs of chunksOf(asked, CALL_LIMIT)) answers.push(...(await this.store.run(operation, { refs })));
		let next = 0;
		return items.map((item, index) => {
			const ref = refs[index];
			const shown = 'value' in ref ? this.attempt(() => show(answers[next++] as OperationOutput<K>[number], index)) : ref;
			return 'value' in shown ? { ...item, json: { ...item.json, ...shown.value }, pairedItem: { item: index } } : errorItem(this.context, item, index, shown.error);
		});
	}

	/** Any number of output items per item. */
	async eachItem(work: (index: number) => Promise<object[]>): Promise<INodeExecutionData[]> {
		const output: INodeExecutionData[] = [];
		const items = this.context.getInputData();
		for (const [index, item] of items.entries()) {
			try {
				const found = await work(index);
				output.push(...found.map((json) => ({ json: { ...item.json, ...json }, pairedItem: { item: index } })));
			} catch (error) {
				if (!this.context.continueOnFail()) throw withRemark(this.context, error, index, index === 0 ? '' : `${index} of the ${items.length} items were done before it.`);
				output.push(errorItem(this.context, item, index, error));
			}
		}
		return output;
	}

	values(index: number): ItemValues {
		return new ItemValues(this.context, index);
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

	private async takeInEach(kinds: readonly Kind[], read: Parameters<typeof takeIn>[2]['read']): Promise<INodeExecutionData[]> {
		const options = this.values(0).collection('options');
		const test = isTestRun(this.context.getMode());
		const quiet = test && options.actInTestRuns !== true;
		if (test) this.hint(kinds.some((kind) => (JOURNEY_KINDS as readonly Kind[]).includes(kind)) && quiet);
		return await takeIn(this.context, this.store, { read, backfill: quiet || options.historyOnly === true });
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
