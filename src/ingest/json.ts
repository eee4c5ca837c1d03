import { Buffer } from 'node:buffer';
import { z } from 'zod/v4';
import { keepableText } from './text';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** The limit of a customer's attributes and of an event's properties, the same as of a parked item (journeys.md section 1). */
export const JSON_LIMIT_BYTES = 256 * 1024;
const DEPTH_LIMIT = 64;

/** Why a value cannot be kept; the message names the limit, never the content. */
export class UnkeepableJson extends Error {}

/**
 * A copy that both databases can hold and that survives a worker thread: dates as ISO strings, `undefined` left out,
 * NUL characters and halves of surrogate pairs replaced (PostgreSQL's jsonb refuses both).
 * @throws UnkeepableJson on functions, non-finite numbers, circular or deeper than 64 levels
 */
export function plainJson(value: unknown, depth = 0): Json {
	if (depth > DEPTH_LIMIT) throw new UnkeepableJson(`is nested deeper than ${DEPTH_LIMIT} levels`);
	if (value === null || typeof value === 'boolean') return value;
	if (typeof value === 'string') return keepableText(value);
	if (typeof value === 'number') {
		if (!Number.isFinite(value)) throw new UnkeepableJson('holds a number that is not finite');
		return value;
	}
	if (typeof value !== 'object') throw new UnkeepableJson(`holds a ${typeof value}, which is not data`);
	if (hasToJson(value)) return plainJson(value.toJSON(), depth + 1);
	if (Array.isArray(value)) return value.map((inner) => (inner === undefined ? null : plainJson(inner, depth + 1)));
	// A null prototype keeps a key such as `__proto__` from the outside an ordinary key.
	const copy = Object.create(null) as JsonObject;
	for (const [key, inner] of Object.entries(value)) {
		if (inner !== undefined) copy[keepableText(key)] = plainJson(inner, depth + 1);
	}
	return { ...copy };
}

function hasToJson(value: object): value is { toJSON(): unknown } {
	return 'toJSON' in value && typeof value.toJSON === 'function';
}

/** A JSON object within {@link JSON_LIMIT_BYTES}; the output is a plain copy. */
export const jsonObject = z.unknown().transform((value, context): JsonObject => {
	const refuse = (message: string): never => {
		context.issues.push({ code: 'custom', message, input: value });
		return z.NEVER;
	};
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('must be an object such as { "colour": "red" }');
	try {
		const copy = plainJson(value) as JsonObject;
		const bytes = Buffer.byteLength(JSON.stringify(copy));
		if (bytes > JSON_LIMIT_BYTES) return refuse(`is ${Math.ceil(bytes / 1024)} KiB of JSON, the limit is ${JSON_LIMIT_BYTES / 1024} KiB`);
		return copy;
	} catch (error) {
		if (error instanceof UnkeepableJson) return refuse(error.message);
		throw error;
	}
});
