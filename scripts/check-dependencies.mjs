// Checks what package-lock.json names, without a network: every package is pinned to exact bytes, and whatever goes with the product
// is under a licence that lets it. Prints each problem and ends with status 1 if there is any.
//
//   node scripts/check-dependencies.mjs [project folder]
//
// Packages for development only are never passed on, so that their licences do not bind users of the product.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectDir } from './launch/paths.mjs';

/** SPDX ids of licences that ask for no more than to be kept with the code. */
const permissive = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** Those that ask for attribution, or to stay the licence of their own files: the package has to be named in NOTICE. */
const permissiveWithNotice = new Set(['CC-BY-4.0', 'MPL-2.0', 'OFL-1.1']);

/** Shared libraries under the LGPL that stay packages of their own, unchanged and replaceable: docs/adr/0012-sharp-for-decoding.md. */
const replaceableLibraries = /^@img\/sharp-/;

const project = resolve(process.argv[2] ?? projectDir);
const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
const notice = readFileSync(join(project, 'NOTICE'), 'utf8');

const external = Object.entries(packages).filter(([path, entry]) => path.includes('node_modules/') && !entry.link);
const problems = external.flatMap(([path, entry]) => [
  ...pinningProblems(path, entry),
  ...(entry.dev || entry.devOptional ? [] : licenceProblems(path, entry)),
]);

for (const problem of problems) console.error(problem);
console.log(`${external.length} packages, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Optional packages for other platforms may lack the checksum (see complete-lock.mjs); the platform's own never does. */
function pinningProblems(path, entry) {
  const installed = manifestOf(path);
  if (installed === undefined) {
    return entry.optional || entry.devOptional ? [] : [`${path} is not installed. Run "npm ci".`];
  }
  if (installed.version !== entry.version) {
    return [`${path} is installed as ${installed.version}, and the lock file says ${entry.version}. Run "npm ci".`];
  }
  if (entry.integrity === undefined && !entry.optional) {
    return [`${path} has no checksum in the lock file. Make its entry again with "npm install" under Node 24.`];
  }
  return [];
}

function licenceProblems(path, entry) {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const manifest = manifestOf(path);
  // For another platform: what the lock file knows of it, else its sibling for this platform speaks for it.
  if (manifest === undefined && entry.license === undefined) return [];
  const licence = manifest === undefined ? entry.license : manifest.license;
  if (typeof licence !== 'string') return [`${name} does not say its licence. Look for it, or do without the package.`];
  const terms = termsOf(licence);
  if (terms.some((ids) => ids.every((id) => permissive.has(id)))) return [];
  const allowed = (id) =>
    permissive.has(id) ||
    permissiveWithNotice.has(id) ||
    (id === 'LGPL-3.0-or-later' && replaceableLibraries.test(name));
  const needsNotice = terms.some((ids) => ids.every(allowed));
  if (!needsNotice) return [`${name} is under ${licence}, which is not known to be permissive. Do without it.`];
  return isNoticed(name) ? [] : [`${name} is under ${licence}, and NOTICE does not name it. Add it there.`];
}

/**
 * The ways to take an SPDX expression, each a list of licences that all bind: "(MIT OR CC0-1.0)" is two ways of one licence.
 * @param {string} expression without nested parentheses, which no package uses
 * @returns {string[][]}
 */
function termsOf(expression) {
  return expression
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .map((way) => way.split(' AND ').map((id) => id.trim()));
}

/** A package for one platform, such as lightningcss-linux-x64-gnu, is named with its parent. */
function isNoticed(name) {
  const parent = name.replace(/-(android|darwin|freebsd|linux|linuxmusl|win32)-.*$|-wasm32$/, '');
  return notice.split(/[\s,;()]+/).includes(parent);
}

function manifestOf(path) {
  const file = join(project, path, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
