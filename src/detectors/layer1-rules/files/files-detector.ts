import { type FileSign, fileSigns, type ImageFacts } from '#contracts/media.ts';
import { legalQueue } from '#contracts/review.ts';
import type { Effect, Evidence, Signal } from '#contracts/signal.ts';
import type { Detector, DetectorInput, PartFile } from '#engine/ports/detector.ts';

const version = '1';

/** What each sign means, for people who read the decision. Never a name or text from the file. */
const meanings: Readonly<Record<FileSign, string>> = {
  extension_differs: 'the file name has the extension of another type',
  declared_type_differs: 'the sender declared another type',
  trailing_data: 'there are data behind the end of the picture',
  embedded_archive: 'the file is an archive as well',
  embedded_script: 'the file contains script, markup or a document',
  truncated: 'pixels are missing or damaged',
  many_frames: 'the animation has more frames than were looked at',
  tiny: 'the picture is too small to be judged',
  extreme_aspect: 'one side is at least ten times the other',
};

const attributesOf = ({
  type,
  bytes,
  width,
  height,
  frames,
  hashes,
  claims,
  signs,
}: ImageFacts): Signal['attributes'] => ({
  file_type: type,
  file_bytes: bytes,
  image_width: width,
  image_height: height,
  frames,
  frames_looked_at: hashes.length,
  pdq_quality: Math.max(0, ...hashes.map(({ quality }) => quality)),
  has_position: claims.hasPosition,
  ...(claims.createdAt === undefined ? {} : { created_at: claims.createdAt }),
  ...(claims.software === undefined ? {} : { software: claims.software }),
  ...(claims.camera === undefined ? {} : { camera: claims.camera }),
  ...Object.fromEntries(fileSigns.map((sign) => [sign, signs.includes(sign)])),
});

const evidenceOf = ({ signs }: ImageFacts): Evidence[] =>
  signs.map((sign) => ({ kind: 'fact', name: sign, value: true, label: meanings[sign] }));

const category = 'csam';

/**
 * What was withheld once stays away from people, also when the bank that knew it is switched off or gone: known material is removed, a likeness
 * goes to the legal role again.
 */
const effectsOf = ({ withheld }: Extract<PartFile, { status: 'ok' }>): Effect[] => {
  if (withheld === undefined) return [];
  if (withheld === 'exact') return [{ kind: 'act', outcome: 'remove', category, actions: ['remove'] }];
  return [{ kind: 'hold' }, { kind: 'route', queue: legalQueue, category }, { kind: 'prioritise', by: 60 }];
};

const withheldEvidence = (withheld: 'exact' | 'likeness' | undefined): Evidence[] =>
  withheld === undefined
    ? []
    : [
        {
          kind: 'fact',
          name: 'withheld',
          value: withheld,
          category,
          label: 'the file was withheld by an earlier decision',
        },
      ];

const signalOf = ({ part, context }: DetectorInput, abort: AbortSignal): Signal => {
  const base = { detector: 'files', version, layer: 1, durationMs: 0, costUsd: 0 } as const;
  const empty = { ...base, scores: {}, attributes: {}, evidence: [] };
  if (part?.kind !== 'image') return { ...empty, status: 'not_applicable', reason: 'not a picture' };
  const unavailable = (reason: string): Signal => ({ ...empty, partId: part.id, status: 'unavailable', reason });
  if (abort.aborted) return unavailable('aborted');
  const file = context.files?.get(part.id);
  if (file === undefined) return unavailable('no file');
  if (file.status === 'unavailable') return unavailable(file.reason.slice(0, 400) || 'no file');
  const { facts, withheld } = file;
  const effects = effectsOf(file);
  return {
    ...base,
    partId: part.id,
    status: 'ok',
    scores: {},
    attributes: attributesOf(facts),
    evidence: [...withheldEvidence(withheld), ...evidenceOf(facts)],
    ...(effects.length === 0 ? {} : { effects }),
  };
};

/**
 * What is known of a picture's file without its pixels: type, size, claims and oddities, as attributes for rules (CEL) and as evidence for
 * people. It judges no category by itself: a picture with script behind it may still be a harmless picture. Only a file that is withheld has effects.
 *
 * Attributes: `file_type`, `file_bytes`, `image_width`, `image_height`, `frames`, `frames_looked_at`, `pdq_quality` (0..100, the best
 * frame's), `has_position`, each of `fileSigns` as a boolean, and where the file claims them `created_at`, `software`, `camera`.
 */
export const createFilesDetector = (): Detector => ({
  id: 'files',
  version,
  layer: 1,
  scope: 'part',
  kinds: ['image'],
  judges: [],
  deterministic: true,
  // Signs come from the sender's name for the file too, which another item may give differently.
  reuse: 'never',
  timeoutMs: 50,
  costUsd: 0,
  detect: (inputs, abort) => Promise.resolve(inputs.map((input) => signalOf(input, abort))),
});
