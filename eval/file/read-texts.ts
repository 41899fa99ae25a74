import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { categorySchema } from '../../src/contracts/category.ts';

const known = z.union([z.literal(0), z.literal(1), z.boolean().transform((value): 0 | 1 => (value ? 1 : 0))]);
const sliceName = z.string().trim().min(1).max(120);
const line = z.object({
  text: z.string().max(1_000_000),
  /** 1 where it is so, 0 where it is not; null is unknown, as if the label were missing. */
  labels: z.record(categorySchema, known.nullable()),
  source: sliceName.nullish(),
  evasion: sliceName.nullish(),
  language: sliceName.nullish(),
});

/** A labelled text. Labels that nobody gave are absent. */
export interface LabelledText {
  readonly line: number;
  readonly text: string;
  readonly labels: Readonly<Record<string, 0 | 1>>;
  readonly source: string | null;
  readonly evasion: string | null;
  readonly language: string | null;
}

/** A line that cannot be used, and why. It says nothing of the text. */
export interface BadLine {
  readonly line: number;
  readonly fault: string;
}

const readLine = (number: number, content: string): LabelledText | BadLine => {
  const bad = (fault: string): BadLine => ({ line: number, fault });
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return bad('not JSON');
  }
  const parsed = line.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') ?? '';
    return bad(place === '' ? 'must be an object with `text` and `labels`' : `${place}: ${issue?.message}`);
  }
  const { text, labels, source, evasion, language } = parsed.data;
  const given = Object.entries(labels).filter((entry): entry is [string, 0 | 1] => entry[1] !== null);
  if (given.length === 0) return bad('labels: names no label; give at least one, such as {"spam": 0}');
  return {
    line: number,
    text,
    labels: Object.fromEntries(given),
    source: source ?? null,
    evasion: evasion ?? null,
    language: language ?? null,
  };
};

/** Reads a file line by line; empty lines are left out. @throws the error of the file system where it cannot be read */
export async function* readTexts(file: string): AsyncGenerator<LabelledText | BadLine> {
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  for await (const content of lines) {
    number += 1;
    const written = number === 1 ? content.replace(/^\uFEFF/, '') : content;
    if (written.trim() !== '') yield readLine(number, written);
  }
}
