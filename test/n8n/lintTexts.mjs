/** Lints texts as if they stood in files of the project: [{ file, text }] on stdin, the rules that complain on stdout. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ESLint } from 'eslint';

const root = path.resolve(import.meta.dirname, '../..');
const eslint = new ESLint({ cwd: root });
const complaints = [];
for (const { file, text } of JSON.parse(readFileSync(0, 'utf8'))) {
	const [{ messages }] = await eslint.lintText(text, { filePath: path.join(root, file) });
	complaints.push(messages.map(({ ruleId, message }) => ruleId ?? message));
}
process.stdout.write(JSON.stringify(complaints));
