import type { Signal } from '#contracts/signal.ts';
import type { PartFile } from '#engine/ports/detector.ts';
import type { PartFindings } from '#features/decisions/index.ts';

/** A signal as it stays on record: what was read from a part is content, which can be erased, and so is kept elsewhere. */
export const withoutDerivedText = (signal: Signal): Signal =>
  signal.derivedParts === undefined
    ? signal
    : { ...signal, derivedParts: signal.derivedParts.map(({ text, places, ...part }) => part) };

/** What is kept of an item's parts beside the decision: the files they stood for, and the text that was read from them. */
export const findingsOf = (trace: readonly Signal[], files: ReadonlyMap<string, PartFile>): PartFindings => ({
  files: [...files].map(([partId, file]) =>
    file.status === 'ok'
      ? { partId, mediaId: file.mediaId, problem: null }
      : { partId, mediaId: null, problem: file.reason },
  ),
  derivedTexts: trace
    .flatMap(({ derivedParts }) => derivedParts ?? [])
    .flatMap(({ id, fromPartId, text, places }) =>
      text === undefined ? [] : [{ partId: id, fromPartId, text, places: places ?? [] }],
    ),
});

type DerivedTexts = PartFindings['derivedTexts'];

/** A signal from the record with the text that was kept of its derived parts, where it has not been erased. */
export const withDerivedText = (signal: Signal, kept: ReadonlyMap<string, DerivedTexts[number]>): Signal =>
  signal.derivedParts === undefined
    ? signal
    : {
        ...signal,
        derivedParts: signal.derivedParts.map((part) => {
          const found = kept.get(part.id);
          return found === undefined ? part : { ...part, text: found.text, places: [...found.places] };
        }),
      };
