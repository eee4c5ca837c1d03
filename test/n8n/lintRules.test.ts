import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';

/**
 * The architecture's rules are only as good as their ability to say no: each of these texts, put into an existing file,
 * must be refused by the rule named. ESLint runs in a process of its own because jest cannot load its configuration.
 */
const WRONG: Array<[what: string, file: string, text: string, rule: string]> = [
	['a domain that imports n8n', 'src/customers/email.ts', "import { NodeOperationError } from 'n8n-workflow';\nexport const e = NodeOperationError;\n", 'no-restricted-imports'],
	['a domain that imports a database driver', 'src/customers/email.ts', "import { Pool } from 'pg';\nexport const p = Pool;\n", 'no-restricted-imports'],
	['a domain that imports the n8n layer', 'src/customers/email.ts', "import { toNodeError } from '../n8n/errors';\nexport const e = toNodeError;\n", 'import-x/no-restricted-paths'],
	['a store that imports n8n', 'src/store/open.ts', "import { NodeOperationError } from 'n8n-workflow';\nexport const e = NodeOperationError;\n", 'no-restricted-imports'],
	['a node that opens a store itself', 'nodes/CustomerData/run.ts', "import { openStore } from '../../src/store/open';\nexport const o = openStore;\n", 'import-x/no-restricted-paths'],
	['a node with SQL', 'nodes/CustomerData/run.ts', "export const q = 'select id from customer';\n", 'no-restricted-syntax'],
	['a domain that asks which database it is', 'src/customers/email.ts', "import type { Tx } from '../store/port';\nexport const one = (tx: Tx) => tx.dialect === 'sqlite';\n", 'no-restricted-syntax'],
	['a second clock', 'src/customers/email.ts', 'export const now = Date.now();\n', 'no-restricted-syntax'],
	['a clock by another name', 'nodes/CustomerData/run.ts', 'export const now = new Date();\n', 'no-restricted-syntax'],
	['chance without a seed', 'src/policy/contract.ts', 'export const die = Math.random();\n', 'no-restricted-syntax'],
	['a promise that nobody waits for', 'src/customers/email.ts', 'async function f() {}\nexport function g() { f(); }\n', '@typescript-eslint/no-floating-promises'],
	["a node that breaks n8n's rules", 'nodes/CustomerData/actions/event/track.operation.ts', "import type { INodeProperties } from 'n8n-workflow';\nexport const d: INodeProperties[] = [{ displayName: 'x', name: 'y', type: 'boolean', default: false, description: 'If it is so' }];\n", 'n8n-nodes-base/node-param-description-boolean-without-whether'],
];
const RIGHT: Array<[what: string, file: string, text: string]> = [
	['the clock itself may read the machine', 'src/core/clock.ts', 'export const now = Date.now();\n'],
	['a node may use the n8n layer', 'nodes/CustomerData/run.ts', "import { toNodeError } from '../../src/n8n/errors';\nexport const e = toNodeError;\n"],
	['a word such as "select" is no SQL', 'nodes/CustomerData/run.ts', "export const hint = 'Select the customer from the list';\n"],
];

const root = path.join(__dirname, '../..');
// n8n's lint set judges files by other names when it believes to be under test itself.
const { NODE_ENV: _testing, ...env } = process.env;
let complaints: string[][] = [];

beforeAll(() => {
	const input = JSON.stringify([...WRONG, ...RIGHT].map(([, file, text]) => ({ file, text })));
	// Where CI=true the parser takes each file for linted once, and would judge the second text of a file by the first.
	complaints = JSON.parse(execFileSync(process.execPath, [path.join(__dirname, 'lintTexts.mjs')], { input, encoding: 'utf8', env: { ...env, TSESTREE_SINGLE_RUN: 'false' } })) as string[][];
}, 300_000);

test.each(WRONG.map(([what, , , rule], index) => ({ what, rule, index })))('$what is refused', ({ rule, index }) => {
	expect(complaints[index]).toContain(rule);
});

test.each(RIGHT.map(([what], index) => ({ what, index: WRONG.length + index })))('$what', ({ index }) => {
	expect(complaints[index]).toEqual([]);
});

test('the whole project passes', () => {
	const { status, stdout } = spawnSync(process.execPath, [path.join(root, 'node_modules/eslint/bin/eslint.js'), '.'], { cwd: root, encoding: 'utf8', env });
	expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
}, 300_000);
