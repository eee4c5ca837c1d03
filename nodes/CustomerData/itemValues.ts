import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { parseCustomer } from '../../src/customers/identity';

/** Fields of an item that are not properties of an event: who, what and when it is, and what other nodes put there. */
const NOT_PROPERTIES = new Set([
	'customer', 'customer_id', 'customerId', 'email', 'phone',
	'type', 'event_type', 'eventType', 'occurred_at', 'occurredAt', 'event_id', 'eventId',
	'event', 'journey', 'policy', 'offer', 'effects', 'changed', 'result',
]);

/** What the node's fields hold for one item; empty fields are left out. */
export class ItemValues {
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly index: number,
	) {}

	/** Fields by their names. */
	plain(names: string[]): IDataObject {
		return filled(names.map((name) => [name, this.parameter(name)]));
	}

	/** What was added to a collection. */
	collection(name: string): IDataObject {
		return filled(Object.entries(this.parameter(name) ?? {}));
	}

	/** Of the collection *Options*, the ones that are data. */
	options(names: string[]): IDataObject {
		const options = this.collection('options');
		return filled(names.map((name) => [name, options[name]]));
	}

	/** Name and value lines as an object. */
	pairs(name: string): IDataObject | undefined {
		const rows = this.rows(name);
		return rows.length === 0 ? undefined : filled(rows.map((row) => [String(row.name ?? '').trim(), row.value]));
	}

	/** The lines of a list field. */
	rows(name: string): IDataObject[] {
		const { values } = (this.parameter(name) ?? {}) as { values?: IDataObject[] };
		return (values ?? []).map((row) => filled(Object.entries(row)));
	}

	/** A list that an expression gave; undefined when it gave nothing. */
	list(name: string): IDataObject[string] {
		const value = this.parameter(name);
		return empty(value) ? undefined : (value as IDataObject[string]);
	}

	/** @throws JourneyError `bad_input` when the field *Customer* is empty or cannot be read */
	customer() {
		return parseCustomer(this.parameter('customer'));
	}

	customerIfAny() {
		return empty(this.parameter('customer')) ? {} : this.customer();
	}

	/** The item's field `properties`, else all that is not about who, what and when. */
	ownProperties(): IDataObject {
		const { json } = this.context.getInputData()[this.index];
		const { properties } = json;
		if (typeof properties === 'object' && properties !== null && !Array.isArray(properties)) return properties as IDataObject;
		return Object.fromEntries(Object.entries(json).filter(([name]) => !NOT_PROPERTIES.has(name)));
	}

	private parameter(name: string): unknown {
		return this.context.getNodeParameter(name, this.index, undefined);
	}
}

function filled(entries: Array<[string, unknown]>): IDataObject {
	return Object.fromEntries(entries.filter(([name, value]) => name !== '' && !empty(value))) as IDataObject;
}

function empty(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}
