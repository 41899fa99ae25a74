import type { Signal } from '#contracts/signal.ts';
import type { PartFile } from '#engine/ports/detector.ts';
import type { PartFindings } from '#features/decisions/index.ts';

/** A language model's reason may quote what it was shown, however it is told not to. */
const rationale = 'judge_rationale';
/**
 * The name that a detector's rationale is kept under, beside the derived parts; no part can have it. With the decision that it belongs to: the
 * next one about the same version may have another, or none.
 */
const rationaleId = (decisionId: string, { detector }: Signal): string => `$rationale#${decisionId}#${detector}`;

/** A signal as it stays on record: what was read from a part, or written about it, is content, which can be erased, and so is kept elsewhere. */
export const withoutDerivedText = (signal: Signal): Signal => {
  if (signal.derivedParts === undefined && signal.attributes[rationale] === undefined) return signal;
  const { [rationale]: _written, ...attributes } = signal.attributes;
  return {
    ...signal,
    attributes,
    ...(signal.derivedParts === undefined
      ? {}
      : { derivedParts: signal.derivedParts.map(({ text, places, ...part }) => part) }),
  };
};

const rationalesOf = (decisionId: string, trace: readonly Signal[]): PartFindings['derivedTexts'] =>
  trace.flatMap((signal) => {
    const written = signal.attributes[rationale];
    return typeof written === 'string' && written !== ''
      ? [{ partId: rationaleId(decisionId, signal), fromPartId: '', text: written, places: [] }]
      : [];
  });

const fileLinks = (files: ReadonlyMap<string, PartFile>): PartFindings['files'] =>
  [...files].map(([partId, file]) =>
    file.status === 'ok'
      ? { partId, mediaId: file.mediaId, problem: null }
      : { partId, mediaId: null, problem: file.reason },
  );

const readTexts = (trace: readonly Signal[]): PartFindings['derivedTexts'] =>
  trace
    .flatMap(({ derivedParts }) => derivedParts ?? [])
    .flatMap(({ id, fromPartId, text, places }) =>
      text === undefined ? [] : [{ partId: id, fromPartId, text, places: places ?? [] }],
    );

/**
 * What is kept of an item's parts beside the decision: the files they stood for, and the text that was read from them or written about
 * them; undefined where there is neither.
 */
export const findingsOf = (
  decisionId: string,
  trace: readonly Signal[],
  files: ReadonlyMap<string, PartFile>,
): PartFindings | undefined => {
  const derivedTexts = [...readTexts(trace), ...rationalesOf(decisionId, trace)];
  if (files.size === 0 && derivedTexts.length === 0) return undefined;
  return { files: fileLinks(files), derivedTexts };
};

type DerivedTexts = PartFindings['derivedTexts'];

/** A signal from the record of a decision with the text that was kept of its derived parts, where it has not been erased. */
export const withDerivedText = (
  decisionId: string,
  signal: Signal,
  kept: ReadonlyMap<string, DerivedTexts[number]>,
): Signal => {
  const written = kept.get(rationaleId(decisionId, signal));
  return {
    ...signal,
    ...(written === undefined ? {} : { attributes: { ...signal.attributes, [rationale]: written.text } }),
    ...(signal.derivedParts === undefined
      ? {}
      : {
          derivedParts: signal.derivedParts.map((part) => {
            const found = kept.get(part.id);
            return found === undefined ? part : { ...part, text: found.text, places: [...found.places] };
          }),
        }),
  };
};
