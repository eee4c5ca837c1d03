import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A payload after the public documentation of the shop; people and shops are invented. */
export function fixture(name: string): Record<string, unknown> {
	return JSON.parse(readFileSync(join(__dirname, 'fixtures', `${name}.json`), 'utf8')) as Record<string, unknown>;
}

export const at = (iso: string): number => Date.parse(iso);
