import { rmSync } from 'node:fs';
import stopPostgres from '../../support/globalTeardown';

export default async function globalTeardown(): Promise<void> {
	if (process.env.E2E_INSTALL_FOLDER) rmSync(process.env.E2E_INSTALL_FOLDER, { recursive: true, force: true });
	await stopPostgres();
}
