import { createRequire } from 'node:module';
import path from 'node:path';

export const projectRoot = path.resolve(__dirname, '../../..');

/**
 * Loads an ES module of scripts/, so that the tests drive n8n with the very code behind `npm start`. Inside a test it
 * takes the way through environment.js; global set-up runs outside jest's module system and needs none.
 */
export function loadScript<T>(file: string): T {
	const fromEnvironment = (globalThis as { loadScript?: (file: string) => unknown }).loadScript;
	const load = fromEnvironment ?? ((name: string): unknown => createRequire(__filename)(path.join(projectRoot, 'scripts', name)));
	return load(file) as T;
}
