import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A versioned prompt. `version` is the file's name and the first twelve digits of its SHA-256: it changes with every letter. */
export interface JudgePrompt {
  readonly version: string;
  fill(values: Readonly<Record<string, string>>): string;
}

const fields = /\{\{([a-z]+)\}\}/g;

/** A prompt from its text. Fields are written `{{name}}`; what is filled in is not looked at for fields again. */
export const promptFrom = (name: string, text: string): JudgePrompt => {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return {
    version: `${name}-${digest}`,
    fill: (values) =>
      text.replace(fields, (_, field: string) => {
        const value = values[field];
        if (value === undefined) throw new Error(`the prompt ${name} has a field \`${field}\` that nothing fills`);
        return value;
      }),
  };
};

const readPrompt = (name: string): JudgePrompt =>
  promptFrom(name, readFileSync(new URL(`./prompts/${name}.md`, import.meta.url), 'utf8'));

/** The prompt that both tiers use. */
export const judgePrompt: JudgePrompt = readPrompt('judge-v1');
