import type { BankBehaviour, BankKind } from '#contracts/hash-bank.ts';

/** What an exact match may do in a bank of this kind; the server holds to it, too. */
export const exactBehaviours = (kind: BankKind): readonly BankBehaviour[] => {
  if (kind === 'allow') return ['allow', 'label'];
  return kind === 'csam' ? ['block'] : ['block', 'hold', 'score', 'label'];
};

/** What a perceptual match may do: it never clears, and abuse material stays with the legal role. */
export const perceptualBehaviours = (kind: BankKind): readonly Exclude<BankBehaviour, 'allow'>[] => {
  if (kind === 'allow') return ['label'];
  return kind === 'csam' ? ['block', 'hold'] : ['block', 'hold', 'score', 'label'];
};
