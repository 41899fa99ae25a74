// Checks the import rules of .dependency-cruiser.cjs. Prints each violation and ends with status 1 if there is any.
//
//   node scripts/import-rules/check.mjs [project folder]
import { existsSync, readdirSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// dependency-cruiser reads TypeScript with the "typescript" it finds beside itself. It does not know version 7, and then sees
// no module at all and reports no violation. Here it gets the version 6 of this folder.
const require = createRequire(import.meta.url);
const substitutes = new Map(
  ['typescript', 'typescript/package.json'].map((name) => [name, pathToFileURL(require.resolve(name)).href]),
);
registerHooks({
  resolve(specifier, context, next) {
    const url = substitutes.get(specifier);
    return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
  },
});

const project = resolve(process.argv[2] ?? join(import.meta.dirname, '../..'));
const roots = ['src', 'console/src', 'sdk/src'].filter((root) => existsSync(join(project, root)));
const rules = require('../../.dependency-cruiser.cjs');

process.chdir(project);
const { cruise } = await import('dependency-cruiser');
const { default: extractTSConfig } = await import('dependency-cruiser/config-utl/extract-ts-config');
const { output } = await cruise(
  roots,
  { ...rules.options, ruleSet: { forbidden: rules.forbidden }, validate: true },
  rules.options.enhancedResolveOptions,
  { tsConfig: extractTSConfig(join(project, 'tsconfig.json')) },
);

const problems = output.summary.violations.map(describe);
const seen = new Set(output.modules.map((module) => module.source));
const unseen = roots.flatMap(sourceFiles).filter((file) => !seen.has(file));
if (unseen.length > 0) {
  problems.push(
    `${unseen.length} files were not looked at, so that nothing is known of them: ${unseen.slice(0, 5).join(', ')} ...`,
  );
}
const imports = output.modules.reduce((count, module) => count + module.dependencies.length, 0);
if (imports === 0) problems.push('Not a single import was seen: the check itself is broken.');

for (const problem of problems) console.error(problem);
console.log(`${output.modules.length} modules, ${imports} imports, ${problems.length} violations`);
process.exitCode = problems.length === 0 ? 0 : 1;

function describe({ rule, from, to, cycle }) {
  const { comment } = rules.forbidden.find(({ name }) => name === rule.name);
  const path = cycle === undefined ? to : cycle.map((step) => step.name ?? step).join(' -> ');
  return `${rule.name}: ${from} -> ${path}\n    ${comment}`;
}

/** Every source file below `folder`, as dependency-cruiser names it. */
function sourceFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.d\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
