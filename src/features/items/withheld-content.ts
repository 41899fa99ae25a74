import type { Decision } from '#contracts/decision.ts';
import type { ItemContent } from '#contracts/item.ts';
import type { Signal } from '#contracts/signal.ts';
import { withoutDerivedText } from './part-findings.ts';

/** Parts whose files are kept from whoever looks, with the files' media ids. */
type HiddenParts = ReadonlyMap<string, string>;

const speaksOf = ({ partId }: Signal, hidden: HiddenParts): boolean =>
  partId !== undefined && (hidden.has(partId) || [...hidden.keys()].some((id) => partId.startsWith(`${id}#`)));

/** Which bank knew the file is what the decision stands on; it shows nothing of the picture. */
const tellsNothing = 'hash-banks';

/** A decision without what its signals tell of hidden pictures: the words in them, what their files claim, what they look like. */
export const withoutHidden = (decision: Decision, hidden: HiddenParts | undefined): Decision => {
  if (hidden === undefined) return decision;
  const hide = (signal: Signal): Signal =>
    speaksOf(signal, hidden) && signal.detector !== tellsNothing
      ? { ...withoutDerivedText(signal), attributes: {} }
      : signal;
  return { ...decision, trace: decision.trace.map(hide) };
};

/** Content whose hidden pictures are named by their ids only: an address would lead people to what is kept from them. */
export const withoutAddresses = (content: ItemContent | null, hidden: HiddenParts | undefined): ItemContent | null => {
  if (content === null || hidden === undefined) return content;
  const parts = content.parts.map((part) => {
    const mediaId = part.kind === 'image' ? hidden.get(part.id) : undefined;
    return mediaId === undefined ? part : { id: part.id, kind: 'image' as const, mediaId };
  });
  return { ...content, parts };
};
