import { z } from 'zod';
import { isStorableText } from '#contracts/primitives.ts';
import { faultsOfIssue, readablePath } from '#platform/value-path.ts';
import { fewestTellingWords, type KnownClaim, mostClaimWords, tellingWords } from './claim-index.ts';

/** A claim with what people are told of it. */
export interface ReviewedClaim extends KnownClaim {
  /** The fact-checkers' article. */
  readonly reviewUrl?: string | undefined;
  /** Their verdict in their words, for people alone. */
  readonly rating?: string | undefined;
}

export interface ClaimFault {
  readonly line: number;
  readonly message: string;
}

const mostClaims = 100_000;

const wording = z
  .string()
  .max(2_000)
  .refine(
    (text) => tellingWords(text).size > 0,
    `must have at least ${fewestTellingWords} different telling words and at most ${mostClaimWords} words in all, or it would be found everywhere or nowhere`,
  );

const lineSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][\w.:-]{0,79}$/, 'must be 1 to 80 letters, digits, `.`, `:`, `_` or `-`'),
  claim: wording,
  variants: z.array(wording).max(20).default([]),
  review_url: z
    .url({ protocol: /^https?$/ })
    .max(180)
    .optional(),
  rating: z.string().min(1).max(60).refine(isStorableText).optional(),
});

/** Reads JSON lines of claims. Never throws; empty lines are passed over, and each fault names its line (from 1). */
export const readClaims = (
  text: string,
): { readonly claims: readonly ReviewedClaim[]; readonly faults: readonly ClaimFault[] } => {
  const claims: ReviewedClaim[] = [];
  const faults: ClaimFault[] = [];
  const ids = new Set<string>();
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '') continue;
    const fault = (message: string): void => void faults.push({ line: index + 1, message });
    if (claims.length >= mostClaims) {
      fault(`there are more than ${mostClaims} claims`);
      break;
    }
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      fault('is no JSON');
      continue;
    }
    const parsed = lineSchema.safeParse(value);
    if (!parsed.success) {
      const [first] = parsed.error.issues.flatMap(faultsOfIssue);
      fault(`${readablePath(first?.path ?? [])}: ${first?.message ?? 'not a claim'}`);
    } else if (ids.has(parsed.data.id)) fault(`id: \`${parsed.data.id}\` is used twice`);
    else {
      const { review_url: reviewUrl, ...claim } = parsed.data;
      ids.add(claim.id);
      claims.push({ ...claim, reviewUrl });
    }
  }
  return { claims, faults };
};
