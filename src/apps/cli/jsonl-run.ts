import { z } from 'zod';
import type { Outcome } from '#contracts/decision.ts';
import { type TrialItem, trialItemSchema } from '#contracts/item.ts';
import type { TrialAnswer } from '#contracts/items-api.ts';
import { exitCodeFor, exitCodes } from './exit-codes.ts';
import type { ReadLine } from './line-reader.ts';

/** A line of results: short, since a file has many. */
export type JsonlResult =
  | {
      readonly line: number;
      readonly id?: string;
      readonly outcome: Outcome;
      readonly display: string;
      readonly categories: readonly string[];
      readonly confidence: number;
      readonly layer: number;
      readonly stopReason: string;
      readonly rationale: string;
      readonly notAssessed: readonly string[];
      readonly scores: Readonly<Record<string, number>>;
    }
  | { readonly line: number; readonly id?: string; readonly error: string };

export interface JsonlRun {
  readonly lines: AsyncIterable<ReadLine>;
  readonly trial: (item: TrialItem) => Promise<TrialAnswer>;
  /** Fields for lines that leave them out. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly emit: (result: JsonlResult) => void | Promise<void>;
  readonly onProgress?: (bytes: number) => void;
  readonly signal?: AbortSignal;
  /** Items under way at once. */
  readonly concurrency?: number;
}

export interface JsonlSummary {
  readonly lines: number;
  readonly failed: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
}

const identifierSchema = z.union([z.string().max(200), z.number()]).transform(String);
const shortLine = z.looseObject({ text: z.string() });

/** The item of a line: either as the API takes it, or `{ "text": ... }` with its other fields beside it. `id` is given back. */
export const itemOfLine = (
  text: string,
  defaults: Readonly<Record<string, string>>,
): { readonly id?: string; readonly item: TrialItem } | { readonly id?: string; readonly error: string } => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { error: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { error: 'not a JSON object' };
  const { id: givenId, ...fields } = value as Record<string, unknown>;
  const parsedId = identifierSchema.safeParse(givenId);
  const id = parsedId.success ? { id: parsedId.data } : {};
  const short = shortLine.safeParse(fields);
  const { text: _text, ...others } = fields;
  const candidate =
    short.success && !('parts' in fields)
      ? { ...others, parts: [{ id: 'body', kind: 'text', text: short.data.text }] }
      : fields;
  const item = trialItemSchema.safeParse({ ...defaults, ...candidate });
  return item.success
    ? { ...id, item: item.data }
    : { ...id, error: z.prettifyError(item.error).replaceAll('\n', ' ') };
};

const judge = async (line: ReadLine, run: JsonlRun): Promise<JsonlResult> => {
  if ('fault' in line) return { line: line.number, error: line.fault };
  const read = itemOfLine(line.text, run.defaults);
  const place = { line: line.number, ...(read.id === undefined ? {} : { id: read.id }) };
  if ('error' in read) return { ...place, error: read.error };
  try {
    const { decision, scores } = await run.trial(read.item);
    const { outcome, display, categories, confidence, layer, stopReason, rationale, notAssessed } = decision;
    return { ...place, outcome, display, categories, confidence, layer, stopReason, rationale, notAssessed, scores };
  } catch (error) {
    return { ...place, error: error instanceof Error ? error.message : String(error) };
  }
};

/** Judges every line, a few at a time, and emits the results in the order of the lines. A faulty line fails alone. */
export const runJsonl = async (run: JsonlRun): Promise<JsonlSummary> => {
  const outcomes: Record<Outcome, number> = { approve: 0, review: 0, hold: 0, remove: 0 };
  const underWay: { readonly bytes: number; readonly result: Promise<JsonlResult> }[] = [];
  let lines = 0;
  let failed = 0;

  const settleOldest = async (): Promise<void> => {
    const oldest = underWay.shift();
    if (oldest === undefined) return;
    const result = await oldest.result;
    lines += 1;
    if ('error' in result) failed += 1;
    else outcomes[result.outcome] += 1;
    await run.emit(result);
    run.onProgress?.(oldest.bytes);
  };
  for await (const line of run.lines) {
    if (run.signal?.aborted) break;
    underWay.push({ bytes: line.bytes, result: judge(line, run) });
    if (underWay.length >= (run.concurrency ?? 16)) await settleOldest();
  }
  while (underWay.length > 0) await settleOldest();
  return { lines, failed, outcomes };
};

/** The gravest outcome of the file; a line that failed makes the whole an error, since nothing is known of it. */
export const exitCodeOfSummary = ({ failed, outcomes }: JsonlSummary): number => {
  if (failed > 0) return exitCodes.error;
  const worst = (['remove', 'hold', 'review'] as const).find((outcome) => outcomes[outcome] > 0);
  return exitCodeFor(worst ?? 'approve');
};
