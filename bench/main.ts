// `npm run bench [-- name ...]`: every figure that the project promises, as tables. Nothing is remembered from an earlier run.
import { type NamedTable, runTables } from './run-tables.ts';

const benches: Readonly<Record<string, NamedTable>> = {
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
  images: {
    title: 'Pictures: PDQ, look-ups among 1,000,000 hashes, and layers 1 and 2',
    run: async () => (await import('./images.ts')).benchImages(),
  },
  text: {
    title: 'Text: encoder, cascade, and endpoints by the share of texts that need the encoder',
    run: async () => (await import('./text.ts')).benchText(),
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

await runTables(benches, process.argv.slice(2));
