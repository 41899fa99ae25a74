import type { Effect, Evidence, Signal } from '#contracts/signal.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';
import { ClaimIndex, type ClaimMatch } from './claim-index.ts';
import type { ReviewedClaim } from './read-claims.ts';

const id = 'known-claims';
const category = 'misinformation';
/** The queue of those who know what fact-checkers have found. */
const claimsQueue = 'claims';

const evidenceOf = (
  partId: string,
  { claim, similarity, start, end, denied }: ClaimMatch & { claim: ReviewedClaim },
): Evidence[] => {
  const label = denied ? `denies the known claim ${claim.id}` : `known claim ${claim.id}`;
  const weight = Math.round(similarity * 1_000) / 1_000;
  const told = [claim.rating, claim.reviewUrl].filter((one) => one !== undefined).join(' · ');
  return [
    { kind: 'span', partId, start, end, category, label, weight },
    ...(told === '' ? [] : [{ kind: 'fact' as const, name: 'claim_review', value: told, category, label }]),
  ];
};

const effectsOf = (matches: readonly ClaimMatch[]): Effect[] =>
  matches.some(({ denied }) => !denied)
    ? [
        { kind: 'route', queue: claimsQueue, category },
        { kind: 'label', label: 'known_claim' },
      ]
    : [{ kind: 'label', label: 'known_claim_denied' }];

/**
 * Finds claims that fact-checkers have published a review of. What repeats one goes to people, in the queue `claims`; it is never scored, for nothing
 * here knows what is true. A text that denies the claim is labelled only. Without a match the signal is `not_applicable`: that nobody has dealt with
 * a claim says nothing for it, and must clear nothing.
 */
export const createClaimsDetector = (claims: readonly ReviewedClaim[], version: string): Detector => {
  const index = new ClaimIndex(claims);
  const judge = ({ part }: DetectorInput, abort: AbortSignal): Signal => {
    const base = {
      detector: id,
      version,
      layer: 1 as const,
      ...(part === undefined ? {} : { partId: part.id }),
      scores: {},
      attributes: {},
      evidence: [],
      durationMs: 0,
      costUsd: 0,
    };
    if (part?.kind !== 'text') return { ...base, status: 'not_applicable', reason: 'not a text part' };
    if (abort.aborted) return { ...base, status: 'unavailable', reason: 'aborted' };
    const began = performance.now();
    const matches = index.find(part.text);
    const durationMs = performance.now() - began;
    if (matches.length === 0)
      return { ...base, status: 'not_applicable', reason: 'repeats no known claim', durationMs };
    return {
      ...base,
      status: 'ok',
      attributes: { known_claims: matches.filter(({ denied }) => !denied).length },
      evidence: matches.flatMap((match) => evidenceOf(part.id, match)),
      effects: effectsOf(matches),
      durationMs,
    };
  };
  return {
    id,
    version,
    layer: 1,
    scope: 'part',
    kinds: ['text'],
    judges: [],
    deterministic: true,
    reuse: 'content',
    timeoutMs: 1_000,
    costUsd: 0,
    detect: async (inputs, abort) => inputs.map((input) => judge(input, abort)),
  };
};
