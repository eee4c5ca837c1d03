import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import startPostgres from '../../support/globalSetup';
import { installation, preparation } from './n8n';

/**
 * Once per end-to-end run: PostgreSQL, the pinned n8n, and the package packed and installed the way n8n does. Every
 * instance of the run gets a copy of that installation.
 */
export default async function globalSetup(): Promise<void> {
	await startPostgres();
	process.env.E2E_N8N = JSON.stringify(await preparation.prepareN8n({ pinned: true }));
	const userFolder = mkdtempSync(path.join(tmpdir(), 'customer-journeys-e2e-install-'));
	process.env.E2E_INSTALL_FOLDER = userFolder;
	await installation.installPackage(userFolder, process.env.E2E_PACKAGE_FOLDER);
	process.env.E2E_NODES_FOLDER = path.join(userFolder, '.n8n', 'nodes');
}
