import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { parseCustomer, type CustomerRef } from '../../src/customers/identity';
import { payloadOf } from '../../src/ingest/shapes/recognise';

/** Fields of an item that are not properties of an event: who, what and when it is, and what other nodes put there. */
const NOT_PROPERTIES = new Set([
	'customer', 'customer_id', 'customerId', 'email', 'phone',
	'type', 'event_type', 'eventType', 'occurred_at', 'occurredAt', 'event_id', 'eventId',
	'event', 'journey', 'policy', 'offer', 'effects', 'changed', 'result', 'notes',
]);

/** Label of a field on the screen -> its parameter. Errors then name the field as the marketer sees it. */
export type Labelled = Readonly<Record<string, string>>;

/** What the node's fields hold for one item; empty fields are left out. */
export class ItemValues {
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly index: number,
		/** What a field holds for the item; null: the node does not have it. */
		private readonly read: (name: string) => unknown,
	) {}

	value(name: string): unknown {
		return this.read(name);
	}

	fields(labelled: Labelled): IDataObject {
		return filled(Object.entries(labelled).map(([label, name]) => [label, this.value(name)]));
	}

	/** Fields inside a collection such as *Options*. */
	inside(collection: string, labelled: Labelled): IDataObject {
		const added = this.collection(collection);
		return filled(Object.entries(labelled).map(([label, name]) => [label, added[name]]));
	}

	/** What was added to a collection. */
	collection(name: string): IDataObject {
		return filled(Object.entries(this.value(name) ?? {}));
	}

	/** Name and value lines as an object. */
	pairs(name: string): IDataObject | undefined {
		const rows = this.rows(name);
		return rows.length === 0 ? undefined : filled(rows.map((row) => [String(row.name ?? '').trim(), row.value]));
	}

	/** The lines of a list field. */
	rows(name: string): IDataObject[] {
		const { values } = (this.value(name) ?? {}) as { values?: IDataObject[] };
		return (values ?? []).map((row) => filled(Object.entries(row)));
	}

	/** @throws JourneyError `bad_input` when the field *Customer* is empty or cannot be read */
	customer(): CustomerRef {
		return parseCustomer(this.value('customer'));
	}

	/** The item's field `properties`, else all that is not about who, what and when. */
	ownProperties(): IDataObject {
		const json = payloadOf(this.context.getInputData()[this.index].json);
		const { properties } = json;
		if (typeof properties === 'object' && properties !== null && !Array.isArray(properties)) return properties as IDataObject;
		return Object.fromEntries(Object.entries(json).filter(([name]) => !NOT_PROPERTIES.has(name))) as IDataObject;
	}
}

function filled(entries: Array<[string, unknown]>): IDataObject {
	return Object.fromEntries(entries.filter(([name, value]) => name !== '' && !empty(value))) as IDataObject;
}

function empty(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}
