import type { Socket } from 'node:net';
import type { PoolClient } from 'pg';

/** What a connection talks through; the driver has it, but no word for it. */
export function socketOf(client: PoolClient): Socket {
	return (client as unknown as { connection: { stream: Socket } }).connection.stream;
}
