import type { z } from 'zod/v4';
import { normaliseEmail, type Normalised } from '../../customers/email';
import { normaliseId, type CustomerRef } from '../../customers/identity';
import { normalisePhone } from '../../customers/phone';
import { AMOUNT_HINT, QUANTITY_HINT, readAmountE4, readQuantity } from '../amounts';
import { FLAG_HINT, readFlag } from '../flags';
import { INSTANT_HINT, parseInstant, plainDay } from '../instants';
import type { Json, JsonObject } from '../json';
import { phrase, problemsOf, type FieldProblem } from '../problems';
import type { WallClock } from '../wallClock';

/** The cells of a row by our column, without the file's ways of saying "no value". */
export type Cells = Readonly<Record<string, string | undefined>>;

/** What a row is read with. */
export interface RowContext {
	source: string;
	currency: string;
	clock: WallClock;
	defaultCountry?: string;
}

/** Columns of the file that are none of ours, with their values. */
export type Extra = JsonObject;

export type RowReading<T> = { record: T } | { reason: string };
export type RowReader<T> = (cells: Cells, extra: Extra) => RowReading<T>;

/** Collects what is wrong with the cells of one row while its values are read. */
export class RowDraft {
	private readonly problems: FieldProblem[] = [];

	constructor(private readonly cells: Cells, private readonly context: RowContext) {}

	instant(column: string): number | undefined {
		return this.read(column, (text) => {
			const atMs = parseInstant(text, this.context.clock);
			return Number.isNaN(atMs) ? undefined : atMs;
		}, INSTANT_HINT);
	}

	/** A day without a time of day, when the cell holds one; else its instant is asked for with {@link instant}. */
	day(column: string): string | undefined {
		return plainDay(this.cells[column]);
	}

	amountE4(column: string): number | undefined {
		return this.read(column, readAmountE4, AMOUNT_HINT);
	}

	number(column: string): number | undefined {
		return this.read(column, readQuantity, QUANTITY_HINT);
	}

	flag(column: string): boolean | undefined {
		return this.read(column, readFlag, FLAG_HINT);
	}

	json(column: string): Json | undefined {
		return this.read(column, parseJson, 'is not JSON');
	}

	ref(): CustomerRef | undefined {
		return readRef(this.cells, this.context.defaultCountry, this.problems);
	}

	/** @param values in the names of the record; the reasons name our columns */
	finish<S extends z.ZodType>(schema: S, values: Record<string, unknown>): RowReading<z.output<S>> {
		const result = schema.safeParse(values, { reportInput: true });
		if (result.success && this.problems.length === 0) return { record: result.data };
		const known = new Set(this.problems.map(({ field }) => field));
		// A customer who was named badly is not missing as well.
		if (REF_COLUMNS.some((column) => known.has(column))) known.add('');
		const more = result.success ? [] : problemsOf(result.error).map((one) => ({ ...one, field: columnOf(one.field) }));
		return { reason: [...this.problems, ...more.filter(({ field }) => !known.has(field))].map(phrase).join('; ') };
	}

	private read<T>(column: string, reader: (text: string) => T | undefined, problem: string): T | undefined {
		const text = this.cells[column];
		if (text === undefined) return undefined;
		const value = reader(text);
		if (value === undefined) this.problems.push({ field: column, problem });
		return value;
	}
}

/** Any of the three columns that may name the customer; what is wrong with one is added to `problems`. */
export function readRef(cells: Cells, defaultCountry: string | undefined, problems: FieldProblem[]): CustomerRef | undefined {
	const read = (column: string, normalise: (text: string) => Normalised): string | undefined => {
		const text = cells[column];
		if (text === undefined) return undefined;
		const result = normalise(text);
		if (result.ok) return result.value;
		problems.push({ field: column, problem: result.problem });
		return undefined;
	};
	const ref: CustomerRef = {};
	const customerId = read('customer_id', normaliseId);
	const email = read('email', normaliseEmail);
	const phone = read('phone', (text) => normalisePhone(text, defaultCountry));
	if (customerId !== undefined) ref.customerId = customerId;
	if (email !== undefined) ref.email = email;
	if (phone !== undefined) ref.phone = phone;
	return customerId ?? email ?? phone ? ref : undefined;
}

const REF_COLUMNS = ['customer_id', 'email', 'phone'];

function parseJson(text: string): Json | undefined {
	try {
		return JSON.parse(text) as Json;
	} catch {
		return undefined;
	}
}

/** 'birthDate' -> 'birth_date', 'priceE4' -> 'price' */
function columnOf(field: string): string {
	return field.replace(/E4$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
