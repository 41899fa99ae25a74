// `npm run eval [-- name ...]`: how well the product decides, on labelled data, as tables.
import { runTables } from '../bench/run-tables.ts';

await runTables(
  {
    'text-dev': {
      title: 'Held-out development data, no language model',
      run: async () => (await import('./text-dev.ts')).evaluateTextDev(),
    },
  },
  process.argv.slice(2),
);
