/** Packages of n8n's nodes that jest must compile: see the transform. */
const ES_MODULES = '/node_modules/(sanitize-html/node_modules|change-case)/';

/** Unit, property, conformance and engine tests. The end-to-end suite has its own configuration, jest.e2e.config.js. */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/', '<rootDir>/test/long/', '<rootDir>/test/bench/'],
	transform: {
		'^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.test.json', diagnostics: false }],
		[`${ES_MODULES}.+\\.js$`]: '<rootDir>/test/replay/esModuleTransform.js',
	},
	transformIgnorePatterns: [`^(?!.*${ES_MODULES}).*/node_modules/`],
	globalSetup: '<rootDir>/test/support/globalSetup.ts',
	globalTeardown: '<rootDir>/test/support/globalTeardown.ts',
	testTimeout: 60_000,
};
