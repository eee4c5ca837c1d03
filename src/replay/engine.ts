import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { JourneyError } from '../core/errors';
import { engineAnchors, inspectAnchor, OLDEST_ENGINE, type EngineAnchor, type EngineLocation } from './engineLocations';
import { followVirtualTime } from './virtualTime';

/** n8n's own execution engine, loaded without n8n (n8n.md "Tests against the engine"). */
export interface Engine {
	readonly core: typeof import('n8n-core');
	readonly workflow: typeof import('n8n-workflow');
	readonly location: EngineLocation;
	/** Loads a module that n8n's own nodes use, such as `cron`; `undefined` where this n8n has none. */
	dependency(name: string): unknown;
	/** n8n's dependency injection: one object per class and process. */
	service<T>(type: abstract new (...args: never[]) => T): T;
}

let loaded: Promise<Engine> | undefined;

/**
 * Loads the engine, once per process, from the first place that has a fitting one.
 * @param anchors where to look; default: src/replay/engineLocations.ts
 * @throws JourneyError `missing_engine` with what was found and what to do
 */
export function loadEngine(anchors: EngineAnchor[] = engineAnchors()): Promise<Engine> {
	loaded ??= load(anchors).catch((error: unknown) => {
		loaded = undefined;
		throw error;
	});
	return loaded;
}

/** @throws JourneyError `missing_engine` */
export function findEngine(anchors: EngineAnchor[]): EngineLocation {
	const problems: string[] = [];
	for (const anchor of anchors) {
		const finding = inspectAnchor(anchor);
		if (finding?.ok) return finding;
		if (finding) problems.push(`${finding.where}: ${finding.problem}`);
	}
	const found = problems.length > 0 ? ` Found but not usable: ${[...new Set(problems)].join('; ')}.` : '';
	throw new JourneyError(
		'missing_engine',
		`Replaying a workflow needs n8n's engine (n8n ${OLDEST_ENGINE.replace(/\.0$/, '')} or a newer 2.x), and there is none here.${found} ` +
			'Install n8n beside this package ("npm install -g n8n"), or run "npm start" once in a checkout of this project, which prepares one.',
		{ found: problems },
	);
}

async function load(anchors: EngineAnchor[]): Promise<Engine> {
	const location = findEngine(anchors);
	shareModules(location);
	const requireFromCore = createRequire(join(location.core, 'package.json'));
	const requireFromNodes = createRequire(join(location.nodesBase, 'package.json'));

	return await withThrowawayN8nFolder(async () => {
		// n8n's classes read their decorators' metadata while they are being defined. It is a dependency of @n8n/di alone.
		const injection = requireFromCore.resolve('@n8n/di');
		createRequire(injection)('reflect-metadata');
		const { Container } = requireFromCore('@n8n/di') as { Container: { get<T>(type: abstract new (...args: never[]) => T): T } };
		const core = requireFromCore(location.core) as typeof import('n8n-core');
		const workflow = requireFromCore('n8n-workflow') as typeof import('n8n-workflow');
		const dependency = (name: string): unknown => {
			for (const from of [requireFromCore, requireFromNodes]) {
				try {
					return from(name);
				} catch (error) {
					if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
				}
			}
			return undefined;
		};
		// Made while the environment points at the throw-away folder; they keep what they read.
		Container.get(core.InstanceSettings);
		Container.get(core.ErrorReporter);
		followVirtualTime(createRequire(join(location.workflow, 'package.json'))('luxon'), requireFromNodes('moment-timezone'));
		return { core, workflow, location, dependency, service: (type) => Container.get(type) };
	});
}

/** Nodes of this package import n8n-workflow; where it lies elsewhere, let them find the engine's own copy. */
function shareModules({ workflow }: EngineLocation): void {
	const home = dirname(workflow);
	const known = (process.env.NODE_PATH ?? '').split(delimiter);
	if (known.includes(home)) return;
	try {
		require.resolve('n8n-workflow');
	} catch {
		process.env.NODE_PATH = [...known.filter(Boolean), home].join(delimiter);
		(Module as unknown as { _initPaths(): void })._initPaths();
	}
}

/** n8n writes an encryption key into its folder when it starts: not into the user's own. It is silent, too. */
async function withThrowawayN8nFolder<T>(work: () => Promise<T>): Promise<T> {
	const folder = mkdtempSync(join(tmpdir(), 'customer-journeys-engine-'));
	const quiet = { N8N_USER_FOLDER: folder, N8N_LOG_LEVEL: 'silent', N8N_ENCRYPTION_KEY: 'replay' };
	const before = Object.fromEntries(Object.keys(quiet).map((name) => [name, process.env[name]]));
	Object.assign(process.env, quiet);
	try {
		return await work();
	} finally {
		for (const [name, value] of Object.entries(before)) {
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
		}
		rmSync(folder, { recursive: true, force: true });
	}
}
