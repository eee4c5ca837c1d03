import n8nCommunity from '@n8n/eslint-plugin-community-nodes';
import importX from 'eslint-plugin-import-x';
import n8nNodes from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

const NO_ENUM = { selector: 'TSEnumDeclaration', message: 'Use a union of texts.' };
const SQL = '/\\b(SELECT\\s.+\\sFROM|INSERT\\s+INTO|DELETE\\s+FROM|UPDATE\\s+\\w+\\s+SET)\\b|^\\s*(select\\s.+\\sfrom|insert\\s+into|delete\\s+from|update\\s+\\w+\\s+set)\\b/';

/** The domains of src/: free of n8n, of the databases and of the edges that use them (architecture.md). */
const DOMAINS = ['core', 'customers', 'ingest', 'journeys', 'policy'];
const HOST_PACKAGES = ['n8n-workflow', 'n8n-core', 'n8n-nodes-base'];
const DATABASE_PACKAGES = ['pg', 'node:sqlite', 'node:worker_threads'];

const CLOCK_RULES = [
	{ selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: 'Take the time from a Clock or from Tx.now().' },
	{ selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Take the time from a Clock or from Tx.now().' },
	{ selector: "CallExpression[callee.object.name='DateTime'][callee.property.name=/^(now|local|utc)$/][arguments.length=0]", message: 'Take the time from a Clock or from Tx.now().' },
	{ selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']", message: 'Take chance from unitHash of src/core/hash.ts.' },
];

export default tseslint.config(
	{ ignores: ['dist/', '**/node_modules/', 'artifacts/', '.cache/', 'coverage/'] },
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },

	{
		name: 'TypeScript',
		files: ['**/*.ts'],
		extends: [tseslint.configs.recommended],
		plugins: { 'import-x': importX },
		languageOptions: { parserOptions: { project: ['tsconfig.test.json'], tsconfigRootDir: import.meta.dirname } },
		settings: { 'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.js', '.json'] })], 'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] } },
		rules: {
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/ban-ts-comment': 'error',
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
			// A promise nobody waits for is an error nobody sees, and a lost customer.
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
			eqeqeq: ['error', 'always'],
			'no-restricted-syntax': ['error', NO_ENUM],
		},
	},

	{
		name: 'one clock, one source of chance',
		files: ['src/**/*.ts', 'nodes/**/*.ts', 'credentials/**/*.ts'],
		ignores: ['src/core/clock.ts'],
		rules: { 'no-restricted-syntax': ['error', NO_ENUM, ...CLOCK_RULES] },
	},

	{
		name: 'which database it is, is a matter of the store',
		files: ['src/**/*.ts'],
		ignores: ['src/store/**', 'src/core/clock.ts'],
		rules: { 'no-restricted-syntax': ['error', NO_ENUM, ...CLOCK_RULES, { selector: "MemberExpression[property.name='dialect']", message: 'Ask what the store can do (Tx.soleWriter, Tx.lists), or write a plan with two texts.' }] },
	},

	{
		name: 'arrows point inward: domains know neither n8n nor databases nor the edges',
		files: DOMAINS.map((domain) => `src/${domain}/**/*.ts`),
		rules: {
			'no-restricted-imports': ['error', { paths: [...HOST_PACKAGES, ...DATABASE_PACKAGES].map((name) => ({ name, message: 'A domain is free of n8n and of databases.' })) }],
			'import-x/no-restricted-paths': ['error', { zones: [{ target: './src', from: ['./nodes', './credentials', './src/n8n', './src/replay', './src/cli', './src/store/sqlite', './src/store/postgres'], message: 'A domain does not know the edges that use it.' }] }],
			'import-x/no-cycle': 'error',
		},
	},
	{
		name: 'arrows point inward: only nodes, credentials, src/n8n and src/replay know n8n',
		files: ['src/store/**/*.ts', 'src/cli/**/*.ts', 'src/*.ts'],
		rules: { 'no-restricted-imports': ['error', { paths: HOST_PACKAGES.map((name) => ({ name, message: 'Only nodes, credentials, src/n8n and src/replay know n8n.' })) }] },
	},
	{
		name: 'arrows point inward: a node asks src/n8n and the domains, never a database',
		files: ['nodes/**/*.ts', 'credentials/**/*.ts'],
		rules: {
			'no-restricted-imports': ['error', { paths: DATABASE_PACKAGES.map((name) => ({ name, message: 'A node reaches the store through src/n8n.' })) }],
			'import-x/no-restricted-paths': ['error', { zones: [{ target: ['./nodes', './credentials'], from: ['./src/store', './src/cli', './src/replay'], message: 'A node reaches the store through src/n8n.' }] }],
			'no-restricted-syntax': [
				'error',
				NO_ENUM,
				...CLOCK_RULES,
				{ selector: `Literal[value=${SQL}]`, message: 'SQL lives in src/store/plans.' },
				{ selector: `TemplateElement[value.raw=${SQL}]`, message: 'SQL lives in src/store/plans.' },
			],
		},
	},

	{
		name: "n8n's rules for community packages on self-hosted n8n",
		files: ['nodes/**/*.ts', 'credentials/**/*.ts', 'package.json'],
		...n8nCommunity.configs.recommendedWithoutN8nCloudSupport,
	},
	{
		name: "n8n's rules for nodes",
		files: ['nodes/**/*.ts'],
		plugins: { 'n8n-nodes-base': n8nNodes },
		rules: {
			...n8nNodes.configs.nodes.rules,
			// These two know inputs and outputs only as the former texts 'main'; the type checker knows them all.
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
			// Sees only a subtitle that is written out; ours are made from the words of the actions. A test looks at each node's.
			'n8n-nodes-base/node-class-description-missing-subtitle': 'off',
		},
	},
	{
		name: "n8n's rules for credentials",
		files: ['credentials/**/*.ts'],
		plugins: { 'n8n-nodes-base': n8nNodes },
		rules: {
			...n8nNodes.configs.credentials.rules,
			// Written for credentials inside n8n, whose pages are slugs of its documentation; ours is a web address.
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
		},
	},
	{
		name: "n8n's rules for package.json",
		files: ['package.json'],
		languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
		plugins: { 'n8n-nodes-base': n8nNodes },
		rules: {
			...n8nNodes.configs.community.rules,
			// The package needs a database driver, time zones and phone numbers. It is for self-hosted n8n, which installs
			// them with it; n8n Cloud takes verified packages only, and those can be neither flow control nor use files.
			'@n8n/community-nodes/no-runtime-dependencies': 'off',
			// Concerns this checkout only: n8n-core's tests need a linkedom whose own packages every registry carries.
			// npm ignores the field in an installed package.
			'@n8n/community-nodes/no-overrides-field': 'off',
		},
	},
	{
		name: "Contact Policy's webhook",
		files: ['nodes/ContactPolicy/ContactPolicy.node.ts'],
		rules: {
			// Its webhook is the unsubscribe page, which is registered with nobody.
			'@n8n/community-nodes/webhook-lifecycle-complete': 'off',
		},
	},

	{
		name: 'the replay',
		files: ['src/replay/**/*.ts'],
		rules: {
			// n8n's engine and the package's nodes are found where they happen to be, at run time.
			'@typescript-eslint/no-require-imports': 'off',
		},
	},
	{
		name: 'tests',
		files: ['test/**/*.ts'],
		rules: { '@typescript-eslint/no-require-imports': 'off' },
	},
);
