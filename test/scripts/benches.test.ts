import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { unitHash } from '../../src/core/hash';
import { freshFolder } from '../support/stores';

const ROOT = join(__dirname, '..', '..');

beforeAll(() => {
	if (!existsSync(join(ROOT, 'dist', 'cli.js'))) throw new Error('dist is missing: run "npm run build" first.');
});

/** Two years of a small shop, in the place of a public data set. */
function invented(): string {
	const rows = Array.from({ length: 150 }, (_, customer) => {
		const gap = 8 + 30 * unitHash('gap', customer);
		const days: string[] = [];
		for (let day = 90 * unitHash('first', customer); day < 720 && (days.length < 3 || unitHash('gone', customer, days.length) > 0.03); day += 1 + gap * (0.5 + unitHash('next', customer, days.length))) days.push(`"${customer}",${new Date(Date.UTC(2006, 0, 1) + Math.floor(day) * 86_400_000).toISOString().slice(0, 10)}`);
		return days;
	});
	return ['"cust","date"', ...rows.flat(), ''].join('\n');
}

/** They are plain JavaScript over what is built: nothing else would notice that something they ask for has another name now. */
test.each([
	['nextPurchase', ['--resamples', '20'], /grocery-online, cut 2007-09-30[\s\S]*concordance: 0\.\d+[\s\S]*P25-P75 covers/],
	['stages', [], /grocery-online: ordered within 60 days[\s\S]*all days: active \d/],
])('the bench %s measures a data set that is there, and says which are missing', async (name, options, measured) => {
	const data = freshFolder();
	writeFileSync(join(data, 'grocery-online.csv.gz'), gzipSync(invented()));
	const outcome = await promisify(execFile)(process.execPath, [join(ROOT, 'test', 'bench', `${name}.mjs`), ...options], { env: { ...process.env, CUSTOMER_JOURNEYS_DATA: data, NODE_OPTIONS: '' } }).catch((error: { stdout: string; stderr: string }) => error);
	// Whether promises are kept on an invented shop is another matter.
	expect(outcome.stderr).toBe('');
	expect(outcome.stdout).toMatch(measured);
	expect(outcome.stdout).toMatch(/Online Retail: .*Skipped\.\n/);
	expect(outcome.stdout).toMatch(/nothing is said of it\.\n$/);
}, 120_000);
