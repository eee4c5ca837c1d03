import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { buildCache, node24, root, toolEnvironment, toolScript } from './paths.mjs';

const sources = ['src', 'nodes', 'credentials', 'templates', 'scripts/launcher', 'package.json', 'tsconfig.json', 'gulpfile.js'];
const stampFile = path.join(buildCache, 'build.stamp');
const dist = path.join(root, 'dist');

/** Is dist what the sources say? Looks at names, sizes and times only. */
export function isBuilt() {
	return existsSync(path.join(dist, 'cli.js')) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint();
}

/** Compiles with tsc, then lets gulp add what tsc does not carry. @throws with the compiler's words */
export async function build() {
	const sourceState = fingerprint();
	removeOrphans();
	await run(node24, [toolScript('tsc'), '-p', 'tsconfig.json'], { cwd: root, env: toolEnvironment() });
	await run(node24, [toolScript('gulp'), 'assets'], { cwd: root, env: toolEnvironment() });
	mkdirSync(buildCache, { recursive: true });
	writeFileSync(stampFile, sourceState);
}

/** Compiled and copied files whose source is gone would be packed and loaded for ever: a migration of another name runs twice. */
function removeOrphans() {
	for (const top of ['src', 'nodes', 'credentials']) {
		for (const file of filesUnder(path.join(dist, top))) {
			const source = path.join(root, path.relative(dist, file));
			const sources = [source, source.replace(/\.js$/, '.ts'), source.replace(/\.d\.ts$/, '.ts')];
			if (!sources.some((one) => existsSync(one))) rmSync(file);
		}
	}
}

function fingerprint() {
	const hash = createHash('sha256');
	for (const source of sources) {
		for (const file of filesUnder(path.join(root, source))) {
			const { size, mtimeMs } = statSync(file);
			hash.update(`${path.relative(root, file)}\0${size}\0${mtimeMs}\n`);
		}
	}
	return hash.digest('hex');
}

/** @returns the file itself, or every file below the folder in a stable order; nothing when it does not exist */
function filesUnder(place) {
	const stat = statSync(place, { throwIfNoEntry: false });
	if (!stat) return [];
	if (!stat.isDirectory()) return [place];
	return readdirSync(place, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
		.sort();
}
