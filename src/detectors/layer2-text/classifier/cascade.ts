import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ModelFileError } from '../../inference/errors.ts';

const score = z.number().min(0).max(1);
/** Straight lines between points of rising raw scores. */
const pointsSchema = z.array(z.tuple([score, score])).min(2);

/** `cascade.json`: how the two stages of the text classifier are put together; written by `models/text/finish.ts`. */
export const cascadeSchema = z.strictObject({
  format: z.literal('tidegate-text-cascade/1'),
  detector: z.string().min(1),
  version: z.string().min(1),
  language: z.string().min(2),
  /** What it was made with; other stages than these would make its numbers meaningless. */
  stages: z.strictObject({ ngram: z.string(), encoder: z.string() }),
  /** Heads that are signal attributes; all others are category scores. */
  attributes: z.array(z.string()),
  /** A text is cleared by the n-gram stage where each of these heads is below its raw score. Without any, everything would be. */
  clearsBelow: z
    .record(z.string(), score)
    .refine((limits) => Object.keys(limits).length > 0, 'must name a head at least'),
  heads: z.record(
    z.string(),
    z.strictObject({
      /** logit(raw) = encoder x logit(encoder) + ngram x logit(n-gram) + bias; a head that the n-gram stage lacks has ngram 0. */
      mix: z.strictObject({ encoder: z.number().min(0), ngram: z.number().min(0), bias: z.number() }),
      /** The raw score of a text that the n-gram stage alone has seen, by its raw score for `from`. */
      cleared: z.strictObject({ from: z.string(), points: pointsSchema }),
    }),
  ),
});
export type Cascade = z.infer<typeof cascadeSchema>;
type Points = Cascade['heads'][string]['cleared']['points'];

/** Reads and checks `cascade.json`. @throws ModelFileError */
export function readCascade(path: string): Cascade {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ModelFileError(path, 'cannot be read as JSON', { cause });
  }
  const result = cascadeSchema.safeParse(parsed);
  if (!result.success) throw new ModelFileError(path, z.prettifyError(result.error));
  return result.data;
}

/** Changes whenever a score may: calibration, reuse of signals and recorded decisions hang on it. */
export function cascadeVersion(cascade: Omit<Cascade, 'version'>): string {
  const { format, detector, language, stages, attributes, clearsBelow, heads } = cascade;
  const parts = JSON.stringify([format, detector, language, stages, attributes, clearsBelow, heads]);
  return `2.0-${createHash('sha256').update(parts).digest('hex').slice(0, 8)}`;
}

/** Scores by head, 0..1. */
export type HeadScores = ReadonlyMap<string, number>;

/** Keeps logits finite (about +-11.5). */
const EPSILON = 1e-5;

function logit(probability: number): number {
  const bounded = Math.min(1 - EPSILON, Math.max(EPSILON, probability));
  return Math.log(bounded / (1 - bounded));
}

function along(points: Points, raw: number): number {
  const after = points.findIndex(([x]) => x >= raw);
  if (after === 0) return points[0]![1];
  if (after < 0) return points.at(-1)![1];
  const [x0, y0] = points[after - 1]!;
  const [x1, y1] = points[after]!;
  return x1 === x0 ? y1 : y0 + ((raw - x0) / (x1 - x0)) * (y1 - y0);
}

/** Whether the n-gram stage may clear a text by itself. */
export function isCleared({ clearsBelow }: Pick<Cascade, 'clearsBelow'>, ngram: HeadScores): boolean {
  return Object.entries(clearsBelow).every(([head, limit]) => (ngram.get(head) ?? 1) < limit);
}

/** Raw scores of a text that only the n-gram stage has seen. */
export function clearedScores({ heads }: Pick<Cascade, 'heads'>, ngram: HeadScores): Map<string, number> {
  return new Map(
    Object.entries(heads).map(([head, { cleared }]) => [head, along(cleared.points, ngram.get(cleared.from) ?? 0)]),
  );
}

/** Raw scores of a text that both stages have seen. */
export function mixedScores(
  { heads }: Pick<Cascade, 'heads'>,
  encoder: HeadScores,
  ngram: HeadScores,
): Map<string, number> {
  return new Map(
    Object.entries(heads).map(([head, { mix }]) => {
      const known = ngram.get(head);
      const sum =
        mix.encoder * logit(encoder.get(head) ?? 0) + (known === undefined ? 0 : mix.ngram * logit(known)) + mix.bias;
      return [head, 1 / (1 + Math.exp(-sum))];
    }),
  );
}
