import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JourneyError } from '../../src/core/errors';
import { findEngine, loadEngine } from '../../src/replay/engine';
import { engineAnchors, isSupported } from '../../src/replay/engineLocations';
import { inVirtualTime } from '../../src/replay/virtualTime';

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'engine-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Lays packages into `<folder>/<where>/node_modules`. */
function install(where: string, packages: Record<string, string>): string {
	for (const [name, version] of Object.entries(packages)) {
		const target = join(folder, where, 'node_modules', name);
		mkdirSync(target, { recursive: true });
		writeFileSync(join(target, 'package.json'), JSON.stringify({ name, version }));
	}
	return join(folder, where);
}

const complete = (version: string) => ({ 'n8n-core': version, 'n8n-workflow': version, 'n8n-nodes-base': version });

function missing(work: () => unknown): JourneyError {
	try {
		work();
	} catch (error) {
		expect(error).toBeInstanceOf(JourneyError);
		expect((error as JourneyError).code).toBe('missing_engine');
		return error as JourneyError;
	}
	throw new Error('an engine was found');
}

test.each([
	['2.41.0', true], ['2.41.1', true], ['2.99.3', true], ['2.41.0-rc.1', true],
	['2.40.9', false], ['1.120.0', false], ['3.0.0', false], ['x', false], [undefined, false],
])('version %s: %s', (version, supported) => {
	expect(isSupported(version)).toBe(supported);
});

test('an engine in the folder of a program, of NODE_PATH and of npm start is found', () => {
	const program = join(install('host', complete('2.41.1')), 'node_modules', 'n8n-core', 'bin');
	mkdirSync(program);
	expect(findEngine([{ where: 'the running program', folder: program }])).toMatchObject({ where: 'the running program', version: '2.41.1' });

	const nodePath = join(install('path', complete('2.42.0')), 'node_modules');
	const anchors = engineAnchors({ NODE_PATH: nodePath, PATH: '', CUSTOMER_JOURNEYS_CACHE: join(folder, 'none') });
	expect(anchors.map(({ where }) => where)).toContain('NODE_PATH');
	expect(findEngine(anchors.filter(({ where }) => where === 'NODE_PATH'))).toMatchObject({ version: '2.42.0' });

	install('cache/n8n-2.41.1', complete('2.41.1'));
	install('cache/n8n-2.100.0', complete('2.100.0'));
	const prepared = engineAnchors({ CUSTOMER_JOURNEYS_CACHE: join(folder, 'cache') }).filter(({ where }) => where.includes('npm start'));
	expect(findEngine(prepared)).toMatchObject({ where: 'the n8n prepared by npm start', version: '2.100.0' });
});

test('an n8n on the PATH is found through its command, as npm links it', () => {
	const home = install('lib', { n8n: '2.41.1', ...complete('2.41.1') });
	const command = join(home, 'node_modules', 'n8n', 'bin', 'n8n');
	mkdirSync(join(command, '..'), { recursive: true });
	writeFileSync(command, '');
	mkdirSync(join(folder, 'bin'));
	require('node:fs').symlinkSync(command, join(folder, 'bin', 'n8n'));
	const onPath = engineAnchors({ PATH: join(folder, 'bin'), CUSTOMER_JOURNEYS_CACHE: join(folder, 'none') }).filter(({ where }) => where.includes('PATH'));
	expect(findEngine(onPath)).toMatchObject({ where: 'the n8n on the PATH', version: '2.41.1' });
});

test('nothing found: says what is needed and what to do', () => {
	const { message } = missing(() => findEngine([{ where: 'here', folder }]));
	expect(message).toMatch(/needs n8n's engine \(n8n 2\.41 or a newer 2\.x\)/);
	expect(message).toMatch(/npm install -g n8n.*npm start/);
});

test('too old, too new or incomplete: says where and what, and goes on to the next place', () => {
	const old = { where: 'the n8n on the PATH', folder: install('old', complete('1.98.0')) };
	const newer = { where: 'the running program', folder: install('newer', complete('3.0.0')) };
	const bare = { where: 'NODE_PATH', folder: install('bare', { 'n8n-core': '2.41.1', 'n8n-workflow': '2.41.0' }) };
	const { message } = missing(() => findEngine([old, newer, bare]));
	expect(message).toContain('the n8n on the PATH: n8n-core 1.98.0');
	expect(message).toContain('the running program: n8n-core 3.0.0');
	expect(message).toContain('NODE_PATH: n8n-core 2.41.1 without n8n-nodes-base');
	const good = { where: 'beside this package', folder: install('good', complete('2.41.1')) };
	expect(findEngine([old, bare, good]).where).toBe('beside this package');
});

test('loading leaves no trace: no n8n folder, no environment, no log, the machine\'s time outside a replay', async () => {
	const before = { ...process.env };
	const home = mkdtempSync(join(tmpdir(), 'engine-home-'));
	process.env.N8N_USER_FOLDER = home;
	const engine = await loadEngine();
	try {
		expect(process.env.N8N_USER_FOLDER).toBe(home);
		expect(readdirSync(home)).toEqual([]);
		expect({ ...process.env, N8N_USER_FOLDER: undefined }).toEqual({ ...before, N8N_USER_FOLDER: undefined });
		expect(readdirSync(tmpdir()).filter((name) => name.startsWith('customer-journeys-engine-') && existsSync(join(tmpdir(), name, '.n8n')))).toEqual([]);
		expect(await loadEngine()).toBe(engine);

		const { DateTime } = engine.dependency('luxon') as typeof import('luxon');
		const atMs = Date.parse('2030-01-01T00:00:00Z');
		const inside = await inVirtualTime({ now: () => atMs }, async () => {
			await new Promise((resolve) => setTimeout(resolve, 1));
			return DateTime.now().toMillis();
		});
		expect(inside).toBe(atMs);
		expect(Math.abs(DateTime.now().toMillis() - performance.timeOrigin - performance.now())).toBeLessThan(5_000);
	} finally {
		if (before.N8N_USER_FOLDER === undefined) delete process.env.N8N_USER_FOLDER;
		else process.env.N8N_USER_FOLDER = before.N8N_USER_FOLDER;
		rmSync(home, { recursive: true });
	}
});
