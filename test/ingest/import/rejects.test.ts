import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse } from 'csv-parse/sync';
import { readImport } from '../../../src/ingest/import/readImport';
import { RejectsFile, rejectsPath } from '../../../src/ingest/import/rejects';
import { fileOf, options, type recordsOf } from './files';

async function importInto(path: string): Promise<{ file: RejectsFile; written: string | undefined; accepted: ReturnType<typeof recordsOf> }> {
	const file = new RejectsFile(path);
	const accepted = [];
	for await (const { header, rows } of readImport('customers', path, options)) {
		for (const row of rows) {
			if ('reason' in row) await file.add(header, row);
			else accepted.push(row.record);
		}
	}
	return { file, written: await file.finish(), accepted };
}

describe('the rejects file', () => {
	test.each([
		['orders.csv', 'orders.rejected.csv'],
		['/a/orders.csv.gz', '/a/orders.rejected.csv'],
		['orders.jsonl', 'orders.rejected.csv'],
		['orders.2026.CSV', 'orders.2026.rejected.csv'],
		['orders', 'orders.rejected.csv'],
	])('of %s is %s', (path, expected) => {
		expect(rejectsPath(path)).toBe(expected);
	});

	test('holds line number, reason and the columns as they were', async () => {
		const path = fileOf('email,note\nbad,"a, ""b""\nc"\ngood@example.com,x\n"open,y\n');
		const { written } = await importInto(path);
		expect(parse(readFileSync(written as string, 'utf8'), { relax_column_count: true })).toEqual([
			['line_number', 'reason', 'email', 'note'],
			['2', 'email has no @', 'bad', 'a, "b"\nc'],
			['5', 'the line opens a quote that is never closed', '"open,y'],
		]);
		expect(readdirSync(dirname(path)).sort()).toEqual(['import.csv', 'import.rejected.csv']);
	});

	test('can be corrected and imported as it is', async () => {
		const { written } = await importInto(fileOf('email,note\nbad,x\n'));
		writeFileSync(written as string, readFileSync(written as string, 'utf8').replace('bad', 'good@example.com'));
		const again = await importInto(written as string);
		expect([again.accepted, again.written]).toEqual([[{ ref: { email: 'good@example.com' }, attributes: { note: 'x' } }], undefined]);
	});

	test('is not there when nothing was rejected, and an old one is gone', async () => {
		const path = fileOf('email\ngood@example.com\n');
		writeFileSync(rejectsPath(path), 'old');
		expect((await importInto(path)).written).toBeUndefined();
		expect(existsSync(rejectsPath(path))).toBe(false);
	});

	test('appears whole: until the end an old one stands, after a failure it still does', async () => {
		const path = fileOf('email\n');
		writeFileSync(rejectsPath(path), 'old');
		const file = new RejectsFile(path);
		for (let index = 0; index < 20_000; index++) await file.add(['email'], { lineNumber: index, raw: ['bad'], reason: 'email has no @' });
		expect(existsSync(`${rejectsPath(path)}.part`)).toBe(true);
		expect(readFileSync(rejectsPath(path), 'utf8')).toBe('old');
		await file.discard();
		expect(readFileSync(rejectsPath(path), 'utf8')).toBe('old');
		expect(existsSync(`${rejectsPath(path)}.part`)).toBe(false);
		expect(file.count).toBe(20_000);
	});

	test('a folder that cannot be written to is said so', async () => {
		const path = fileOf('email\nbad\n');
		writeFileSync(`${rejectsPath(path)}.part`, '');
		chmodSync(dirname(path), 0o500);
		chmodSync(`${rejectsPath(path)}.part`, 0o400);
		try {
			const file = new RejectsFile(path);
			await file.add(['email'], { lineNumber: 2, raw: ['bad'], reason: 'email has no @' });
			const outcome = await file.finish().catch((error: unknown) => error);
			// root may write anywhere
			if (process.getuid?.() !== 0) expect(outcome).toMatchObject({ code: 'bad_file', message: expect.stringContaining('make its folder writable') });
			else expect(outcome).toBe(file.path);
		} finally {
			chmodSync(dirname(path), 0o700);
		}
	});
});
