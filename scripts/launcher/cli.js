#!/usr/bin/env node
'use strict';

// Runs on any Node, however old, so that the reason is readable where the rest would be a syntax error.
var major = parseInt(process.versions.node, 10);
if (major < 24) {
	process.stderr.write(
		'customer-journeys needs Node.js 24 or newer, and this is ' +
			process.versions.node +
			'. Run it as: npx -p node@24 node ' +
			process.argv[1] +
			' ..., or install Node 24 from https://nodejs.org\n'
	);
	process.exit(1);
}
require('./src/cli/main.js');
