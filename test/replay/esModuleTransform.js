const { createHash } = require('node:crypto');
const ts = require('typescript');

const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023, esModuleInterop: true };

/**
 * Some packages that n8n's nodes require are ES modules only. Node loads those by itself, jest does not unless it is
 * started with a flag: this turns them into CommonJS for the tests.
 */
module.exports = {
	process: (source, file) => ({ code: ts.transpileModule(source, { compilerOptions, fileName: file }).outputText }),
	getCacheKey: (source) => createHash('sha256').update(source).update(JSON.stringify(compilerOptions)).digest('hex'),
};
