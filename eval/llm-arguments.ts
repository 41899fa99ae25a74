import { parseArgs } from 'node:util';
import { judgeTierSchema, judgeWriteSchema } from '../src/contracts/judge.ts';
import type { LlmEvaluation } from './llm.ts';

const usage = `npm run eval -- --llm --base-url URL --model NAME
  [--tier small|large] [--structure json_schema|json_object|none] [--timeout MS] [--limit CASES] [--verbose]
  [--input-cost USD --output-cost USD]   per million tokens
The key, where the server takes one, is read from TIDEGATE_JUDGE_API_KEY.`;

/** The arguments after `--llm`, or what is wrong with them and how they are written. */
export const readLlmArguments = (
  argv: readonly string[],
): { readonly evaluation: LlmEvaluation; readonly verbose: boolean } | { readonly problem: string } => {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        llm: { type: 'boolean' },
        'base-url': { type: 'string' },
        model: { type: 'string' },
        tier: { type: 'string', default: 'small' },
        structure: { type: 'string', default: 'json_schema' },
        timeout: { type: 'string', default: '60000' },
        limit: { type: 'string' },
        'input-cost': { type: 'string', default: '0' },
        'output-cost': { type: 'string', default: '0' },
        verbose: { type: 'boolean', default: false },
      },
    });
    const settings = judgeWriteSchema.parse({
      name: 'Evaluation',
      baseUrl: values['base-url'],
      model: values.model,
      structure: values.structure,
      timeoutMs: Number(values.timeout),
      inputCostPerMillion: Number(values['input-cost']),
      outputCostPerMillion: Number(values['output-cost']),
      revision: 0,
    });
    const limit = values.limit === undefined ? null : Number(values.limit);
    if (limit !== null && !(Number.isInteger(limit) && limit > 0)) throw new Error('--limit must be a whole number');
    const apiKey = process.env.TIDEGATE_JUDGE_API_KEY ?? null;
    return {
      evaluation: { ...settings, apiKey, tier: judgeTierSchema.parse(values.tier), limit },
      verbose: values.verbose,
    };
  } catch (error) {
    return { problem: `${error instanceof Error ? error.message : String(error)}\n\n${usage}` };
  }
};
