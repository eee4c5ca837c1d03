/** Runs the benches of test/bench one after another; `npm run bench -- import` runs those whose name says so. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

const folder = path.join(root, 'test', 'bench');
const wanted = process.argv[2] ?? '';
const benches = readdirSync(folder).filter((file) => file.endsWith('.mjs') && file.includes(wanted)).sort();
if (benches.length === 0) {
	process.stderr.write(`There is no bench named "${wanted}" in test/bench.\n`);
	process.exit(2);
}
for (const bench of benches) {
	process.stdout.write(`\n== ${bench}\n`);
	const { status } = spawnSync(process.execPath, [path.join(folder, bench), ...process.argv.slice(3)], { stdio: 'inherit' });
	if (status !== 0) process.exitCode = 1;
}
