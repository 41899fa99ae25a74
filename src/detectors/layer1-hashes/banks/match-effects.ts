import { legalQueue } from '#contracts/review.ts';
import type { Effect, Evidence } from '#contracts/signal.ts';
import type { FoundMatch } from './find-matches.ts';

/** Of all matches but those for the legal role. */
const mediaQueue = 'media';
/** How far ahead of others what a person has to look at comes, on the queue's scale of 0 to 100. */
const urgency = { csam: 60, terrorism: 40, ncii: 40, copyright: 10, custom: 10, allow: 0 } as const;

/** Findings that bind come first, so that the first queue that is named is the one that must be. */
const rank = ({ bank, behaviour }: FoundMatch): number => {
  const grave = bank.kind === 'csam' ? 0 : 1;
  return grave + 2 * ['block', 'hold', 'score', 'label', 'allow', 'none'].indexOf(behaviour);
};
export const byGravity = (left: FoundMatch, right: FoundMatch): number =>
  rank(left) - rank(right) || (left.bank.id < right.bank.id ? -1 : 1);

const holdEffects = ({ bank: { kind, category } }: FoundMatch): Effect[] => [
  { kind: 'hold' },
  { kind: 'route', queue: kind === 'csam' ? legalQueue : mediaQueue, category },
  { kind: 'prioritise', by: urgency[kind] },
];

/**
 * What a match asks for. `clears` says whether the whole item consists of pictures that are known and allowed: otherwise an allowed picture
 * could carry a text through that would have been stopped.
 */
export const effectsOf = (match: FoundMatch, clears: boolean): Effect[] => {
  const { category, id } = match.bank;
  switch (match.behaviour) {
    case 'block':
      return [{ kind: 'act', outcome: 'remove', category, actions: ['remove'] }];
    case 'hold':
      return holdEffects(match);
    case 'score':
      return [{ kind: 'score', category, score: 1 }];
    case 'label':
      return [{ kind: 'label', label: `bank_${id}`.slice(0, 60) }];
    case 'allow':
      return clears ? [{ kind: 'act', outcome: 'approve' }] : [];
    case 'none':
      return [];
  }
};

const labelOf = ({ bank: { name }, algorithm, distance, frame, turned }: FoundMatch): string => {
  if (algorithm !== 'pdq') return `the same file as one in ${name}`;
  const where = frame === undefined || frame === 0 ? '' : `, frame ${frame}`;
  return `a picture like one in ${name}: ${distance} of 256 bits differ${turned ? ', turned or mirrored' : ''}${where}`;
};

export const evidenceOf = (match: FoundMatch, partId: string): Evidence => ({
  kind: 'hash_match',
  partId,
  bank: match.bank.id,
  algorithm: match.algorithm,
  distance: match.distance,
  behaviour: match.behaviour,
  label: labelOf(match).slice(0, 200),
  ...(match.bank.kind === 'allow' ? {} : { category: match.bank.category }),
});
