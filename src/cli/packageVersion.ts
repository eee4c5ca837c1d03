import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of this package: the nearest one above this file that holds its package.json. */
export function packageFolder(from = __dirname): string {
	for (let folder = from; ; folder = dirname(folder)) {
		const file = join(folder, 'package.json');
		if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'n8n-nodes-customer-journeys') return folder;
		if (dirname(folder) === folder) throw new Error('The package.json of n8n-nodes-customer-journeys was not found above the command line');
	}
}

export function packageVersion(): string {
	return (JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { version: string }).version;
}
