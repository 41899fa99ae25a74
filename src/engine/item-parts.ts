import { type ItemContent, type Part, type TextPart, titlePartId } from '#contracts/item.ts';
import type { DerivedPart, Signal } from '#contracts/signal.ts';

/** What detectors look at: the title, which is shown to the world like any other text, and the parts. */
export const partsOf = ({ title, parts }: Pick<ItemContent, 'title' | 'parts'>): readonly Part[] =>
  title === undefined || title === '' ? parts : [{ id: titlePartId, kind: 'text', text: title }, ...parts];

/** Parts that detectors have found inside others, such as text in a picture, in the order of the signals. */
export const derivedPartsOf = (signals: readonly Signal[]): readonly DerivedPart[] =>
  signals.flatMap(({ derivedParts }) => derivedParts ?? []);

/** Those of them that can be read. */
export const derivedTextsOf = (signals: readonly Signal[]): readonly TextPart[] =>
  derivedPartsOf(signals).flatMap(({ id, kind, text }) =>
    kind === 'text' && text !== undefined && text !== '' ? [{ id, kind, text }] : [],
  );

/** The text of a part; nothing where it is of another kind, or not there. */
export const textOfPart = (part: Part | undefined): string => (part?.kind === 'text' ? part.text : '');
