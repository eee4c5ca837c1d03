import { createHmac, hash } from 'node:crypto';

/** JSON with sorted keys, so that equal bodies hash alike whatever the order they were written in. */
export function canonicalJson(value: unknown): string {
	return JSON.stringify(sorted(value)) ?? 'null';
}

function sorted(value: unknown): unknown {
	if (value === null || typeof value !== 'object') return value;
	if (Array.isArray(value)) return value.map(sorted);
	const inner = value as Record<string, unknown>;
	const copy: Record<string, unknown> = {};
	for (const key of Object.keys(inner).sort()) {
		// Set as usual, a field of this name would be the object's prototype.
		if (key === '__proto__') Object.defineProperty(copy, key, { value: sorted(inner[key]), enumerable: true });
		else copy[key] = sorted(inner[key]);
	}
	return copy;
}

/** First 128 bits of SHA-256 in hexadecimal; parts are separated so that ('ab','c') differs from ('a','bc'). */
export function hashOf(...parts: Array<string | number>): string {
	return hash('sha256', parts.join('\u0000'), 'hex').slice(0, 32);
}

/** Keyed hash for signed links and hashed addresses; `secret` is the store's own. */
export function signatureOf(secret: string, ...parts: Array<string | number>): string {
	return createHmac('sha256', secret).update(parts.join('\u0000')).digest('base64url');
}

/** A number in [0, 1) that depends on the parts alone: the project's only randomness. */
export function unitHash(...parts: Array<string | number>): number {
	return Number.parseInt(hashOf(...parts).slice(0, 13), 16) / 2 ** 52;
}
