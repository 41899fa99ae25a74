import type { Outcome } from '#contracts/decision.ts';

/** What a finished `tidegate` tells the shell. Documented in docs/cli.md and in `--help`. */
export const exitCodes = {
  ok: 0,
  /** Something failed; standard error says what and what to do. */
  error: 1,
  /** The command line was not understood. */
  usage: 2,
  /** `audit verify`: the log does not hold. `doctor`: something is broken. */
  broken: 3,
  /** `moderate`: a person has to decide. */
  review: 10,
  /** `moderate`: the policy removes it. */
  remove: 20,
} as const;

export const exitCodeFor = (outcome: Outcome): number =>
  outcome === 'approve' ? exitCodes.ok : outcome === 'remove' ? exitCodes.remove : exitCodes.review;
