import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { installPackage } from '../../../scripts/n8n/installPackage.mjs';
import { startN8n } from '../../../scripts/n8n/instance.mjs';
import { prepareN8n } from '../../../scripts/n8n/prepare.mjs';
import { N8nRest } from '../../../scripts/n8n/rest.mjs';

/** A real n8n with the packed nodes in a folder of its own. */
export class BenchN8n {
	constructor(userFolder, instance, rest) {
		Object.assign(this, { userFolder, instance, rest });
	}

	/** @param {NodeJS.ProcessEnv} [env] what else n8n is to be told */
	static async start(env = {}) {
		const userFolder = mkdtempSync(path.join(tmpdir(), 'customer-journeys-bench-'));
		try {
			const prepared = await prepareN8n({ pinned: true });
			await installPackage(userFolder, process.env.E2E_PACKAGE_FOLDER);
			const instance = await startN8n(prepared, { userFolder, env: { N8N_LOG_LEVEL: 'error', ...env } });
			const rest = new N8nRest(instance.url);
			await rest.signIn();
			return new BenchN8n(userFolder, instance, rest);
		} catch (error) {
			rmSync(userFolder, { recursive: true, force: true, maxRetries: 5 });
			throw error;
		}
	}

	/** File of the store that nodes without a credential use. */
	get storeFile() {
		return path.join(this.userFolder, '.n8n', 'customer-journeys', 'default.sqlite');
	}

	/** Looks into n8n's own database, which costs n8n nothing. @returns {Record<string, number>} executions of a workflow by status */
	executions(workflowId) {
		this.database ??= new DatabaseSync(path.join(this.userFolder, '.n8n', 'database.sqlite'), { readOnly: true });
		const counts = this.database.prepare('SELECT status, count(*) AS count FROM execution_entity WHERE workflowId = ? AND deletedAt IS NULL GROUP BY status').all(workflowId);
		return Object.fromEntries(counts.map(({ status, count }) => [status, count]));
	}

	/** @throws {Error} unless every execution of the workflow has ended well: successful ones are deleted */
	mustBeDone(workflowId) {
		const left = this.executions(workflowId);
		if (Object.keys(left).length > 0) throw new Error(`Executions that did not succeed: ${JSON.stringify(left)}`);
	}

	async publish(workflow) {
		const { id } = await this.rest.createWorkflow(workflow);
		await this.rest.publish(id);
		return id;
	}

	lastWords(lines) {
		return this.instance.lastWords(lines);
	}

	async remove() {
		this.database?.close();
		await this.instance.stop();
		rmSync(this.userFolder, { recursive: true, force: true, maxRetries: 5 });
	}
}

/** Looks every 20 ms. @throws {Error} when it takes longer than ten minutes */
export async function until(what, reached) {
	for (const deadline = performance.now() + 600_000; !(await reached()); await pause(20)) {
		if (performance.now() > deadline) throw new Error(`Waited ten minutes in vain until ${what}.`);
	}
}

/** @returns {Promise<{ count: number, seconds: number }>} how long the work took for so many customers */
export async function timed(count, work, startedAt = performance.now()) {
	await work();
	return { count, seconds: (performance.now() - startedAt) / 1000 };
}
