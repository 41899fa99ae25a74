import type { ContentScorer } from '#features/scoring/index.ts';
import { openLocalEngine } from './compose.ts';
import { composeScorer } from './compose-scoring.ts';

/** Scoring without an installation, as the drop-in endpoints of a fresh one score. */
export interface LocalScorer {
  readonly scorer: ContentScorer;
  close(): Promise<void>;
}

export const composeLocalScorer = async (): Promise<LocalScorer> => {
  const { setup, models, projectDir, close } = await openLocalEngine();
  const setups = { current: () => Promise.resolve(setup) };
  return { scorer: composeScorer({ setups, models, projectDir, now: () => Date.now() }), close };
};
