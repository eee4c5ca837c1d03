/**
 * Packs a package and installs it into an n8n user folder exactly as n8n's own "Install community node" does, so that
 * what is tested is what a user gets. The steps are those of n8n 2.41's CommunityPackagesService.downloadPackage.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { npm, run } from '../command.mjs';
import { root, toolEnvironment } from '../paths.mjs';

const installFlags = ['--audit=false', '--fund=false', '--bin-links=false', '--install-strategy=shallow', '--ignore-scripts=true', '--package-lock=false'];

/**
 * @param {string} userFolder what N8N_USER_FOLDER will say
 * @param {string} packageFolder a built package; default: this project
 * @returns {Promise<{ folder: string, name: string, version: string, installed: boolean }>} installed: false when the
 *   very same package was there already
 */
export async function installPackage(userFolder, packageFolder = root) {
	const work = mkdtempSync(path.join(tmpdir(), 'customer-journeys-pack-'));
	try {
		return await unpack(await pack(packageFolder, work), path.join(userFolder, '.n8n', 'nodes'));
	} finally {
		rmSync(work, { recursive: true, force: true });
	}
}

/** @returns path of the tarball that `npm pack` makes of the package, in the given folder */
export async function pack(packageFolder, destination) {
	const answer = await npm(['pack', '--ignore-scripts', '--pack-destination', destination, '--loglevel=error'], { cwd: packageFolder, env: toolEnvironment() });
	return path.join(destination, answer.trim().split('\n').at(-1));
}

async function unpack(tarball, nodesFolder) {
	const { name, version } = JSON.parse(await run('tar', ['-xzOf', path.basename(tarball), 'package/package.json'], { cwd: path.dirname(tarball) }));
	const folder = path.join(nodesFolder, 'node_modules', name);
	const result = { folder, name, version };
	const fingerprint = createHash('sha256').update(readFileSync(tarball)).digest('hex');
	const stamp = path.join(nodesFolder, `${name}.sha256`);
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return { ...result, installed: false };

	rmSync(stamp, { force: true });
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	await run('tar', ['-xzf', path.basename(tarball), '-C', folder, '--strip-components=1'], { cwd: path.dirname(tarball) });
	keepOnlyWhatN8nKeeps(path.join(folder, 'package.json'));
	await npm(['install', ...installFlags], { cwd: folder, env: toolEnvironment() });
	enterInLedger(path.join(nodesFolder, 'package.json'), name, version);
	writeFileSync(stamp, fingerprint);
	return { ...result, installed: true };
}

function keepOnlyWhatN8nKeeps(file) {
	const { devDependencies, peerDependencies, optionalDependencies, ...kept } = JSON.parse(readFileSync(file, 'utf8'));
	writeFileSync(file, JSON.stringify(kept, null, 2));
}

/** n8n's own list of what is installed in that folder; it runs `npm prune` by it. */
function enterInLedger(file, name, version) {
	const ledger = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { name: 'installed-nodes', private: true };
	writeFileSync(file, JSON.stringify({ ...ledger, dependencies: { ...ledger.dependencies, [name]: version } }, null, 2));
}
