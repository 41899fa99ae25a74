import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { type Model, type ModelReport, modelCardSchema, modelReportSchema } from '#contracts/models.ts';
import { notFound } from '#platform/http/problem-error.ts';

/** The models that are installed, by their cards. */
export interface ModelCatalogue {
  readonly models: readonly Model[];
  /** @throws ProblemError (404) for an unknown id, and for a model that nobody measured */
  report(id: string): Promise<ModelReport>;
}

const cardFile = 'registry.json';
const reportFile = 'report.json';

/** @throws Error naming the file, the place in it and what is wrong there */
const readChecked = async <Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.infer<Schema>> => {
  const faulty = (fault: string): Error => new Error(`${file}: ${fault}; restore the file of the release`);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw faulty(error instanceof SyntaxError ? `not JSON (${error.message})` : String(error));
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw faulty(`${issue?.path.join('.')}: ${issue?.message}`);
};

const readFolder = async (folder: string, name: string): Promise<Model | undefined> => {
  const files = await readdir(join(folder, name));
  if (!files.includes(cardFile)) return undefined;
  const card = await readChecked(join(folder, name, cardFile), modelCardSchema);
  if (card.id !== name)
    throw new Error(`${join(folder, name, cardFile)}: id is \`${card.id}\`; it must be \`${name}\`, as the folder`);
  return { ...card, hasReport: files.includes(reportFile) };
};

const kindOrder: readonly Model['kind'][] = ['text_encoder', 'text_ngram', 'image_classifier', 'image_text'];
const byImportance = (one: Model, other: Model): number =>
  kindOrder.indexOf(one.kind) - kindOrder.indexOf(other.kind) ||
  one.stage - other.stage ||
  (one.id < other.id ? -1 : 1);

/**
 * Reads the card of every model of a folder (`models/` of the repository); reports are read when they are asked for.
 * @throws Error naming the card that is not valid
 */
export const readModelCatalogue = async (folder: string): Promise<ModelCatalogue> => {
  const folders = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const found = await Promise.all(folders.map(({ name }) => readFolder(folder, name)));
  const models = found.filter((model) => model !== undefined).sort(byImportance);
  const reports = new Map<string, Promise<ModelReport>>();
  return {
    models,
    async report(id) {
      const model = models.find((candidate) => candidate.id === id);
      if (model === undefined) {
        throw notFound({
          detail: `No model \`${id}\` is installed.`,
          remedy: `Ask for one of: ${models.map((candidate) => candidate.id).join(', ')}.`,
        });
      }
      if (!model.hasReport) {
        throw notFound({
          type: 'not-measured',
          detail: `\`${id}\` has no evaluation report: nobody has measured it on labelled data.`,
          remedy: 'Read its known limits, and measure it on data of your own (docs/guides/evaluate.md).',
        });
      }
      const known = reports.get(id);
      if (known !== undefined) return known;
      const report = readChecked(join(folder, id, reportFile), modelReportSchema);
      reports.set(id, report);
      // What failed once may have been put right since.
      report.catch(() => reports.delete(id));
      return report;
    },
  };
};
