// What may import what (docs/life-of-an-item.md shows the layers):
//
//   apps -> features, detectors, connectors -> engine, platform -> contracts
//
// Run with: node scripts/import-rules/check.mjs

const tests = String.raw`\.test\.tsx?$`;

/** Code that is no test, in the folders that the pattern names. */
const from = (path, others = {}) => ({ path, pathNot: tests, ...others });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one thing, or hide a third. Imports of types count.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'found',
      comment: 'An import that leads nowhere, or by a path that only works by accident.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'contracts-import-nothing',
      comment: 'They go to the browser and to other programs: nothing of ours, nothing of Node.',
      severity: 'error',
      from: from('^src/contracts/'),
      to: { path: '^(src/(?!contracts/)|console/|test/|scripts/|bench/|demo/|models/|eval/)' },
    },
    {
      name: 'contracts-run-in-a-browser',
      comment: 'No module of Node in a contract.',
      severity: 'error',
      from: from('^src/contracts/'),
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'platform-knows-no-moderation',
      severity: 'error',
      comment: 'The platform stands under everything and imports contracts only.',
      from: from('^src/platform/'),
      to: { path: '^src/(?!(platform|contracts)/)' },
    },
    {
      name: 'engine-is-pure',
      severity: 'error',
      comment: 'The engine computes: contracts only, no platform.',
      from: from('^src/engine/'),
      to: { path: '^src/(?!(engine|contracts)/)' },
    },
    {
      name: 'engine-touches-nothing',
      severity: 'error',
      comment: 'No I/O, clock or threads of its own: everything comes in as an argument.',
      from: from('^src/engine/'),
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(fs|fs/promises|net|tls|http|http2|https|dgram|dns|child_process|cluster|worker_threads|timers|timers/promises|perf_hooks|os|process|readline)$',
      },
    },
    {
      name: 'detectors-see-ports',
      severity: 'error',
      comment:
        'Detectors implement ports: contracts, platform, engine/ports, and the pure engine/text, engine/rules and engine/hash that they run.',
      from: from('^src/detectors/'),
      to: {
        path: '^src/(?!(detectors|contracts|platform|engine/ports|engine/text|engine/rules|engine/hash)(/|\\.ts$))',
      },
    },
    {
      name: 'connectors-see-ports',
      severity: 'error',
      comment: 'Connectors implement ports: contracts, platform, engine/ports, and the pure engine/hash that they run.',
      from: from('^src/connectors/'),
      to: { path: '^src/(?!(connectors|contracts|platform|engine/ports|engine/hash)(/|\\.ts$))' },
    },
    {
      name: 'features-see-no-detectors',
      severity: 'error',
      comment:
        'Features import contracts, engine, platform and other features; what they need of the outside is a port.',
      from: from('^src/features/'),
      to: { path: '^src/(?!(features|contracts|engine|platform)/)' },
    },
    {
      name: 'features-by-the-front-door',
      severity: 'error',
      comment: 'Another feature is reached through its index.ts; the rest of it is its own.',
      from: from('^src/features/([^/]+)/'),
      to: { path: '^src/features/([^/]+)/', pathNot: ['^src/features/$1/', '^src/features/[^/]+/index\\.ts$'] },
    },
    {
      name: 'apps-by-the-front-door',
      severity: 'error',
      comment: 'Apps too reach a feature through its index.ts.',
      from: from('^src/apps/'),
      to: { path: '^src/features/', pathNot: '^src/features/[^/]+/index\\.ts$' },
    },
    {
      name: 'wiring-in-one-place',
      severity: 'error',
      comment: 'Only compose*.ts knows which detectors and connectors there are.',
      from: from('^src/apps/', { pathNot: [tests, '^src/apps/compose'] }),
      to: { path: '^src/(detectors|connectors)/' },
    },
    {
      name: 'nobody-imports-apps',
      severity: 'error',
      comment: 'Apps are the top.',
      from: from('^(src/(?!apps/)|console/)'),
      to: { path: '^src/apps/' },
    },
    {
      name: 'console-sees-contracts',
      severity: 'error',
      comment: 'The console runs in a browser and talks to the server by the contracts.',
      from: from('^console/'),
      to: { path: '^(src/(?!contracts/)|test/|scripts/|bench/|demo/|models/|eval/)' },
    },
    {
      name: 'product-needs-no-tests',
      severity: 'error',
      comment: 'What runs does not reach into tests, scripts, benchmarks or the console.',
      from: from('^src/'),
      to: { path: '^(test|scripts|bench|eval|console)/|\\.test\\.tsx?$' },
    },
    {
      name: 'product-needs-no-development-packages',
      severity: 'error',
      comment: 'A package that is only in devDependencies is not there in production.',
      from: from('^(src|console/src)/'),
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^(test|scripts|bench|eval|demo|models)/'] },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
  },
};
