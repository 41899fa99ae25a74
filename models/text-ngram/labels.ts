import type { Row } from './corpus.ts';
import { CATEGORY_HEADS, HEADS, type Head } from './heads.ts';

/** A training target and how much it counts; a head without an entry is unknown for the row and adds no loss. */
export type Targets = Partial<Record<Head, { readonly target: 0 | 1; readonly weight: number }>>;

/**
 * Whether a row violates any category: positive where one target is, and four times as dear as a harmless one, since what is taken for
 * harmless nobody reads.
 */
export function concernOf(targets: Targets): { readonly target: 0 | 1; readonly weight: number } | undefined {
  const known = CATEGORY_HEADS.flatMap((head) => targets[head] ?? []);
  if (known.length === 0) return undefined;
  const violated = known.filter(({ target }) => target === 1);
  const weights = (violated.length > 0 ? violated : known).map(({ weight }) => weight);
  return violated.length > 0
    ? { target: 1, weight: 4 * Math.max(...weights) }
    : { target: 0, weight: Math.max(...weights) };
}

/** Words that make a row unfit as a weak negative of the head, since nobody looked for that head in it. */
const DOUBT: Partial<Record<Head, RegExp>> = {
  self_harm:
    /suicid|kill(?:ing)?\s+(?:my|your|him|her|them|our)\s?sel|\bkms\b|\bkys\b|self.?harm|cut(?:ting)?\s+my|end(?:ing)? (?:my|your) life|hang (?:my|your)self|want(?:ed)? to die/i,
  sexual: /sex|porn|nude|naked|horny|\bcum|cock|dick|puss|tits|boob|blow ?job|masturb|orgasm|rape|erotic|nsfw/i,
  violence:
    /\bkill|shoot|stab|behead|bomb|murder|beat (?:you|him|her|them|up)|hang (?:you|him|her|them)|burn (?:you|him|her|them)|slaughter|lynch|exterminat/i,
  spam: /https?:|www\.|\.com|free|subscribe|click|winner|followers|\$\d/i,
};

/** Sets of conversation and posts: hardly any spam or self-harm in them, though nobody labelled it. */
const TALK = new Set([
  'civilcomments_toxic_spans',
  'davidson',
  'edos_sexism',
  'hatemoji_build',
  'hatexplain',
  'implicit_hate',
  'jigsaw_multilabel_sample',
  'mlma_en',
  'paradetox',
  'toxigen_demonstrations',
  'convabuse',
]);

const CALM = new Set([
  'neutral',
  'curiosity',
  'gratitude',
  'admiration',
  'joy',
  'love',
  'optimism',
  'caring',
  'approval',
  'relief',
  'realization',
  'excitement',
  'amusement',
  'pride',
  'confusion',
  'surprise',
  'desire',
]);

/** How much a row's own label counts: less where the labels are known to be noisy or to mean something narrower. */
function ownWeight(row: Row, head: Head): number {
  if (row.set === 'clinc_benign') return 0.5;
  if (head !== 'hate_speech') return 1;
  if (row.set === 'mlma_en') return 0.1;
  // Not sexist, but it may well be hateful in another way.
  if (row.set === 'edos_sexism' && row.labels.hate_speech === 0) return 0.6;
  // "Offensive but not hate" here covers slurs that the other sets call hate.
  return row.set === 'davidson' && row.labels.toxicity === 1 && row.labels.hate_speech === 0 ? 0.2 : 1;
}

/**
 * Training targets of a row: its own labels at full weight, what they imply at a lower one, and weak negatives for sets
 * that are benign by nature. An absent label is never a negative by itself.
 */
export function targetsOf(row: Row): Targets {
  const targets: Targets = {};
  for (const head of HEADS) {
    const label = row.labels[head];
    if (label !== undefined) targets[head] = { target: label, weight: ownWeight(row, head) };
  }
  const weakNegative = (head: Head, weight: number): void => {
    if (targets[head] === undefined && DOUBT[head]?.test(row.text) !== true) targets[head] = { target: 0, weight };
  };
  if (row.labels.toxicity === 0) {
    for (const head of ['hate_speech', 'harassment', 'profanity'] as const) weakNegative(head, 0.5);
    for (const head of ['sexual', 'violence', 'self_harm'] as const) weakNegative(head, 0.3);
  }
  if (targets.toxicity === undefined) {
    const violates = row.labels.hate_speech === 1 || row.labels.harassment === 1 || row.labels.violence === 1;
    if (violates) targets.toxicity = { target: 1, weight: 0.3 };
  }
  if (TALK.has(row.set)) {
    weakNegative('spam', 0.1);
    weakNegative('self_harm', 0.1);
  }
  if (row.set === 'wikitalk_cat_large') {
    weakNegative('spam', 0.3);
  }
  if (row.set === 'goemotions_background') {
    for (const head of ['spam', 'self_harm', 'sexual', 'violence'] as const) weakNegative(head, 0.3);
    if (row.emotion !== undefined && CALM.has(row.emotion)) {
      for (const head of ['hate_speech', 'harassment', 'toxicity'] as const) weakNegative(head, 0.3);
    }
  }
  if ((row.set === 'sms_spam' || row.set === 'spamassassin' || row.set === 'youtube_spam') && row.labels.spam === 0) {
    for (const head of ['self_harm', 'violence', 'sexual', 'hate_speech'] as const) weakNegative(head, 0.2);
    if (row.set !== 'youtube_spam') weakNegative('harassment', 0.2);
  }
  if (row.set === 'cssrs_posts') {
    for (const head of ['hate_speech', 'spam', 'sexual'] as const) weakNegative(head, 0.2);
    if (row.labels.self_harm === 0) weakNegative('violence', 0.2);
  }
  return targets;
}
