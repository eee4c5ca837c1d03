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
export function faultOf(value: unknown): string | undefined {
	const fault = findFault(value, '', 0);
	return fault && `${nameOf(fault.path.reverse().join('.'))} ${fault.says}`;
}

/** `path`: from the fault outwards, so that a sound record costs no texts. */
interface Fault {
	path: string[];
	says: string;
}

const BROKEN_TEXT = 'holds a character that cannot be stored (NUL, or half of a Unicode pair). Take it out and send the item again.';
const BROKEN_NUMBER = 'is not a number that can be stored. Correct it and send the item again.';

/** @param key the name the value stands under @param free whether it stands in attributes or properties, which hold any number */
function findFault(value: unknown, key: string, depth: number, free = false): Fault | undefined {
	switch (typeof value) {
		case 'string':
			return isKeepable(value) ? undefined : { path: [], says: BROKEN_TEXT };
		case 'number':
			return isKeepableNumber(value, key, free) ? undefined : { path: [], says: BROKEN_NUMBER };
		case 'bigint':
		case 'function':
		case 'symbol':
			return { path: [], says: `holds a ${typeof value}, which is not data. Leave it out and send the item again.` };
		case 'object':
			return value === null ? undefined : findFaultInside(value as Record<string, unknown>, depth, free);
		default:
			return undefined;
	}
}

function findFaultInside(value: Record<string, unknown>, depth: number, free: boolean): Fault | undefined {
	if (depth > DEPTH_LIMIT) return { path: [], says: `is nested deeper than ${DEPTH_LIMIT} levels. Send a flatter item.` };
	for (const key of Object.keys(value)) {
		const fault = isKeepable(key) ? findFault(value[key], key, depth + 1, free || (depth === 0 && FREE.has(key))) : { path: [], says: BROKEN_TEXT };
		if (!fault) continue;
		fault.path.push(key);
		return fault;
	}
	return undefined;
}

const FREE: ReadonlySet<string> = new Set(['attributes', 'properties']);

const isKeepable = (text: string) => !/[\0\p{Cs}]/u.test(text);

/** Instants (`...At`) and money (`...E4`) are whole. */
function isKeepableNumber(value: number, key: string, free: boolean): boolean {
	if (!Number.isFinite(value)) return false;
	return free || Number.isSafeInteger(value) || !/(^at|At|E4)$/.test(key);
}

/** The path for a person: no broken characters, not endless. */
const nameOf = (path: string) => `"${keepableText(path).slice(0, 120) || 'the item'}"`;
