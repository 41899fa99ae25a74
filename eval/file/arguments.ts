import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

export const usage = `npm run eval -- FILE.jsonl
  [--policy FILE.yaml]    thresholds and rules to measure under; policies/default.yaml unless given
  [--base-rate SHARE]     share of violating texts that precision and workload are computed for, such as 0.02; that of the file unless given
  [--html PATH]           where the report goes; FILE.report.html beside the file unless given
  [--json PATH]           the same for machines
  [--examples N]          puts the N worst errors of each label, with their texts, into the report
A line is { "text": "...", "labels": { "hate_speech": 1, "toxicity": 0 } }, with "source", "evasion" and "language" where you like;
a label that is missing is unknown. docs/guides/evaluate.md has more.`;

export interface FileEvaluation {
  readonly file: string;
  readonly policy: string | null;
  readonly baseRate: number | null;
  readonly html: string;
  readonly json: string | null;
  /** Texts to show for each label; none where 0. */
  readonly examples: number;
}

/** Whether the first argument means a file of labelled texts, and not the name of a table. */
export const meansFile = ([first]: readonly string[]): boolean =>
  first !== undefined && !first.startsWith('-') && (first.endsWith('.jsonl') || existsSync(first));

/** The arguments, or what is wrong with them and how they are written. */
export const readFileArguments = (
  argv: readonly string[],
): { readonly evaluation: FileEvaluation } | { readonly problem: string } => {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        policy: { type: 'string' },
        'base-rate': { type: 'string' },
        html: { type: 'string' },
        json: { type: 'string' },
        examples: { type: 'string', default: '0' },
      },
    });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw new Error('name one file');
    const baseRate = values['base-rate'] === undefined ? null : Number(values['base-rate']);
    if (baseRate !== null && !(baseRate > 0 && baseRate < 1))
      throw new Error(`--base-rate ${values['base-rate']}: it must be a share between 0 and 1, such as 0.02`);
    const examples = Number(values.examples);
    if (!Number.isInteger(examples) || examples < 0 || examples > 200)
      throw new Error(`--examples ${values.examples}: it must be a whole number from 0 to 200`);
    return {
      evaluation: {
        file,
        policy: values.policy ?? null,
        baseRate,
        html: values.html ?? `${file.replace(/\.jsonl$/, '')}.report.html`,
        json: values.json ?? null,
        examples,
      },
    };
  } catch (error) {
    return { problem: `${error instanceof Error ? error.message : String(error)}\n\n${usage}` };
  }
};
