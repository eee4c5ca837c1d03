import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { JourneyError } from '../../core/errors';

const CHUNK_BYTES = 256 * 1024;

/** Called as the file is read; for a `.gz` these are the packed bytes, so that a progress bar ends at 100 %. */
export type OnProgress = (bytesRead: number, bytesTotal: number) => void;

/**
 * The bytes of a file, unpacked when they are gzip (by their first bytes, whatever the name).
 * @throws JourneyError bad_file when the file is missing, is no file, or ends in the middle of its gzip data
 */
export async function* fileBytes(path: string, onProgress?: OnProgress): AsyncGenerator<Buffer> {
	const total = await sizeOf(path);
	const packed = await isGzip(path);
	const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
	let read = 0;
	if (onProgress) {
		file.on('data', (chunk) => {
			read += chunk.length;
			onProgress(read, total);
		});
	}
	const gunzip = packed ? createGunzip({ chunkSize: CHUNK_BYTES }) : undefined;
	// The error of the file must reach the reader, who only sees the unpacked end of the pipe.
	if (gunzip) file.on('error', (error) => gunzip.destroy(error));
	try {
		for await (const chunk of gunzip ? file.pipe(gunzip) : file) yield chunk as Buffer;
	} catch (error) {
		throw explained(error, path);
	} finally {
		gunzip?.destroy();
		file.destroy();
		if (!file.closed) await new Promise<void>((resolve) => file.once('close', () => resolve()));
	}
}

async function sizeOf(path: string): Promise<number> {
	try {
		const found = await stat(path);
		if (!found.isFile()) throw new JourneyError('bad_file', `${path} is not a file: give the path of a CSV or JSON lines file.`, { path });
		return found.size;
	} catch (error) {
		throw explained(error, path);
	}
}

async function isGzip(path: string): Promise<boolean> {
	const file = await open(path).catch((error: unknown) => {
		throw explained(error, path);
	});
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
		return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
	} finally {
		await file.close();
	}
}

function explained(error: unknown, path: string): unknown {
	const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
	if (code === 'ENOENT') return new JourneyError('bad_file', `There is no file ${path}: check the path.`, { path });
	if (code === 'EACCES' || code === 'EPERM') return new JourneyError('bad_file', `${path} may not be read: check its permissions.`, { path });
	if (code === 'Z_BUF_ERROR') return new JourneyError('bad_file', `${path} ends in the middle of its gzip data: copy it again, then import it again.`, { path });
	if (code?.startsWith('Z_')) return new JourneyError('bad_file', `${path} is damaged gzip data: copy it again, then import it again.`, { path });
	return error;
}
