const everyday = require('./jest.config.js');

/** What takes too long for every day: random seeds, many kills, soak, simulations. */
module.exports = {
	...everyday,
	roots: ['<rootDir>/test/long'],
	testPathIgnorePatterns: ['/node_modules/'],
	testTimeout: 3_600_000,
};
