import type { ItemAnswer } from '../customers/contract';
import type { Tx } from '../store/port';
import { keepableText } from './text';

const DEPTH_LIMIT = 64;

/**
 * Lets an operation see only items that both databases can hold; each of the others is answered with what is wrong with
 * it, and stops nobody else. PostgreSQL refuses a whole statement for one NUL character in one of a thousand rows.
 */
export function onSoundItems<I extends { items: readonly unknown[] }, T>(run: (tx: Tx, input: I) => Promise<ItemAnswer<T>[]>): (tx: Tx, input: I) => Promise<ItemAnswer<T>[]> {
	return async (tx, input) => {
		const faults = input.items.map((item) => faultOf(item));
		if (faults.every((fault) => fault === undefined)) return run(tx, input);
		const answers = await run(tx, { ...input, items: input.items.filter((_, index) => faults[index] === undefined) });
		let next = 0;
		return faults.map((fault) => (fault === undefined ? answers[next++] : { ok: false, code: 'bad_input', message: fault }));
	};
}

/** Why a record cannot be kept, as a sentence; undefined when it can. */
export function faultOf(value: unknown, path = '', depth = 0): string | undefined {
	switch (typeof value) {
		case 'string':
			return isKeepable(value) ? undefined : `${nameOf(path)} holds a character that cannot be stored (NUL, or half of a Unicode pair). Take it out and send the item again.`;
		case 'number':
			return isKeepableNumber(value, path) ? undefined : `${nameOf(path)} is not a number that can be stored. Correct it and send the item again.`;
		case 'bigint':
		case 'function':
		case 'symbol':
			return `${nameOf(path)} holds a ${typeof value}, which is not data. Leave it out and send the item again.`;
		case 'object':
			return value === null ? undefined : faultInside(value, path, depth);
		default:
			return undefined;
	}
}

function faultInside(value: object, path: string, depth: number): string | undefined {
	if (depth > DEPTH_LIMIT) return `${nameOf(path)} is nested deeper than ${DEPTH_LIMIT} levels. Send a flatter item.`;
	for (const [key, inner] of Object.entries(value)) {
		const place = path === '' ? key : `${path}.${key}`;
		const fault = isKeepable(key) ? faultOf(inner, place, depth + 1) : `The name ${nameOf(place)} holds a character that cannot be stored (NUL, or half of a Unicode pair). Correct it and send the item again.`;
		if (fault !== undefined) return fault;
	}
	return undefined;
}

const isKeepable = (text: string) => !/[\0\p{Cs}]/u.test(text);

/** Instants (`...At`) and money (`...E4`) are whole; what stands in attributes and properties is free. */
function isKeepableNumber(value: number, path: string): boolean {
	if (!Number.isFinite(value)) return false;
	return !/((^|\.)at|At|E4)$/.test(path) || /^(attributes|properties)\./.test(path) || Number.isSafeInteger(value);
}

/** The path for a person: no broken characters, not endless. */
const nameOf = (path: string) => `"${keepableText(path).slice(0, 120) || 'the item'}"`;
