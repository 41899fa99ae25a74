// `npm run eval [-- name ...]`: how well the product decides, on labelled data, as tables.
// `npm run eval -- --llm --base-url URL --model NAME`: how well a language model judges.
import { runTables } from '../bench/run-tables.ts';

const evaluateLlmFrom = async (argv: readonly string[]): Promise<void> => {
  const { readLlmArguments } = await import('./llm-arguments.ts');
  const read = readLlmArguments(argv);
  if ('problem' in read) {
    console.error(read.problem);
    process.exitCode = 2;
    return;
  }
  const { evaluateLlm } = await import('./llm.ts');
  const { evaluation, verbose } = read;
  const onCase = ({ id, expected, said, outcome, durationMs, reason }: import('./llm-table.ts').JudgedCase): void =>
    console.error(
      `${id}: expected ${expected}, said ${said ?? 'nothing'}, counts as ${outcome}, ${Math.round(durationMs)} ms${reason === null ? '' : ` (${reason})`}`,
    );
  await runTables(
    {
      llm: {
        title: `Language model ${evaluation.model}, ${evaluation.tier} judge`,
        run: () => evaluateLlm({ ...evaluation, ...(verbose ? { onCase } : {}) }),
      },
    },
    [],
  );
};

const argv = process.argv.slice(2);
if (argv.includes('--llm')) await evaluateLlmFrom(argv);
else
  await runTables(
    {
      'text-dev': {
        title: 'Held-out development data, no language model',
        run: async () => (await import('./text-dev.ts')).evaluateTextDev(),
      },
    },
    argv,
  );
