// `npm run bench [-- name ...]`: every figure that the project promises, as tables. Nothing is remembered from an earlier run.
import { type BenchRow, machine, printTable } from './table.ts';

interface Bench {
  readonly title: string;
  run(): Promise<readonly BenchRow[]>;
}

const benches: Readonly<Record<string, Bench>> = {
  layer1: {
    title: 'Layer 1, whole: one item with a text of 160 characters',
    run: async () => (await import('./layer1.ts')).benchLayer1(),
  },
  'layer1-text': {
    title: 'Layer 1: one text of about 160 characters, 10,000 terms',
    run: async () => (await import('./layer1-text.ts')).benchLayer1Text(),
  },
  rules: {
    title: 'Layer 1: 200 regular expressions and 200 CEL rules',
    run: async () => (await import('./rules.ts')).benchRules(),
  },
  'text-dev': {
    title: 'Layers 1 and 2 on the development data, no language model',
    run: async () => (await import('../eval/text-dev.ts')).evaluateTextDev(),
  },
  http: {
    title: 'Over HTTP, durable before the answer; server, embedded database and load share this machine',
    run: async () => (await import('./http.ts')).benchHttp(),
  },
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}

console.log(machine());
for (const [name, { title, run }] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue;
  try {
    printTable(title, await run());
  } catch (error) {
    console.error(`\n${title}\n\nfailed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exitCode = 1;
  }
}
