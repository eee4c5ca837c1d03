const { createRequire } = require('node:module');
const path = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

const requireScript = createRequire(path.resolve(__dirname, '../../../scripts/run.mjs'));

/**
 * Node's environment plus `loadScript(file)`: the ES modules of scripts/ as Node itself loads them, which jest's own
 * module system inside a test cannot do.
 */
module.exports = class extends TestEnvironment {
	async setup() {
		await super.setup();
		this.global.loadScript = (file) => requireScript(`./${file}`);
	}
};
