import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { openStore } from '../../../src/store/open';
import type { Store } from '../../../src/store/Store';
import { projectRoot } from './scripts';

const run = promisify(execFile);

/** The sample shop in a store whose clock the test moves, imported by the command line as a person does. @param atMs where its clock stands */
export async function openSampleShop(file: string, atMs: number): Promise<Store> {
	const store = await openStore({ kind: 'file', file }, { testClock: { mode: 'frozen', atMs } });
	for (const [kind, name] of [['products', 'products.csv'], ['customers', 'customers.csv'], ['consents', 'consents.csv'], ['orders', 'orders.csv']] as const) {
		await run(process.execPath, [path.join(projectRoot, 'dist', 'cli.js'), 'import', kind, path.join(projectRoot, 'sample', name), '--source', 'sample', '--store', file, '--json', ...(kind === 'orders' ? ['--currency', 'GBP'] : [])]);
	}
	return store;
}
