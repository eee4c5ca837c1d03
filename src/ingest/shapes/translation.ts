import type { z } from 'zod/v4';
import { normaliseEmail, type Normalised } from '../../customers/email';
import { normaliseId, type CustomerRef } from '../../customers/identity';
import { normalisePhone } from '../../customers/phone';
import { problemsOf, refusal } from '../problems';
import { cancelInput, consentInput, customerInput, eventInput, orderInput, productInput, refundInput } from '../records';

const SCHEMAS = {
	customers: customerInput,
	products: productInput,
	consents: consentInput,
	orders: orderInput,
	cancels: cancelInput,
	refunds: refundInput,
	events: eventInput,
} as const;
export type TranslatedKind = keyof typeof SCHEMAS;

/** What one payload of a shop says, in our records. */
export type Translation = { [K in TranslatedKind]: z.output<(typeof SCHEMAS)[K]>[] } & {
	/** sentences: what was left out and why */
	notes: string[];
};

/** What a payload does not say itself. */
export interface ShapeDefaults {
	/** instant of arrival, for payloads without one */
	nowMs: number;
	/** of the shop, for readings without an offset */
	timeZone: string;
	/** of the shop, for payloads without one */
	currency: string;
	/** ISO 3166-1 alpha-2, for phones without a country code */
	defaultCountry?: string;
	/** where ids are unique, when several shops of one kind fill one store; the kind's own name otherwise */
	source?: string;
}

/** A payload that is recognised without any mapping. */
export interface Shape {
	/** "Shopify order" */
	readonly name: string;
	/** Strict: no plain item of a workflow is mistaken for it. */
	detect(json: Readonly<Record<string, unknown>>): boolean;
	/** @throws JourneyError bad_input when what makes the record is missing */
	translate(json: Readonly<Record<string, unknown>>, defaults: ShapeDefaults): Translation;
}

/** The identities a payload gives, not yet normalised. */
export interface Contact {
	customerId?: string;
	email?: string;
	phone?: string;
	/** country of the person, ISO 3166-1 alpha-2, for a phone without a country code */
	country?: string;
	externalIds?: Record<string, string | undefined>;
}

/** Collects the records of one payload. A bad optional field is left out with a note: a wrong birth date must not cost an order. */
export class Translator {
	readonly translation: Translation = { customers: [], products: [], consents: [], orders: [], cancels: [], refunds: [], events: [], notes: [] };

	/** @param name of the payload, for sentences */
	constructor(private readonly name: string, readonly defaults: ShapeDefaults) {}

	note(sentence: string): void {
		this.translation.notes.push(`${this.name}: ${sentence}.`);
	}

	/** @returns undefined when the payload names nobody, or only in ways that cannot be read */
	ref(contact: Contact): CustomerRef | undefined {
		const ref: CustomerRef = {};
		const country = contact.country ?? this.defaults.defaultCountry;
		this.keep('customer id', contact.customerId, normaliseId, (value) => (ref.customerId = value));
		this.keep('e-mail', contact.email, normaliseEmail, (value) => (ref.email = value));
		this.keep('phone', contact.phone, (raw) => normalisePhone(raw, country), (value) => (ref.phone = value));
		const external: Record<string, string> = {};
		for (const [type, id] of Object.entries(contact.externalIds ?? {})) this.keep(type, id, normaliseId, (value) => (external[type] = value));
		if (Object.keys(external).length > 0) ref.externalIds = external;
		return Object.keys(ref).length > 0 ? ref : undefined;
	}

	/** @throws JourneyError bad_input when a field that the record cannot do without is bad */
	add<K extends TranslatedKind>(kind: K, values: z.input<(typeof SCHEMAS)[K]>): void {
		const schema: z.ZodType = SCHEMAS[kind];
		const first = schema.safeParse(values, { reportInput: true });
		if (first.success) return this.push(kind, first.data);
		const problems = problemsOf(first.error);
		const left: Record<string, unknown> = { ...(values as Record<string, unknown>) };
		for (const { path } of first.error.issues) delete left[String(path[0])];
		const second = schema.safeParse(left);
		if (!second.success) throw refusal(this.name, problems);
		for (const { field, problem } of problems) this.note(`${field} ${problem}; left out`);
		this.push(kind, second.data);
	}

	private push<K extends TranslatedKind>(kind: K, record: unknown): void {
		(this.translation[kind] as unknown[]).push(record);
	}

	private keep(field: string, raw: string | undefined, normalise: (raw: string) => Normalised, set: (value: string) => void): void {
		if (raw === undefined) return;
		const result = normalise(raw);
		if (result.ok) set(result.value);
		else this.note(`the ${field} ${result.problem}; left out`);
	}
}
