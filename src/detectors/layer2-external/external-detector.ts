import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Category } from '#contracts/category.ts';
import type { PartKind } from '#contracts/item.ts';
import type { Signal } from '#contracts/signal.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';
import type { ExternalScorer, ScorerContent, ScorerResult } from '#engine/ports/external-scorer.ts';
import { ImageFaultError, type StoredImages } from '#engine/ports/image-sandbox.ts';
import { identifyLanguage } from '../layer2-text/language.ts';

export interface ExternalDetectorOptions {
  readonly id: string;
  /** Changes with everything that the scores depend on. */
  readonly version: string;
  readonly input: Extract<PartKind, 'text' | 'image'>;
  readonly judges: readonly Category[];
  /** The scorer's own limit, milliseconds. */
  readonly timeoutMs: number;
  readonly costUsd: number;
  /** ISO 639-1 codes of what the scorer knows; everything where absent. */
  readonly languages?: readonly string[] | undefined;
  readonly maximumCharacters: number;
  readonly scorer: ExternalScorer;
  readonly images: StoredImages;
}

/** The scorer's own clock strikes first, so that its reason is on record. */
const graceMs = 500;

/** The same content again within so many milliseconds is not paid for twice. */
const rememberedMs = 600_000;
const mostRemembered = 2_000;

/** Small enough to be sent, large enough for what a scorer looks for. Nothing of the file but its pixels leaves. */
const view = { kind: 'jpeg', maximumSide: 1024, quality: 85 } as const;

const abuse: ReadonlySet<string> = new Set(['csam', 'ncii']);
/** Also of a bank in quarantine. */
const tellsOfAbuse = ({ evidence }: Signal, partId: string | undefined): boolean =>
  evidence.some(
    (found) =>
      found.kind === 'hash_match' &&
      found.partId === partId &&
      abuse.has(found.category ?? '') &&
      found.behaviour !== 'allow',
  );

/** Content that can be sent, with what it is remembered by; or why there is none. */
type Prepared =
  | { readonly content: ScorerContent; readonly key: string }
  | { readonly status: 'unavailable' | 'not_applicable'; readonly reason: string };

type Answer = Pick<Signal, 'status' | 'reason' | 'scores' | 'attributes' | 'costUsd'>;

const without = (status: 'unavailable' | 'not_applicable', reason: string, costUsd = 0): Answer => ({
  status,
  reason: reason.slice(0, 400),
  scores: {},
  attributes: {},
  costUsd,
});

const answerOf = (result: ScorerResult): Answer => {
  switch (result.status) {
    case 'ok':
      return {
        status: 'ok',
        scores: { ...result.scores },
        attributes: { ...result.attributes },
        costUsd: result.costUsd,
      };
    case 'not_applicable':
      return without('not_applicable', `content: ${result.reason}`, result.costUsd);
    case 'unavailable':
      return without('unavailable', `${result.failure}: ${result.message}`, result.costUsd);
  }
};

/**
 * A scorer outside, as a detector of layer 2 beside those that ship. Whatever keeps it from a whole answer makes the signal `unavailable` with
 * the reason, never a zero: also a text that is too long to be sent whole, and a picture of several frames, of which it would see the first only.
 */
export const createExternalDetector = (options: ExternalDetectorOptions): Detector => {
  const { id, version, input: kind, scorer, images, languages, maximumCharacters } = options;
  const remembered = new LRUCache<string, Answer>({ max: mostRemembered, ttl: rememberedMs });

  const prepareText = (text: string): Prepared => {
    if (text.length > maximumCharacters)
      return {
        status: 'unavailable',
        reason: `too_long: more than ${maximumCharacters} characters, so it was not sent`,
      };
    if (languages !== undefined) {
      const { language, reliable } = identifyLanguage(text);
      if (reliable && !languages.includes(language))
        return {
          status: 'not_applicable',
          reason: `language: ${language} is outside this scorer's scope (${languages.join(', ')})`,
        };
    }
    return { content: { kind: 'text', text }, key: createHash('sha256').update(text).digest('base64') };
  };

  const preparePicture = async ({ part, context }: DetectorInput, abort: AbortSignal): Promise<Prepared> => {
    const file = part === undefined ? undefined : context.files?.get(part.id);
    if (file === undefined) return { status: 'unavailable', reason: 'file: there is none for this part' };
    if (file.status === 'unavailable') return { status: 'unavailable', reason: `file: ${file.reason}` };
    // What nobody here may see, and what has been taken for abuse material, is not sent out.
    if (file.withheld !== undefined || context.signals.some((signal) => tellsOfAbuse(signal, part?.id)))
      return { status: 'unavailable', reason: 'withheld: the picture goes to nobody outside' };
    const { sha256, frames } = file.facts;
    if (frames > 1) return { status: 'unavailable', reason: `frames: there are ${frames}, and only one could be sent` };
    try {
      const [image] = await images.view(sha256, view, abort);
      if (image === undefined) return { status: 'unavailable', reason: 'frames: there is none' };
      return { content: { kind: 'image', image }, key: sha256 };
    } catch (error) {
      const reason =
        error instanceof ImageFaultError
          ? `${error.fault}: the picture could not be decoded`
          : 'error: the picture could not be read';
      return { status: 'unavailable', reason: abort.aborted ? 'aborted: the caller gave up on the picture' : reason };
    }
  };

  const answer = async (input: DetectorInput, abort: AbortSignal): Promise<Answer> => {
    const { part } = input;
    if (part?.kind !== kind)
      return without('not_applicable', `kind: not ${kind === 'text' ? 'a text part' : 'a picture'}`);
    if (abort.aborted) return without('unavailable', 'aborted: the caller gave up');
    const prepared = part.kind === 'text' ? prepareText(part.text) : await preparePicture(input, abort);
    if ('status' in prepared) return without(prepared.status, prepared.reason);
    const known = remembered.get(prepared.key);
    if (known !== undefined) return { ...known, costUsd: 0 };
    const given = answerOf(await scorer.score(prepared.content, abort));
    if (given.status !== 'unavailable') remembered.set(prepared.key, given);
    return given;
  };

  const detect = async (input: DetectorInput, abort: AbortSignal): Promise<Signal> => {
    const started = performance.now();
    const given = await answer(input, abort);
    return {
      detector: id,
      version,
      layer: 2,
      ...(input.part === undefined ? {} : { partId: input.part.id }),
      ...given,
      evidence: [],
      durationMs: performance.now() - started,
    };
  };

  return {
    id,
    version,
    layer: 2,
    scope: 'part',
    kinds: [kind],
    judges: options.judges,
    deterministic: false,
    reuse: 'never',
    sendsOut: true,
    timeoutMs: options.timeoutMs + graceMs,
    costUsd: options.costUsd,
    detect: (inputs, abort) => Promise.all(inputs.map((input) => detect(input, abort))),
  };
};
