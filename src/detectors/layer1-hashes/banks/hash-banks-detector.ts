import type { Signal } from '#contracts/signal.ts';
import type { Detector, DetectorContext, DetectorInput } from '#engine/ports/detector.ts';
import type { HashBankSnapshot, HashBanks } from '#engine/ports/hash-banks.ts';
import { type FoundMatch, findMatches, isDrawn } from './find-matches.ts';
import { byGravity, effectsOf, evidenceOf } from './match-effects.ts';

const detectorId = 'hash-banks';
/** Most matches that one signal tells of; the gravest come first. */
const mostMatches = 60;

const base: Omit<Signal, 'status'> = {
  detector: detectorId,
  version: '1',
  layer: 1,
  scores: {},
  attributes: {},
  evidence: [],
  durationMs: 0,
  costUsd: 0,
};

/** Whether the item is nothing but pictures that allow banks know exactly. */
const isAllAllowed = ({ item, files }: DetectorContext, { banks }: HashBankSnapshot): boolean => {
  if ((item.title ?? '') !== '') return false;
  return item.parts.every(({ id, kind }) => {
    const file = kind === 'image' ? files?.get(id) : undefined;
    if (file?.status !== 'ok') return false;
    const { sha256, md5 } = file.facts;
    return banks.some(
      ({ bank, exact }) =>
        bank.exact === 'allow' &&
        bank.mode === 'active' &&
        isDrawn(bank, sha256) &&
        (exact('sha256', sha256) ?? exact('md5', md5)) !== undefined,
    );
  });
};

/** Reads as `recordBankMatches` of the hash banks wants it. */
const attributesOf = (matches: readonly FoundMatch[], sha256: string): Signal['attributes'] => {
  if (matches.length === 0) return {};
  const csam = matches.filter(({ bank, behaviour }) => bank.kind === 'csam' && behaviour !== 'none');
  return {
    file_sha256: sha256,
    ...(csam.length === 0 ? {} : { csam_banks: csam.map(({ bank }) => bank.id).join(',') }),
  };
};

const judge = async (
  { part, context }: DetectorInput,
  load: () => Promise<HashBankSnapshot>,
  abort: AbortSignal,
): Promise<Signal> => {
  if (part?.kind !== 'image') return { ...base, status: 'not_applicable', reason: 'not a picture' };
  const partId = part.id;
  const began = performance.now();
  const unavailable = (reason: string): Signal => ({
    ...base,
    partId,
    status: 'unavailable',
    reason: reason.slice(0, 400),
    durationMs: performance.now() - began,
  });
  try {
    abort.throwIfAborted();
    const snapshot = await load();
    if (snapshot.banks.length === 0)
      return { ...base, partId, status: 'not_applicable', reason: 'no hash bank is switched on' };
    const file = context.files?.get(partId);
    if (file === undefined) return unavailable('the file is not known');
    if (file.status === 'unavailable') return unavailable(`file: ${file.reason}`);
    const found = await findMatches(snapshot.banks, file.facts, abort);
    const matches = found.sort(byGravity).slice(0, mostMatches);
    const clears = matches.some(({ behaviour }) => behaviour === 'allow') && isAllAllowed(context, snapshot);
    const effects = matches.flatMap((match) => effectsOf(match, clears));
    return {
      ...base,
      partId,
      status: 'ok',
      attributes: attributesOf(matches, file.facts.sha256),
      evidence: matches.map((match) => evidenceOf(match, partId)),
      ...(effects.length === 0 ? {} : { effects }),
      durationMs: performance.now() - began,
    };
  } catch (error) {
    if (abort.aborted) return unavailable('aborted');
    return unavailable(`the hash banks cannot be read: ${error instanceof Error ? error.name : 'unknown error'}`);
  }
};

/**
 * Asks the hash banks about every picture: its file by SHA-256 and MD5, and each frame that is looked at by PDQ, as it is, turned and mirrored.
 * What a bank does stands in the effects; a bank in quarantine leaves evidence only. Where the banks or the file cannot be read, the signal is
 * `unavailable`, never "nothing found".
 *
 * Attributes where anything matched: `file_sha256`, and `csam_banks`, the ids of the banks of child sexual abuse material that act.
 *
 * @param epoch The configuration's: the banks are asked as of then, or later.
 */
export const createHashBanksDetector = (banks: HashBanks, epoch: number): Detector => ({
  id: detectorId,
  version: '1',
  layer: 1,
  scope: 'part',
  kinds: ['image'],
  // What a bank's matches count for is for each bank to say.
  judges: [],
  deterministic: true,
  // A file's next post is asked about again, under the banks of then.
  reuse: 'never',
  // Reading a bank of a million entries takes seconds; until then nobody may say that nothing was found.
  timeoutMs: 2_000,
  costUsd: 0,
  detect: (inputs, abort) => Promise.all(inputs.map((input) => judge(input, () => banks.load(epoch), abort))),
});
