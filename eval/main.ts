// `npm run eval [-- name ...]`: how well the product decides, on labelled data, as tables.
// `npm run eval -- FILE.jsonl`: the same on labelled texts of your own, with a report (docs/guides/evaluate.md).
// `npm run eval -- --llm --base-url URL --model NAME`: how well a language model judges.
import { runTables } from '../bench/run-tables.ts';
import { meansFile, readFileArguments } from './file/arguments.ts';

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

const evaluateFileFrom = async (argv: readonly string[]): Promise<void> => {
  const read = readFileArguments(argv);
  if ('problem' in read) {
    console.error(read.problem);
    process.exitCode = 2;
    return;
  }
  const { evaluateFile, EvaluationFault } = await import('./file/evaluate-file.ts');
  try {
    await evaluateFile(read.evaluation, { print: console.log, note: console.error });
  } catch (error) {
    if (!(error instanceof EvaluationFault)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
};

const argv = process.argv.slice(2);
if (meansFile(argv)) await evaluateFileFrom(argv);
else if (argv.includes('--llm')) await evaluateLlmFrom(argv);
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
