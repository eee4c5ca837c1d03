import { createServer } from 'node:net';

/**
 * @param {number} preferred tried first; 0: any
 * @returns {Promise<number>} a port of 127.0.0.1 that nobody listens on now
 */
export async function freePort(preferred = 0) {
	return (await tryPort(preferred)) ?? (await tryPort(0));
}

function tryPort(port) {
	return new Promise((resolve) => {
		const probe = createServer();
		probe.once('error', () => resolve(undefined));
		probe.listen(port, '127.0.0.1', () => {
			const found = probe.address().port;
			probe.close(() => resolve(found));
		});
	});
}
