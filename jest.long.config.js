const everyday = require('./jest.config.js');
const e2e = require('./jest.e2e.config.js');

/** What is set for a run as a whole, not for a project of it. */
const withoutGlobals = ({ testTimeout, maxWorkers, forceExit, ...project }) => project;

/** What takes too long for every day: random seeds, many kills, soak, simulations; and the same in a real n8n. */
module.exports = {
	projects: [
		{ ...withoutGlobals(everyday), displayName: 'store', roots: ['<rootDir>/test/long'], testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/long/e2e/'] },
		{ ...withoutGlobals(e2e), displayName: 'n8n', roots: ['<rootDir>/test/long/e2e'] },
	],
	maxWorkers: 1,
	forceExit: true,
	testTimeout: 3_600_000,
};
