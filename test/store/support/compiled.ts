import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.join(__dirname, '..', '..', '..');
const cache = path.join(root, '.cache', 'tests');

/**
 * The sources as JavaScript, for tests that need threads or processes of their own: those load no TypeScript. Compiled
 * file by file into a cache, so that a test never runs against an older build of dist.
 * @returns the path of a module, e.g. `compiled('src/store/open')`
 */
export function compiled(module: string): string {
	compileAll();
	return path.join(cache, `${module}.js`);
}

let done = false;

function compileAll(): void {
	if (done) return;
	done = true;
	forgetWhatIsGone();
	for (const entry of readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true })) {
		if (!entry.isFile()) continue;
		const source = path.join(entry.parentPath, entry.name);
		const target = path.join(cache, path.relative(root, source)).replace(/\.ts$/, '.js');
		if (existsSync(target) && statSync(target).mtimeMs >= statSync(source).mtimeMs) continue;
		mkdirSync(path.dirname(target), { recursive: true });
		// Put in place in one step: test files run at the same time and share the cache.
		const draft = `${target}.${process.pid}`;
		if (source.endsWith('.ts')) writeFileSync(draft, javaScriptOf(source));
		else cpSync(source, draft);
		renameSync(draft, target);
	}
}

/** A migration that was renamed would be found twice. */
function forgetWhatIsGone(): void {
	if (!existsSync(cache)) return;
	for (const entry of readdirSync(cache, { recursive: true, withFileTypes: true })) {
		const target = path.join(entry.parentPath, entry.name);
		const source = path.join(root, path.relative(cache, target));
		if (entry.isFile() && !existsSync(source) && !existsSync(source.replace(/\.js$/, '.ts')) && !/\.\d+$/.test(target)) rmSync(target, { force: true });
	}
}

function javaScriptOf(file: string): string {
	const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
		fileName: file,
		compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS, esModuleInterop: true },
	});
	return outputText;
}
