import { z } from 'zod';
import { type PerspectiveAttribute, perspectiveAttributes } from '#contracts/perspective.ts';
import type { CsvRecord } from './csv-records.ts';

/** A text with the scores that Perspective once gave it. */
export interface StoredScores {
  readonly line: number;
  readonly text: string;
  readonly scores: ReadonlyMap<PerspectiveAttribute, number>;
}

/** A line that could not be read. */
export interface FaultyLine {
  readonly line: number;
  readonly fault: string;
}

const probability = z.number().min(0).max(1);
const shortForm = z.looseObject({ text: z.string(), scores: z.record(z.string(), z.number().nullable()) });
const rawForm = z.looseObject({
  comment: z.looseObject({ text: z.string() }).optional(),
  text: z.string().optional(),
  attributeScores: z.record(z.string(), z.looseObject({ summaryScore: z.looseObject({ value: z.number() }) })),
});

const storedScores = (
  line: number,
  text: string,
  given: Readonly<Record<string, number | null>>,
): StoredScores | FaultyLine => {
  const scores = new Map<PerspectiveAttribute, number>();
  for (const attribute of perspectiveAttributes) {
    const value = given[attribute];
    if (value === undefined || value === null) continue;
    if (!probability.safeParse(value).success)
      return { line, fault: `${attribute} is not a score: a number from 0 to 1 is` };
    scores.set(attribute, value);
  }
  if (text.trim() === '') return { line, fault: 'the text is empty' };
  if (scores.size === 0)
    return { line, fault: `no score of an attribute that is known here (${perspectiveAttributes.join(', ')})` };
  return { line, text, scores };
};

/** Reads a JSON line: `{ text, scores: { TOXICITY: 0.83 } }`, or a stored answer `{ comment: { text }, attributeScores: { ... } }`. */
export const readJsonLine = (line: number, json: string): StoredScores | FaultyLine => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { line, fault: 'not JSON' };
  }
  const short = shortForm.safeParse(value);
  if (short.success) return storedScores(line, short.data.text, short.data.scores);
  const raw = rawForm.safeParse(value);
  const text = raw.success ? (raw.data.comment?.text ?? raw.data.text) : undefined;
  if (!raw.success || text === undefined)
    return { line, fault: 'neither { text, scores } nor { comment: { text }, attributeScores }' };
  const values = Object.entries(raw.data.attributeScores).map(([name, { summaryScore }]) => [name, summaryScore.value]);
  return storedScores(line, text, Object.fromEntries(values));
};

/** Reads the records of a CSV file whose first names the columns: `text` and attributes, in any order and case. */
export class CsvScores {
  #columns: readonly string[] | undefined;

  /** Undefined for the header. @throws Error where the first record is no header */
  read(record: CsvRecord): StoredScores | FaultyLine | undefined {
    if (this.#columns === undefined) {
      this.#columns = columnsOf(record);
      return undefined;
    }
    if ('fault' in record) return record;
    const { line, fields } = record;
    if (fields.length !== this.#columns.length)
      return { line, fault: `${fields.length} fields where the header has ${this.#columns.length}` };
    const named = new Map(this.#columns.map((column, index) => [column, fields[index] ?? '']));
    const given: Record<string, number> = {};
    for (const attribute of perspectiveAttributes) {
      const written = named.get(attribute)?.trim() ?? '';
      if (written !== '') given[attribute] = Number(written);
    }
    return storedScores(line, named.get('TEXT') ?? named.get('COMMENT') ?? '', given);
  }
}

const columnsOf = (record: CsvRecord): readonly string[] => {
  const columns =
    'fault' in record ? [] : record.fields.map((field) => field.trim().toUpperCase().replaceAll(' ', '_'));
  const hasText = columns.includes('TEXT') || columns.includes('COMMENT');
  if (hasText && columns.some((column) => (perspectiveAttributes as readonly string[]).includes(column)))
    return columns;
  throw new Error(`the first line does not name the columns: text and one of ${perspectiveAttributes.join(', ')}`);
};
