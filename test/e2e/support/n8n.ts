import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { artifactsFolder } from './artifacts';
import { loadScript } from './scripts';

export interface RunnableN8n {
	version: string;
	command: string[];
	env: NodeJS.ProcessEnv;
	origin: string;
}

export interface N8nProcess {
	url: string;
	logFile: string;
	running: boolean;
	lastWords(lines?: number): string;
	stop(): Promise<void>;
	kill(): Promise<void>;
}

export interface Execution {
	id: string;
	status: string;
	mode: string;
	workflowId: string;
}

export interface WorkflowJson {
	name: string;
	nodes: Array<Record<string, unknown> & { name: string; type: string; parameters: Record<string, unknown> }>;
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
	[key: string]: unknown;
}

/** A node type or credential type as the editor gets it. */
export interface NodeTypeJson {
	name: string;
	displayName: string;
	iconUrl?: string | { light: string; dark: string };
}

/** scripts/n8n/rest.mjs */
export interface N8nRest {
	readonly url: string;
	readonly cookie: string | undefined;
	signIn(): Promise<void>;
	request(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
	createApiKey(label?: string): Promise<string>;
	createCredential(name: string, type: string, data: Record<string, unknown>): Promise<{ id: string; name: string }>;
	createWorkflow(workflow: WorkflowJson): Promise<WorkflowJson & { id: string; versionId: string }>;
	updateWorkflow(id: string, changes: Partial<WorkflowJson>): Promise<WorkflowJson & { id: string }>;
	workflow(id: string): Promise<WorkflowJson & { id: string; versionId: string; active: boolean }>;
	publish(id: string): Promise<void>;
	unpublish(id: string): Promise<void>;
	executions(workflowId?: string): Promise<Execution[]>;
	execution(id: string): Promise<Record<string, unknown>>;
	nodeTypes(): Promise<NodeTypeJson[]>;
	webhook(path: string, body: unknown): Promise<{ status: number; body: unknown }>;
}

export const preparation = loadScript<{ prepareN8n(options: { pinned?: boolean }): Promise<RunnableN8n> }>('n8n/prepare.mjs');
export const installation = loadScript<{ installPackage(userFolder: string, packageFolder?: string): Promise<{ name: string; version: string }> }>('n8n/installPackage.mjs');
export const instances = loadScript<{ startN8n(n8n: RunnableN8n, options: { userFolder: string; port?: number; env?: NodeJS.ProcessEnv; args?: string[] }): Promise<N8nProcess> }>('n8n/instance.mjs');
const sessions = loadScript<{ N8nRest: new (url: string) => N8nRest }>('n8n/rest.mjs');

/**
 * A real n8n with the packed package installed and the owner signed in, on a user folder of its own that survives
 * restarts and kills and goes with `remove()`.
 */
export class TestN8n {
	private process: N8nProcess | undefined;
	rest!: N8nRest;

	private constructor(
		readonly name: string,
		readonly userFolder: string,
		private readonly env: NodeJS.ProcessEnv,
	) {}

	static async start(name: string, env: NodeJS.ProcessEnv = {}): Promise<TestN8n> {
		const userFolder = mkdtempSync(path.join(tmpdir(), `customer-journeys-e2e-${name}-`));
		const nodes = process.env.E2E_NODES_FOLDER;
		if (!nodes) throw new Error('E2E_NODES_FOLDER is not set: run this test through jest.e2e.config.js, whose globalSetup installs the package.');
		cpSync(nodes, path.join(userFolder, '.n8n', 'nodes'), { recursive: true });
		const n8n = new TestN8n(name, userFolder, env);
		await n8n.up();
		return n8n;
	}

	/** Starts n8n (again) on the same folder and signs in. */
	async up(): Promise<void> {
		this.process = await instances.startN8n(JSON.parse(process.env.E2E_N8N!) as RunnableN8n, { userFolder: this.userFolder, env: this.env });
		this.rest = new sessions.N8nRest(this.process.url);
		await this.rest.signIn();
	}

	get url(): string {
		return this.process!.url;
	}

	/** File of an embedded store of this n8n. */
	storeFile(name = 'default'): string {
		return path.join(this.userFolder, '.n8n', 'customer-journeys', `${name}.sqlite`);
	}

	/** Asks n8n to end and waits for it. */
	async down(): Promise<void> {
		await this.process?.stop();
	}

	/** kill -9 of n8n and everything it started. */
	async kill(): Promise<void> {
		await this.process?.kill();
	}

	lastWords(lines?: number): string {
		return this.process?.lastWords(lines) ?? '';
	}

	/** Ends n8n, keeps its log among the artefacts and deletes its folder. */
	async remove(): Promise<void> {
		await this.down();
		const log = this.process?.logFile;
		if (log && existsSync(log)) {
			mkdirSync(artifactsFolder, { recursive: true });
			writeFileSync(path.join(artifactsFolder, `${this.name}.n8n.log`), this.lastWords(5_000));
		}
		rmSync(this.userFolder, { recursive: true, force: true, maxRetries: 5 });
	}
}
