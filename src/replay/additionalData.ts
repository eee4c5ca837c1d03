import type { ICredentialDataDecryptedObject, ICredentialsHelper, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import type { Clock } from '../core/clock';
import { JourneyError } from '../core/errors';
import { runCode } from './codeNode';
import type { Engine } from './engine';

export type CredentialData = ICredentialDataDecryptedObject;

const BASE_URL = 'https://n8n.example/';

/**
 * What n8n hands to every execution besides the workflow: absolute base URLs, credentials, and doors to the rest of
 * n8n, which are shut in a replay.
 * @param credentials data by credential type
 */
export function additionalData(engine: Engine, clock: Clock, credentials: Readonly<Record<string, CredentialData>> = {}): IWorkflowExecuteAdditionalData {
	return {
		credentialsHelper: credentialsHelper(credentials),
		externalSecretsProxy: engine.service(engine.core.ExternalSecretsProxy),
		executeWorkflow: shut('run another workflow'),
		getRunExecutionData: shut("read another execution's data"),
		getRuntimeCredential: async () => undefined,
		startRunnerTask: startRunnerTask(clock),
		currentNodeExecutionIndex: 0,
		variables: {},
		logAiEvent: () => {},
		restApiUrl: `${BASE_URL}rest`,
		instanceBaseUrl: BASE_URL,
		formBaseUrl: `${BASE_URL}form`,
		formWaitingBaseUrl: `${BASE_URL}form-waiting`,
		formTestBaseUrl: `${BASE_URL}form-test`,
		webhookBaseUrl: `${BASE_URL}webhook`,
		webhookWaitingBaseUrl: `${BASE_URL}webhook-waiting`,
		webhookTestBaseUrl: `${BASE_URL}webhook-test`,
		mcpBaseUrl: `${BASE_URL}mcp`,
		mcpTestBaseUrl: `${BASE_URL}mcp-test`,
	};
}

/** The Code node's way out to n8n's task runner. */
function startRunnerTask(clock: Clock): IWorkflowExecuteAdditionalData['startRunnerTask'] {
	return async <T, E>(...[, jobType, settings, node, , , , , , , , items]: Parameters<IWorkflowExecuteAdditionalData['startRunnerTask']>) =>
		(await runCode(clock, jobType, settings, node, items)) as Result<T, E>;
}

type Result<T, E> = { ok: true; result: T } | { ok: false; error: E };

function shut(what: string) {
	return async (): Promise<never> => {
		throw new JourneyError('bad_input', `A replay cannot ${what}: it has n8n's engine, not n8n.`);
	};
}

function credentialsHelper(credentials: Readonly<Record<string, CredentialData>>): ICredentialsHelper {
	const given = (type: string): CredentialData => {
		const data = credentials[type];
		if (data) return { ...data };
		throw new JourneyError('bad_input', `The replay has no credential of the type "${type}".`, { credential: type });
	};
	return {
		getParentTypes: () => [],
		isCredentialUsableByNode: () => true,
		authenticate: shut('call out with a credential'),
		preAuthentication: async () => undefined,
		runPreAuthentication: async () => undefined,
		getCredentials: shut('read stored credentials'),
		getDecrypted: async (_additionalData, _details, type) => given(type),
		updateCredentials: shut('change credentials'),
		updateCredentialsOauthTokenData: shut('change credentials'),
		getCredentialsProperties: () => [],
	};
}
