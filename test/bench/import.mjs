/**
 * `import orders` into SQLite (synchronous FULL) against an anchor in the same run: csv-parse and a bare INSERT into a
 * table without index. Prints lines a second, peak memory and their ratios, and imports the file a second time.
 *
 *   node scripts/run.mjs test/bench/import.mjs [FILE.csv[.gz]] [--lines N]
 *
 * FILE is the raw Online Retail file; without it a made-up file of N lines (default 541,909) of the same shape is used.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { writeOrdersFile } from './support/ordersFile.mjs';

const MAP = 'ordered_at=InvoiceDate,customer_id=CustomerID,order_id=InvoiceNo,product_id=StockCode,product_name=Description,quantity=Quantity,price=UnitPrice';
const BATCH = 2_000;
const PROMISED_LINES_A_SECOND = 30_000;

const here = path.dirname(fileURLToPath(import.meta.url));
const cli = path.join(here, '..', '..', 'dist', 'cli.js');
const { values, positionals } = parseArgs({ options: { lines: { type: 'string', default: '541909' } }, allowPositionals: true });
const folder = mkdtempSync(path.join(tmpdir(), 'customer-journeys-bench-'));
const say = (text) => process.stdout.write(`${text}\n`);
const number = (value) => Math.round(value).toLocaleString('en');
const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;

try {
	const file = positionals[0] ?? path.join(folder, 'orders.csv');
	if (!positionals[0]) await writeOrdersFile(file, Number(values.lines));
	const tenth = path.join(folder, 'tenth.csv');
	await writeOrdersFile(tenth, Math.ceil(Number(values.lines) / 10));

	const anchor = await measure([path.join(here, 'support', 'bareInsert.mjs'), file, path.join(folder, 'anchor.sqlite'), String(BATCH)]);
	const small = await importInto('tenth.sqlite', tenth);
	const first = await importInto('store.sqlite', file);
	const again = await importInto('store.sqlite', file);

	const lines = first.summary.read;
	const rate = (run) => (lines * 1000) / run.tookMs;
	say(`${number(lines)} lines, ${first.summary.accepted} taken in, ${first.summary.rejected} rejected; store ${megabytes(statSync(path.join(folder, 'store.sqlite')).size)}`);
	say(`anchor, csv-parse and bare INSERT   ${number(rate(anchor))} lines/s   peak ${megabytes(anchor.peakBytes)}`);
	say(`import orders                       ${number(rate(first))} lines/s   peak ${megabytes(first.peakBytes)}   ${(rate(first) / rate(anchor)).toFixed(2)} of the anchor's speed`);
	say(`import orders, the same file again  ${number(rate(again))} lines/s   peak ${megabytes(again.peakBytes)}   ${again.summary.accepted} taken in`);
	say(`memory: a tenth of the lines needs ${megabytes(small.peakBytes)}, all of them ${(first.peakBytes / small.peakBytes).toFixed(2)} times that`);
	say(`promised ${number(PROMISED_LINES_A_SECOND)} lines/s: ${rate(first) >= PROMISED_LINES_A_SECOND ? 'kept' : 'NOT KEPT'}`);
	if (again.summary.accepted !== 0) throw new Error('The second import took lines in: an import is not safe to run twice');
} finally {
	rmSync(folder, { recursive: true, force: true });
}

async function importInto(store, file) {
	const run = await measure([cli, 'import', 'orders', file, '--map', MAP, '--store', path.join(folder, store), '--json']);
	return { ...run, summary: JSON.parse(run.stdout) };
}

/** Runs a script to its end in a process of its own; start-up counts. */
function measure(args) {
	const peakFile = path.join(folder, 'peak');
	const hook = pathToFileURL(path.join(here, 'support', 'peakMemory.mjs')).href;
	const startedAt = performance.now();
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, ['--no-warnings', '--import', hook, ...args], { env: { ...process.env, PEAK_MEMORY_FILE: peakFile }, stdio: ['ignore', 'pipe', 'pipe'] });
		let stdout = '';
		let stderr = '';
		child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
		child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
		child.once('error', reject);
		child.once('close', (code) => {
			const tookMs = performance.now() - startedAt;
			if (code !== 0) return reject(new Error(`${args.join(' ')} ended with code ${code}:\n${stderr}`));
			resolve({ stdout, tookMs, peakBytes: Number(readFileSync(peakFile, 'utf8')) });
		});
	});
}
