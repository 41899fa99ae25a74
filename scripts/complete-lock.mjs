// Completes package-lock.json after an `npm install` against a registry mirror that lacks packages for other platforms. npm then
// leaves these out of the lock file, and `npm ci` refuses the file everywhere: "Missing: ... from lock file". They are named here
// with the version that their parent asks for and the platform in their name; npm fetches them only where they fit.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from './launch/paths.mjs';

const file = join(projectDir, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = [];

for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue;
    if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
      throw new Error(`${path} asks for ${name}@${version}: only exact versions can be completed.`);
    }
    const platform = platformOf(name);
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platform,
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
    };
    added.push(`${name}@${version}`);
  }
}

if (added.length > 0) {
  const sorted = Object.entries(lock.packages).sort(([left], [right]) => (left < right ? -1 : 1));
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(added.length === 0 ? 'Nothing was missing.' : `Added:\n${added.join('\n')}`);

/** Whether the lock file has `name` where Node would look for it from `path`. */
function isLocked(path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (Object.hasOwn(lock.packages, place)) return true;
    if (folder === '') return false;
  }
}

/** @param {string} name such as @biomejs/cli-linux-x64-musl */
function platformOf(name) {
  const system = /(android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32|aix)/.exec(name)?.[1];
  const processor = /(arm64|x64|ia32|ppc64|riscv64|s390x|loong64|mips64el|wasm32|arm)/.exec(
    name.slice(name.indexOf(system)),
  )?.[1];
  if (system === undefined || processor === undefined) throw new Error(`${name} does not say what platform it is for.`);
  const library = /musl/.test(name) ? 'musl' : /gnu/.test(name) ? 'glibc' : undefined;
  return { os: [system], cpu: [processor], ...(library === undefined ? {} : { libc: [library] }) };
}
