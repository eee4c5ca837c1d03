const { dest, parallel, src } = require('gulp');

/** What tsc does not carry into dist: icons, codex files, SQL, page assets, templates, the command line's launcher. */
const copy = (from, base, to = 'dist') => () => src(from, { base, encoding: false, allowEmpty: true }).pipe(dest(to));

const besideCode = copy(['{nodes,credentials,src}/**/*', '!**/*.ts'], '.');
const templates = copy('templates/**/*', '.');
const launcher = copy('scripts/launcher/cli.js', 'scripts/launcher');

exports.assets = parallel(
	Object.assign(besideCode, { displayName: 'icons, codex, SQL and page assets' }),
	Object.assign(templates, { displayName: 'templates' }),
	Object.assign(launcher, { displayName: 'launcher of the command line' }),
);
