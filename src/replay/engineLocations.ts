import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** The oldest n8n whose engine this project was tested with, and the first that it was not. */
export const OLDEST_ENGINE = '2.41.0';
const FIRST_UNKNOWN_MAJOR = 3;

/** A folder from which n8n's packages resolve, with the words a person knows it by. */
export interface EngineAnchor {
	where: string;
	folder: string;
}

export interface EngineLocation extends EngineAnchor {
	/** of n8n-core */
	version: string;
	/** package folders */
	core: string;
	workflow: string;
	nodesBase: string;
}

/** What was found in one place; `problem` says why it does not serve. */
export type EngineFinding = ({ ok: true } & EngineLocation) | { ok: false; where: string; problem: string };

/**
 * Where n8n-core may be, best first: what this package resolves itself (a checkout's node_modules, or the host n8n
 * through NODE_PATH), the program that is running, an n8n on the PATH, the n8n that `npm start` prepared.
 */
export function engineAnchors(environment: NodeJS.ProcessEnv = process.env): EngineAnchor[] {
	const anchors: EngineAnchor[] = [{ where: 'beside this package', folder: __dirname }];
	for (const folder of (environment.NODE_PATH ?? '').split(delimiter).filter(Boolean)) anchors.push({ where: 'NODE_PATH', folder });
	if (require.main) anchors.push({ where: 'the running program', folder: dirname(require.main.filename) });
	const onPath = n8nOnPath(environment);
	if (onPath) anchors.push({ where: 'the n8n on the PATH', folder: onPath });
	const cache = preparedFolder(environment);
	for (const name of preparedVersions(cache)) anchors.push({ where: 'the n8n prepared by npm start', folder: join(cache, name) });
	return anchors;
}

/** Looks for a complete engine from one folder, as Node would resolve it from there. */
export function inspectAnchor({ where, folder }: EngineAnchor): EngineFinding | undefined {
	// NODE_PATH entries and prepared folders hold the packages themselves; the others are folders inside a package.
	const core = packageFolder('n8n-core', folder);
	if (!core) return undefined;
	const version = versionOf(core);
	if (!isSupported(version)) return { ok: false, where, problem: `n8n-core ${version ?? 'of an unknown version'} (${core})` };
	const workflow = packageFolder('n8n-workflow', core) ?? packageFolder('n8n-workflow', folder);
	const nodesBase = packageFolder('n8n-nodes-base', folder) ?? packageFolder('n8n-nodes-base', core);
	if (!workflow || !nodesBase) {
		return { ok: false, where, problem: `n8n-core ${version} without ${workflow ? 'n8n-nodes-base' : 'n8n-workflow'} (${core})` };
	}
	return { ok: true, where, folder, version: version!, core, workflow, nodesBase };
}

/** 2.41 or a newer 2.x. Pre-releases of those count as what they are about to be. */
export function isSupported(version: string | undefined): boolean {
	const [major, minor] = (version ?? '').split('.').map((part) => Number.parseInt(part, 10));
	const [oldestMajor, oldestMinor] = OLDEST_ENGINE.split('.').map(Number);
	if (major === undefined || minor === undefined || Number.isNaN(major) || Number.isNaN(minor)) return false;
	return major < FIRST_UNKNOWN_MAJOR && (major > oldestMajor! || (major === oldestMajor && minor >= oldestMinor!));
}

function packageFolder(name: string, from: string): string | undefined {
	for (const folder of [join(from, name), join(from, 'node_modules', name)]) {
		if (existsSync(join(folder, 'package.json'))) return realpathSync(folder);
	}
	// A package's own folder is found through its entry point: `exports` may hide its package.json.
	for (const path of createRequire(join(from, 'anchor.js')).resolve.paths(name) ?? []) {
		if (existsSync(join(path, name, 'package.json'))) return realpathSync(join(path, name));
	}
	return undefined;
}

function versionOf(packagePath: string): string | undefined {
	const { version } = JSON.parse(readFileSync(join(packagePath, 'package.json'), 'utf8')) as { version?: string };
	return version;
}

function n8nOnPath(environment: NodeJS.ProcessEnv): string | undefined {
	for (const folder of (environment.PATH ?? environment.Path ?? '').split(delimiter).filter(Boolean)) {
		for (const name of process.platform === 'win32' ? ['n8n.cmd'] : ['n8n']) {
			const file = join(folder, name);
			if (!existsSync(file)) continue;
			// npm links a command to its package's bin folder; on Windows it writes a script beside node_modules.
			return process.platform === 'win32' ? join(folder, 'node_modules', 'n8n') : dirname(realpathSync(file));
		}
	}
	return undefined;
}

/** The cache folder of `npm start`: scripts/paths.mjs has the same rule. */
function preparedFolder(environment: NodeJS.ProcessEnv): string {
	if (environment.CUSTOMER_JOURNEYS_CACHE) return environment.CUSTOMER_JOURNEYS_CACHE;
	return join(platformCache(environment), 'n8n-nodes-customer-journeys');
}

function platformCache(environment: NodeJS.ProcessEnv): string {
	if (environment.XDG_CACHE_HOME) return environment.XDG_CACHE_HOME;
	if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
	if (process.platform === 'win32' && environment.LOCALAPPDATA) return environment.LOCALAPPDATA;
	return join(homedir(), '.cache');
}

/** Newest first. */
function preparedVersions(cache: string): string[] {
	if (!existsSync(cache)) return [];
	return readdirSync(cache)
		.filter((name) => /^n8n-\d/.test(name))
		.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
}
