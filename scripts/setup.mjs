/**
 * Brings a checkout to the point where every command of the project works: packages, Node 24, PostgreSQL's libraries,
 * dist. Needs Node >= 20 and npm, nothing else; does nothing, silently, when there is nothing to do.
 */
import path from 'node:path';
import { build, isBuilt } from './build.mjs';
import { npm } from './command.mjs';
import { packagesMatchLock, packagesToRebuild } from './installed.mjs';
import { installTree } from './installTree.mjs';
import { withLock } from './lock.mjs';
import { root } from './paths.mjs';
import { step } from './progress.mjs';

/** @throws {Error} when a step fails, with the words of the tool that failed */
export async function setup() {
	if (isReady()) return;
	const lock = path.join(root, '.cache', 'setup.lock');
	const waiting = () => process.stderr.write(`… another run is setting this checkout up; waiting for it (if there is none, delete ${lock})\n`);
	await withLock(lock, setUpWhatIsMissing, waiting);
}

function isReady() {
	return packagesMatchLock() && packagesToRebuild().length === 0 && isBuilt();
}

async function setUpWhatIsMissing() {
	if (!packagesMatchLock()) await step('Installing packages (first time: 1 to 3 minutes)', () => installTree(root));
	const toRebuild = packagesToRebuild();
	if (toRebuild.length > 0) await step('Fetching Node 24 and linking PostgreSQL for the tests', () => rebuild(toRebuild));
	if (!isBuilt()) await step('Building dist', build);
}

async function rebuild(names) {
	await npm(['rebuild', ...names, '--ignore-scripts=false', '--loglevel=error'], { cwd: root });
	const broken = packagesToRebuild();
	if (broken.length > 0) throw new Error(`The install script of ${broken.join(' and ')} ran but left it unusable. Delete node_modules and try again.`);
}
