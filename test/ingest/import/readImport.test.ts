import { existsSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { readImport } from '../../../src/ingest/import/readImport';
import type { ImportOptions } from '../../../src/ingest/import/options';
import { fileOf, options, reasonsOf, recordsOf, rowsOf } from './files';

const SIMPLE = 'customer_id,first_name\nc1,Anna\nc2,Ben\n';
const take = async (path: string, more: Partial<ImportOptions> = {}) => {
	const batches: number[] = [];
	for await (const { rows } of readImport('customers', path, { ...options, ...more })) batches.push(rows.length);
	return batches;
};

describe('import files', () => {
	test.each([
		['plain', Buffer.from(SIMPLE)],
		['with a byte order mark', Buffer.from(`\uFEFF${SIMPLE}`)],
		['with CRLF', Buffer.from(SIMPLE.replaceAll('\n', '\r\n'))],
		['with semicolons', Buffer.from(SIMPLE.replaceAll(',', ';'))],
		['with tabs', Buffer.from(SIMPLE.replaceAll(',', '\t'))],
		['quoted', Buffer.from('"customer_id","first_name"\n"c1","Anna"\n"c2","Ben"')],
		['packed', gzipSync(SIMPLE)],
		['after empty lines', Buffer.from(`\n\n${SIMPLE}\n\n`)],
	])('CSV %s', async (_case, content) => {
		expect(recordsOf(await rowsOf('customers', content))).toEqual([
			{ ref: { customerId: 'c1' }, firstName: 'Anna' },
			{ ref: { customerId: 'c2' }, firstName: 'Ben' },
		]);
	});

	test('JSON lines: the same names, values of any kind, attributes kept as they are', async () => {
		const rows = await rowsOf(
			'customers',
			gzipSync('{"customerId":17,"first_name":"Anna","Shoe Size":38.5,"likes":["tea"],"city":null,"phone":"NA"}\n\n{"email":"b@example.com"}\n{"first_name":"Nobody"}\n[1]\n{broken\n'),
		);
		expect(recordsOf(rows)).toEqual([
			{ ref: { customerId: '17' }, firstName: 'Anna', attributes: { 'Shoe Size': 38.5, likes: ['tea'] } },
			{ ref: { email: 'b@example.com' } },
		]);
		expect(reasonsOf(rows)).toEqual([
			'4: it names no customer: give a customer id, an e-mail address, a phone or an external id',
			'5: the line is not a JSON object: write one object a line',
			'6: the line is not JSON: write one object a line',
		]);
		expect(rows[4].raw).toEqual(['{broken']);
	});

	test('JSON lines of events: properties as an object or as text; --map by key', async () => {
		const rows = await rowsOf('events', '{"who":"c1","type":"visit","occurred_at":1795284000,"properties":{"a":[1]}}\n{"who":"c1","type":"visit","occurred_at":1795284000,"properties":"{\\"a\\":2}"}\n', { map: 'customer_id=who' });
		expect(recordsOf(rows).map(({ properties }) => properties)).toEqual([{ a: [1] }, { a: 2 }]);
	});

	test('a file of JSON lines with our own dangerous keys changes no prototype', async () => {
		const [record] = recordsOf(await rowsOf('customers', '{"customer_id":"c1","__proto__":{"admin":true},"constructor":"x"}\n'));
		expect(Object.keys(record.attributes ?? {}).sort()).toEqual(['__proto__', 'constructor']);
		expect(({} as Record<string, unknown>).admin).toBeUndefined();
	});

	test('rows that are no row carry their line, and reading goes on', async () => {
		const rows = await rowsOf('customers', 'customer_id,first_name\nc1,"Anna\nc2,Ben\nc3\n"c4","Di"a"\nc5,Eve\n');
		expect(recordsOf(rows).map(({ ref }) => ref.customerId)).toEqual(['c2', 'c5']);
		expect(rows.filter((row) => 'reason' in row).map(({ lineNumber, raw }) => [lineNumber, raw])).toEqual([[2, ['c1,"Anna']], [4, ['c3']], [5, ['"c4","Di"a"']]]);
	});

	test('lines are numbered as an editor does, over fields of several lines', async () => {
		const rows = await rowsOf('customers', 'customer_id,first_name\nc1,"An\nna"\n,Ben\n');
		expect(rows.map(({ lineNumber }) => lineNumber)).toEqual([2, 4]);
		expect(reasonsOf(rows)).toHaveLength(1);
	});

	test('the texts that mean no value can be set', async () => {
		const [record] = recordsOf(await rowsOf('customers', 'customer_id,first_name,last_name\nc1,NA,-\n', { nullValues: ['-'] }));
		expect(record).toEqual({ ref: { customerId: 'c1' }, firstName: 'NA' });
	});

	test('columns that are not used are noted, once; of customers they are attributes', async () => {
		const notes: string[] = [];
		const onNote = (note: string) => notes.push(note);
		await rowsOf('orders', 'ordered_at,order_id,Country,shop\n2026-01-01,o1,DE,1\n2026-01-01,o2,DE,1\n', { onNote });
		await rowsOf('products', '{"product_id":"p","colour":"red"}\n{"product_id":"q","colour":"red"}\n', { onNote });
		await rowsOf('customers', 'email,colour\na@example.com,red\n', { onNote });
		expect(notes).toEqual([
			expect.stringMatching(/^Not used: the columns Country, shop; orders have ordered_at, /),
			expect.stringMatching(/^Not used: the column colour; products have product_id, /),
		]);
	});

	test('come in batches of a size', async () => {
		const path = fileOf(`customer_id\n${Array.from({ length: 25 }, (_, index) => `c${index}`).join('\n')}`);
		expect(await take(path, { batchRows: 10 })).toEqual([10, 10, 5]);
		expect(await take(path)).toEqual([25]);
		expect(await take(fileOf('customer_id\n'))).toEqual([]);
	});

	test('show how far they are read, in bytes of the file as it is', async () => {
		const packed = gzipSync(SIMPLE);
		const seen: [number, number][] = [];
		await take(fileOf(packed), { onProgress: (read, total) => seen.push([read, total]) });
		expect(seen.at(-1)).toEqual([packed.length, packed.length]);
	});

	test('are closed when reading stops early', async () => {
		const path = fileOf(`customer_id\n${'c\n'.repeat(500_000)}`);
		for await (const batch of readImport('customers', path, { ...options, batchRows: 10 })) {
			expect(batch.rows).toHaveLength(10);
			break;
		}
		await new Promise((resolve) => setImmediate(resolve));
		if (existsSync('/proc/self/fd')) {
			const { readdirSync, readlinkSync } = jest.requireActual<typeof import('node:fs')>('node:fs');
			const open = readdirSync('/proc/self/fd').flatMap((fd) => {
				try {
					return [readlinkSync(join('/proc/self/fd', fd))];
				} catch {
					return [];
				}
			});
			expect(open).not.toContain(path);
		}
		unlinkSync(path);
	});

	test.each([
		['an empty file', '', 'is empty: it needs a header line or JSON objects.'],
		['empty lines', '\n \n', 'is empty: it needs a header line or JSON objects.'],
		['no required column', 'colour\nred\n', 'A file of customers needs the column customer_id or email or phone; this one has colour: rename the column or use --map customer_id=....'],
		['a JSON array', '[\n{"customer_id":"c1"}\n]', 'The file is one JSON array: write one object a line, without brackets around them.'],
		['a broken header', 'customer_id,"first\nc1,Anna\n', 'The first line is no CSV header: a quote in it is not closed or not doubled.'],
		['Windows-1251', Buffer.from([0xc8, 0xec, 0xff, 0x0a]), 'The first line of the file is not UTF-8 text: save the file as UTF-8.'],
		['UTF-16', Buffer.from('\uFEFFcustomer_id\n', 'utf16le'), 'is UTF-16 text: save it as UTF-8.'],
		['gzip cut off', gzipSync(SIMPLE.repeat(100)).subarray(0, 60), 'ends in the middle of its gzip data: copy it again, then import it again.'],
		['gzip damaged', Buffer.concat([gzipSync(SIMPLE).subarray(0, 15), Buffer.alloc(40, 7)]), 'is damaged gzip data: copy it again, then import it again.'],
	])('%s is refused before anything is imported', async (_case, content, message) => {
		await expect(take(fileOf(content))).rejects.toMatchObject({ code: 'bad_file', message: expect.stringContaining(message) });
	});

	test('a missing file, a folder and a wrong zone are told apart', async () => {
		const path = fileOf(SIMPLE);
		await expect(take(`${path}.gone`)).rejects.toMatchObject({ code: 'bad_file', message: `There is no file ${path}.gone: check the path.` });
		await expect(take(join(path, '..'))).rejects.toMatchObject({ code: 'bad_file', message: expect.stringContaining('is not a file') });
		await expect(take(path, { timeZone: 'Mars/One' })).rejects.toMatchObject({ code: 'bad_input' });
	});

	test('bytes and lines of every kind never stop the import of a good row', async () => {
		const good = 'good,Anna\n';
		const content = Buffer.concat([
			Buffer.from('customer_id,first_name\n'),
			Buffer.from([0xff, 0xfe, 0x2c, 0x0a]),
			Buffer.from(good),
			Buffer.from(`${'x'.repeat(5 * 1024 * 1024)},y\n`),
			Buffer.from(good),
			Buffer.from('a\u0000b,NUL\n'),
			Buffer.from(`long,${'z'.repeat(300)}\n`),
			Buffer.from(good),
			Buffer.from('"open,quote\n'),
			Buffer.from(good),
		]);
		const rows = await rowsOf('customers', content);
		expect(recordsOf(rows)).toHaveLength(4);
		expect(reasonsOf(rows)).toEqual([
			'2: the line is not UTF-8 text: save the file as UTF-8',
			'4: the line is longer than 4 MiB',
			'6: customer_id holds control characters',
			'7: first_name is longer than 200 characters',
			'9: the line opens a quote that is never closed',
		]);
	});

	test('many rows pass quickly and the memory stays flat', async () => {
		const lines = ['InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID'];
		for (let index = 0; index < 120_000; index++) lines.push(`"${536_365 + Math.floor(index / 20)}","${index % 4_000}","WHITE HANGING HEART ${index % 4_000}",${1 + (index % 12)},2011-0${1 + (index % 9)}-1${index % 9} 08:26:00,2.55,${12_000 + (index % 4_000)}`);
		const path = fileOf(lines.join('\n'));
		const map = 'ordered_at=InvoiceDate,customer_id=CustomerID,order_id=InvoiceNo,product_id=StockCode,product_name=Description,quantity=Quantity,price=UnitPrice';
		lines.length = 0;
		let count = 0;
		const heap: number[] = [];
		setFlagsFromString('--expose-gc');
		const collectGarbage = runInNewContext('gc') as () => void;
		const start = process.cpuUsage();
		for await (const { rows } of readImport('orders', path, { ...options, map })) {
			count += rows.filter((row) => 'record' in row).length;
			if (count % 30_000 === 0) {
				collectGarbage();
				heap.push(process.memoryUsage().heapUsed / 1024 / 1024);
			}
		}
		const { user, system } = process.cpuUsage(start);
		const perSecond = Math.round(count / ((user + system) / 1e6));
		expect(count).toBe(120_000);
		// The promise is 60,000 lines a second of one core; a tenth of it still holds on a busy machine.
		expect(perSecond).toBeGreaterThan(6_000);
		expect(heap).toHaveLength(4);
		expect(heap[3] - heap[0]).toBeLessThan(10);
		expect(readFileSync(path).length).toBeGreaterThan(5_000_000);
	});
});
