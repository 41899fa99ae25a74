import { type DerivedPart, derivedPartId, type Signal } from '#contracts/signal.ts';
import type { Finding } from '../image-signal.ts';
import { composeText } from './compose-text.ts';
import type { TextAnswer } from './worker-protocol.ts';

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

interface Caption {
  readonly name: string;
  readonly text: string;
  readonly places: DerivedPart['places'];
}

/** Each frame of an animation by itself, where several have text: a caption is not to hide among harmless ones. */
const captionsOf = (frames: TextAnswer['frames']): Caption[] => {
  const captions = frames.flatMap((frame, index) => {
    const { text, places } = composeText([frame]);
    return places.length === 0 ? [] : [{ name: `frame-${index + 1}`, text, places: [...places] }];
  });
  return captions.length > 1 ? captions : [];
};

/**
 * What was read in a part's picture: all of it as `part#text`, and for animations each frame as `part#frame-1` and so on. Text beyond what is read is a derived part of its own, `part#rest`, without words: no text detector can look
 * at it, so that what a policy requires for text is missing there. Else small print behind a page of large print would pass unread.
 */
export const findingOf = (answer: TextAnswer, partId: string): Finding => {
  const { text, places, confidence, truncated } = composeText(answer.frames);
  const cutOff = truncated || answer.truncated;
  const attributes: Signal['attributes'] = {
    text_lines: places.length,
    text_characters: text.length,
    ...(places.length === 0 ? {} : { text_confidence: round(confidence) }),
    ...(answer.frames.length > 1 ? { text_frames: answer.frames.length } : {}),
    ...(cutOff ? { text_truncated: true } : {}),
  };
  const part = { kind: 'text', fromPartId: partId, depth: 1 } as const;
  const read: DerivedPart = { ...part, id: derivedPartId(partId, 'text'), text, places: [...places] };
  const rest: DerivedPart = { ...part, id: derivedPartId(partId, 'rest') };
  const derivedParts = [
    ...(places.length === 0 ? [] : [read]),
    ...captionsOf(answer.frames).map(({ name, ...caption }) => ({
      ...part,
      ...caption,
      id: derivedPartId(partId, name),
    })),
    ...(cutOff ? [rest] : []),
  ];
  return { scores: {}, attributes, ...(derivedParts.length === 0 ? {} : { derivedParts }) };
};
