import { setTimeout as pause } from 'node:timers/promises';

/** The account that the project makes in the n8n instances it starts; they listen on this machine only. */
export const owner = { email: 'owner@example.com', password: 'Journeys-1', firstName: 'Olive', lastName: 'Owner' };

/** A session with a running n8n over the REST interface that its own editor uses. */
export class N8nRest {
	/** @param {string} url such as http://127.0.0.1:5678 */
	constructor(url) {
		this.url = url;
		this.cookie = undefined;
	}

	/** Logs in as the owner, whom it makes on a fresh instance. */
	async signIn() {
		const { userManagement } = await this.request('GET', '/rest/settings');
		if (userManagement.showSetupOnFirstLoad) await this.request('POST', '/rest/owner/setup', owner);
		else await this.request('POST', '/rest/login', { emailOrLdapLoginId: owner.email, password: owner.password });
	}

	/**
	 * @param {'GET'|'POST'|'PATCH'|'DELETE'} method
	 * @param {string} path from the root, such as /rest/workflows
	 * @param {unknown} [body] sent as JSON
	 * @returns {Promise<any>} the `data` of n8n's answer, or the whole answer where it has none
	 * @throws {Error} with n8n's own message
	 */
	async request(method, path, body) {
		const response = await fetch(this.url + path, {
			method,
			headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...(this.cookie && { cookie: this.cookie }) },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text.slice(0, 500)}`);
		const session = response.headers.getSetCookie().find((cookie) => cookie.startsWith('n8n-auth='));
		if (session) this.cookie = session.split(';')[0];
		const answer = parsed(text);
		return answer?.data ?? answer;
	}

	/** @returns {Promise<string>} a key for the public API, /api/v1 */
	async createApiKey(label = 'customer-journeys') {
		const scopes = await this.request('GET', '/rest/api-keys/scopes');
		const { rawApiKey } = await this.request('POST', '/rest/api-keys', { label, scopes, expiresAt: null });
		return rawApiKey;
	}

	/** @returns {Promise<{ id: string, name: string }>} */
	async createCredential(name, type, data) {
		return await this.request('POST', '/rest/credentials', { name, type, data });
	}

	async credentials() {
		return await this.request('GET', '/rest/credentials');
	}

	/** @returns {Promise<{ id: string, versionId: string, name: string }>} the saved, unpublished workflow */
	async createWorkflow(workflow) {
		const { id, active, ...content } = workflow;
		return await this.request('POST', '/rest/workflows', content);
	}

	async updateWorkflow(id, changes) {
		return await this.request('PATCH', `/rest/workflows/${id}`, changes);
	}

	async workflows() {
		return await this.request('GET', '/rest/workflows');
	}

	async workflow(id) {
		return await this.request('GET', `/rest/workflows/${id}`);
	}

	/**
	 * Publishes the newest version and waits until every trigger of it is up.
	 * @throws {Error} naming the nodes whose trigger failed
	 */
	async publish(id) {
		const { versionId } = await this.workflow(id);
		await this.request('POST', `/rest/workflows/${id}/activate`, { versionId });
		await this.untilPublication(id, ({ status, liveVersionId }) => status === 'published' && liveVersionId === versionId);
	}

	/** Switches the workflow off and waits until all its triggers have closed. */
	async unpublish(id) {
		await this.request('POST', `/rest/workflows/${id}/deactivate`, {});
		await this.untilPublication(id, ({ status }) => status === 'not_published');
	}

	async untilPublication(id, reached) {
		const deadline = Date.now() + 60_000;
		for (;;) {
			const publication = await this.request('GET', `/rest/workflows/${id}/publication-status`);
			if (reached(publication)) return;
			const failed = publication.triggers.filter(({ status }) => status === 'failed');
			if (failed.length > 0 && publication.status !== 'in_progress') {
				throw new Error(`Publishing failed: ${failed.map(({ nodeId, errorMessage }) => `node ${nodeId}: ${errorMessage}`).join('; ')}`);
			}
			if (Date.now() > deadline) throw new Error(`Publishing did not settle within a minute: ${JSON.stringify(publication)}`);
			await pause(100);
		}
	}

	/** @returns {Promise<Array<{ id: string, status: string, mode: string, workflowId: string }>>} newest first, at most 100 */
	async executions(workflowId) {
		const filter = workflowId ? `&filter=${encodeURIComponent(JSON.stringify({ workflowId }))}` : '';
		const { results } = await this.request('GET', `/rest/executions?limit=100${filter}`);
		return results;
	}

	async execution(id) {
		return await this.request('GET', `/rest/executions/${id}`);
	}

	/** Descriptions of all node types, as the editor's node panel gets them. */
	async nodeTypes() {
		return await this.request('GET', '/types/nodes.json');
	}

	/** Calls a production webhook. @returns {Promise<{ status: number, body: unknown }>} */
	async webhook(path, body, headers = {}) {
		const response = await fetch(`${this.url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body: JSON.stringify(body),
		});
		return { status: response.status, body: parsed(await response.text()) };
	}
}

function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
