import { JourneyError } from '../core/errors';
import { embeddedFile, type StoreLocation } from '../store/open';

export const STORE_CREDENTIAL = 'customerStoreApi';

/** The fields of the Customer Store credential, as n8n hands them over. */
export interface StoreCredential {
	type?: 'embedded' | 'postgres';
	storeName?: string;
	host?: string;
	port?: number;
	database?: string;
	user?: string;
	password?: string;
	ssl?: 'disable' | 'verify-full' | 'no-verify';
	schema?: string;
}

/**
 * Where the store of a credential lives; no credential means embedded `default`.
 * @throws JourneyError `bad_input` for a field that cannot be used, `wrong_store` for an embedded store in queue mode
 */
export function storeLocation(credential: StoreCredential = {}, env: NodeJS.ProcessEnv = process.env): StoreLocation {
	return credential.type === 'postgres' ? postgresLocation(credential) : embeddedLocation(credential, env);
}

function embeddedLocation(credential: StoreCredential, env: NodeJS.ProcessEnv): StoreLocation {
	if (env.EXECUTIONS_MODE === 'queue') {
		throw new JourneyError(
			'wrong_store',
			'This n8n runs in queue mode, where several processes must share the customer store, and an embedded store belongs to one: choose a Customer Store credential of type PostgreSQL in this node.',
			{ field: 'type' },
		);
	}
	const name = credential.storeName?.trim() || 'default';
	embeddedFile(name);
	return { kind: 'embedded', name };
}

function postgresLocation(credential: StoreCredential): StoreLocation {
	const host = required(credential.host, 'Host');
	if (!/^[A-Za-z0-9._-]+$/.test(host)) {
		throw new JourneyError('bad_input', `The Customer Store credential has a Host that cannot be read, "${host}": write a name such as db.example.com, without port and without "postgres://".`, { field: 'host' });
	}
	const user = encodeURIComponent(required(credential.user, 'User'));
	const password = encodeURIComponent(credential.password ?? '');
	const database = encodeURIComponent(required(credential.database, 'Database'));
	// Read by the driver: verify-full checks the certificate, no-verify only encrypts.
	const ssl = credential.ssl && credential.ssl !== 'disable' ? `?sslmode=${credential.ssl}` : '';
	const url = `postgres://${user}:${password}@${host}:${credential.port ?? 5432}/${database}${ssl}`;
	return { kind: 'postgres', url, schema: credential.schema?.trim() || undefined };
}

function required(value: string | undefined, label: string): string {
	const text = value?.trim();
	if (!text) throw new JourneyError('bad_input', `The Customer Store credential has no ${label}: fill it in.`, { field: label.toLowerCase() });
	return text;
}
