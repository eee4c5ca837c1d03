const { transform, transformIgnorePatterns } = require('./jest.config.js');

/** The packed package inside a real n8n, over REST, SMTP and a real browser. */
module.exports = {
	testEnvironment: '<rootDir>/test/e2e/support/environment.js',
	roots: ['<rootDir>/test/e2e'],
	testMatch: ['**/*.test.ts'],
	transform,
	transformIgnorePatterns,
	globalSetup: '<rootDir>/test/e2e/support/globalSetup.ts',
	globalTeardown: '<rootDir>/test/e2e/support/globalTeardown.ts',
	maxWorkers: 1,
	// An n8n that a failed test left behind must not keep the run open: it ends with us (scripts/guard.mjs).
	forceExit: true,
	testTimeout: 300_000,
};
